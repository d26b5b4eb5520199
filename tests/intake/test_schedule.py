"""When the nightly sync runs, and what is told when it did not."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from daybook.connections.models import CompanyFile
from daybook.connections.operations import note_stopped, pause
from daybook.connections.schedule import Schedule, in_window, next_sync
from daybook.intake.models import ImportRun
from daybook.intake.operations import ask_import, fail
from daybook.intake.queries import sync_overdue
from daybook.monitor.importing import due_run
from daybook.monitor.schedule import start_due_syncs
from daybook.notices.models import Notice
from tests.web.conftest import cast

__all__ = ["cast"]

EVERY_DAY = frozenset(range(7))
NEW_YORK = ZoneInfo("America/New_York")
ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu")

schedules = some.builds(
    Schedule,
    some.times().map(lambda at: at.replace(second=0, microsecond=0)),
    some.frozensets(some.integers(0, 6), min_size=1),
    some.sampled_from(ZONES).map(ZoneInfo),
)
moments = some.integers(1_577_836_800, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(schedules, moments)
def test_the_next_sync_is_later_on_a_chosen_day_within_a_week_and_a_day(schedule: Schedule, now: datetime) -> None:
    at = next_sync(schedule, now)
    assert now < at <= now + timedelta(days=8, hours=2)
    assert any(
        (at - late).astimezone(schedule.zone).weekday() in schedule.weekdays
        for late in (timedelta(), timedelta(hours=2))
    )


@given(schedules, moments)
def test_no_night_is_skipped_and_none_comes_twice(schedule: Schedule, now: datetime) -> None:
    first = next_sync(schedule, now)
    second = next_sync(schedule, first)
    assert second > first
    if schedule.weekdays == EVERY_DAY:
        assert timedelta(hours=22) <= second - first <= timedelta(hours=26)
    assert next_sync(schedule, first - timedelta(microseconds=1)) == first


@given(schedules, moments)
def test_outside_the_nights_of_change_it_runs_at_the_hour_by_the_clock_on_the_wall(
    schedule: Schedule, now: datetime
) -> None:
    at = next_sync(schedule, now).astimezone(schedule.zone)
    calm = (at - timedelta(hours=5)).utcoffset() == (at + timedelta(hours=5)).utcoffset()
    if calm:
        assert at.time() == schedule.at


def test_an_hour_that_the_clocks_skip_in_spring_comes_an_hour_later() -> None:
    schedule = Schedule(time(2, 30), EVERY_DAY, NEW_YORK)
    at = next_sync(schedule, datetime(2027, 3, 14, 1, 0, tzinfo=NEW_YORK))
    assert at.astimezone(NEW_YORK) == datetime(2027, 3, 14, 3, 30, tzinfo=NEW_YORK)


def test_an_hour_that_comes_twice_in_autumn_has_one_sync() -> None:
    schedule = Schedule(time(1, 30), EVERY_DAY, NEW_YORK)
    first = next_sync(schedule, datetime(2026, 11, 1, 0, 0, tzinfo=NEW_YORK))
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert next_sync(schedule, first) == datetime(2026, 11, 2, 6, 30, tzinfo=UTC)


def test_only_the_chosen_weekdays_are_taken() -> None:
    schedule = Schedule(time(2, 0), frozenset({0, 4}), ZoneInfo("UTC"))
    days = []
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    for _ in range(4):
        at = next_sync(schedule, at)
        days.append(at.date())
    assert days == [date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 4)]


def test_a_window_may_reach_over_midnight() -> None:
    night = Schedule(time(2), EVERY_DAY, ZoneInfo("UTC"), time(19), time(7))
    day = Schedule(time(2), EVERY_DAY, ZoneInfo("UTC"), time(9), time(17))
    at_three, at_noon = (datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (3, 12))
    assert (in_window(night, at_three), in_window(night, at_noon)) == (True, False)
    assert (in_window(day, at_three), in_window(day, at_noon)) == (False, True)
    assert in_window(Schedule(time(2), EVERY_DAY, ZoneInfo("UTC")), at_noon)


EVENING = datetime(2026, 11, 22, 20, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 2, 0, 3, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def file(cast: SimpleNamespace) -> CompanyFile:
    """A company file that the Monitor has seen in the evening."""
    made = CompanyFile.objects.create(name="Tidewater", path="/nowhere", made_at=EVENING, is_default=True)
    start_due_syncs(EVENING)
    made.refresh_from_db()
    return made


def test_at_its_hour_the_sync_is_asked_for_once(file: CompanyFile) -> None:
    assert file.next_sync_at == datetime(2026, 11, 23, 2, tzinfo=UTC)
    start_due_syncs(NIGHT)
    start_due_syncs(NIGHT + timedelta(seconds=5))
    run = ImportRun.objects.get()
    assert (run.trigger, run.asked_by, run.state) == ("nightly", None, "waiting")
    file.refresh_from_db()
    assert file.next_sync_at == datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert not Notice.objects.exists()


def test_a_sync_that_was_missed_runs_when_a_monitor_is_back_and_is_told(
    file: CompanyFile, cast: SimpleNamespace
) -> None:
    start_due_syncs(MORNING)
    assert ImportRun.objects.count() == 1
    notice = Notice.objects.get(kind="import.missed", user=cast.ada)
    assert "02:00" in notice.title and "No Monitor was running" in notice.text
    assert not Notice.objects.filter(user=cast.sam).exists()


def test_outside_its_window_a_missed_sync_waits_for_the_next_night(file: CompanyFile, cast: SimpleNamespace) -> None:
    file.window_start, file.window_end = time(19), time(7)
    file.save()
    start_due_syncs(MORNING)
    assert not ImportRun.objects.exists()
    assert "outside the hours" in Notice.objects.get(kind="import.missed", user=cast.ada).text
    file.refresh_from_db()
    assert file.next_sync_at == datetime(2026, 11, 24, 2, tzinfo=UTC)


def test_a_paused_connection_is_not_synced_and_people_know_why(file: CompanyFile, cast: SimpleNamespace) -> None:
    pause(cast.ada, file, "Month-end", EVENING)
    start_due_syncs(NIGHT)
    assert not ImportRun.objects.exists()
    assert "Month-end" in Notice.objects.get(kind="import.missed", user=cast.ada).text


def test_a_sync_that_is_switched_off_or_disconnected_does_not_run(file: CompanyFile) -> None:
    file.sync_on = False
    file.save()
    start_due_syncs(NIGHT)
    file.refresh_from_db()
    assert (file.next_sync_at, ImportRun.objects.count()) == (None, 0)
    file.sync_on, file.disconnected_at = True, EVENING
    file.save()
    start_due_syncs(NIGHT)
    assert not ImportRun.objects.exists()


def test_a_sync_that_should_have_begun_is_known_as_overdue(file: CompanyFile) -> None:
    assert not sync_overdue(file, NIGHT)
    assert sync_overdue(file, MORNING)


def test_a_failed_nightly_sync_is_told_to_who_manages_the_connection(file: CompanyFile, cast: SimpleNamespace) -> None:
    start_due_syncs(NIGHT)
    fail(ImportRun.objects.get(), "QuickBooks did not give the list.", "An administrator of QuickBooks", NIGHT)
    notice = Notice.objects.get(kind="import.failed", user=cast.ada)
    assert notice.title == "The nightly sync from Tidewater failed"


def test_a_preview_that_nobody_confirmed_holds_the_sync_up_and_people_know(
    file: CompanyFile, cast: SimpleNamespace
) -> None:
    ImportRun.objects.create(company_file=file, trigger="first", asked_at=EVENING, state="staged", preview=True)
    start_due_syncs(NIGHT)
    assert ImportRun.objects.count() == 1
    assert "confirmed or stopped" in Notice.objects.get(kind="import.missed", user=cast.ada).text


def test_while_the_file_cannot_be_opened_each_night_that_does_not_run_is_told(
    file: CompanyFile, cast: SimpleNamespace
) -> None:
    note_stopped(file, "The company file was moved.", who_can_act="An administrator", code="80040403", now=EVENING)
    for night in range(3):
        start_due_syncs(NIGHT + timedelta(days=night))
    assert not ImportRun.objects.exists()
    told = Notice.objects.filter(kind="import.missed", user=cast.ada)
    assert told.count() == 3
    assert all("cannot be opened. The company file was moved." in one.text for one in told)


def test_an_import_that_stays_open_from_an_earlier_night_is_told(file: CompanyFile, cast: SimpleNamespace) -> None:
    start_due_syncs(NIGHT)
    assert not Notice.objects.exists()
    start_due_syncs(NIGHT + timedelta(days=1))
    assert ImportRun.objects.count() == 1
    assert "02:00 on 23 November is not done yet" in Notice.objects.get(kind="import.missed", user=cast.ada).text


def test_a_nightly_sync_that_could_not_begin_in_its_hours_is_ended_and_told(
    file: CompanyFile, cast: SimpleNamespace
) -> None:
    file.window_start, file.window_end = time(19), time(7)
    file.save()
    start_due_syncs(NIGHT)
    assert due_run(file, NIGHT) == ImportRun.objects.get()
    assert due_run(file, MORNING) is None
    start_due_syncs(MORNING)
    start_due_syncs(MORNING + timedelta(minutes=1))
    run = ImportRun.objects.get()
    assert (run.state, run.finished_at) == ("stopped", MORNING)
    notice = Notice.objects.get(kind="import.missed", user=cast.ada)
    assert "02:00" in notice.title and "could not begin in the hours" in notice.text


def test_a_sync_that_a_person_asks_for_begins_outside_the_hours(file: CompanyFile, cast: SimpleNamespace) -> None:
    file.window_start, file.window_end = time(19), time(7)
    file.save()
    start_due_syncs(NIGHT)
    ask_import(cast.ada, file, None, now=MORNING - timedelta(hours=3))
    start_due_syncs(MORNING)
    assert due_run(file, MORNING) == ImportRun.objects.get(state="waiting")
