"""Daybook as the agent sees it: a few addresses that are asked over HTTPS."""

import gzip
import json
import platform
import ssl
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from daybook_agent import __version__

PREFIX = "/remote/v1/"
POLL_SECONDS = 50.0
PATIENCE = httpx.Timeout(30.0, read=POLL_SECONDS + 15)
WORTH_PACKING = 10_000
NOT_THERE = 404
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Unreachable(Exception):
    """Daybook does not answer, or not in a way that helps; it is asked again later."""


class ShutOut(Exception):
    """Daybook knows this agent, or this code, no longer; a person must act."""


class TooEarly(Exception):
    """Daybook wants to be asked later."""


def checked_url(url: str) -> str:
    """The address of Daybook, which must be https except on this machine; ValueError says what is wrong."""
    parts = urlsplit(url.strip().rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("The address begins with https:// and is shown on Daybook's connection page.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("The address must begin with https://, or others could read what goes over the wire.")
    return url.strip().rstrip("/")


def about_this_pc() -> dict[str, str]:
    """What the connection page shows of this agent."""
    return {
        "machine": platform.node() or "unknown",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "version": __version__,
    }


class NotTaken(Exception):
    """Daybook does not take what was brought, and would not take it another time."""


class Server:
    """Asks Daybook."""

    def __init__(self, url: str, key: str, instance: str = "", before: Sequence[str] = ()) -> None:
        self.key = key
        self._run = {"instance": instance, "before": list(before)}
        # The certificates of Windows, so that a firm's own authority is known here as it is in the browser.
        trusted: ssl.SSLContext | bool = ssl.create_default_context() if sys.platform == "win32" else True
        self._client = httpx.Client(base_url=url + PREFIX, timeout=PATIENCE, verify=trusted)

    def ask(self, action: str, **said: Any) -> dict[str, Any]:
        """Ask one thing, and give what Daybook says."""
        body, headers = json.dumps({**self._run, **said}).encode(), {"authorization": f"Bearer {self.key}"}
        if len(body) > WORTH_PACKING:
            body, headers["content-encoding"] = gzip.compress(body, 3), "gzip"
        try:
            answer = self._client.post(action, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unreachable(f"Daybook does not answer: {error}") from error
        return _understood(answer)

    def turn_to(self, url: str, key: str) -> None:
        """Ask at this address, with this key, from now on."""
        self._client.base_url, self.key = httpx.URL(url + PREFIX), key

    def close(self) -> None:
        """Hang up."""
        self._client.close()


def _understood(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code == NOT_THERE:
        raise Unreachable("Agents are not served at this address. Daybook's connection page shows the right one.")
    try:
        found = answer.json()
    except ValueError as error:
        raise Unreachable(f"Something else than Daybook answers there (status {answer.status_code}).") from error
    sentence = str(found.get("error", "")) if isinstance(found, dict) else ""
    if answer.status_code in (401, 403):
        raise ShutOut(sentence)
    if answer.status_code == 429:
        raise TooEarly(sentence)
    if answer.status_code in (400, 413):
        raise NotTaken(sentence)
    if answer.status_code != 200 or not isinstance(found, dict):
        raise Unreachable(f"Daybook answered with status {answer.status_code}. {sentence}")
    return found
