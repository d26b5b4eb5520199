"""A program of somebody else's comes for letters: the same engine, and nothing kept between two calls."""

import pytest

from daybook.connections import operations as connections
from daybook.connections.models import CompanyFile, Lease, Session
from daybook.intake.operations import ask_import
from daybook.monitor import policy
from daybook.monitor.lease import LeaseLost
from tests.monitor.harness import House, State
from tests.monitor.visitor import Visitor


def test_what_is_due_is_posted_and_the_lease_is_given_back(house: House) -> None:
    posting = house.ask("Zenith")
    Visitor(house).visit()
    assert house.state(posting) == State.POSTED
    assert Lease.objects.get().holder == "" and Session.objects.get().opened_at is None
    assert Visitor(house, "another").begin() is not None


def test_there_is_no_reason_to_open_the_file_when_nothing_waits(house: House) -> None:
    visitor = Visitor(house)
    assert visitor.begin() and not visitor.has_work()


def test_the_last_words_are_said_before_the_visit_ends(house: House) -> None:
    house.ask("Zenith")
    visitor = Visitor(house)
    visitor.visit()
    assert 'oldMessageSetID="V00001"' in visitor.carried[-1] and "newMessageSetID" not in visitor.carried[-1]


def test_an_import_is_read_decided_and_published_within_the_visit(house: House) -> None:
    run = ask_import(house.cast.ada, house.file, None, now=house.clock())
    Visitor(house).visit()
    run.refresh_from_db()
    assert run.state == run.State.PUBLISHED


def test_what_a_visitor_read_before_it_went_is_published_when_the_next_one_comes(house: House) -> None:
    run = ask_import(house.cast.ada, house.file, None, now=house.clock())
    visitor = Visitor(house)
    assert visitor.begin() and visitor.has_work() and visitor.open()
    while run.state in (run.State.WAITING, run.State.RUNNING):
        text = visitor.next()
        assert text is not None and visitor.take(visitor.carry(text))
        run.refresh_from_db()
    assert run.state == run.State.DECIDING
    visitor.close()  # the PC is switched off
    again = Visitor(house)
    assert again.begin() and not again.has_work()
    run.refresh_from_db()
    assert run.state == run.State.PUBLISHED


def test_another_visitor_waits_until_the_first_stayed_away_for_too_long(house: House) -> None:
    posting = house.ask("Zenith")
    first, second = Visitor(house, "one"), Visitor(house, "two", "W")
    assert first.begin() and first.has_work() and first.open()
    assert not second.begin()
    house.clock.pass_by(seconds=policy.LEASE.total_seconds() + 1)
    first.close()
    second.visit()
    assert house.state(posting) == State.POSTED
    with pytest.raises(LeaseLost):
        first.next()
    with pytest.raises(LeaseLost):
        first.take("")


def test_a_visitor_that_begins_anew_finds_out_by_reading_what_became_of_its_last_letter(house: House) -> None:
    posting = house.ask("Zenith")
    visitor = Visitor(house)
    assert visitor.begin() and visitor.has_work() and visitor.open()
    for text in visitor.letters():
        if "CustomerAddRq" in text:
            break
    visitor.carry(text)  # it was done there, and nobody heard
    visitor.close()
    again = Visitor(house, mark="W")
    assert again.begin()
    assert house.state(posting) == State.IN_DOUBT
    again.visit()
    assert house.state(posting) == State.POSTED and len(house.found("Zenith")) == 1
    assert not any("CustomerAddRq" in text for text in again.carried)


def test_whoever_asks_twice_without_an_answer_is_never_given_the_same_write_again(house: House) -> None:
    posting = house.ask("Zenith")
    visitor = Visitor(house)
    assert visitor.begin() and visitor.has_work() and visitor.open()
    for text in visitor.letters():
        if "CustomerAddRq" in text:
            break
    visitor.carry(text)
    second = visitor.next()
    assert second is not None and "CustomerAddRq" not in second
    assert visitor.take(visitor.carry(second))
    assert house.state(posting) == State.POSTED
    visitor.go()
    assert len(house.found("Zenith")) == 1


def test_an_answer_that_comes_twice_changes_nothing(house: House) -> None:
    postings = [house.ask("Zenith"), house.ask("Apex")]
    visitor = Visitor(house)
    assert visitor.begin() and visitor.has_work() and visitor.open()
    for text in visitor.letters():
        if "CustomerAddRq" in text:
            break
    answer = visitor.carry(text)
    assert visitor.take(answer) and visitor.take(answer)
    visitor.go()
    assert [house.state(one) for one in postings] == [State.POSTED] * 2


def test_a_file_that_cannot_be_opened_is_left_alone_for_a_while(house: House) -> None:
    posting = house.ask("Zenith")
    with house.books() as books:
        books.open_dialog()
    Visitor(house).visit()
    assert (house.health().state, house.health().state_code) == (CompanyFile.State.WAITING, "0x80040414")
    visitor = Visitor(house)
    assert visitor.begin() and not visitor.has_work()
    with house.books() as books:
        books.close_dialog()
    house.clock.pass_by(minutes=1)
    Visitor(house).visit()
    assert house.state(posting) == State.POSTED


def test_the_file_is_let_go_when_somebody_asks_for_it(house: House) -> None:
    house.file.hold_seconds = 60
    house.file.save()
    postings = [house.ask(f"Client {number:02d}") for number in range(30)]
    visitor = Visitor(house)
    assert visitor.begin() and visitor.has_work() and visitor.open()
    for text in visitor.letters():
        if "CustomerAddRq" in text:
            connections.release_file(house.cast.ada, house.file, house.clock())
    visitor.go()
    assert (house.state(postings[0]), house.state(postings[-1])) == (State.POSTED, State.QUEUED)
    assert house.health().state_code == "released"
    house.clock.pass_by(minutes=3)
    Visitor(house, mark="W").visit()
    assert house.state(postings[-1]) == State.POSTED


def test_a_paused_connection_gives_nothing_to_a_visitor(house: House) -> None:
    house.ask("Zenith")
    connections.pause(house.cast.ada, house.file, "Backup", house.clock())
    visitor = Visitor(house)
    assert visitor.begin() and not visitor.has_work()
