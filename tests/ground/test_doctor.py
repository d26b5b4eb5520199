"""The doctor checks each link of the chain, and says for each that fails who can act and how."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from daybook.cli.doctor import Check, checks
from daybook.companyfile import create
from daybook.connections import backup
from daybook.connections.models import CompanyFile, MonitorSeat
from tests.conftest import RunDaybook, StartProcess
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


@pytest.fixture(autouse=True)
def own_backups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "BACKUPS", tmp_path)


def found() -> dict[str, Check]:
    return {check.name: check for check in checks(NOW)}


def company_file(**values: object) -> CompanyFile:
    described = {"name": "Books", "path": "books.sandbox", "made_at": NOW, "state": "active", **values}
    return CompanyFile.objects.create(**described)


def a_monitor_runs() -> None:
    MonitorSeat.objects.create(holder="here:1", machine="here", pid=1, started_at=NOW, heartbeat_at=NOW)


def test_each_check_that_fails_says_who_can_act_and_how() -> None:
    company_file()
    failed = [check for check in found().values() if not check.ok]
    assert {"web", "monitor", "company file Books", "backup"} <= {check.name for check in failed}
    assert all(check.who_can_act and check.how for check in failed)


def test_with_a_monitor_the_company_file_is_as_the_monitor_last_saw_it() -> None:
    a_monitor_runs()
    company_file(state="waiting", state_sentence="A dialog is open in QuickBooks.", who_can_act="The bookkeeper")
    check = found()["company file Books"]
    assert (check.ok, check.sentence, check.who_can_act) == (
        False,
        "A dialog is open in QuickBooks.",
        "The bookkeeper",
    )


def test_without_a_monitor_the_company_file_is_opened(tmp_path: Path) -> None:
    books = create(tmp_path / "books.sandbox", customers=1)
    company_file(path=str(books.path), state="never")
    assert found()["company file Books"].ok
    books.open_dialog()
    check = found()["company file Books"]
    assert not check.ok
    assert "dialog" in check.sentence.lower()
    assert check.who_can_act


def test_a_paused_connection_is_told_with_its_reason() -> None:
    company_file(state="paused", paused=True, pause_reason="Year end", who_can_act="An administrator")
    assert "Year end" in found()["company file Books"].sentence


def test_a_monitor_that_reported_itself_counts_as_running() -> None:
    a_monitor_runs()
    assert found()["monitor"].ok


def test_a_monitor_that_was_silent_for_long_does_not() -> None:
    long_ago = NOW - timedelta(minutes=10)
    MonitorSeat.objects.create(holder="here:1", machine="here", pid=1, started_at=long_ago, heartbeat_at=long_ago)
    assert not found()["monitor"].ok


def test_a_sync_that_failed_or_is_overdue_is_told() -> None:
    company_file(last_sync_at=NOW - timedelta(days=1), last_sync_ok=False)
    assert "failed" in found()["sync of Books"].sentence
    CompanyFile.objects.update(last_sync_ok=True, next_sync_at=NOW - timedelta(hours=3))
    assert "overdue" in found()["sync of Books"].sentence
    CompanyFile.objects.update(next_sync_at=NOW + timedelta(hours=3))
    assert found()["sync of Books"].ok


def test_a_fresh_backup_is_enough_and_an_old_one_is_not() -> None:
    assert not found()["backup"].ok
    backup.create(NOW)
    assert found()["backup"].ok


def test_the_command_exits_with_one_while_something_is_wrong(run_daybook: RunDaybook) -> None:
    said = run_daybook("doctor", "--json")
    assert said.returncode == 1
    by_name = {check["name"]: check for check in json.loads(said.stdout)}
    assert by_name["database"]["ok"]
    assert by_name["connection"]["how"].startswith("Open Connection")


def test_a_site_that_runs_is_found(start_process: StartProcess, run_daybook: RunDaybook) -> None:
    start_process("serve", "--port", "0")
    address = settings.HOME / "web.json"
    wait_for(address.exists, seconds=30)

    def web() -> bool:
        checks_said = json.loads(run_daybook("doctor", "--json").stdout)
        return any(check["name"] == "web" and check["ok"] for check in checks_said)

    assert wait_for(web, seconds=30)
    address.unlink()
