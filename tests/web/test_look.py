"""The look: light and dark, wide and narrow, with the keyboard, without JavaScript, for a screen reader."""

import gzip
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_url_caches
from playwright.sync_api import Page, expect

from daybook.web.assets import ICONS, VENDOR
from tests.web import pages
from tests.web.browser import SignIn, check_access, look, watch_console
from tests.web.conftest import PASSWORD

WEB = Path(__file__).resolve().parents[2] / "src" / "daybook" / "web"
FIRST_PAGE_LIMIT = 150_000

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.web.pages")]


@pytest.fixture(autouse=True)
def _templates(settings: Any) -> None:
    folder = str(Path(__file__).parent / "templates")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [folder]}]
    clear_url_caches()


@pytest.mark.parametrize("name", ["people", "form", "states", "moving"])
def test_a_page_complains_of_nothing_and_axe_finds_nothing_serious(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, name: str
) -> None:
    complaints = watch_console(page)
    sign_in(page, cast.ada)
    page.goto(f"{site}/look/{name}/")
    check_access(page)
    look(page, f"look-{name}")
    assert complaints == []


def test_a_form_says_what_is_wrong_keeps_what_was_typed_and_leads_to_the_field(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace
) -> None:
    sign_in(page, cast.ada)
    page.goto(f"{site}/look/form/")
    page.get_by_label("Notes").fill("Quay wall")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Notes")).to_have_value("Quay wall")
    page.locator(".error-summary a").first.click()
    expect(page.get_by_label("Name")).to_be_focused()
    described = page.get_by_label("Name").get_attribute("aria-describedby") or ""
    assert all(page.locator(f"#{one}").count() == 1 for one in described.split()) and len(described.split()) == 2
    check_access(page)
    look(page, "look-form-wrong")


def test_a_list_is_searched_as_one_types_and_a_row_opens_beside_it(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace
) -> None:
    sign_in(page, cast.ada)
    page.goto(f"{site}/look/people/")
    page.keyboard.press("/")
    page.keyboard.type("mia")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=mia"))
    page.get_by_role("link", name="Mia Ruiz").click()
    expect(page.locator("#detail")).to_contain_text("mia@example.test")
    expect(page).to_have_url(re.compile(rf"/look/people/{cast.mia.pk}/\?.*q=mia"))
    look(page, "look-detail")
    check_access(page)
    page.reload()
    expect(page.locator("#detail")).to_contain_text("mia@example.test")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.go_back()
    expect(page.locator("#detail")).to_be_hidden()


def test_the_keyboard_walks_ticks_and_goes_to_pages(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace
) -> None:
    sign_in(page, cast.ada)
    page.goto(f"{site}/look/people/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("1 chosen:")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Search")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("n")
    expect(page).to_have_url(f"{site}/look/form/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()


def test_what_is_chosen_is_what_a_bulk_action_is_done_to(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace
) -> None:
    sign_in(page, cast.ada)
    page.goto(f"{site}/look/people/")
    page.get_by_label("Choose Mia Ruiz").check()
    page.get_by_label("Choose Ben Osei").check()
    page.get_by_role("button", name="Post").click()
    expect(page.locator("body")).to_have_text("post: Ben Osei, Mia Ruiz")


def test_a_page_asks_quickly_while_something_is_on_its_way_and_then_stops(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace
) -> None:
    sign_in(page, cast.ada)
    page.goto(f"{site}/look/moving/")
    expect(page.locator(".posting-status")).to_contain_text("Posted to QuickBooks")
    assert len(pages.ASKED) == 4
    assert set(pages.ASKED) == {"1"}
    expect(page.locator("[data-poll]")).to_have_count(0)


def test_the_colours_follow_the_system_until_a_person_chooses(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace
) -> None:
    sign_in(page, cast.ada)
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}/look/people/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator(".menu-button summary").click()
    with page.expect_response(lambda answer: answer.url.endswith("/colours/")):
        page.get_by_label("Colours").select_option("light")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.goto(f"{site}/look/states/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_a_list_works_without_javascript(browser: object, site: str, cast: SimpleNamespace, sign_in: SignIn) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    sign_in(page, cast.ada)
    page.goto(f"{site}/look/people/?q=mia")
    page.get_by_role("link", name="Mia Ruiz").click()
    expect(page.locator("#detail")).to_contain_text("mia@example.test")
    page.get_by_role("button", name="Show").first.click()
    context.close()


def test_a_phone_gets_cards_and_a_bottom_bar_of_four(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace
) -> None:
    sign_in(page, cast.ada)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/look/people/")
    expect(page.locator(".side-nav")).to_be_hidden()
    expect(page.locator(".bottom-bar")).to_be_visible()
    assert page.locator(".bottom-bar > *").count() <= 4
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_the_sign_in_page_is_ours_and_a_wrong_password_keeps_the_address(
    page: Page, site: str, cast: SimpleNamespace
) -> None:
    complaints = watch_console(page)
    page.goto(f"{site}/account/login/")
    check_access(page)
    look(page, "sign-in")
    page.get_by_label("E-mail").fill("mia@example.test")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(re.compile("login"))
    assert [one for one in complaints if "404" not in one and "400" not in one] == []


@pytest.mark.parametrize("address", ["2fa/", "2fa/totp/activate/", "password/change/", "password/reset/", "logout/"])
def test_the_pages_of_the_account_have_the_same_look(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, address: str
) -> None:
    sign_in(page, cast.mia)
    page.goto(f"{site}/account/{address}")
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main button").first.click()
    expect(page.locator(".brand").first).to_be_visible()
    check_access(page)
    look(page, f"account-{address.strip('/').replace('/', '-')}")


def test_the_first_page_weighs_at_most_150_kb_compressed(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace
) -> None:
    sign_in(page, cast.ada)
    loaded: dict[str, int] = {}
    page.on("response", lambda answer: loaded.setdefault(answer.url, len(gzip.compress(answer.body()))))
    page.goto(f"{site}/look/people/", wait_until="networkidle")
    assert all(address.startswith(site) for address in loaded)
    assert sum(loaded.values()) <= FIRST_PAGE_LIMIT, loaded


def test_whoever_lacks_a_right_is_told_which(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.sam)
    answer = client.get("/look/guarded/")
    assert answer.status_code == 403
    assert "5.2 (Manage settings)" in answer.content.decode()
    client.force_login(cast.ada)
    assert client.get("/look/guarded/").status_code == 200


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    known = set(ICONS.read_text().split())
    texts = [file.read_text(encoding="utf-8") for file in (*WEB.rglob("*.html"), *WEB.rglob("*.py"))]
    named = {name for text in texts for name in re.findall(r'{% icon "([a-z0-9-]+)"|icon="([a-z0-9-]+)"', text)}
    missing = {one for pair in named for one in pair if one} - known
    assert not missing
    sprite = (VENDOR / "icons.svg").read_text(encoding="utf-8")
    assert all(f'<symbol id="{name}"' in sprite for name in known)


def test_no_template_has_inline_style_or_script() -> None:
    for file in WEB.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r'\sstyle="|\son[a-z]+="|<style|<script(?![^>]*(\ssrc=|type="application/json"))', text), (
            file
        )
