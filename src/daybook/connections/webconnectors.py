"""Intuit's Web Connector: how it is let in for a company file, and where its session stands."""

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit
from xml.sax.saxutils import escape

from django.conf import settings
from django.db import transaction

from daybook import sql
from daybook.connections.models import CompanyFile, WebConnector
from daybook.history.operations import record
from daybook.people.errors import Refused
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.rights import Right
from daybook.sql import Columns

WAY = "webconnector"
PATH = "/webconnector/"
SUPPORT_PATH = "/webconnector/support/"
APP_NAME = "Daybook"
SHORTEST_SCHEDULE, LONGEST_SCHEDULE = 30, 24 * 3600
# No letters that look alike: a password is read from one screen and typed at another. Twenty-eight are 138 bits.
READABLE = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
FREE_TRIES, LOCKED_AFTER = 5, 20
FIRST_PAUSE, LONGEST_PAUSE, LOCK = timedelta(seconds=10), timedelta(minutes=15), timedelta(hours=1)
IN_SESSION_FOR, LATE_AFTER = timedelta(minutes=5), timedelta(minutes=2)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
NOBODY = hashlib.sha256(b"nobody").hexdigest()

Step = WebConnector.Step
THERE = ("Asks", "In session")  # the words of a Web Connector that comes


# --- made and renewed -------------------------------------------------------------------------------------------------
def make(actor: User, company_file: CompanyFile, now: datetime) -> tuple[WebConnector, str]:
    """Let a Web Connector in for this company file; gives the password, which is shown once and not kept."""
    require(actor, Right.CONNECTION_MANAGE)
    if company_file.way != WAY:
        raise Refused(f"{company_file.name} is not reached through the Web Connector.")
    with transaction.atomic():
        known = WebConnector.objects.filter(company_file=company_file).first()
        connector = known or WebConnector(
            company_file=company_file,
            user_name=f"daybook-{''.join(secrets.choice(READABLE) for _ in range(8)).lower()}",
            owner_guid=_owner_guid(),
            file_guid=_guid(),
        )
        password = _set_password(connector, now)
        connector.save()
        summary = "Made a new password for the Web Connector." if known else "Let the Web Connector in."
        _write_down(actor, company_file, "web_connector", summary, now)
    return connector, password


def change(
    actor: User, connector: WebConnector, *, hold_open: bool, schedule_seconds: int, now: datetime
) -> WebConnector:
    """Say how often the Web Connector asks, and whether a session is held open for a while after its work."""
    require(actor, Right.CONNECTION_MANAGE)
    if not SHORTEST_SCHEDULE <= schedule_seconds <= LONGEST_SCHEDULE:
        sentence = f"The Web Connector asks every {SHORTEST_SCHEDULE} seconds at most, and once a day at least."
        raise Refused(sentence, "schedule_seconds")
    with transaction.atomic():
        connector = WebConnector.objects.select_for_update().select_related("company_file").get(pk=connector.pk)
        differences = {
            "hold_open": [connector.hold_open, hold_open],
            "schedule_seconds": [connector.schedule_seconds, schedule_seconds],
        }
        connector.hold_open, connector.schedule_seconds = hold_open, schedule_seconds
        connector.save(update_fields=["hold_open", "schedule_seconds"])
        record(
            actor,
            "company_file",
            connector.company_file_id,
            "web_connector",
            summary="Changed how the Web Connector asks.",
            differences=differences,
            now=now,
        )
    return connector


def _set_password(connector: WebConnector, now: datetime) -> str:
    password = "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(7))
    connector.password_hash, connector.password_at = hashed(connector.user_name, password), now
    connector.failed_tries, connector.last_failed_at = 0, None
    connector.ticket_hash, connector.step = "", Step.NONE
    return password


def _owner_guid() -> str:
    """One for all the company files of this Daybook, as Intuit wants it of an application."""
    return WebConnector.objects.order_by("id").values_list("owner_guid", flat=True).first() or _guid()


def _guid() -> str:
    return f"{{{uuid.uuid4()}}}"


def hashed(user_name: str, secret: str) -> str:
    """What is kept of a password or ticket; both are long and random, so that one round is enough."""
    typed = "".join(letter for letter in secret.upper() if letter.isalnum())
    return hashlib.sha256(f"daybook web connector {user_name} {typed}".encode()).hexdigest()


# --- let in -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class LetIn:
    """What came of a user name and password. `locked_now`: this try was the one too many, which people are told."""

    connector: WebConnector | None
    locked_now: WebConnector | None = None


