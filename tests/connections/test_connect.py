"""Company files are connected, disconnected, paused, moved and scheduled."""

from datetime import UTC, datetime, time
from types import SimpleNamespace

import pytest

from daybook.connections import operations, queries
from daybook.connections.models import CompanyFile, Lease
from daybook.history.queries import of_subject
from daybook.outbox.models import Link
from daybook.people.errors import NotAllowed, Refused
from tests.web.conftest import cast

__all__ = ["cast"]

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def file(cast: SimpleNamespace) -> CompanyFile:
    return operations.add_company_file(cast.ada, name="Tidewater", path="/books/tidewater.qbw", now=NOW)


def test_the_first_company_file_is_the_default_one(cast: SimpleNamespace, file: CompanyFile) -> None:
    other = operations.add_company_file(cast.ada, name="Second", path="/books/second.qbw", now=NOW)
    assert (queries.default_file(), other.is_default) == (file, False)
    assert file.check_asked_at == NOW  # the Monitor opens it at once
    assert "Connected" in of_subject("company_file", file.pk)[0].summary


def test_only_who_may_manage_the_connection_does(cast: SimpleNamespace, file: CompanyFile) -> None:
    for act in (
        lambda: operations.add_company_file(cast.mia, name="x", path="/x", now=NOW),
        lambda: operations.pause(cast.mia, file, "", NOW),
        lambda: operations.delete_connection(cast.mia, file, NOW),
        lambda: operations.point_at(cast.mia, file, "/y", NOW),
        lambda: operations.release_file(cast.mia, file, NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_same_file_is_not_connected_twice(cast: SimpleNamespace, file: CompanyFile) -> None:
    with pytest.raises(Refused, match="connected already, as Tidewater"):
        operations.add_company_file(cast.ada, name="Again", path=file.path, now=NOW)


def test_a_deleted_connection_that_is_made_again_has_its_links(cast: SimpleNamespace, file: CompanyFile) -> None:
    Link.objects.create(company_file=file, kind="customer", list_id="80-1", state="shared")
    operations.delete_connection(cast.ada, file, NOW)
    assert queries.default_file() is None
    again = operations.add_company_file(cast.ada, name="Tidewater", path=file.path, now=NOW)
    assert again.pk == file.pk and again.links.count() == 1 and again.is_default


def test_when_the_default_file_goes_another_takes_its_place(cast: SimpleNamespace, file: CompanyFile) -> None:
    other = operations.add_company_file(cast.ada, name="Second", path="/books/second.qbw", now=NOW)
    operations.delete_connection(cast.ada, file, NOW)
    assert queries.default_file() == other
    operations.connect_again(cast.ada, file, NOW)
    operations.make_default(cast.ada, file, NOW)
    assert queries.default_file() == file


def test_pausing_gives_the_file_back(cast: SimpleNamespace, file: CompanyFile) -> None:
    paused = operations.pause(cast.ada, file, "Year end.", NOW)
    assert (paused.state, paused.state_sentence) == ("paused", "Ada Berg paused the connection: Year end.")
    assert Lease.objects.get().release_asked
    assert operations.resume(cast.ada, file, NOW).paused is False


def test_the_schedule_wants_a_day_and_a_time_zone_that_exists(cast: SimpleNamespace, file: CompanyFile) -> None:
    wanted = {"sync_on": True, "sync_time": time(1, 30), "now": NOW}
    changed = operations.set_schedule(cast.ada, file, sync_weekdays=[4, 0, 4], time_zone="Europe/Berlin", **wanted)  # type: ignore[arg-type]
    assert (changed.sync_weekdays, changed.time_zone) == ([0, 4], "Europe/Berlin")
    with pytest.raises(Refused, match="weekday"):
        operations.set_schedule(cast.ada, file, sync_weekdays=[], time_zone="UTC", **wanted)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="time zone"):
        operations.set_schedule(cast.ada, file, sync_weekdays=[1], time_zone="Mars/Base", **wanted)  # type: ignore[arg-type]


def test_settings_outside_their_limits_are_refused(cast: SimpleNamespace, file: CompanyFile) -> None:
    assert operations.change_settings(cast.ada, file, NOW, hold_seconds=300).hold_seconds == 300
    with pytest.raises(Refused):
        operations.change_settings(cast.ada, file, NOW, hold_seconds=-1)
    with pytest.raises(Refused):
        operations.change_settings(cast.ada, file, NOW, path="/elsewhere")


def test_the_health_says_who_holds_the_file_and_whose_move_it_is(cast: SimpleNamespace, file: CompanyFile) -> None:
    operations.note_waiting(file, "A dialog is open.", who_can_act="Ben", code="0x80040414", retry_at=NOW, now=NOW)
    health = queries.health(file, NOW)
    assert (health.state, health.sentence, health.who_can_act) == ("waiting", "A dialog is open.", "Ben")
    assert (health.held, health.monitor_alive) == (False, False)


def test_a_restored_file_is_marked_to_be_read_anew(cast: SimpleNamespace, file: CompanyFile) -> None:
    operations.mark_restored(file, NOW)
    file.refresh_from_db()
    assert file.reread_needed
