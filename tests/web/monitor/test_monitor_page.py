"""The Monitor page: how the connection is, whose move it is, Import now with progress, and the settings behind it."""

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from daybook import companyfile
from daybook.cli.monitor import monitor_for
from daybook.connections import operations
from daybook.connections.models import CompanyFile, Lease, MonitorSeat
from daybook.directory.models import ProductionStatus
from daybook.intake.models import ImportRun
from daybook.notices.queries import firm
from tests.web.browser import SignIn, check_access, look, watch_console

pytestmark = pytest.mark.django_db
MADE = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


@pytest.fixture
def file(db: None) -> CompanyFile:
    """A company file that was connected and works."""
    made = CompanyFile.objects.create(
        name="Rock Castle", path="/books/rock.qbw", made_at=MADE, is_default=True, state="active", last_contact_at=MADE
    )
    Lease.objects.create(company_file=made, expires_at=MADE)
    return made


@pytest.fixture
def sandbox(transactional_db: None, tmp_path: Path, cast: SimpleNamespace) -> CompanyFile:
    """A sample company file that was just connected."""
    path = tmp_path / "rock.qbsandbox"
    companyfile.create(path).close()
    return operations.add_company_file(cast.ada, name="Rock Castle", path=str(path), now=timezone.now())


def alive(*, active_for: CompanyFile | None = None, machine: str = "OFFICE-PC", ago: int = 0) -> None:
    """A Monitor that reported itself so many seconds ago."""
    now = timezone.now()
    seen = now - timedelta(seconds=ago)
    MonitorSeat.objects.create(holder=machine, machine=machine, pid=7, started_at=seen, heartbeat_at=seen)
    if active_for:
        Lease.objects.filter(company_file=active_for).update(
            holder=machine, machine=machine, epoch=1, expires_at=now + timedelta(minutes=1)
        )


