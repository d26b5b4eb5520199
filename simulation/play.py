"""One seed played: everybody acts in turn, things go wrong, then nothing goes wrong any more and all comes to rest."""

import traceback
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.db import connection

from daybook.connections.models import CompanyFile
from daybook.intake.models import FINISHED, ImportRun
from simulation import gate
from simulation.bookkeeper import Bookkeeper
from simulation.check import Checker
from simulation.monitors import Monitor
from simulation.people import People
from simulation.stage import START, Stage, set_up
from simulation.world import Killed, Violation, World

STEPS = 170  # of these with faults; the coming to rest takes more
CALM_STEPS = 1500
ROUNDS = 150  # of half a minute at most, in which everything must come to rest


@dataclass
class Result:
    """What became of a seed."""

    seed: int
    steps: int
    chance: float
    broken: str = ""
    reached: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)
    postings: int = 0


class Play:
    """All who act in one seed."""

    def __init__(self, stage: Stage, folder: Path, seed: int, *, telling: bool = False) -> None:
        self.world = World(seed, telling)
        path = set_up(stage, folder)
        CompanyFile.objects.update(
            path=str(path), hold_seconds=self.world.random.choice((0, 0, 60)), next_sync_at=START + timedelta(hours=1)
        )
        self.file_id = stage.company_file_id
        self.checker = Checker(self.world, path, self.file_id)
        self.bookkeeper = Bookkeeper(self.world, path, self.checker)
        self.people = People(self.world, self.checker, self.file_id)
        self.steps_with_faults = 0
        names = "AB" if self.world.random.random() < 0.7 else "A"
        self.monitors = [Monitor(self.world, name, self.file_id, self.checker) for name in names]

    # --- what the gate calls ---
    def _monitor(self) -> Monitor | None:
        return next((one for one in self.monitors if one.name == self.world.acting), None)

    def before_commit(self) -> None:
        """A commit may be the last thing that does not happen."""
        kind = self.world.draw("commit.before", ("killed", "disk full"), 0.5)
        if kind == "killed":
            raise Killed
        if kind:
            raise gate.database_error(kind)

    def after_commit(self) -> None:
        """A commit is a step; all that must hold is looked at, and the process may end here."""
        self.world.steps += 1
        self.checker.after_commit(self._monitor())
        if self.world.draw("commit.after", ("killed",), 0.5):
            raise Killed

    def query(self, *, writes: bool) -> None:
        """The database may be gone, or full."""
        if self.world.no_database_until > self.world.at:
            raise gate.database_error("gone")
        if writes and self.world.faulty and self.world.draw("write", ("disk full",), 0.05):
            raise gate.database_error("disk full")

    def reached(self, point: str) -> None:
        """A Monitor came to a named point."""
        monitor = self._monitor()
        if monitor is not None:
            monitor.reached(point)

    def rang(self) -> None:
        """Somebody rang; the ring may be lost."""
        for monitor in self.monitors:
            if not self.world.draw("ring", ("lost",)):
                monitor.wakes_at, monitor.line.rang = min(monitor.wakes_at, self.world.at), True

    def is_dead(self, holder: str) -> bool:
        """Whether a holder was a process of the machine that asks, and ended."""
        monitor = self._monitor()
        return monitor is not None and holder in monitor.dead_holders

    # --- the play ---
    def run(self) -> Result:
        """Play it to its end, and say what was broken."""
        gate.enter(self)
        broken = ""
        try:
            self._with_faults()
            self._without_faults()
        except Violation as violation:
            broken = str(violation)
        except BaseException as error:  # a fault of the play itself must not pass for a kept promise
            if isinstance(error, KeyboardInterrupt):
                raise
            broken = f"seed {self.world.seed}, step {self.world.steps}: {traceback.format_exc()}"
        finally:
            gate.leave()
            self._clear_away()
        world = self.world
        many = self.checker.one("SELECT count(*) FROM outbox_posting")
        return Result(
            world.seed, world.steps, world.chance, broken, dict(world.reached), dict(world.faults), world.story, many
        )

    def _with_faults(self) -> None:
        world = self.world
        turns = 0
        while world.steps < STEPS and turns < STEPS * 40:
            turns += 1
            self._beat()
            dice = world.random.random()
            if dice < 0.80:
                self._let_a_monitor_act()
            elif dice < 0.91:
                self.people.act()
            elif dice < 0.955:
                self.bookkeeper.act()
            elif dice < 0.985:
                world.pass_by(world.random.choice((1, 3, 10, 40, 130)))
                self.people.nightly()
            else:
                self._from_outside()

    def _from_outside(self) -> None:
        """A process is killed while it waits, the database goes away, or much time goes by."""
        world = self.world
        dice = world.random.random()
        if dice < 0.3:
            world.pass_by(world.random.choice((900, 3600, 20000)))
        elif dice < 0.5 and world.draw("outside", ("the database goes",), 4):
            world.no_database_until = world.at + timedelta(seconds=world.random.choice((1, 8, 45)))
        elif world.draw("outside", ("a Monitor is killed",), 4):
            self._kill(world.random.choice(self.monitors))

    def _kill(self, monitor: Monitor) -> None:
        self.world.acting = monitor.name
        try:
            monitor.kill()
        finally:
            self.world.acting = "nobody"

    def _beat(self) -> None:
        for monitor in self.monitors:
            try:
                monitor.beat()
            except Killed:
                self._kill(monitor)

    def _let_a_monitor_act(self) -> None:
        world = self.world
        world.pass_by(world.random.random() * 0.2)
        for monitor in self.monitors:
            if not monitor.alive and monitor.wakes_at <= world.at:
                monitor.start()
        ready = [monitor for monitor in self.monitors if monitor.can_run()]
        if ready:
            world.random.choice(ready).go_on()
        else:
            world.pass_by(1)

    def _without_faults(self) -> None:
        """From here on nothing goes wrong: whatever waits comes to its end, and both sides agree."""
        world = self.world
        self.steps_with_faults = world.steps
        world.faulty, world.no_database_until = False, world.at
        world.tell("world", "from here on nothing goes wrong")
        for monitor in self.monitors:
            monitor.frozen_until = world.at
        self._put_the_right_file_back()
        self.bookkeeper.calm_down()
        self._come_to_rest("the postings")
        self.people.compare_everything()
        self._come_to_rest("the comparison")
        self.checker.at_rest()

    def _put_the_right_file_back(self) -> None:
        """As soon as nobody holds the other one."""
        for _ in range(100):
            if not self.checker.swapped:
                return
            self._everybody()
            self.world.pass_by(5)
            self.bookkeeper.act_as(Bookkeeper.swap_back)
        raise self.world.broken("the other company's file is held and never let go")

    def _come_to_rest(self, what: str) -> None:
        for _ in range(ROUNDS):
            self.people.calm_down()
            self._beat()
            self._everybody()
            if not self.checker.restless() and not ImportRun.objects.exclude(state__in=FINISHED).exists():
                return
            self.world.pass_by(self.world.random.choice((5, 30)))
        left = [f"#{one.id} {one.state}" for one in self.checker.restless()]
        runs = list(ImportRun.objects.exclude(state__in=FINISHED).values_list("state", "position"))
        file = CompanyFile.objects.get(pk=self.file_id)
        raise self.world.broken(f"{what} did not come to rest: {left} {runs} {file.state} {file.state_sentence}")

    def _everybody(self) -> None:
        for monitor in self.monitors:
            if not monitor.alive:
                monitor.start()
            while monitor.can_run():
                monitor.go_on()
                if self.world.steps > self.steps_with_faults + CALM_STEPS:
                    raise self.world.broken(f"after {CALM_STEPS} steps without faults {monitor.name} is still at work")

    def _clear_away(self) -> None:
        """Leave nothing open for the next seed."""
        for monitor in self.monitors:
            for wire in monitor.wires:
                wire.let_go()
            monitor.running = None  # type: ignore[assignment]
        self.bookkeeper.go_home()
        self.checker.let_go()
        if connection.in_atomic_block:
            connection.in_atomic_block = False


def play(stage: Stage, folder: Path, seed: int, *, telling: bool = False) -> Result:
    """Play one seed."""
    return Play(stage, folder, seed, telling=telling).run()
