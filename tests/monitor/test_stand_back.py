"""The file is busy, locked, in another mode, or wrong; the error says who can act, and what waits goes by itself."""

from datetime import timedelta
from pathlib import Path

import pytest

from daybook.companyfile import HResult, RequestProcessor, create
from daybook.companyfile.errors import SCHEMA
from daybook.connections import operations
from daybook.connections.models import CompanyFile, Session
from daybook.connections.words import told
from daybook.notices.models import Notice
from tests.monitor.harness import House, State

Health = CompanyFile.State


def test_an_open_dialog_makes_postings_wait_and_closing_it_lets_them_go(house: House) -> None:
    postings = [house.ask("Zenith"), house.ask("Apex")]
    with house.books() as books:
        books.open_dialog()
    house.run()
    waiting = house.health()
    assert (waiting.state, waiting.state_code) == (Health.WAITING, "0x80040414")
    assert "dialog" in waiting.state_sentence and waiting.who_can_act
    with house.books() as books:
        books.close_dialog()
    house.settle()
    assert [house.state(one) for one in postings] == [State.POSTED] * 2
    assert (house.health().state, house.health().state_sentence) == (Health.ACTIVE, "")


def test_single_user_mode_is_waited_out_with_a_sentence(house: House) -> None:
    posting = house.ask("Zenith")
    with house.books() as books:
        books.set_mode("single")
    house.settle()
    assert "single-user mode" in house.health().state_sentence
    with house.books() as books:
        books.set_mode("multi")
    house.settle()
    assert house.state(posting) == State.POSTED


def test_a_backup_that_locks_the_file_is_waited_out(house: House) -> None:
    posting = house.ask("Zenith")
    with house.books() as books, books.backing_up():
        house.settle()
        assert house.health().state == Health.WAITING
        assert house.state(posting) == State.QUEUED
    house.settle()
    assert house.state(posting) == State.POSTED


def test_a_dialog_that_opens_in_the_middle_queues_the_set_again(house: House) -> None:
    house.ask("First")
    house.file.hold_seconds = 60
    house.file.save()
    house.run()
    posting = house.ask("Zenith")
    with house.books() as books:
        books.open_dialog()
    house.run()
    assert house.state(posting) == State.QUEUED
    with house.books() as books:
        books.close_dialog()
    house.settle()
    assert house.state(posting) == State.POSTED and len(house.found("Zenith")) == 1


def test_administrators_are_told_after_a_while_and_once(house: House) -> None:
    house.ask("Zenith")
    with house.books() as books:
        books.open_dialog()
    house.settle(minutes=5)
    assert not Notice.objects.filter(kind="connection.waiting").exists()
    house.settle(minutes=20)
    notice = Notice.objects.get(kind="connection.waiting")
    assert notice.user == house.cast.ada and "One posting waits and will go by itself." in notice.text


def test_another_company_file_of_the_same_name_is_told_from_the_one_connected(house: House, tmp_path: Path) -> None:
    house.ask("First")
    house.run()
    other = tmp_path / "other.qbw"
    create(other, customers=3, seed=7).close()
    operations.point_at(house.cast.ada, house.file, str(other), house.clock())
    house.settle()
    name = house.health().identity["company_name"]
    told = f"of the same name: the {name} that is open at {other} is not the one connected."
    assert told in house.health().state_sentence


def test_another_company_file_at_the_place_stops_the_connection_before_anything_is_written(
    house: House, tmp_path: Path
) -> None:
    house.ask("First")
    house.run()
    other = tmp_path / "other.qbw"
    create(other, customers=3, seed=7).close()
    with house.books().__class__.open(other) as books:
        books.set_company(CompanyName="Another Firm")
    posting = house.ask("Zenith")
    operations.point_at(house.cast.ada, house.file, str(other), house.clock())
    house.settle()
    stopped = house.health()
    assert (stopped.state, stopped.state_code) == (Health.CANNOT_OPEN, "wrong_file")
    assert "Another Firm" in stopped.state_sentence
    assert house.state(posting) == State.QUEUED and len(house.posts()) == 1
    [notice] = Notice.objects.filter(kind="connection.broken", user=house.cast.ada)
    assert notice.text == told(stopped.state_sentence, stopped.who_can_act) and notice.text.endswith(".")


def test_a_moved_file_is_pointed_at_and_the_links_stay(house: House, tmp_path: Path) -> None:
    posting = house.ask("Zenith")
    house.run()
    moved = house.path.rename(tmp_path / "moved.qbw")
    change = house.change(posting, phone="503-555-0100")
    house.settle()
    assert house.health().state == Health.CANNOT_OPEN
    house.path = moved
    operations.point_at(house.cast.ada, house.file, str(moved), house.clock())
    house.settle()
    assert house.state(change) == State.POSTED and len(house.found("Zenith")) == 1


