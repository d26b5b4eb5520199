"""The Web Connector of a connection on its page: a password shown once, its file, when it was last seen."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from daybook.connections import operations, webconnectors
from daybook.connections.models import CompanyFile, WebConnector
from tests.web.browser import SignIn, check_access, look, watch_console

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = re.compile(r"(?:[A-Z2-9]{4}-){6}[A-Z2-9]{4}")


@pytest.fixture
def file(cast: SimpleNamespace) -> CompanyFile:
    return operations.add_company_file(cast.ada, name="Rock Castle", way="webconnector", path="", now=timezone.now())


def words(client: Client, address: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", client.get(address).content.decode())


def test_only_who_manages_the_connection_sees_it(client: Client, cast: SimpleNamespace, file: CompanyFile) -> None:
    for user in (cast.mia, cast.sam):
        client.force_login(user)
        for address in (f"/connection/{file.pk}/web-connector/", f"/connection/{file.pk}/web-connector/file/"):
            assert client.get(address).status_code == 403
        assert client.post(f"/connection/{file.pk}/web-connector/", {"do": "password"}).status_code == 403
    assert not WebConnector.objects.exists()


def test_a_password_is_shown_once_and_the_file_whenever_it_is_wanted(
    client: Client, cast: SimpleNamespace, file: CompanyFile
) -> None:
    client.force_login(cast.ada)
    address = f"/connection/{file.pk}/web-connector/"
    (password,) = set(PASSWORD.findall(client.post(address, {"do": "password"}).content.decode()))
    row = WebConnector.objects.get()
    assert row.password_hash == webconnectors.hashed(row.user_name, password)
    assert not PASSWORD.search(client.get(address).content.decode())
    saved = client.get(f"{address}file/")
    assert saved.content.decode() == webconnectors.qwc(row)
    assert saved["Content-Disposition"] == f'attachment; filename="{row.user_name}.qwc"'
    (again,) = set(PASSWORD.findall(client.post(address, {"do": "password"}).content.decode()))
    assert again != password


def test_a_new_password_is_asked_about_first(client: Client, cast: SimpleNamespace, file: CompanyFile) -> None:
    client.force_login(cast.ada)
    webconnectors.make(cast.ada, file, timezone.now())
    for address, name, value in (("web-connector", "do", "password"), ("test", "let_in", "new")):
        page = client.get(f"/connection/{file.pk}/{address}/").content.decode()
        asks = re.search(r'<details class="confirm" id="new-password">.*?</details>', page, re.DOTALL)
        assert asks and "The present password opens nothing from then on" in asks[0]
        assert f'action="/connection/{file.pk}/{address}/"' in asks[0]
        assert f'name="{name}" value="{value}"' in asks[0] and page.count(f'value="{value}"') == 1


def test_how_it_asks_can_be_changed(client: Client, cast: SimpleNamespace, file: CompanyFile) -> None:
    client.force_login(cast.ada)
    webconnectors.make(cast.ada, file, timezone.now())
    address = f"/connection/{file.pk}/web-connector/"
    assert client.post(address, {"do": "settings", "schedule_seconds": "5"}).status_code == 422
    saved = client.post(address, {"do": "settings", "schedule_seconds": "120", "hold_open": "on"}, follow=True)
    assert "Saved. The Web Connector is told when it asks next." in saved.content.decode()
    row = WebConnector.objects.get()
    assert (row.schedule_seconds, row.hold_open) == (120, True)


def test_pages_say_when_it_was_last_seen_and_what_is_waited_for(
    client: Client, cast: SimpleNamespace, file: CompanyFile
) -> None:
    client.force_login(cast.ada)
    row, _ = webconnectors.make(cast.ada, file, timezone.now())
    for address in ("/connection/", f"/connection/{file.pk}/web-connector/", f"/monitor/?file={file.pk}"):
        assert "Not seen yet" in words(client, address)
    assert "The Web Connector asks" in words(client, f"/connection/{file.pk}/test/")
    WebConnector.objects.update(last_seen_at=timezone.now())
    shown = words(client, f"/monitor/?file={file.pk}")
    assert "What is posted now goes when it asks next." in shown and "asks next" in shown
    link = webconnectors.update_now_link(row).replace("&", "&amp;")
    assert f'href="{link}"' in client.get(f"/connection/{file.pk}/web-connector/").content.decode()


def test_while_the_file_is_on_trial_nothing_is_said_to_be_posted(
    client: Client, cast: SimpleNamespace, file: CompanyFile
) -> None:
    client.force_login(cast.ada)
    webconnectors.make(cast.ada, file, timezone.now())
    WebConnector.objects.update(last_seen_at=timezone.now())
    CompanyFile.objects.update(in_trial=True, state="active")
    for address in ("/connection/", f"/connection/{file.pk}/web-connector/", f"/monitor/?file={file.pk}"):
        shown = words(client, address)
        assert "it reads what is compared. Nothing is posted." in shown
        assert "goes when it asks next" not in shown


def test_a_connection_that_needs_none_has_no_such_page(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.ada)
    other = operations.add_company_file(cast.ada, name="Try", way="sandbox", path="/tmp/x", now=timezone.now())
    assert client.get(f"/connection/{other.pk}/web-connector/").status_code == 404
    assert "Web Connector" not in words(client, "/connection/")


@pytest.mark.browser
def test_an_administrator_lets_it_in(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, file: CompanyFile
) -> None:
    said = watch_console(page)
    sign_in(page, cast.ada)
    page.goto(f"{site}/connection/")
    page.get_by_role("link", name="Web Connector").first.click()
    page.get_by_role("button", name="Make the file and a password").click()
    expect(page.get_by_text("It is shown only now")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save").click()
    assert saved.value.suggested_filename.endswith(".qwc")
    check_access(page)
    look(page, "web-connector")
    page.goto(page.url)
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#new-password summary").click()
    asks = page.locator("#new-password form").bounding_box()
    assert asks and asks["x"] >= 0 and asks["x"] + asks["width"] <= 390
    button, beside = page.get_by_role("link", name="Ask now"), page.get_by_text("Only on the PC where")
    boxes = [one.bounding_box() for one in (button, beside)]
    assert boxes[0] and boxes[1] and boxes[1]["y"] >= boxes[0]["y"] + boxes[0]["height"]
    page.set_viewport_size({"width": 1280, "height": 800})
    check_access(page)
    look(page, "web-connector-new-password")
    page.locator("#new-password button").click()
    expect(page.get_by_text("It is shown only now")).to_be_visible()
    assert said == [] and WebConnector.objects.get().company_file == file
