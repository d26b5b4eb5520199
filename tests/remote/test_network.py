"""The network between the PC and Daybook breaks: nothing is lost, nothing is doubled, and it goes on by itself."""

from collections.abc import Iterator

import pytest

from daybook.outbox.models import Letter
from tests.monitor.harness import House
from tests.remote.conftest import MakePc
from tests.remote.places import Door, Pc, all_posted
from tests.remote.wire import Wire
from tests.waiting import wait_for


@pytest.fixture
def wire(door: Door) -> Iterator[Wire]:
    made = Wire(door.url)
    yield made
    made.end()


@pytest.fixture
def far_pc(wire: Wire, make_pc: MakePc) -> Pc:
    """A PC that reaches the door over the wire, with its agent at work."""
    made = make_pc()
    made.enrol(wire.url)
    made.start()
    wait_for(lambda: made.state() == "Active", seconds=30)
    return made


def test_what_was_asked_for_during_a_cut_goes_out_after_it(wire: Wire, far_pc: Pc, house: House) -> None:
    wire.cut()
    house.ask("Zenith")
    wait_for(lambda: "does not answer" in far_pc.console(), seconds=30)
    wire.mend()
    wait_for(lambda: all_posted(house), seconds=60)
    assert len(house.found("Zenith")) == 1


def test_an_answer_that_is_lost_on_the_way_is_brought_again(wire: Wire, far_pc: Pc, house: House) -> None:
    with house.books() as books:
        books.slow(700)
    house.ask("Zenith")
    wait_for(lambda: Letter.objects.filter(purpose="post").exists(), seconds=30)
    wire.cut()
    wait_for((far_pc.folder / "undelivered.json").exists, seconds=30)
    wire.mend()
    wait_for(lambda: all_posted(house), seconds=60)
    assert len(house.found("Zenith")) == 1
    # Where the cut came before the first set had reached the PC, a second goes out once a read said so; one was done.
    assert Letter.objects.filter(purpose="post", outcome="taken").count() == 1
    # The answer is taken before the PC hears that it was, and only then is its copy thrown away.
    wait_for(lambda: not (far_pc.folder / "undelivered.json").exists(), seconds=30)


@pytest.mark.parametrize("rounds", [4])
def test_answers_of_daybook_that_are_lost_again_and_again_double_nothing(
    wire: Wire, far_pc: Pc, house: House, rounds: int
) -> None:
    for number in range(rounds):
        wire.lose_answers = True
        house.ask(f"Zenith {number}")
        before = wire.lost
        wait_for(lambda: wire.lost > before + number, seconds=60)  # noqa: B023
        wire.lose_answers = False
        wait_for(lambda: all_posted(house), seconds=60)
    for number in range(rounds):
        assert len(house.found(f"Zenith {number}")) == 1
