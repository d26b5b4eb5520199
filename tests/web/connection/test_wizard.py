"""The first connection: chosen, tested, read onto the shelf, asked about, looked at, and only then written."""

import re
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from daybook import companyfile
from daybook.cli.monitor import monitor_for
from daybook.connections import operations
from daybook.connections.models import CompanyFile, MonitorSeat
from daybook.directory.models import Client as FirmClient
from daybook.directory.models import Project
from daybook.intake.models import ImportRun
from daybook.outbox.models import Link
from tests.web.browser import SignIn, check_access, look, watch_console

pytestmark = pytest.mark.django_db(transaction=True)
ANSWERS = {
    "customers_without_jobs": "client",
    "sub_jobs": "nested",
    "employee_names": "first_last",
    "service_items": "link",
    "other_items": "link",
    "inactive": "skip",
    "first_winner": "books",
}


@pytest.fixture
def sandbox(tmp_path: Path) -> Path:
    path = tmp_path / "rock.qbsandbox"
    companyfile.create(path).close()
    return path


def now() -> datetime:
    return timezone.now()


def words(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, answer.content
    return re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())


def run_monitor() -> None:
    """A Monitor does what waits, and is seen as running on."""
    monitor_for().run_once()
    MonitorSeat.objects.get_or_create(
        holder="office", defaults={"machine": "OFFICE-PC", "started_at": now(), "heartbeat_at": now()}
    )


def connect(client: Client, path: Path, name: str = "Rock Castle") -> CompanyFile:
    """Step 1 on an existing file, and the Monitor once."""
    client.post("/connection/new/sandbox/", {"kind": "existing", "name": name, "path": str(path), "time_zone": "UTC"})
    run_monitor()
    return CompanyFile.objects.get(name=name)


def staged(client: Client, path: Path) -> tuple[CompanyFile, ImportRun]:
    """Up to the questions."""
    file = connect(client, path)
    client.post(f"/connection/{file.pk}/read/")
    run_monitor()
    return file, ImportRun.objects.get(company_file=file)


def test_only_who_manages_the_connection_may_connect(client: Client, cast: SimpleNamespace) -> None:
    for user in (cast.mia, cast.ben, cast.sam):
        client.force_login(user)
        for address in ("/connection/", "/connection/new/"):
            assert client.get(address).status_code == 403
        assert (
            client.post("/connection/new/sandbox/", {"kind": "sample", "name": "x", "time_zone": "UTC"}).status_code
            == 403
        )
    assert not CompanyFile.objects.exists()


