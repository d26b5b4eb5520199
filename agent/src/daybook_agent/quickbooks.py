"""What the agent needs of QuickBooks: five calls. `com.py` makes them on Windows; a stand-in may take its place."""

import importlib
from collections.abc import Callable
from typing import Literal, Protocol, cast

APP_ID = ""
APP_NAME = "Daybook"
NO_ANSWER = 0

Mode = Literal["single", "multi", "do_not_care"]


class CallFailed(Exception):
    """A call to QuickBooks failed as a whole; `code` is the HRESULT."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code & 0xFFFFFFFF
        self.message = message
        super().__init__(f"0x{self.code:08X} {message}")


class NoQuickBooks(Exception):
    """QuickBooks cannot be reached from this machine."""


class RequestProcessor(Protocol):
    """The request processor of QuickBooks; `failure` is what its calls raise, with `code` and `message`."""

    failure: type[Exception]

    def open_connection(self, app_id: str, app_name: str) -> None: ...

    def begin_session(self, path: str, mode: Mode) -> str: ...

    def process_request(self, ticket: str, text: str) -> str: ...

    def end_session(self, ticket: str) -> None: ...

    def close_connection(self) -> None: ...


Factory = Callable[[], RequestProcessor]


def factory(stand_in: str = "") -> Factory:
    """The maker of request processors: QuickBooks on this PC, or a stand-in named as `module:maker`."""
    module, _, name = (stand_in or "daybook_agent.com:QuickBooks").partition(":")
    try:
        return cast(Factory, getattr(importlib.import_module(module), name))
    except ModuleNotFoundError as error:
        raise NoQuickBooks(f"QuickBooks is reached on Windows only, and with pywin32: {error}.") from error


def code_of(error: Exception) -> int:
    """The HRESULT in what a request processor raised."""
    return int(getattr(error, "code", NO_ANSWER)) & 0xFFFFFFFF


def message_of(error: Exception) -> str:
    """The words in what a request processor raised."""
    return str(getattr(error, "message", error))
