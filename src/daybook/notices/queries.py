"""Reading what people are told, and how the mails stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from daybook.notices.catalogue import CATALOGUE, Entry
from daybook.notices.models import Firm, Mail, MailPreference, MailSettings, MailTemplate, Notice
from daybook.people.models import User
from daybook.sql import Columns

_FIRM, _BOX = Columns(Firm), Columns(MailSettings)
_ONE_ROW = "ORDER BY t.id LIMIT 1"


@dataclass(frozen=True)
class Template:
    """A mail of the catalogue as it stands today: as shipped, or in the firm's own words."""

    entry: Entry
    is_on: bool
    subject: str
    body: str
    schedule: str
    is_changed: bool


@dataclass(frozen=True)
class MailHealth:
    """Whether mails go, in one sentence, with those that did not."""

    is_set: bool
    ok: bool
    sentence: str
    unsent: int


def firm() -> Firm:
    """The firm's row; a database without one answers with the defaults."""
    return _FIRM.first(_ONE_ROW, []) or Firm()


def firm_zone() -> ZoneInfo:
    """The time zone in which the firm reads its clock."""
    return ZoneInfo(firm().time_zone)


def last_backup_due(now: datetime) -> datetime:
    """The moment of the newest daily backup that should exist by now, by the firm's clock."""
    row = firm()
    local = now.astimezone(ZoneInfo(row.time_zone))
    due = datetime.combine(local.date(), row.backup_time, local.tzinfo)
    return due if due <= local else due - timedelta(days=1)


def backup_folder() -> Path:
    """The folder that the firm wants its backups in."""
    chosen = firm().backup_folder
    return Path(chosen) if chosen else Path(settings.BACKUPS)


def mail_settings() -> MailSettings:
    """The mail server's row; a database without one answers with empty settings."""
    return _BOX.first(_ONE_ROW, []) or MailSettings()


def catalogue() -> list[Template]:
    """Every mail, in the order of the numbers."""
    changed = {row.kind: row for row in MailTemplate.objects.all()}
    return [_merged(entry, changed.get(kind)) for kind, entry in CATALOGUE.items()]


def template(kind: str) -> Template:
    """The mail of one kind as it stands today."""
    return _merged(CATALOGUE[kind], MailTemplate.objects.filter(kind=kind).first())


def unread_count(user: User) -> int:
    """How many notices the person has not read; the figure on the bell."""
    return Notice.objects.filter(user=user, read_at__isnull=True).count()


def notices_of(user: User, *, unread_only: bool = False) -> QuerySet[Notice]:
    """What the person was told, the newest first."""
    found = Notice.objects.filter(user=user).order_by("-made_at", "-id")
    return found.filter(read_at__isnull=True) if unread_only else found


def unwanted_kinds(user: User) -> set[str]:
    """The mails that this person has switched off."""
    return set(MailPreference.objects.filter(user=user).values_list("kind", flat=True))


def who_want(users: Iterable[User], kind: str) -> list[User]:
    """Those of the people who want this mail."""
    people = list(users)
    unwanted = set(MailPreference.objects.filter(kind=kind, user__in=people).values_list("user_id", flat=True))
    return [user for user in people if user.pk not in unwanted]


def unsent_mails() -> QuerySet[Mail]:
    """The mails that failed at least once and have not gone, the oldest first."""
    return Mail.objects.filter(sent_at__isnull=True, attempts__gt=0).order_by("made_at", "id")


def mail_health(now: datetime) -> MailHealth:
    """How the mails stand at this moment, for the settings page and `daybook doctor`."""
    box, unsent = mail_settings(), unsent_mails().count()
    if not box.is_set:
        return MailHealth(False, True, "No mail server is set. Notices are shown in Daybook and not mailed.", 0)
    if unsent:
        return MailHealth(True, False, _unsent_sentence(unsent, box), unsent)
    if box.problem:
        return MailHealth(True, False, box.problem, 0)
    return MailHealth(True, True, f"Mails go through {box.host}.", 0)


def _unsent_sentence(unsent: int, box: MailSettings) -> str:
    mails = "1 mail was not sent." if unsent == 1 else f"{unsent} mails were not sent."
    last = unsent_mails().last()
    return f"{mails} {box.problem or (last.problem if last else '')}".strip()


def _merged(entry: Entry, row: MailTemplate | None) -> Template:
    if row is None:
        return Template(entry, entry.is_on, entry.subject, entry.body, "at_once", False)
    worded = (row.subject, row.body) != (entry.subject, entry.body)
    return Template(entry, row.is_on, row.subject, row.body, row.schedule, worded)
