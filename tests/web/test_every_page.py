"""Every page of the menu: opens for whom it should, complains of nothing, fits a phone, and a keyboard gets there."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from daybook.companyfile import create
from daybook.people.queries import rights_of
from daybook.web.context import menu_of
from daybook.web.menu import MENU
from tests.web.browser import SignIn, check_access, look, watch_console
from tests.web.integration.conftest import firm

__all__ = ["firm"]


@pytest.fixture(autouse=True)
def _books(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The company file of the firm is there, as a sandbox."""
    if "firm" in request.fixturenames:
        file = request.getfixturevalue("firm").file
        file.path = str(tmp_path / "rock.sandbox")
        file.save()
        create(tmp_path / "rock.sandbox", customers=5, seed=1)


@pytest.mark.parametrize("who", ["mia", "ada", "ben", "sam"])
def test_a_page_opens_for_those_who_hold_its_right_and_for_nobody_else(
    client: Client, cast: SimpleNamespace, firm: SimpleNamespace, who: str
) -> None:
    person = getattr(cast, who)
    held = rights_of(person)
    client.force_login(person)
    for entry in MENU:
        answer = client.get(entry.url, follow=True)
        expected = 200 if entry.right is None or entry.right in held else 403
        assert answer.status_code == expected, entry.label
    shown = {entry.label for section in menu_of(answer.wsgi_request) for entry in section.entries}
    assert shown == {entry.label for entry in MENU if entry.right is None or entry.right in held}


def test_every_entry_of_the_menu_has_a_page_and_a_key_of_its_own() -> None:
    assert all(entry.url for entry in MENU)
    keys = [entry.key for entry in MENU]
    assert len(keys) == len(set(keys)) and all(keys)


def test_nobody_sees_anything_before_signing_in(client: Client, cast: SimpleNamespace) -> None:
    for entry in MENU:
        answer = client.get(entry.url)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")


@pytest.mark.browser
def test_every_page_is_clean_in_a_browser(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, firm: SimpleNamespace
) -> None:
    complaints = watch_console(page)
    sign_in(page, cast.ada)
    for entry in MENU:
        page.goto(f"{site}{entry.url}")
        expect(page.locator("h1")).to_have_count(1)
        check_access(page)
        look(page, f"page-{entry.label.lower().replace(' ', '-')}")
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, entry.label
        page.set_viewport_size({"width": 1280, "height": 800})
        assert complaints == [], entry.label


@pytest.mark.browser
def test_two_keys_lead_to_every_page(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, firm: SimpleNamespace
) -> None:
    sign_in(page, cast.ada)
    for entry in MENU:
        page.goto(f"{site}/account/password/change/")
        page.locator("h1").first.click()
        page.keyboard.press("g")
        page.keyboard.press(entry.key)
        expect(page.locator(f'.side-nav a[aria-current="page"][data-key="g {entry.key}"]')).to_have_count(1)