def let_in(user_name: str, password: str, address: str, now: datetime) -> LetIn:
    """The Web Connector with this name and password; after some wrong ones, none is looked at for a while."""
    with transaction.atomic():
        rows = WebConnector.objects.select_for_update(of=("self",)).select_related("company_file")
        found = rows.filter(user_name=user_name, company_file__disconnected_at=None, company_file__way=WAY).first()
        right = hmac.compare_digest(hashed(user_name, password), found.password_hash if found else NOBODY)
        if found is None or now < _looks_again_at(found):
            return LetIn(None)
        if not right:
            found.failed_tries, found.last_failed_at = found.failed_tries + 1, now
            found.save(update_fields=["failed_tries", "last_failed_at"])
            return LetIn(None, found if found.failed_tries == LOCKED_AFTER else None)
        found.failed_tries, found.last_failed_at = 0, None
        found.last_seen_at, found.address = now, address[:45]
        found.save(update_fields=["failed_tries", "last_failed_at", "last_seen_at", "address"])
    return LetIn(found)


def _looks_again_at(connector: WebConnector) -> datetime:
    """When the next password is looked at: at once for a few tries, then later each time, in the end once an hour."""
    last, tries = connector.last_failed_at, connector.failed_tries
    if last is None or tries < FREE_TRIES:
        return LONG_AGO
    if tries >= LOCKED_AFTER:
        return last + LOCK
    pause: timedelta = FIRST_PAUSE * 2 ** (tries - FREE_TRIES)
    return last + min(pause, LONGEST_PAUSE)


# --- the session ------------------------------------------------------------------------------------------------------
def begin_session(connector: WebConnector, epoch: int, work: int) -> str:
    """A ticket for a new session, in which so many postings wait; the ticket before is good for nothing from now on."""
    ticket = _guid()
    connector.ticket_hash, connector.epoch, connector.work = hashed("", ticket), epoch, work
    connector.step, connector.percent, connector.said = Step.OPENING, 0, ""
    connector.save(update_fields=["ticket_hash", "epoch", "work", "step", "percent", "said"])
    return ticket


def forget_session(connector: WebConnector) -> None:
    """No session goes on, whatever the last one left behind."""
    WebConnector.objects.filter(pk=connector.pk).update(ticket_hash="", step=Step.NONE)


def of_ticket(ticket: str) -> WebConnector | None:
    """The Web Connector whose present session has this ticket."""
    if len(ticket) < 32:
        return None
    return next(iter(_ROW.read("WHERE t.ticket_hash = %s", [hashed("", ticket)])), None)


def move(connector: WebConnector, step: str, now: datetime, *, percent: int | None = None, said: str = "") -> bool:
    """Go on to the next step of the session; False if another call of the same session did so meanwhile."""
    percent = connector.percent if percent is None else percent
    mine = [connector.pk, connector.ticket_hash, connector.step]
    if not sql.run(_MOVE, [step, sql.moment(now), percent, said, *mine]):
        return False
    connector.step, connector.last_seen_at, connector.percent, connector.said = step, now, percent, said
    return True


_ROW = Columns(
    WebConnector, "id", "company_file", "user_name", "file_guid", "hold_open", "schedule_seconds", "last_seen_at",
    "ticket_hash", "step", "epoch", "work", "percent", "said",
)  # fmt: skip
_MOVE = """
UPDATE connections_webconnector SET step = %s, last_seen_at = %s, percent = %s, said = %s
WHERE id = %s AND ticket_hash = %s AND step = %s"""


def end_session(connector: WebConnector, now: datetime, said: str = "") -> bool:
    """The session is over; its ticket is good for nothing but the question what happened."""
    return move(connector, Step.NONE, now, percent=100, said=said)


# --- what people see --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """How a Web Connector is, in words for a page."""

    connector: WebConnector
    word: str
    sentence: str
    due_at: datetime | None = None


def standing(connector: WebConnector, now: datetime) -> Standing:
    """When the Web Connector was last seen, and what is waited for."""
    seen = connector.last_seen_at
    if connector.failed_tries >= LOCKED_AFTER:
        sentence = "Somebody tried wrong passwords again and again. Make a new one and type it into the Web Connector."
        return Standing(connector, "Locked", sentence)
    if connector.failed_tries:
        sentence = "The last password that was tried is wrong. Type the one that was shown here into the Web Connector."
        return Standing(connector, "Wrong password", sentence)
    if seen is None:
        sentence = "It was not seen yet. Add the .qwc file to the Web Connector on the PC where QuickBooks is."
        return Standing(connector, "Not seen yet", sentence)
    if connector.step != Step.NONE and now - seen <= IN_SESSION_FOR:
        return Standing(connector, "In session", "It carries what there is to carry.")
    if connector.password_at is not None and connector.password_at > seen:
        sentence = "A new password was made since it was seen. Type that one into the Web Connector."
        return Standing(connector, "New password", sentence)
    due_at = seen + timedelta(seconds=connector.schedule_seconds)
    if now > due_at + LATE_AFTER:
        sentence = "It does not ask any more. Is the PC on, and is Auto-Run ticked in the Web Connector?"
        return Standing(connector, "Not seen", sentence, due_at)
    if connector.company_file.state == CompanyFile.State.CANNOT_OPEN:
        return Standing(connector, "Asks", "It asks, and nothing goes until the company file can be opened.")
    if connector.company_file.in_trial:
        sentence = "While the file is on trial, it reads what is compared. Nothing is posted."
        return Standing(connector, "Asks", sentence, due_at)
    return Standing(connector, "Asks", "What is posted now goes when it asks next.", due_at)