def test_a_sample_file_is_made_and_connected(cast_client: Client) -> None:
    cast_client.post("/connection/new/sandbox/", {"kind": "sample", "name": "My try", "path": "", "time_zone": "UTC"})
    file = CompanyFile.objects.get()
    path = Path(file.path)
    assert path.parent == Path(settings.HOME) / "sandbox"
    assert path.is_file()
    path.unlink()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"kind": "existing", "path": ""}, "Say where the file is"),
        ({"kind": "existing", "path": "books/rock.qbw"}, "Write the whole path"),
        ({"kind": "sample", "path": "/"}, "There is a file of this name already"),
        (
            {"kind": "sample", "path": "/proc/no/such/place.qbsandbox"},
            "There is no folder /proc/no/such",
        ),
        ({"kind": "sample", "path": "/proc/place.qbsandbox"}, "could not be made"),
        ({"kind": "existing", "path": "/a/b", "name": ""}, "This field is required"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_at_its_field(
    cast_client: Client, given: dict[str, str], sentence: str
) -> None:
    answer = cast_client.post("/connection/new/sandbox/", {"name": "Rock Castle", "time_zone": "UTC"} | given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not CompanyFile.objects.exists()


def test_no_folder_is_made_for_a_sample_file_and_what_was_typed_stays(cast_client: Client, tmp_path: Path) -> None:
    path = tmp_path / "new" / "try.qbsandbox"
    given = {"kind": "sample", "name": "Try", "path": str(path), "time_zone": "UTC"}
    page = cast_client.post("/connection/new/sandbox/", given).content.decode()
    assert f'value="{path}"' in page and not path.parent.exists()


def test_each_link_of_the_chain_is_ticked_as_it_is_seen(cast_client: Client, sandbox: Path) -> None:
    cast_client.post(
        "/connection/new/sandbox/", {"kind": "existing", "name": "R", "path": str(sandbox), "time_zone": "UTC"}
    )
    file = CompanyFile.objects.get()
    before = words(cast_client, f"/connection/{file.pk}/test/")
    assert "No Monitor reports itself" in before
    assert "Comes after what stands above" in before
    run_monitor()
    after = words(cast_client, f"/connection/{file.pk}/test/")
    assert "Go on: read the lists" in after, after
    for sentence in ("QuickBooks answered", "It is the file of", "has it open", "Classes are on"):
        assert sentence in after


def test_a_file_that_is_no_company_file_says_so_and_who_can_act(cast_client: Client, tmp_path: Path) -> None:
    wrong = tmp_path / "holiday.jpg"
    wrong.write_bytes(b"not a company file")
    file = connect(cast_client, wrong)
    page = words(cast_client, f"/connection/{file.pk}/test/")
    assert "Who can act" in page
    assert "Go on: read the lists" not in page
    assert file.state_sentence in page


def test_a_dialog_and_single_user_mode_are_told_and_end_by_themselves(cast_client: Client, sandbox: Path) -> None:
    with companyfile.CompanyFile.open(sandbox) as books:
        books.set_mode("single")
    file = connect(cast_client, sandbox)
    page = words(cast_client, f"/connection/{file.pk}/test/")
    assert "single-user mode" in page
    assert "Who can act" in page
    with companyfile.CompanyFile.open(sandbox) as books:
        books.set_mode("multi")
        books.open_dialog()
    cast_client.post(f"/connection/{file.pk}/test/")
    run_monitor()
    assert "dialog" in words(cast_client, f"/connection/{file.pk}/test/")
    with companyfile.CompanyFile.open(sandbox) as books:
        books.close_dialog()
    cast_client.post(f"/connection/{file.pk}/test/")
    run_monitor()
    assert "Go on: read the lists" in words(cast_client, f"/connection/{file.pk}/test/")


def test_nothing_is_written_before_the_preview_was_confirmed(cast_client: Client, sandbox: Path) -> None:
    file, run = staged(cast_client, sandbox)
    assert run.state == "staged"
    assert not FirmClient.objects.exists()
    assert not Link.objects.exists()
    asked = words(cast_client, f"/connection/{file.pk}/import/{run.pk}/")
    assert "How shall the lists look in Daybook?" in asked
    cast_client.post(f"/connection/{file.pk}/import/{run.pk}/questions/", ANSWERS)
    run_monitor()
    shown = words(cast_client, f"/connection/{file.pk}/import/{run.pk}/")
    assert "This is what would be written" in shown
    assert "Will be created" in shown
    assert not FirmClient.objects.exists()
    cast_client.post(f"/connection/{file.pk}/import/{run.pk}/confirm/", {"choice": "confirm"})
    run_monitor()
    run.refresh_from_db()
    assert run.state == "published", run.problem
    assert FirmClient.objects.exists()
    assert Project.objects.exists()
    assert "Rock Castle is connected" in words(cast_client, f"/connection/{file.pk}/import/{run.pk}/")


def test_the_answers_decide_what_is_written(cast_client: Client, sandbox: Path) -> None:
    file, run = staged(cast_client, sandbox)
    answers = ANSWERS | {"sub_jobs": "flat", "inactive": "import", "customers_without_jobs": "client_and_project"}
    cast_client.post(f"/connection/{file.pk}/import/{run.pk}/questions/", answers)
    run_monitor()
    cast_client.post(f"/connection/{file.pk}/import/{run.pk}/confirm/", {"choice": "confirm"})
    run_monitor()
    assert not Project.objects.exclude(parent=None).exists()
    assert Project.objects.filter(is_client_itself=True).exists()
    assert FirmClient.objects.filter(is_active=False).exists()


def test_the_wizard_goes_on_where_it_was_left(cast_client: Client, sandbox: Path) -> None:
    file = connect(cast_client, sandbox)
    assert f"/connection/{file.pk}/read/" in cast_client.get("/connection/").content.decode()
    cast_client.post(f"/connection/{file.pk}/read/")
    run = ImportRun.objects.get()
    assert f"/connection/{file.pk}/import/{run.pk}/" in cast_client.get("/connection/").content.decode()
    run_monitor()
    assert f"/connection/{file.pk}/import/{run.pk}/questions/" in cast_client.get("/connection/").content.decode()


def test_a_staged_import_can_be_stopped_and_leaves_nothing(cast_client: Client, sandbox: Path) -> None:
    file, run = staged(cast_client, sandbox)
    cast_client.post(f"/connection/{file.pk}/import/{run.pk}/confirm/", {"choice": "stop"})
    run_monitor()
    run.refresh_from_db()
    assert run.state == "stopped"
    assert not FirmClient.objects.exists()
    assert "The import was stopped" in words(cast_client, f"/connection/{file.pk}/import/{run.pk}/")
    assert f"/connection/{file.pk}/read/" in cast_client.get("/connection/").content.decode()


def test_an_answer_that_is_none_is_refused(cast_client: Client, sandbox: Path) -> None:
    file, run = staged(cast_client, sandbox)
    address = f"/connection/{file.pk}/import/{run.pk}/questions/"
    assert cast_client.post(address, ANSWERS | {"sub_jobs": "sideways"}).status_code == 422
    assert cast_client.post(address, {}).status_code == 422
    run.refresh_from_db()
    assert run.state == "staged"


def test_a_deleted_connection_made_again_has_its_links(cast_client: Client, sandbox: Path) -> None:
    file, run = staged(cast_client, sandbox)
    cast_client.post(f"/connection/{file.pk}/import/{run.pk}/questions/", ANSWERS)
    run_monitor()
    cast_client.post(f"/connection/{file.pk}/import/{run.pk}/confirm/", {"choice": "confirm"})
    run_monitor()
    links = Link.objects.count()
    assert "Links, transactions and history stay" in words(cast_client, f"/connection/{file.pk}/delete/")
    cast_client.post(f"/connection/{file.pk}/delete/")
    assert "Deleted connections" in words(cast_client, "/connection/")
    assert cast_client.get(f"/connection/{file.pk}/test/").status_code == 404
    cast_client.post(f"/connection/{file.pk}/again/")
    run_monitor()
    file.refresh_from_db()
    assert (file.disconnected_at, Link.objects.count()) == (None, links)


def test_a_person_says_that_the_file_was_restored_and_everything_is_read_anew(
    client: Client, cast_client: Client, cast: SimpleNamespace
) -> None:
    file = CompanyFile.objects.create(name="Rock Castle", path="/x.qbsandbox", made_at=now(), last_sync_at=now())
    assert f'id="restored-{file.pk}"' in cast_client.get("/connection/").content.decode()
    assert "Everything is read anew" in words_after(cast_client, f"/connection/{file.pk}/restored/")
    file.refresh_from_db()
    assert file.reread_needed and ImportRun.objects.get().trigger == "reconcile"
    assert "It was restored" not in words(cast_client, "/connection/")
    client.force_login(cast.mia)
    assert client.post(f"/connection/{file.pk}/restored/").status_code == 403


def words_after(client: Client, address: str) -> str:
    return client.post(address, follow=True).content.decode()


def test_the_same_file_is_not_connected_twice(cast_client: Client, sandbox: Path, cast: SimpleNamespace) -> None:
    operations.add_company_file(cast.ada, name="Rock Castle", path=str(sandbox), now=now())
    answer = cast_client.post(
        "/connection/new/sandbox/", {"kind": "existing", "name": "Again", "path": str(sandbox), "time_zone": "UTC"}
    )
    assert answer.status_code == 422
    assert "connected already" in answer.content.decode()


@pytest.mark.browser
def test_an_administrator_connects_a_sample_file_from_the_first_step_to_the_last(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, start_process: Any
) -> None:
    start_process("monitor")
    sign_in(page, cast.ada)
    complaints = watch_console(page)
    page.goto(f"{site}/connection/")
    page.click("text=Choose the way")
    check_access(page)
    look(page, "wizard-0-way")
    page.click("text=Try on a file")
    check_access(page)
    look(page, "wizard-1-choose")
    page.fill("[name=name]", "Sample of the browser")
    page.click("text=Connect and test")
    expect(page.locator("#checks")).to_contain_text("The connection works")
    check_access(page)
    look(page, "wizard-2-test")
    page.click("text=Go on: read the lists")
    look(page, "wizard-3-read")
    page.click("button:has-text('Read the lists')")
    page.click("a:has-text('Go on')", timeout=60_000)
    expect(page.locator("h1")).to_contain_text("How shall the lists look")
    check_access(page)
    look(page, "wizard-4-questions")
    page.click("text=Show the preview")
    page.click("a:has-text('Go on')", timeout=60_000)
    expect(page.locator("h1")).to_contain_text("what would be written")
    check_access(page)
    look(page, "wizard-5-preview")
    page.click("text=Yes, write it")
    page.click("text=Show what came of it", timeout=60_000)
    expect(page.locator("h1")).to_contain_text("is connected")
    check_access(page)
    look(page, "wizard-6-done")
    assert FirmClient.objects.exists()
    page.goto(f"{site}/connection/")
    check_access(page)
    look(page, "connection")
    assert complaints == []
    Path(CompanyFile.objects.get().path).unlink()
