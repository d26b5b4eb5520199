"""kill -9 of the agent, and of the door, at every step: nothing is lost and nothing is posted twice."""

import random
import signal
import subprocess
from contextlib import suppress
from functools import partial

import pytest

from daybook.intake.models import ImportRun
from daybook.intake.operations import ask_import
from daybook.outbox.models import Link
from daybook_agent import faults as of_the_agent
from tests.monitor.harness import House
from tests.monitor.test_kill import IN_THE_FILE, Round, ended
from tests.remote.places import Door, Pc
from tests.waiting import wait_for

OF_THE_DOOR = (
    "lease.before_commit",
    "lease.after_commit",
    "session.before_commit",
    "session.after_commit",
    "request.before_commit:2",
    "request.after_commit:2",
    "answer.before_commit",
    "answer.after_commit",
)


def play(house: House, door: Door, pc: Pc, faults: list[tuple[str, dict[str, str]]]) -> None:
    """A round of postings for each fault of one of the two; the other goes on, and the dead one is started again."""
    rounds = []
    for number, (who, env) in enumerate(faults, 1):
        if who == "door":
            door.kill()
            door.open(**env)
        agent = pc.start(**(env if who == "agent" else {}))
        rounds.append(Round(house, f"R{number}"))
        gone = partial(ended, agent) if who == "agent" else door.ended
        wait_for(lambda: gone() or rounds[-1].done(), seconds=90, what=f"{env} or the end of the work")  # noqa: B023
        if who == "agent" and gone():
            assert agent.returncode == -signal.SIGKILL, (env, pc.console())
        if who == "door" and not gone():
            door.kill()
        agent.kill()
        agent.wait()
    if door.ended():
        door.open()
    rounds.append(Round(house, "Last"))
    pc.start()
    wait_for(lambda: all(one.done() for one in rounds), seconds=90, what="everything posted")
    for one in rounds:
        one.check()


def test_the_agent_is_killed_at_every_point(house: House, door: Door, pc: Pc) -> None:
    places = [f"{point}:1" for point in of_the_agent.POINTS] + [f"{point}:2" for point in of_the_agent.POINTS[2:5]]
    play(house, door, pc, [("agent", {of_the_agent.VARIABLE: f"kill:{place}"}) for place in places])


def test_the_agent_is_killed_while_quickbooks_works(house: House, door: Door, pc: Pc) -> None:
    play(house, door, pc, [("agent", {"DAYBOOK_SANDBOX_FAULT": f"kill:{one}"}) for one in IN_THE_FILE])


@pytest.mark.parametrize("places", [OF_THE_DOOR[:4], OF_THE_DOOR[4:]], ids=["open", "letters"])
def test_the_door_is_killed_at_every_point(house: House, door: Door, pc: Pc, places: tuple[str, ...]) -> None:
    play(house, door, pc, [("door", {"DAYBOOK_FAULT": f"kill:{place}"}) for place in places])


def test_both_are_killed_at_any_moment_of_an_import_and_of_postings(house: House, door: Door, pc: Pc) -> None:
    chance = random.Random(688)
    with house.books() as books:
        books.slow(40)
        books.add("customer", "Larkspur Ferries")
    run = ask_import(None, house.file, None, trigger=ImportRun.Trigger.MANUAL, now=house.clock())
    rounds = [Round(house, "R0")]
    for number in range(1, 9):
        agent = pc.start()
        rounds.append(Round(house, f"R{number}"))
        with suppress(subprocess.TimeoutExpired):
            agent.wait(chance.uniform(0.5, 3.0))  # any moment will do
        agent.kill()
        agent.wait()
        if chance.random() < 0.5:
            door.kill()
            door.open()
    pc.start()
    wait_for(lambda: all(one.done() for one in rounds), seconds=120, what="everything posted")
    wait_for(lambda: not ImportRun.objects.get(pk=run.pk).is_open, seconds=120, what="the end of the import")
    assert ImportRun.objects.get(pk=run.pk).state == "published"
    assert Link.objects.filter(full_name="Larkspur Ferries").count() == 1
    for one in rounds:
        one.check()