def test_missing_permission_to_log_in_stops_until_a_person_tries_again(house: House) -> None:
    posting = house.ask("Zenith")
    with house.books() as books:
        books.set_automatic_login(False)
    house.settle()
    assert house.health().state == Health.CANNOT_OPEN
    asked = len(house.sent)
    house.settle(minutes=10)
    assert len(house.sent) == asked  # it does not try on its own
    with house.books() as books:
        books.set_automatic_login(True)
    operations.try_connection(house.cast.ada, house.file, house.clock())
    house.settle()
    assert (house.health().state, house.state(posting)) == (Health.ACTIVE, State.POSTED)


def test_a_paused_connection_posts_nothing_until_it_is_resumed(house: House) -> None:
    operations.pause(house.cast.ada, house.file, "Year end.", house.clock())
    posting = house.ask("Zenith")
    house.settle()
    assert (house.state(posting), len(house.sent)) == (State.QUEUED, 0)
    assert "Year end." in house.health().state_sentence
    operations.resume(house.cast.ada, house.file, house.clock())
    house.settle()
    assert house.state(posting) == State.POSTED


def test_the_file_is_let_go_at_once_when_nothing_is_left_to_do(house: House) -> None:
    house.ask("Zenith")
    house.run()
    processor = RequestProcessor()
    processor.end_session(processor.begin_session(str(house.path), "multi"))


def test_the_file_is_held_no_longer_than_the_setting_says(house: House) -> None:
    house.file.hold_seconds = 60
    house.file.save()
    house.ask("Zenith")
    house.run()
    assert house.line.ticket
    house.clock.pass_by(seconds=61)
    house.run()
    assert not house.line.ticket


def test_whoever_asks_whether_the_file_opens_sees_it_opened_although_it_is_held_still(house: House) -> None:
    house.file.hold_seconds = 60
    house.file.save()
    house.ask("Zenith")
    house.run()
    before = Session.objects.get(company_file=house.file).number
    house.clock.pass_by(seconds=5)
    operations.try_connection(house.cast.ada, house.file, house.clock())
    house.run()
    assert house.health().check_asked_at is None
    assert Session.objects.get(company_file=house.file).number == before + 1


def test_a_person_asks_for_the_file_and_the_monitor_stays_away_for_a_while(house: House) -> None:
    house.file.hold_seconds = 60
    house.file.save()
    house.ask("Zenith")
    house.run()
    operations.release_file(house.cast.ada, house.file, house.clock())
    posting = house.ask("Apex")
    house.run()
    assert not house.line.ticket and house.state(posting) == State.QUEUED
    assert "released" in house.health().state_sentence
    house.clock.pass_by(minutes=3)
    house.run()
    assert house.state(posting) == State.POSTED


def test_a_record_in_use_is_tried_again_and_the_others_go_on(house: House) -> None:
    first = house.ask("Zenith")
    house.run()
    with house.books() as books:
        books.use_record("customer", "Zenith", True)
    change, other = house.change(first, phone="1"), house.ask("Apex")
    house.run()
    assert (house.state(change), house.state(other)) == (State.QUEUED, State.POSTED)
    assert house.fresh(change).not_before is not None
    with house.books() as books:
        books.use_record("customer", "Zenith", False)
    house.settle()
    assert house.state(change) == State.POSTED


def test_one_record_that_spoils_a_set_is_found_by_sending_its_members_one_by_one(house: House) -> None:
    """QuickBooks says 0x80040400 for the whole set and gives no detail."""
    postings = [house.ask(name) for name in ("Ada Works", "Spoiler", "Ben Works")]

    def refuse(sent: str) -> None:
        if "Spoiler" in sent:
            raise HResult(SCHEMA)

    house.before.append(refuse)
    house.settle()
    assert [house.state(one) for one in postings] == [State.POSTED, State.PARKED, State.POSTED]
    assert house.fresh(postings[1]).problem_code == "0x80040400"
    assert Notice.objects.filter(kind="posting.needs_you", user=house.cast.ada).exists()
    assert len(house.found("Ada Works")) == 1


@pytest.mark.parametrize("code", [3170, 3180, 3175])
def test_passing_trouble_with_a_list_goes_away_by_itself(house: House, code: int) -> None:
    with house.books() as books:
        books.refuse_next(code)
    posting = house.ask("Zenith")
    house.settle()
    assert house.state(posting) == State.POSTED and len(house.found("Zenith")) == 1


def test_delays_grow_and_never_pass_a_minute(house: House) -> None:
    house.ask("Zenith")
    with house.books() as books:
        books.open_dialog()
    seen = []
    for _ in range(12):
        house.run()
        retry_at = house.health().retry_at
        assert retry_at is not None
        seen.append(retry_at - house.clock.at)
        house.clock.pass_by(minutes=1)
    assert seen[0] <= timedelta(seconds=3) and max(seen) <= timedelta(seconds=60)


def test_a_file_that_waited_and_then_cannot_be_opened_is_told_of_again(house: House) -> None:
    house.ask("Zenith")
    with house.books() as books:
        books.open_dialog()
    house.settle(minutes=20)
    with house.books() as books:
        books.close_dialog()
        books.set_automatic_login(False)
    house.settle()
    assert house.health().state == Health.CANNOT_OPEN
    told = Notice.objects.filter(user=house.cast.ada).values_list("kind", flat=True)
    assert sorted(told) == ["connection.broken", "connection.waiting"]
