"""What a company file can answer instead of an answer.

- `HResult`: the whole request was not taken; the number and text that the desktop request processor gives.
- `Refusal`: one request was refused; its status code and message stand in the answer document.
- `FileInUse`, `NotPossible`: what the bookkeeper is told when a click at the QuickBooks side cannot be done.
"""

from __future__ import annotations

SCHEMA = 0x80040400
NO_ACCESS = 0x80040401
UNEXPECTED = 0x80040402
CANNOT_OPEN = 0x80040403
OTHER_VERSION = 0x80040409
OTHER_COMPANY = 0x8004040A
BAD_TICKET = 0x8004040D
OTHER_MODE = 0x80040410
DIALOG = 0x80040414
NO_FILE_NAME = 0x80040416
NOT_AUTHORISED = 0x80040418
NO_PERMISSION = 0x8004041A
NO_AUTOMATIC_LOGIN = 0x8004041D
HELD_BY_OTHER = 0x80040422
ANSWER_LOST = 0x80010105

TEXTS = {
    SCHEMA: "QuickBooks found an error when parsing the provided XML text stream.",
    NO_ACCESS: "Could not access QuickBooks.",
    UNEXPECTED: "An unexpected error occurred in QuickBooks.",
    CANNOT_OPEN: "Could not open the specified QuickBooks company data file.",
    OTHER_VERSION: "The company data file was made by another version of QuickBooks.",
    OTHER_COMPANY: "A QuickBooks company data file is already open and it is different from the one requested.",
    BAD_TICKET: "The ticket parameter is invalid.",
    OTHER_MODE: "The company data file is currently open in a mode other than the one specified by the application.",
    DIALOG: "There is a modal dialog box showing in the QuickBooks user interface. It must be closed before an"
    " application can use QuickBooks.",
    NO_FILE_NAME: "If no company data file is open in QuickBooks, the application must name one.",
    NOT_AUTHORISED: "The application has not been given access to this company data file yet. The QuickBooks"
    " administrator must grant it the first time.",
    NO_PERMISSION: "The application has no permission to access this company data file.",
    NO_AUTOMATIC_LOGIN: "The application is not allowed to log in to this company data file automatically.",
    HELD_BY_OTHER: "Another application is already using this company data file, or it is open for one user only.",
    ANSWER_LOST: "The server threw an exception.",
}


class HResult(Exception):
    """A request processor call failed as a whole; `code` is the HRESULT, `message` the words with it."""

    def __init__(self, code: int, message: str = "") -> None:
        self.code = code
        self.message = message or TEXTS[code]
        super().__init__(f"0x{code:08X}: {self.message}")


class Refusal(Exception):
    """One request was refused with a status code and message."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


class CompanyFileError(Exception):
    """Something the bookkeeper asked for cannot be done; the text says why."""


class FileInUse(CompanyFileError):
    """The file is held by another program or person."""


class NotPossible(CompanyFileError):
    """The change is against the rules of the company file; `code` is the status an application would get."""

    def __init__(self, message: str, code: int = 0) -> None:
        self.code = code
        super().__init__(message)
