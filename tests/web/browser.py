"""Seeing pages in a real browser: sign in, look, check what a screen reader would stumble over."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page

from daybook.people.models import User

REPOSITORY = Path(__file__).resolve().parents[2]
AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = REPOSITORY / "build" / "screenshots"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
BACKEND = "django.contrib.auth.backends.ModelBackend"

SignIn = Callable[[Page, User], None]


@pytest.fixture
def site(live_server: Any) -> str:
    """The address of the running site, on this test's database."""
    return str(live_server.url)


@pytest.fixture
def sign_in(site: str) -> SignIn:
    """Signs a person in without the sign-in page, which has its own tests."""

    def signed(page: Page, user: User) -> None:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": site}])

    return signed


def look(page: Page, name: str) -> None:
    """Screenshots of the page as it is: wide and narrow, light and dark, kept in build/screenshots."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours, reduced_motion="reduce")  # no colour half way to the next
            page.evaluate("window.scrollTo(0, 0)")
            page.screenshot(path=SCREENSHOTS / f"{name}-{size}-{colours}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)


def check_access(page: Page) -> None:
    """axe finds nothing serious, in light and in dark."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: python -m daybook.web.assets")
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")  # no colour half way to the next
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        serious = [one for one in found["violations"] if one["impact"] in {"serious", "critical"}]
        assert not serious, f"{page.url} in {colours}:\n" + "\n".join(_told(one) for one in serious)
    page.emulate_media(color_scheme="light")


def _told(violation: dict[str, Any]) -> str:
    places = [re.sub(r"\s+", " ", node["html"])[:160] + " · " + node["failureSummary"] for node in violation["nodes"]]
    return f"{violation['id']}: {violation['help']}\n  " + "\n  ".join(places[:5])


def watch_console(page: Page) -> list[str]:
    """A list that fills with what the browser complains about: errors of scripts and of the content policy."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints
