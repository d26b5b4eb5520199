"""The QuickBooks side: playing the bookkeeper of a sandbox company file on a page."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from daybook import companyfile
from daybook.companyfile import RequestProcessor
from daybook.connections.models import CompanyFile
from tests.web.browser import SignIn, check_access, look, watch_console

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(db: None, tmp_path: Path, settings: Any) -> CompanyFile:
    """A connected sandbox file of the sample firm."""
    settings.BACKUPS = tmp_path / "backups"
    companyfile.create(tmp_path / "tidewater.qbw").close()
    return CompanyFile.objects.create(
        name="Tidewater", path=str(tmp_path / "tidewater.qbw"), way="sandbox", made_at=timezone.now()
    )


def books(file: CompanyFile) -> companyfile.CompanyFile:
    return companyfile.CompanyFile.open(file.path)


def list_id(file: CompanyFile, kind: str, name: str) -> str:
    with books(file) as opened:
        return opened.find(kind, name).list_id


def said(client: Client, address: str, **fields: str) -> str:
    answer = client.post(address, fields, follow=True)
    found = re.search(r'<div id="messages".*?</div>\s*<div class="page-head"', answer.content.decode(), re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[0].rpartition("<div")[0]).split())


def act(client: Client, file: CompanyFile, kind: str, name: str, action: str, typed: str = "") -> str:
    return said(client, f"/quickbooks-side/{file.pk}/{kind}/{list_id(file, kind, name)}/{action}/", name=typed)


def test_only_who_manages_the_connection_may_play_the_bookkeeper(
    client: Client, cast: SimpleNamespace, file: CompanyFile
) -> None:
    client.force_login(cast.sam)
    assert client.get(f"/quickbooks-side/{file.pk}/customer/").status_code == 403
    assert client.post(f"/quickbooks-side/{file.pk}/file/open-dialog/").status_code == 403
    with books(file) as opened:
        assert opened.status()["dialog"] is False


def test_without_a_sandbox_file_the_page_says_what_it_is_for(cast_client: Client) -> None:
    assert "No sandbox company file is connected" in cast_client.get("/quickbooks-side/").content.decode()


def test_a_file_that_is_gone_is_said_to_be(cast_client: Client, file: CompanyFile) -> None:
    Path(file.path).unlink()
    answer = cast_client.get(f"/quickbooks-side/{file.pk}/customer/")
    assert answer.status_code == 409
    assert "there is no such file" in answer.content.decode()


def test_lists_are_searched_filtered_and_paged(cast_client: Client, file: CompanyFile) -> None:
    first = cast_client.get("/quickbooks-side/", follow=True).content.decode()
    assert "Alder &amp; Finch Publishing:Office move:Fit-out:Furniture" in first
    assert "1–50 of 127" in first
    assert "101–127 of 127" in cast_client.get(f"/quickbooks-side/{file.pk}/customer/?page=3").content.decode()
    found = cast_client.get(f"/quickbooks-side/{file.pk}/customer/?q=vance&show=inactive").content.decode()
    assert "1–2 of 2" in found
    assert "Mia Ruiz" in cast_client.get(f"/quickbooks-side/{file.pk}/employee/").content.decode()


def test_records_are_added_renamed_deactivated_merged_and_deleted(cast_client: Client, file: CompanyFile) -> None:
    add = f"/quickbooks-side/{file.pk}/customer/add/"
    assert said(cast_client, add, name="Foxglove") == "Foxglove is in QuickBooks."
    assert said(cast_client, add, name="Barn", parent="Foxglove") == "Foxglove:Barn is in QuickBooks."
    assert "already in use" in said(cast_client, add, name="foxglove")
    assert (
        act(cast_client, file, "customer", "Foxglove", "rename", "Foxglove Dairy") == "Foxglove is now Foxglove Dairy."
    )
    assert "is inactive" in act(cast_client, file, "customer", "Foxglove Dairy:Barn", "deactivate")
    assert "is active" in act(cast_client, file, "customer", "Foxglove Dairy:Barn", "activate")
    assert "merged into Juniper Legal" in act(cast_client, file, "customer", "Foxglove Dairy", "merge", "Juniper Legal")
    assert "is deleted" in act(cast_client, file, "customer", "Juniper Legal:Barn", "delete")
    assert "used by others" in act(cast_client, file, "customer", "Juniper Legal", "delete")
    assert (
        said(cast_client, f"/quickbooks-side/{file.pk}/employee/add/", name="Ida May Ek")
        == "Ida May Ek is in QuickBooks."
    )


def test_a_dialog_and_the_mode_keep_applications_out(cast_client: Client, file: CompanyFile) -> None:
    for action, expected in (
        ("open-dialog", 0x80040414), ("close-dialog", 0), ("single", 0x80040410), ("multi", 0),
    ):  # fmt: skip
        said(cast_client, f"/quickbooks-side/{file.pk}/file/{action}/")
        processor, code = RequestProcessor(), 0
        try:
            processor.begin_session(file.path, "multi")
        except companyfile.HResult as refused:
            code = refused.code
        processor.close_connection()
        assert code == expected


def test_a_backup_is_made_and_restored(cast_client: Client, file: CompanyFile) -> None:
    assert said(cast_client, f"/quickbooks-side/{file.pk}/file/backup/") == "The file is backed up."
    act(cast_client, file, "customer", "Juniper Legal", "rename", "Juniper Law")
    page = cast_client.get(f"/quickbooks-side/{file.pk}/customer/").content.decode()
    name = re.search(r'<option value="(\d{4}-\d\d-\d\d \d{6})">', page)
    assert name
    assert "as it was" in said(cast_client, f"/quickbooks-side/{file.pk}/file/restore/", backup=name[1])
    assert list_id(file, "customer", "Juniper Legal")
    forged = cast_client.post(f"/quickbooks-side/{file.pk}/file/restore/", {"backup": "../../secret"})
    assert forged.status_code == 404


def test_while_the_monitor_has_the_file_the_page_says_how_to_get_it(cast_client: Client, file: CompanyFile) -> None:
    processor = RequestProcessor()
    processor.open_connection("", "Daybook Monitor")
    processor.begin_session(file.path, "multi")
    told = said(cast_client, f"/quickbooks-side/{file.pk}/file/single/")
    assert "in use by Daybook Monitor" in told
    assert "Release the file" in told
    assert "by Daybook Monitor" in cast_client.get(f"/quickbooks-side/{file.pk}/customer/").content.decode()
    processor.close_connection()


@pytest.mark.browser
def test_the_bookkeeper_renames_by_keyboard_and_hand(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, file: CompanyFile
) -> None:
    complaints = watch_console(page)
    sign_in(page, cast.ada)
    page.goto(f"{site}/quickbooks-side/")
    page.keyboard.press("n")
    page.get_by_label("Name", exact=True).fill("Foxglove Dairy")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Foxglove Dairy is in QuickBooks.")).to_be_visible()
    look(page, "quickbooks-side")
    check_access(page)
    page.goto(f"{site}/quickbooks-side/{file.pk}/customer/?q=foxglove")
    page.get_by_role("link", name="Foxglove Dairy").click()
    page.get_by_label("Name", exact=True).fill("Foxglove Creamery")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Foxglove Creamery")).to_be_visible()
    look(page, "quickbooks-side-record")
    check_access(page)
    assert complaints == []


def behave(client: Client, file: CompanyFile, action: str, **fields: str) -> str:
    return said(client, f"/quickbooks-side/{file.pk}/behaviour/{action}/", **fields)


def test_the_closing_date_is_set_and_taken_away(cast_client: Client, file: CompanyFile) -> None:
    assert "closed up to 2026-06-30" in behave(cast_client, file, "closing-date", day="2026-06-30")
    with books(file) as opened:
        assert opened.status()["settings"]["closing_date"] == "2026-06-30"
    assert "No period is closed" in behave(cast_client, file, "closing-date", day="")
    assert "Enter a valid date" in behave(cast_client, file, "closing-date", day="30 June")


def test_the_login_user_loses_a_list_and_gets_it_back(cast_client: Client, file: CompanyFile) -> None:
    assert "only read" in behave(cast_client, file, "permission", kind="customer", denied="write")
    page = cast_client.get(f"/quickbooks-side/{file.pk}/customer/?behaviour").content.decode()
    assert "Customers and jobs: read only." in page
    behave(cast_client, file, "permission", kind="customer", denied="nothing")
    with books(file) as opened:
        assert "denied" not in opened.status()["settings"]
    assert "Select a valid choice" in behave(cast_client, file, "permission", kind="nothing", denied="all")


def test_refusals_to_come_are_listed_and_taken_back(cast_client: Client, file: CompanyFile) -> None:
    behave(cast_client, file, "refuse", code="3175")
    behave(cast_client, file, "refuse", code="3200")
    with books(file) as opened:
        assert opened.status()["settings"]["refuse_next"] == [3175, 3200]
    assert "No request is refused" in behave(cast_client, file, "refuse-no-more")
    with books(file) as opened:
        assert "refuse_next" not in opened.status()["settings"]


def test_answers_are_made_slow(cast_client: Client, file: CompanyFile) -> None:
    assert "1500 ms longer" in behave(cast_client, file, "slow", milliseconds="1500")
    assert "come at once" in behave(cast_client, file, "slow", milliseconds="0")


def test_how_the_file_behaves_is_for_who_manages_the_connection(
    client: Client, cast: SimpleNamespace, cast_client: Client, file: CompanyFile
) -> None:
    assert cast_client.post(f"/quickbooks-side/{file.pk}/behaviour/explode/").status_code == 404
    client.force_login(cast.sam)
    assert client.post(f"/quickbooks-side/{file.pk}/behaviour/slow/", {"milliseconds": "9"}).status_code == 403
