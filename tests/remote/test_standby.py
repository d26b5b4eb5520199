"""Two agents on one company file: one is Active, the other stands by and takes over when the first is away."""

import signal

from django.utils import timezone

from daybook.connections import operations
from daybook.connections.models import Lease
from daybook.outbox.models import Letter
from tests.monitor.harness import House
from tests.remote.conftest import MakePc
from tests.remote.places import Door, Pc, all_posted
from tests.waiting import wait_for


def two(door: Door, make_pc: MakePc) -> tuple[Pc, Pc]:
    first, second = make_pc("OFFICE-PC"), make_pc("BACK-OFFICE")
    for one, state in ((first, "Active"), (second, "Standby")):
        one.enrol(door.url)
        one.start()
        wait_for(lambda: one.state() == state, seconds=60, what=f"{one.name} is not {state}")  # noqa: B023
    assert first.state() == "Active"
    return first, second


def test_the_second_stands_by_and_takes_over_when_the_first_is_gone(door: Door, house: House, make_pc: MakePc) -> None:
    first, second = two(door, make_pc)
    house.ask("Zenith")
    wait_for(lambda: all_posted(house), seconds=30)
    assert "The company file is open" in first.console()
    assert "The company file is open" not in second.console()
    first.processes[-1].kill()
    first.processes[-1].wait()
    house.ask("Quill")
    wait_for(lambda: all_posted(house), seconds=90)
    assert second.state() == "Active"
    assert len(house.found("Zenith")) == len(house.found("Quill")) == 1


def test_an_agent_that_was_asleep_finds_another_in_its_place_and_stands_by(
    door: Door, house: House, make_pc: MakePc
) -> None:
    first, second = two(door, make_pc)
    with house.books() as books:
        books.slow(2000)
    house.ask("Zenith")
    wait_for(lambda: Letter.objects.filter(purpose="post").exists(), seconds=30)
    first.processes[-1].send_signal(signal.SIGSTOP)
    with house.books() as books:
        books.slow(0)
    try:
        Lease.objects.update(expires_at=timezone.now())  # as half a minute later
        wait_for(lambda: second.state() == "Active", seconds=60)
    finally:
        first.processes[-1].send_signal(signal.SIGCONT)
    wait_for(lambda: all_posted(house), seconds=90)
    wait_for(lambda: first.state() == "Standby", seconds=60)
    assert len(house.found("Zenith")) == 1


def test_while_the_connection_is_paused_nobody_opens_the_file(door: Door, house: House, pc: Pc) -> None:
    pc.start()
    wait_for(lambda: pc.state() == "Active", seconds=30)
    operations.pause(house.cast.ada, house.file, "Year end", timezone.now())
    wait_for(lambda: pc.state() == "Paused" and "This agent is Paused" in pc.console(), seconds=30)
    asked = house.ask("Zenith")
    assert house.state(asked) == "queued"
    operations.resume(house.cast.ada, house.file, timezone.now())
    wait_for(lambda: all_posted(house), seconds=30)


def test_an_agent_that_is_asked_for_the_file_lets_it_go(door: Door, house: House, pc: Pc) -> None:
    pc.start()
    house.ask("Zenith")
    wait_for(lambda: all_posted(house), seconds=30)
    operations.release_file(house.cast.ada, house.file, timezone.now())
    wait_for(lambda: "was let go" in pc.console())
    wait_for(lambda: house.health().state_code == "released")