def page_of(client: Client, address: str = "/monitor/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())


def test_a_firm_without_a_company_file_is_shown_the_first_step(cast_client: Client) -> None:
    assert "Connect a company file" in page_of(cast_client)


def test_the_page_says_which_machine_holds_the_file(cast_client: Client, file: CompanyFile) -> None:
    alive(active_for=file)
    alive(machine="SPARE-PC")
    page = page_of(cast_client)
    for words in ("Rock Castle", "Active", "on  OFFICE-PC" if "on  OFFICE-PC" in page else "on OFFICE-PC", "Standby"):
        assert words in page


def test_a_monitor_that_is_not_seen_is_the_first_thing_said(cast_client: Client, file: CompanyFile) -> None:
    alive(ago=600)
    page = page_of(cast_client)
    assert "Monitor not seen since" in page
    assert "Who can act: Who runs Daybook" in page


def test_a_monitor_that_was_stopped_in_order_is_not_said_to_have_never_been_seen(
    cast_client: Client, file: CompanyFile
) -> None:
    page = page_of(cast_client)  # its seat goes with it
    assert "No Monitor runs. Start it with" in page and "never" not in page


def test_a_file_that_cannot_be_opened_says_why_and_who_can_act(cast_client: Client, file: CompanyFile) -> None:
    alive()
    sentence = "QuickBooks is in single-user mode on OFFICE-PC."
    operations.note_waiting(
        file, sentence, who_can_act="Whoever works in QuickBooks", code="0x80040410", retry_at=MADE, now=MADE
    )
    page = page_of(cast_client)
    assert sentence in page
    assert "Who can act: Whoever works in QuickBooks" in page
    operations.note_stopped(
        file, "This is the file of another company.", who_can_act="Ada Berg", code="wrong", now=MADE
    )
    assert "Cannot open" in page_of(cast_client)


def test_the_connection_is_paused_with_a_reason_and_resumed(cast_client: Client, file: CompanyFile) -> None:
    alive()
    page = cast_client.post(f"/monitor/{file.pk}/pause/", {"reason": "month end"}, follow=True).content.decode()
    assert "Ada Berg paused the connection: month end" in page
    cast_client.post(f"/monitor/{file.pk}/resume/")
    file.refresh_from_db()
    assert not file.paused


def test_the_file_is_released_and_the_connection_is_tried(cast_client: Client, file: CompanyFile) -> None:
    cast_client.post(f"/monitor/{file.pk}/release/")
    assert Lease.objects.get().release_asked
    cast_client.post(f"/monitor/{file.pk}/try/")
    file.refresh_from_db()
    assert file.check_asked_at is not None


def test_nothing_is_imported_while_the_file_is_looked_at_elsewhere(cast_client: Client, file: CompanyFile) -> None:
    alive()
    assert "Import now" in page_of(cast_client)
    CompanyFile.objects.update(in_trial=True)
    page = page_of(cast_client)
    assert "On trial" in page and "Import now" not in page


def test_who_may_only_look_sees_no_button_and_is_refused_the_deed(
    client: Client, cast: SimpleNamespace, file: CompanyFile
) -> None:
    client.force_login(cast.mia)
    page = page_of(client)
    assert "Rock Castle" in page
    for words in ("Import now", "Pause", "Release the file"):
        assert words not in page
    for action in ("pause", "resume", "release", "try"):
        assert client.post(f"/monitor/{file.pk}/{action}/").status_code == 403
    assert client.post(f"/monitor/{file.pk}/import/", {"all": "1"}).status_code == 403
    assert client.get(f"/monitor/{file.pk}/schedule/").status_code == 403
    client.force_login(cast.sam)
    assert client.get("/monitor/").status_code == 403


def test_import_now_asks_for_the_ticked_lists_or_for_all(cast_client: Client, file: CompanyFile) -> None:
    cast_client.post(f"/monitor/{file.pk}/import/", {"lists": ["employees"]})
    run = ImportRun.objects.get()
    assert "employee" in run.lists
    assert "customer" not in run.lists
    cast_client.post(f"/monitor/{file.pk}/import/", {"lists": ["account"]})
    run.refresh_from_db()
    assert "account" in run.lists
    assert (run.trigger, run.asked_by and run.asked_by.name) == ("manual", "Ada Berg")
    cast_client.post(f"/monitor/{file.pk}/stop/")
    cast_client.post(f"/monitor/{file.pk}/import/", {"all": "1"})
    assert "customer" in ImportRun.objects.get(state="waiting").lists


def test_an_import_of_nothing_ticked_asks_what_is_meant(cast_client: Client, file: CompanyFile) -> None:
    page = cast_client.post(f"/monitor/{file.pk}/import/", follow=True).content.decode()
    assert "Nothing was ticked" in page and not ImportRun.objects.exists()


def test_an_import_of_no_known_list_is_refused_with_a_sentence(cast_client: Client, file: CompanyFile) -> None:
    cast_client.post(f"/monitor/{file.pk}/import/", {"lists": ["everything'; DROP TABLE"]}, follow=True)
    assert not ImportRun.objects.exists()


def test_the_progress_is_asked_for_again_by_itself_and_can_be_stopped(cast_client: Client, file: CompanyFile) -> None:
    cast_client.post(f"/monitor/{file.pk}/import/", {"all": "1"})
    ImportRun.objects.update(state="running", progress={"customer": {"done": 500, "total": 1200}}, lists=["customer"])
    live = cast_client.get(f"/monitor/{file.pk}/live/").content.decode()
    assert 'data-poll-every="1"' in live
    assert "500 of 1,200" in live
    page = cast_client.post(f"/monitor/{file.pk}/stop/", follow=True).content.decode()
    assert ImportRun.objects.get().state == "stopped"
    assert "Stop import" not in page


def test_what_an_import_brought_stands_where_its_progress_stood(cast_client: Client, file: CompanyFile) -> None:
    cast_client.post(f"/monitor/{file.pk}/import/", {"all": "1"})
    ImportRun.objects.update(
        state="running", lists=["item_service"], progress={"item_service": {"done": 1, "total": 1}}
    )
    live = cast_client.get(f"/monitor/{file.pk}/live/").content.decode()
    assert "Reading service items: 1 of 1." in live and "Reading" in live.partition('data-into="#runs"')[2]
    counts = {"customer": {"new": 2}}
    ImportRun.objects.update(state="published", finished_at=timezone.now(), counts=counts)
    live = cast_client.get(f"/monitor/{file.pk}/live/").content.decode()
    assert "Customers and jobs: 2 new." in live and 'data-poll-every="5"' in live and "Stop import" not in live
    assert "Done" in live.partition('data-into="#runs"')[2]
    ImportRun.objects.update(finished_at=timezone.now() - timedelta(hours=1))
    assert "Customers and jobs: 2 new." not in cast_client.get(f"/monitor/{file.pk}/live/").content.decode()


def test_a_time_that_is_to_come_is_spoken_of_as_such(cast_client: Client, file: CompanyFile) -> None:
    alive()
    later = timezone.now() + timedelta(minutes=5)
    operations.note_waiting(file, "A dialog is open.", who_can_act="You", code="x", retry_at=later, now=MADE)
    assert "Tries again at" in page_of(cast_client)
    CompanyFile.objects.update(retry_at=MADE)
    assert "Tries again" not in page_of(cast_client)


def test_the_schedule_is_kept(cast_client: Client, file: CompanyFile) -> None:
    given = {
        "sync_on": "on",
        "sync_time": "03:30",
        "sync_weekdays": ["0", "4"],
        "time_zone": "America/New_York",
        "window_start": "01:00",
        "window_end": "05:00",
    }
    cast_client.post(f"/monitor/{file.pk}/schedule/", given)
    file.refresh_from_db()
    assert (file.sync_time, file.sync_weekdays, file.time_zone) == (time(3, 30), [0, 4], "America/New_York")
    assert (file.window_start, file.window_end) == (time(1, 0), time(5, 0))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"sync_weekdays": []}, "Choose at least one weekday"),
        ({"window_end": ""}, "Give both ends of the window"),
        ({"time_zone": "Atlantis/Capital"}, "Select a valid choice"),
        ({"sync_time": "25:00"}, "Enter a valid time"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(
    cast_client: Client, file: CompanyFile, wrong: dict[str, Any], words: str
) -> None:
    given = {
        "sync_on": "on", "sync_time": "03:30", "sync_weekdays": ["0"], "time_zone": "UTC",
        "window_start": "01:00", "window_end": "05:00",
    }  # fmt: skip
    answer = cast_client.post(f"/monitor/{file.pk}/schedule/", given | wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_settings_of_the_connection_are_kept(cast_client: Client, file: CompanyFile) -> None:
    given = {"name": "Books", "hold_seconds": "0", "retention_days": "90", "use_jobs": "on", "auto_inactive_status": ""}
    cast_client.post(f"/monitor/{file.pk}/settings/", given)
    file.refresh_from_db()
    assert (file.name, file.hold_seconds, file.retention_days) == ("Books", 0, 90)
    assert (file.use_jobs, file.enable_updates, file.auto_inactive_status) == (True, False, None)


def test_only_an_inactive_status_is_offered_for_projects_whose_job_went(cast_client: Client, file: CompanyFile) -> None:
    working = ProductionStatus.objects.create(code=71, name="Working")
    dormant = ProductionStatus.objects.create(code=72, name="Dormant", is_active=False)
    page = cast_client.get(f"/monitor/{file.pk}/settings/").content.decode()
    assert "None: a project stays as it is" in page and "Dormant" in page and "Working" not in page
    given = {"name": "Books", "hold_seconds": "0", "retention_days": "90", "auto_inactive_status": str(working.pk)}
    assert cast_client.post(f"/monitor/{file.pk}/settings/", given).status_code == 422
    given["auto_inactive_status"] = str(dormant.pk)
    cast_client.post(f"/monitor/{file.pk}/settings/", given)
    file.refresh_from_db()
    assert file.auto_inactive_status == dormant.pk


def test_the_backup_has_its_hour_and_the_page_says_where_the_key_is(cast_client: Client, tmp_path: Path) -> None:
    cast_client.post("/monitor/backup/", {"backup_time": "04:15", "backup_folder": str(tmp_path)})
    assert (firm().backup_time, firm().backup_folder) == (time(4, 15), str(tmp_path))
    page = page_of(cast_client, "/monitor/backup/")
    assert "secret.key" in page
    assert "never in a backup" in page
    refused = cast_client.post("/monitor/backup/", {"backup_time": "04:15", "backup_folder": "/no/such/folder"})
    assert refused.status_code == 422


@pytest.mark.django_db(transaction=True)
def test_a_click_on_import_now_brings_the_lists(cast_client: Client, sandbox: CompanyFile) -> None:
    cast_client.post(f"/monitor/{sandbox.pk}/import/", {"all": "1"})
    monitor_for().run_once()
    run = ImportRun.objects.get()
    assert run.state == "published", run.problem
    page = page_of(cast_client, f"/transactions/imports/{run.pk}/")
    assert "Customers and jobs" in page
    text = b"".join(cast_client.get(f"/transactions/imports/{run.pk}/download/").streaming_content)  # type: ignore[attr-defined]
    assert b"customer: {" in text


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_person_clicks_import_now_and_sees_it_end(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, sandbox: CompanyFile, start_process: Any
) -> None:
    start_process("monitor")
    sign_in(page, cast.ada)
    complaints = watch_console(page)
    page.goto(f"{site}/monitor/")
    expect(page.locator("#live")).to_contain_text("Active")
    check_access(page)
    look(page, "monitor")
    page.click("text=Import now")
    look(page, "monitor-import-now")
    page.click("text=Import everything")
    expect(page.locator("#live")).to_contain_text("Customers and jobs: ", timeout=60_000)
    expect(page.locator("#live progress")).to_have_count(0)
    expect(page.locator("#runs")).to_contain_text("Done")
    check_access(page)
    look(page, "monitor-imported")
    page.goto(f"{site}/transactions/imports/")
    expect(page.locator("#list")).to_contain_text("Done")
    check_access(page)
    look(page, "imports")
    page.click("#list a.row-link")
    page.wait_for_selector("#detail h2")
    check_access(page)
    look(page, "import-detail")
    for name in ("schedule", "settings"):
        page.goto(f"{site}/monitor/{sandbox.pk}/{name}/")
        check_access(page)
        look(page, f"monitor-{name}")
    page.goto(f"{site}/monitor/backup/")
    check_access(page)
    look(page, "monitor-backup")
    assert complaints == []