def waited_for(company_file: CompanyFile, now: datetime) -> str:
    """What a posting to this file waits for, in a sentence; empty where no Web Connector was let in."""
    connector = of_file(company_file)
    if connector is None:
        return ""
    found = standing(connector, now)
    if found.word == "In session":
        return "The Web Connector is at the company file and takes it within seconds."
    if found.word != "Asks" or connector.last_seen_at is None or found.due_at is None:
        return f"It waits for the Web Connector. {found.sentence}"
    seen, left = _span(now - connector.last_seen_at), _span(found.due_at - now)
    return f"It goes when the Web Connector asks next, in {left}. It was last seen {seen} ago."


def _span(time: timedelta) -> str:
    seconds = max(0, round(time.total_seconds()))
    return f"{seconds} s" if seconds < 120 else f"{round(seconds / 60)} min"


def address() -> str:
    """Where the Web Connector finds us. It takes names only, so this machine is called localhost."""
    return f"{_site()}{PATH}"


def trouble_with_address() -> str:
    """Why the Web Connector would not take our address; empty if it would."""
    parts = urlsplit(_site())
    if parts.scheme == "https" or parts.hostname == "localhost":
        return ""
    return (
        f"The Web Connector asks only addresses that begin with https, and this site is at {settings.SITE_URL}."
        " Put a certificate in front of it and say so in DAYBOOK_URL."
    )


def _site() -> str:
    parts = urlsplit(settings.SITE_URL)
    if parts.hostname in ("127.0.0.1", "::1"):
        parts = parts._replace(netloc="localhost" + (f":{parts.port}" if parts.port else ""))
    return parts.geturl().rstrip("/")


def app_name(connector: WebConnector) -> str:
    """How the Web Connector lists us; it stays when the connection is renamed."""
    return f"{APP_NAME} {connector.company_file_id}"


def update_now_link(connector: WebConnector) -> str:
    """Has the Web Connector on this very PC ask at once."""
    asked = urlencode({"AppName": app_name(connector), "async": "true"}, quote_via=quote)
    return f"qbwc://docontrol/UpdateNow?{asked}"


def qwc(connector: WebConnector) -> str:
    """The file that tells the Web Connector about us; there is no secret in it."""
    shown = f"{APP_NAME}: {connector.company_file.name}"[:80]
    elements = {
        "AppName": app_name(connector),
        "AppDisplayName": shown,
        "AppUniqueName": f"{APP_NAME} {connector.user_name}",
        "AppID": "",
        "AppURL": address(),
        "AppDescription": "Posts to QuickBooks from Daybook, and brings back what changes.",
        "AppSupport": f"{_site()}{SUPPORT_PATH}",
        "UserName": connector.user_name,
        "OwnerID": connector.owner_guid,
        "FileID": connector.file_guid,
        "QBType": "QBFS",
        "Style": "Document",
        "AuthFlags": "0xF",
        "IsReadOnly": "false",
        "Notify": "false",
        "PersonalDataPref": "pdpOptional",
        "UnattendedModePref": "umpRequired",
    }
    lines = [f"  <{name}>{escape(value)}</{name}>" for name, value in elements.items()]
    schedule = f"  <Scheduler>\n    <RunEveryNSeconds>{connector.schedule_seconds}</RunEveryNSeconds>\n  </Scheduler>"
    return "\n".join(['<?xml version="1.0"?>', "<QBWCXML>", *lines, schedule, "</QBWCXML>", ""])


def qwc_name(connector: WebConnector) -> str:
    """What the file is called when it is saved."""
    return f"{connector.user_name}.qwc"


def note_asked(now: datetime) -> None:
    """Some Web Connector asked who we are, before it told a password: as those that were never seen do first."""
    WebConnector.objects.filter(last_seen_at=None, asked_at=None, password_at__isnull=False).update(asked_at=now)


def note_file_saved(connector: WebConnector, now: datetime) -> None:
    """Somebody saved the .qwc file."""
    WebConnector.objects.filter(pk=connector.pk).update(file_saved_at=now)


def of_file(company_file: CompanyFile) -> WebConnector | None:
    """The Web Connector of a company file, if one was let in."""
    return WebConnector.objects.select_related("company_file").filter(company_file=company_file).first()


def _write_down(actor: User, company_file: CompanyFile, action: str, summary: str, now: datetime) -> None:
    record(actor, "company_file", company_file.pk, action, summary=summary, now=now)
