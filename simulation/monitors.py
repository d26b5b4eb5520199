"""A Monitor of the simulation: the real line and engine, run a piece at a time, killed, frozen and started again."""

import traceback
from datetime import datetime, timedelta
from typing import Protocol

from django.db import Error as DatabaseError
from django.db import connection
from greenlet import getcurrent, greenlet

from daybook.companyfile import HResult
from daybook.connections.models import CompanyFile
from daybook.monitor import lease, policy
from daybook.monitor.engine import Engine
from daybook.monitor.importing import Breather
from daybook.monitor.lease import LeaseLost
from daybook.monitor.service import Line, Way
from daybook.monitor.values import Ask, HResultSeen
from simulation.stage import CountedIds
from simulation.wire import Carriage, Wire
from simulation.world import Killed, World


class Witness(Protocol):
    """Who looks at what is sent."""

    def opened(self, monitor: "Monitor", path: str) -> None: ...

    def sending(self, monitor: "Monitor", text: str) -> None: ...

    def sent(self, monitor: "Monitor", text: str) -> None: ...


class FacedEngine(Engine):
    """The engine, to whom answers may come twice, or long after their session."""

    world: World
    old: list[tuple[Ask, str | HResultSeen]]

    def next_request(self, company_file_id: int, epoch: int) -> Ask | None:
        """What to send next; an answer of an earlier question may come before its own."""
        ask = super().next_request(company_file_id, epoch)
        if ask is not None and self.old and self.world.draw("answer.late", ("an old answer comes",)):
            late, answer = self.world.random.choice(self.old)
            super().take_answer(company_file_id, epoch, late, answer)
        return ask

    def take_answer(self, company_file_id: int, epoch: int, ask: Ask, answer: str | HResultSeen) -> bool:
        """Take the answer, perhaps twice."""
        stay = super().take_answer(company_file_id, epoch, ask, answer)
        self.old.append((ask, answer))
        if self.world.draw("answer.twice", ("it comes twice",)):
            super().take_answer(company_file_id, epoch, ask, answer)
        return stay


class Monitor:
    """One Monitor process on a machine of its own."""

    def __init__(self, world: World, name: str, company_file_id: int, witness: Witness) -> None:
        self.world, self.name, self.file_id, self.witness = world, name, company_file_id, witness
        self.lives = 0
        self.dead_holders: set[str] = set()
        self.old: list[tuple[Ask, str | HResultSeen]] = []
        self.wires: list[Wire] = []
        self.start()

    def start(self) -> None:
        """Begin as a new process does, with nothing in memory."""
        self.lives += 1
        self.alive = True
        self.holder = f"{self.name}/{self.lives}"
        engine = FacedEngine(self.now, CountedIds(f"{self.name}{self.lives}."))
        engine.world, engine.old = self.world, self.old
        self.line = Line(
            self.file_id,
            Way(self._wire, HResult),
            engine,
            self.holder,
            self.now,
            breather=Breather(lambda: 0.0, lambda _: None),
        )
        self.wakes_at = self.beats_at = self.world.at
        self.frozen_until = self.world.at
        self.heart_frozen = False
        self.running = greenlet(self._run)

    def now(self) -> datetime:
        """The time on this machine."""
        return self.world.now() + self.world.skews[self.name]

    def _wire(self, _: CompanyFile) -> Wire:
        wire = Wire(
            Carriage(
                self.world,
                self.name,
                self.rest,
                lambda text: self.witness.sending(self, text),
                lambda text: self.witness.sent(self, text),
                lambda path: self.witness.opened(self, path),
            )
        )
        self.wires.append(wire)
        return wire

    # --- a piece at a time ---
    def can_run(self) -> bool:
        """Whether it has something to do now."""
        return self.alive and self.wakes_at <= self.world.at and self.frozen_until <= self.world.at

    def go_on(self) -> None:
        """Run until the next place where others may act."""
        self.world.acting = self.name
        try:
            self.running.switch()
        finally:
            self.world.acting = "nobody"

    def rest(self) -> None:
        """Let others act; called from inside the running Monitor."""
        if getcurrent() is self.running:
            self.running.parent.switch()
            self.world.acting = self.name

    def _run(self) -> None:
        """What `Line.run` does, without its waits."""
        try:
            while True:
                self._turn()
                self.line.rang = False
                self.wakes_at = self.world.at + timedelta(seconds=policy.SWEEP_SECONDS)
                self.rest()
        except Killed:
            self._end()

    def _turn(self) -> None:
        try:
            self.line.turn()
        except LeaseLost:
            self.world.tell(self.name, "lost the lease")
            self.line.drop()
        except DatabaseError as error:
            self.world.tell(self.name, f"the database failed: {error}")
            self.line.drop()
        except Exception as error:
            raise self.world.broken(f"a fault of Daybook: {error!r}\n{traceback.format_exc()}") from error

    def reached(self, point: str) -> None:
        """The engine came to a named point."""
        outside = not connection.in_atomic_block
        kind = self.world.draw(point, ("killed", "frozen") if outside else ("killed",))
        if kind == "killed":
            raise Killed
        if kind == "frozen":
            self.frozen_until = self.world.at + timedelta(seconds=self.world.random.choice((3, 20, 40, 120, 400)))
            self.heart_frozen = self.world.random.random() < 0.6
        if outside:
            self.rest()

    # --- heart and end ---
    def beat(self) -> None:
        """Renew the lease, as the heart of the process does beside its work."""
        frozen = self.heart_frozen and self.frozen_until > self.world.at
        if not self.alive or frozen or self.beats_at > self.world.at:
            return
        self.beats_at = self.world.at + timedelta(seconds=policy.HEARTBEAT_SECONDS)
        if self.line.epoch is not None:
            try:
                lease.renew(self.file_id, self.line.epoch, self.now())
            except DatabaseError:
                self.world.tell(self.name, "the heartbeat could not be written")

    def _end(self) -> None:
        self.world.tell(self.name, "was killed")
        self.alive = False
        self.dead_holders.add(self.holder)
        for wire in self.wires:
            wire.let_go()
        self.wires.clear()
        self.wakes_at = self.world.at + timedelta(seconds=self.world.random.choice((0, 1, 5, 40, 100)))

    def kill(self) -> None:
        """End it from outside, wherever it is."""
        if self.alive and self.running:
            self.running.throw(Killed())
        elif self.alive:
            self._end()
