"""A person at a browser, as far as a script can be one: opens pages, fills in forms, waits for what a page polls."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin

import httpx
from lxml import html

POLL_AFTER_MS = (50, 100, 200, 400)
POLL_EVERY_MS = 1000
PATIENCE_SECONDS = 30


class NotAsExpected(Exception):
    """The page did not show what the story needs; the text says what it showed."""


class Page:
    """One answer of the site, as a reader sees it."""

    def __init__(self, answer: httpx.Response) -> None:
        self.url = str(answer.url)
        self.status = answer.status_code
        self.tree: html.HtmlElement = html.document_fromstring(answer.content or b"<html></html>")

    @property
    def text(self) -> str:
        """The words on the page, with single blanks between them."""
        return " ".join(self.tree.text_content().split())

    def form(self, *fields: str, button: str = "") -> html.FormElement:
        """The form that has these fields and a button with these words."""
        for form in self.tree.forms:
            names = {name for name in form.fields if name}
            words = [" ".join(found.text_content().split()) for found in form.xpath(".//button")]
            if set(fields) <= names and (not button or button in words):
                return form
        raise NotAsExpected(f"{self.url} has no form with {', '.join(fields) or button}: {self._said()}")

    def polls(self) -> str | None:
        """The address that a part of this page asks again and again, if any does at once."""
        found = self.tree.xpath("//*[@data-poll and not(@data-poll-every)]/@data-poll")
        return str(found[0]) if found else None

    def link(self, words: str) -> str:
        """The address behind a link with these words."""
        for found in self.tree.xpath("//a[@href]"):
            if " ".join(found.text_content().split()) == words:
                return urljoin(self.url, str(found.get("href")))
        raise NotAsExpected(f"{self.url} has no link “{words}”: {self._said()}")

    def _said(self) -> str:
        main = self.tree.xpath("//main")
        return " ".join((main[0] if main else self.tree).text_content().split())[:300]

    def expect(self, words: str) -> "Page":
        """This page, when it shows the words."""
        if words not in self.text:
            raise NotAsExpected(f"{self.url} (status {self.status}) does not show “{words}” but: {self._said()}")
        return self


class Visitor:
    """Somebody who signed in, with cookies of her own."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self._client = httpx.Client(base_url=url, follow_redirects=True, timeout=30)
        page = self.submit(self.open("/account/login/"), login=email, password=password)
        if page.tree.xpath("//input[@name='password']"):
            raise NotAsExpected(f"{email} could not sign in: {page.text[:200]}")

    def open(self, path: str) -> Page:
        """Go to an address."""
        return self._ask("GET", path)

    def submit(self, page: Page, *, button: str = "", **values: str | bool) -> Page:
        """Fill in the form that has these fields, and press its button."""
        form = page.form(*values, button=button)
        for name, value in values.items():
            _fill(form, name, value)
        sent = [*form.form_values(), *_pressed(form, button)]
        data: dict[str, Any] = {}
        for name, value in sent:
            data.setdefault(name, []).append(value)
        target = urljoin(page.url, form.action or form.get("hx-post") or page.url)
        if (form.method or "GET").upper() == "GET" and not form.get("hx-post"):
            return self._ask("GET", target, params=data)
        return self._ask("POST", target, data=data)

    def _ask(self, method: str, address: str, **sent: Any) -> Page:
        """Ask the site; where it does not answer at all, do what a person does: wait a moment and press again.

        The same form goes again with the same key, so that it is for Daybook to see that it came twice.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return Page(self._client.request(method, address, **sent))
            except httpx.TransportError as error:
                if time.monotonic() > until:
                    raise NotAsExpected(f"The site does not answer at {address}: {error}") from error
                threading.Event().wait(0.2)

    def watch(self, page: Page, done: Callable[[Page], bool], *, seconds: float = 60) -> Page:
        """Ask what the page asks by itself, as often as its script does, until it shows what is waited for."""
        for pause in _pauses(seconds):
            if done(page):
                return page
            threading.Event().wait(pause)
            page = self.open(page.polls() or page.url)
        raise NotAsExpected(f"{page.url} did not show it within {seconds:.0f} seconds: {page.text[:300]}")


def _pauses(seconds: float) -> Iterator[float]:
    began = time.monotonic()
    for after in POLL_AFTER_MS:
        yield max(0.0, began + after / 1000 - time.monotonic())
    while time.monotonic() - began < seconds:
        yield POLL_EVERY_MS / 1000


def _fill(form: html.FormElement, name: str, value: str | bool) -> None:
    field = form.inputs[name]
    if isinstance(value, bool):
        field.checked = value
    elif isinstance(field, html.SelectElement):
        field.value = _option(field, value)
    else:
        field.value = value


def _option(field: html.SelectElement, words: str) -> str:
    for option in field.xpath(".//option"):
        if words in {(option.text or "").strip(), option.get("value")}:
            return str(option.get("value", ""))
    raise NotAsExpected(f"{field.name} does not offer {words}")


def _pressed(form: html.FormElement, button: str) -> list[tuple[str, str]]:
    for found in form.xpath(".//button[@name]"):
        if not button or " ".join(found.text_content().split()) == button:
            return [(found.get("name"), found.get("value", ""))]
    return []
