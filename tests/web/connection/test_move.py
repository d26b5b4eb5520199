"""A connection is moved on its page: looked at elsewhere, compared, and then taken or left."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from daybook import companyfile
from daybook.cli.monitor import monitor_for
from daybook.connections import operations, trials
from daybook.connections.models import CompanyFile, Trial
from daybook.outbox.models import Link
from tests.web.browser import SignIn, check_access, look, watch_console
from tests.web.connection.test_wizard import run_monitor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rock.qbsandbox"
    companyfile.create(path).close()
    return path


@pytest.fixture
def file(cast: SimpleNamespace, path: Path) -> CompanyFile:
    """A connected file, three records of which are linked."""
    made = operations.add_company_file(cast.ada, name="Rock Castle", path=str(path), now=timezone.now())
    run_monitor()
    with companyfile.CompanyFile.open(path) as books:
        entries = books.entries("customer", show="all", text="")[:3]
    for number, entry in enumerate(entries, 1):
        Link.objects.create(
            company_file=made,
            kind="customer",
            list_id=entry.list_id,
            name=entry.name,
            full_name=entry.full_name,
            state="shared",
            subject_kind="client",
            subject_id=number,
        )
    return CompanyFile.objects.get(pk=made.pk)


@pytest.fixture
def copy(file: CompanyFile, tmp_path: Path) -> Path:
    return Path(shutil.copy(file.path, tmp_path / "copy.qbsandbox"))


def address(file: CompanyFile) -> str:
    return f"/connection/{file.pk}/move/"


def words(client: Client, where: str) -> str:
    return re.sub(r"(<[^>]+>|\s)+", " ", client.get(where, follow=True).content.decode())


def move(client: Client, file: CompanyFile, place: Path | str, way: str = "sandbox") -> int:
    return client.post(address(file), {"way": way, "path": str(place)}).status_code


def test_only_who_manages_the_connection_moves_it(client: Client, cast: SimpleNamespace, file: CompanyFile) -> None:
    for user in (cast.mia, cast.ben, cast.sam):
        client.force_login(user)
        assert client.get(address(file)).status_code == 403
        assert move(client, file, "/books/copy.qbsandbox") == 403
    assert not Trial.objects.exists()


def test_a_copy_is_looked_at_and_taken_after_a_yes(cast_client: Client, file: CompanyFile, copy: Path) -> None:
    assert "Nothing is posted until you have seen" in words(cast_client, address(file))
    assert move(cast_client, file, copy) == 302
    before = words(cast_client, address(file))
    assert "is on trial at another place" in before and "Yes, use this file" not in before
    assert "It is on trial at this place" in words(cast_client, "/connection/")
    run_monitor()
    after = words(cast_client, address(file))
    assert "3 of 3 linked records are there, each under its name" in after and "Yes, use this file" in after
    for where in ("/connection/", "/monitor/"):
        assert "On trial" in words(cast_client, where)
    cast_client.post(address(file), {"do": "yes"})
    file.refresh_from_db()
    assert (file.path, file.in_trial, Link.objects.count()) == (str(copy), False, 3)
    assert "Moved the connection" in words(cast_client, "/connection/")


def test_a_person_goes_back_before_or_after_the_comparison(cast_client: Client, file: CompanyFile, copy: Path) -> None:
    before = file.path
    for monitor_was_there in (False, True):
        move(cast_client, file, copy)
        if monitor_was_there:
            run_monitor()
        cast_client.post(address(file), {"do": "back"})
        file.refresh_from_db()
        assert (file.path, file.in_trial) == (before, False)


def test_another_company_is_named_and_cannot_be_taken(cast_client: Client, file: CompanyFile, tmp_path: Path) -> None:
    other = tmp_path / "other.qbsandbox"
    companyfile.create(other, seed=2).close()
    with companyfile.CompanyFile.open(other) as books:
        books.set_company(CompanyName="Another Firm")
    move(cast_client, file, other)
    run_monitor()
    page = words(cast_client, address(file))
    assert "Another company" in page and "Another Firm" in page and "Yes, use this file" not in page
    assert "wrong records" in re.sub(
        r"\s+", " ", cast_client.post(address(file), {"do": "yes"}, follow=True).content.decode()
    )
    assert CompanyFile.objects.get().in_trial


def test_a_file_that_was_renamed_is_found_again(cast_client: Client, file: CompanyFile, tmp_path: Path) -> None:
    moved = Path(file.path).rename(tmp_path / "moved.qbsandbox")
    move(cast_client, file, moved)
    run_monitor()
    cast_client.post(address(file), {"do": "yes"})
    run_monitor()
    file.refresh_from_db()
    assert (file.state, file.path) == ("active", str(moved))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"way": "sandbox", "path": ""}, "Say where the company file is"),
        ({"way": "sandbox", "path": "copy.qbsandbox"}, "Write the whole path"),
        ({"way": "pigeon", "path": "/x"}, "Select a valid choice"),
    ],
)
def test_a_place_that_cannot_be_is_refused_at_its_field(
    cast_client: Client, file: CompanyFile, given: dict[str, str], sentence: str
) -> None:
    answer = cast_client.post(address(file), given)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert move(cast_client, file, file.path) == 422


def test_while_it_is_on_trial_the_test_page_leads_to_the_move(
    cast_client: Client, file: CompanyFile, copy: Path
) -> None:
    move(cast_client, file, copy)
    assert cast_client.get(f"/connection/{file.pk}/test/")["Location"] == address(file)


def test_a_move_to_the_web_connector_says_what_to_do_on_the_pc(cast_client: Client, file: CompanyFile) -> None:
    move(cast_client, file, "", way="webconnector")
    page = words(cast_client, address(file))
    for said in ("Make the file and a password", "Yes, always; allow access", "Switch to Single-user Mode"):
        assert said in page
    shown = cast_client.post(address(file), {"let_in": "new"}).content.decode()
    assert re.search(r"(?:[A-Z2-9]{4}-){6}[A-Z2-9]{4}", shown)
    assert CompanyFile.objects.get().in_trial


@pytest.mark.browser
def test_the_pages_are_clean_in_a_browser(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, file: CompanyFile, copy: Path
) -> None:
    said = watch_console(page)
    Link.objects.filter(subject_id=1).update(name="Old name", full_name="Old name")
    Link.objects.filter(subject_id=2).update(list_id="80009999-1")
    sign_in(page, cast.ada)
    page.goto(f"{site}/connection/")
    page.get_by_role("link", name="Move").click()
    check_access(page)
    look(page, "move-1-where")
    page.get_by_label("Where it is there").fill(str(copy))
    page.get_by_role("button", name="Look there").click()
    expect(page.get_by_role("heading", name="What is seen there")).to_be_visible()
    check_access(page)
    look(page, "move-2-trial")
    monitor_for().run_once()
    expect(page.get_by_role("button", name="Yes, use this file from now on")).to_be_visible()
    check_access(page)
    look(page, "move-3-found")
    page.goto(f"{site}/connection/")
    look(page, "move-4-overview")
    assert trials.of_file(file) is not None
    assert said == []
