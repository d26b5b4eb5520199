"""The links of the chain to a company file, each with what is to be done for it on the PC with QuickBooks."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from daybook.connections import agents, trials, webconnectors
from daybook.connections.models import CompanyFile, WebConnector
from daybook.connections.queries import Health
from daybook.web.connection.check import Check

WRONG_FILE = "wrong_file"  # the code under which the Monitor notes that another company file is open
AT_THE_PC = "Whoever sits at the PC with QuickBooks"
YES_ALWAYS = (
    "QuickBooks asks whether Daybook may come in. Choose “Yes, always; allow access even if QuickBooks is not running”,"
    " and below it the user whose rights Daybook is to have."
)
PERSONAL = (
    "Tick “Allow this application to access personal data” if employees are posted or read."
    " Without it QuickBooks keeps back such things as social-security numbers."
)
MAKE_AND_SAVE = (
    "Press “Make the file and a password” above, then “Save the file”. Keep this page open: the password is shown"
    " only now."
)
LOST = "If the password is not shown any more, make a new one above."
OPEN_IT = (
    "In QuickBooks, have the company file open as the user Admin, in single-user mode, for this first time.",
    "Close every window of QuickBooks that waits for an answer.",
)


def links(health: Health) -> list[Check]:
    """All links in order, from the program that carries letters to what is read of the file."""
    file = health.company_file
    carriers = {webconnectors.WAY: web_connector, agents.WAY: agent}
    first = carriers[file.way](file) if file.way in carriers else [_monitor(health)]
    seen = _what_is_seen(file)
    return [*first, _opens(health), _right_file(health, seen), _program(seen), _preferences(seen)]


def web_connector(company_file: CompanyFile) -> list[Check]:
    """From the file that is saved here up to the password that is typed there."""
    connector = webconnectors.of_file(company_file)
    return [_saved(connector), _asked(connector), _let_in(connector)]


def _saved(connector: WebConnector | None) -> Check:
    label = "The file for the Web Connector is saved"
    here = "Open this page on the PC with QuickBooks, so that the file is saved there."
    to_do = (here, MAKE_AND_SAVE if connector is None else f"Press “Save the file” above. {LOST}")
    if connector is None:
        return Check(label, "failed", "There is no file and no password yet.", "You", to_do)
    if connector.file_saved_at is None and not _has_come(connector):
        return Check(label, "failed", "It was not saved yet.", "You", to_do)
    return Check(label, "ok", "It was saved.", "", to_do)


def _has_come(connector: WebConnector) -> bool:
    """Whether a Web Connector was heard, be it with a wrong password: so it has the file, wherever that came from."""
    return bool(connector.asked_at or connector.failed_tries or connector.last_seen_at)


def _asked(connector: WebConnector | None) -> Check:
    label = "The Web Connector has added Daybook"
    to_do = (
        "Open the Web Connector: in QuickBooks under “File, Update Web Services”, or from the Windows Start menu.",
        "Press “Add an application”, choose the file that you saved (its name ends in .qwc), and confirm.",
        YES_ALWAYS,
        PERSONAL,
    )
    if connector is not None and _has_come(connector):
        return Check(label, "ok", "It asked Daybook who it is.", "", to_do)
    return Check(label, "failed", "No Web Connector asked yet.", AT_THE_PC, to_do)


def _let_in(connector: WebConnector | None) -> Check:
    label, lost = "The password is right, and it asks", f" {LOST}" if connector is not None else ""
    to_do = (
        "In the Web Connector, click the field “Password” in the line of Daybook and type the password from this page."
        f" Say yes when it asks whether to save it.{lost}",
        "Tick “Auto-Run” in that line, so that it asks by itself.",
        "Tick the box at the beginning of the line and press “Update Selected”: it asks at once.",
    )
    if connector is None:
        return Check(label, "failed", "There is no password yet.", "You", to_do)
    standing = webconnectors.standing(connector, timezone.now())
    if standing.word in webconnectors.THERE:
        return Check(label, "ok", "It was here a moment ago.", "", to_do)
    sentence = "It did not come with the password yet." if standing.word == "Not seen yet" else standing.sentence
    return Check(label, "failed", sentence, AT_THE_PC, to_do)


def agent(company_file: CompanyFile) -> list[Check]:
    """From the code up to the agent that asks for work."""
    found = agents.agents_of(company_file, timezone.now())
    return [_enrolled(found), _seen(found)]


def _enrolled(found: list[agents.AgentSeen]) -> Check:
    label, inside = "The agent is installed and let in", [one for one in found if not one.is_revoked]
    to_do = (
        "On the PC with QuickBooks, install Python from python.org, with “Add python.exe to PATH” ticked.",
        "Open “Command Prompt” and type the first line that is shown above. It installs the agent.",
        "Type the second line too; “Show a code” above makes it. The code lets one PC in, once, within half an hour.",
    )
    if inside:
        names = ", ".join(one.agent.machine for one in inside)
        return Check(label, "ok", f"The code was used on {names}.", "", to_do)
    return Check(label, "failed", "No PC was let in yet.", AT_THE_PC, to_do)


def _seen(found: list[agents.AgentSeen]) -> Check:
    label, inside = "The agent asks for work", [one for one in found if not one.is_revoked]
    there = next((one for one in inside if one.is_there), None)
    to_do = (
        "With QuickBooks open, type “daybook-agent doctor”. It looks at each link and says what is missing.",
        YES_ALWAYS,
        PERSONAL,
        "Type “daybook-agent run”. Leave that window open; later you can let Windows start the agent by itself.",
    )
    if there is not None:
        return Check(label, "ok", f"The one on {there.agent.machine} is {there.state}.", "", to_do)
    sentence = inside[0].sentence if inside else "No agent asks yet."
    return Check(label, "failed", sentence, AT_THE_PC, to_do)


# --- the links that every way has -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Seen:
    """What was read of the file: at its place, or while it is on trial at the other one."""

    identity: dict[str, Any]
    host: dict[str, Any]
    preferences: dict[str, Any]


def _what_is_seen(company_file: CompanyFile) -> Seen:
    read = trials.of_file(company_file) if company_file.in_trial else None
    if read is not None:
        return Seen(read.identity, read.host, read.preferences)
    return Seen(company_file.identity, company_file.host, company_file.preferences)


def _monitor(health: Health) -> Check:
    if health.monitor_alive:
        return Check("A Monitor runs", "ok", "It reported itself a moment ago.")
    sentence = "No Monitor reports itself. Start `daybook monitor` on the machine where the company file is."
    return Check("A Monitor runs", "failed", sentence, "Who runs Daybook")


def _opens(health: Health) -> Check:
    label = "The file opens"
    to_do = () if health.company_file.way == trials.SANDBOX else OPEN_IT
    if (health.state == "active" and health.last_contact_at) or health.code == WRONG_FILE:
        return Check(label, "ok", "The file was opened and QuickBooks answered.", "", to_do)
    if health.state in {"waiting", "cannot_open", "paused"} and health.company_file.check_asked_at is None:
        return Check(label, "failed", health.sentence, health.who_can_act, to_do)
    return Check(label, "waiting", "It is opened next.", "", to_do)


def _right_file(health: Health, seen: Seen) -> Check:
    if health.code == WRONG_FILE:
        return Check("It is the right file", "failed", health.sentence, health.who_can_act)
    if not seen.identity:
        return Check("It is the right file", "waiting", "The name of the company is read.")
    parts = [seen.identity.get("company_name", ""), seen.identity.get("country", "")]
    return Check("It is the right file", "ok", f"It is the file of {', '.join(part for part in parts if part)}.")


def _program(seen: Seen) -> Check:
    host = seen.host
    if not host:
        return Check("QuickBooks is known", "waiting", "The program is asked for its version.")
    sentence = f"{host.get('product') or 'QuickBooks'} {host.get('release', '')}".strip()
    return Check("QuickBooks is known", "ok", f"{sentence} has it open.")


def _preferences(seen: Seen) -> Check:
    preferences = seen.preferences
    if not preferences:
        return Check("Its preferences are read", "waiting", "Classes and the closing date are read.")
    facts = [
        "classes are on" if preferences.get("class_tracking") else "classes are off",
        f"closed up to {preferences['closing_date']}" if preferences.get("closing_date") else "no closing date",
    ]
    return Check("Its preferences are read", "ok", f"{', '.join(facts).capitalize()}.")
