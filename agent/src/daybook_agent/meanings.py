"""What the HRESULTs of QuickBooks mean and who can act: the words of the log and of `doctor` on this PC.

Daybook has the last word on what is tried again; these sentences are for whoever stands before the PC.
"""

from typing import NamedTuple

NOBODY = "nobody; it is tried again"
HERE = "whoever works in QuickBooks on this PC"
ADMIN = "the Admin user of QuickBooks"
INSTALLER = "whoever installs programs on this PC"
SUPPORT = "support; please send the log"


class Meaning(NamedTuple):
    """A sentence, and who can act."""

    sentence: str
    who_can_act: str


MEANINGS: dict[int, Meaning] = {
    0x80040154: Meaning("The request processor of QuickBooks is not installed here.", INSTALLER),
    0x80040308: Meaning("The QuickBooks library that is installed here has the wrong version.", INSTALLER),
    0x80010105: Meaning("QuickBooks failed while it was at work. Daybook reads what was done.", NOBODY),
    0x80010108: Meaning("QuickBooks was closed. It is opened again when there is work.", NOBODY),
    0x800706BA: Meaning("QuickBooks was closed. It is opened again when there is work.", NOBODY),
    0x80040400: Meaning("QuickBooks could not read what Daybook sent.", SUPPORT),
    0x80040401: Meaning("QuickBooks gave no access. Does the agent run as the same Windows user as QuickBooks?", ADMIN),
    0x80040402: Meaning("QuickBooks met an unexpected error; its own log is qbsdklog.txt.", NOBODY),
    0x80040403: Meaning("QuickBooks could not open the company file. Was it moved or renamed?", ADMIN),
    0x80040408: Meaning("QuickBooks could not be started.", NOBODY),
    0x80040409: Meaning("The company file belongs to another version of QuickBooks.", ADMIN),
    0x8004040A: Meaning("Another company file is open in QuickBooks.", HERE),
    0x8004040D: Meaning("The session with QuickBooks ended. A new one is opened.", NOBODY),
    0x80040410: Meaning("The company file is open in another mode. Switch it to multi-user mode.", HERE),
    0x80040414: Meaning("A dialog is open in QuickBooks. Close it.", HERE),
    0x80040416: Meaning("QuickBooks is not running, and Daybook was not told which file to open.", HERE),
    0x80040418: Meaning(
        "QuickBooks has not let Daybook in yet. Its Admin user does so once, in single-user mode.", ADMIN
    ),
    0x8004041A: Meaning("The QuickBooks user of Daybook has no permission for this.", ADMIN),
    0x8004041D: Meaning(
        "QuickBooks does not let Daybook log in by itself. Allow it in Preferences, Integrated Applications.", ADMIN
    ),
    0x80040420: Meaning("Somebody refused Daybook. Allow it in Preferences, Integrated Applications.", ADMIN),
    0x80040421: Meaning("QuickBooks shows a message. Answer it.", HERE),
    0x80040422: Meaning("Another program or user has the company file for itself alone.", HERE),
}
UNKNOWN = Meaning("QuickBooks met an error that the agent does not know.", SUPPORT)


def meaning(code: int) -> Meaning:
    """What this HRESULT means."""
    return MEANINGS.get(code & 0xFFFFFFFF, UNKNOWN)


def explained(code: int, message: str) -> str:
    """One line for the log."""
    found = meaning(code)
    words = f" QuickBooks says: {message}" if message else ""
    return f"{found.sentence} (0x{code & 0xFFFFFFFF:08X}) Who can act: {found.who_can_act}.{words}"
