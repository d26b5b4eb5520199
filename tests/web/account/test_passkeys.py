"""Passkeys in a real Chromium with a key of its own: added, used alone, used as second step, and where not offered."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client as Browser
from playwright.sync_api import Page, expect

from tests.web.browser import check_access, look, watch_console
from tests.web.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def device(page: Page) -> Iterator[Page]:
    """A page of a device that holds passkeys and knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page


def sign_in_with_password(page: Page, site: str) -> None:
    page.goto(f"{site}/account/login/")
    page.get_by_label("E-mail").fill("mia@example.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_key(page: Page, site: str, *, passkey: bool) -> None:
    page.goto(f"{site}/account/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("Laptop")
    page.locator("input[name=passwordless]").set_checked(passkey)
    check_access(page)
    look(page, "account-passkey-add")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Add a passkey or security key")


def test_a_passkey_is_added_and_signs_in_alone(device: Page, site: str, cast: Any) -> None:
    page = device
    complaints = watch_console(page)
    sign_in_with_password(page, site)
    add_key(page, site, passkey=True)
    assert Authenticator.objects.filter(user=cast.mia, type=Authenticator.Type.WEBAUTHN).count() == 1
    page.goto(f"{site}/account/2fa/webauthn/")
    expect(page.get_by_text("Signs you in alone")).to_be_visible()
    check_access(page)
    look(page, "account-passkeys")
    page.goto(f"{site}/account/2fa/")
    check_access(page)
    look(page, "account-security")
    page.context.clear_cookies()
    page.goto(f"{site}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1, name="Home")).to_be_visible()
    assert complaints == []


def test_a_key_is_the_second_step_after_the_password(device: Page, site: str, cast: Any) -> None:
    page = device
    sign_in_with_password(page, site)
    add_key(page, site, passkey=False)
    page.context.clear_cookies()
    sign_in_with_password(page, site)
    expect(page.get_by_role("heading", level=1, name="Second step")).to_be_visible()
    check_access(page)
    look(page, "account-second-step")
    page.get_by_role("button", name="Use a passkey or security key").click()
    expect(page.get_by_role("heading", level=1, name="Home")).to_be_visible()


def test_a_browser_that_breaks_off_is_told_in_words(page: Page, site: str, cast: Any) -> None:
    page.goto(f"{site}/account/login/")
    refused = "Promise.reject(new DOMException('no', 'NotAllowedError'))"
    page.evaluate(f"() => {{ navigator.credentials.get = () => {refused}; }}")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("#messages")).to_contain_text("was not used")


def test_an_address_of_numbers_offers_no_passkey(client: Browser, cast: Any) -> None:
    page = client.get("/account/login/", headers={"host": "127.0.0.1:8000"}).content.decode()
    assert "passkey" not in page
    assert (
        "Sign in with a passkey" in client.get("/account/login/", headers={"host": "localhost:8000"}).content.decode()
    )
    client.force_login(cast.mia)
    page = client.get("/account/2fa/", headers={"host": "127.0.0.1:8000"}).content.decode()
    assert "Open Daybook by its name to add one." in page and "Add a key" not in page
