"""Telling people: writes the notice and, where a mail is wanted, lays it on the shelf for the Monitor to send.

Nothing is sent here. Everything is written in the caller's transaction, so that nobody is told of what did not happen.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from daybook.notices import queries, secrets
from daybook.notices.catalogue import CATALOGUE, CHOSEN, unknown_placeholders
from daybook.notices.models import Firm, Mail, MailPreference, MailSettings, MailTemplate, Notice
from daybook.people.errors import Refused
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.queries import holders
from daybook.people.rights import Right
from daybook.sql import Columns, locked, moment, run, uuid_value

_COUNTED = Columns(Notice, "id", "count", "titles")
_NEW_VALUES = (
    "user_id", "kind", "title", "text", "url", "subject_kind", "subject_id", "batch_key", "dedupe_key", "count",
    "titles", "made_at",
)  # fmt: skip
_NEW = Columns(Notice, "user", *_NEW_VALUES[1:])
_OF_BATCH = "WHERE t.user_id = %s AND t.batch_key = %s AND t.kind = %s"
_COUNT_UP = """
UPDATE notices_notice SET count = %s, title = %s, titles = %s, text = '', made_at = %s, read_at = NULL WHERE id = %s"""
GATHER = timedelta(seconds=60)
TITLES_KEPT = 20
DAILY_HOUR = 7


@dataclass(frozen=True)
class Told:
    """One thing that is told: what happened, and where it is seen. `count` and `titles` speak of several records."""

    title: str
    text: str = ""
    url: str = ""
    subject: tuple[str, int] | None = None
    dedupe_key: str = ""
    count: int = 1
    titles: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The lines of the records it speaks of."""
        return list(self.titles or (self.title,))[:TITLES_KEPT]


def tell(
    who: User | Iterable[User] | Right,
    kind: str,
    *,
    title: str,
    text: str = "",
    url: str = "",
    subject: tuple[str, int] | None = None,
    batch_key: UUID | None = None,
    dedupe_key: str = "",
    count: int = 1,
    titles: Sequence[str] = (),
    now: datetime,
) -> None:
    """Tell the people; of a batch each gets one notice a kind that counts up, and one mail in all.

    With a `dedupe_key` a person is told once for good. `count` and `titles` tell of several records at once.
    """
    told = Told(title, text, url, subject, dedupe_key, count, tuple(titles))
    tell_each(who, kind, [told], batch_key=batch_key, now=now)


def tell_each(
    who: User | Iterable[User] | Right,
    kind: str,
    things: Sequence[Told],
    *,
    batch_key: UUID | None = None,
    now: datetime,
) -> None:
    """Tell the same people of several things, each with a notice of its own, by as few statements as for one."""
    people = _people(who)
    with transaction.atomic(savepoint=False):
        news = [(user, told) for told in things for user in _not_told_before(people, told)]
        if batch_key is None:
            _begin([_notice(user, kind, told, None, now) for user, told in news])
        else:
            for user, told in news:
                _count_up(user, kind, told, batch_key, now)
        if news and queries.mail_settings().is_set:
            _lay_mails(news, kind, batch_key, now)


def close_batch(batch_key: UUID, now: datetime) -> None:
    """Nothing more comes of this batch: its mail may go now."""
    Mail.objects.filter(group=f"batch:{batch_key}", attempts=0, not_before__gt=now).update(not_before=now)


def queue(
    to_address: str, *, subject: str, body: str, attachment: tuple[str, str] | None = None, now: datetime
) -> Mail:
    """Lay a mail with words of its own on the shelf; `attachment` is a file name and its text."""
    name, content = attachment or ("", "")
    return Mail.objects.create(
        to_address=to_address,
        subject=_one_line(subject),
        body=body,
        attachment_name=name,
        attachment=content,
        made_at=now,
        not_before=now,
    )


def invite(actor: User, user: User, path: str, now: datetime) -> bool:
    """Mail a person the address where a password is chosen; False when the firm sends no such mail."""
    require(actor, Right.PEOPLE_MANAGE)
    if not queries.mail_settings().is_set or not queries.template("account.invited").is_on:
        return False
    told = Told(
        "Your sign-in to Daybook",
        f"{actor.name} has made a sign-in for you. Choose a password at this address. It works once, for three days:",
        path,
    )
    Mail.objects.create(
        user=user, to_address=user.email, parts=[_part("account.invited", told)], made_at=now, not_before=now
    )
    return True


def mail_to_support(actor: User, *, subject: str, body: str, attachment: tuple[str, str], now: datetime) -> Mail:
    """Mail a transaction with its texts to the firm's support address."""
    require(actor, Right.TRANSACTIONS_VIEW)
    box = queries.mail_settings()
    if not box.is_set or not box.support_address:
        raise Refused("There is no mail server or no support address. An administrator sets both under Settings, Mail.")
    return queue(box.support_address, subject=subject, body=body, attachment=attachment, now=now)


def mark_read(actor: User, notice_ids: Iterable[int] | None, now: datetime) -> int:
    """Mark the person's own notices as read (`None`: all of them) and return how many were."""
    unread = Notice.objects.filter(user=actor, read_at__isnull=True)
    if notice_ids is not None:
        unread = unread.filter(pk__in=list(notice_ids))
    return unread.update(read_at=now)


def set_preferences(actor: User, wanted: Iterable[str]) -> None:
    """Keep which mails of the catalogue the person wants for themself."""
    unwanted = set(CHOSEN) - set(wanted)
    with transaction.atomic():
        MailPreference.objects.filter(user=actor).delete()
        MailPreference.objects.bulk_create(MailPreference(user=actor, kind=kind) for kind in sorted(unwanted))


def change_firm(actor: User, *, name: str, time_zone: str) -> Firm:
    """Set the firm's name and the zone in which it reads its clock."""
    require(actor, Right.SETTINGS_MANAGE)
    if time_zone not in available_timezones():
        raise ValidationError({"time_zone": f"{time_zone} is not a time zone. Choose one such as America/New_York."})
    firm, _ = Firm.objects.update_or_create(pk=1, defaults={"name": name.strip(), "time_zone": time_zone})
    return firm


def change_backup(actor: User, *, backup_time: time, backup_folder: str) -> Firm:
    """Set the hour of the daily backup and the folder it is written to (empty: the usual one)."""
    require(actor, Right.SETTINGS_MANAGE)
    folder = backup_folder.strip()
    if folder and not Path(folder).is_dir():
        raise ValidationError({"backup_folder": f"There is no folder {folder} on this machine."})
    values = {"backup_time": backup_time, "backup_folder": folder}
    firm, _ = Firm.objects.update_or_create(pk=1, defaults=values)
    return firm


def change_template(
    actor: User, kind: str, *, is_on: bool, subject: str, body: str, schedule: str, now: datetime
) -> MailTemplate:
    """Set a mail's words, when it goes, and whether it goes at all."""
    require(actor, Right.SETTINGS_MANAGE)
    problems = _problems_of_words(subject, body)
    if problems:
        raise ValidationError(problems)
    words = {"is_on": is_on, "subject": _one_line(subject), "body": body.replace("\r\n", "\n"), "schedule": schedule}
    row, _ = MailTemplate.objects.update_or_create(
        kind=CATALOGUE[kind].kind, defaults={**words, "changed_at": now, "changed_by": actor}
    )
    return row


def restore_template(actor: User, kind: str) -> None:
    """Give a mail back the words and the setting it shipped with."""
    require(actor, Right.SETTINGS_MANAGE)
    MailTemplate.objects.filter(kind=kind).delete()


def change_mail_settings(
    actor: User,
    *,
    host: str,
    port: int,
    security: str,
    from_address: str,
    user_name: str,
    password: str | None,
    support_address: str = "",
) -> MailSettings:
    """Set the mail server; a password of `None` keeps the stored one."""
    require(actor, Right.SETTINGS_MANAGE)
    problems = _problems_of_addresses(host, from_address, support_address)
    if problems:
        raise ValidationError(problems)
    values: dict[str, object] = {
        "host": host.strip(),
        "port": port,
        "security": security,
        "from_address": from_address.strip(),
        "user_name": user_name.strip(),
        "support_address": support_address.strip(),
        "problem": "",
        "problem_at": None,
    }
    if password is not None:
        values["password_closed"] = secrets.close(password)
    box, _ = MailSettings.objects.update_or_create(pk=1, defaults=values)
    return box


def send_again(actor: User, mail: Mail, now: datetime) -> None:
    """Try a mail that did not go once more, from the start."""
    require(actor, Right.SETTINGS_MANAGE)
    Mail.objects.filter(pk=mail.pk, sent_at__isnull=True).update(not_before=now, gave_up_at=None)


def forget_mail(actor: User, mail: Mail) -> None:
    """Throw a mail away that did not go."""
    require(actor, Right.SETTINGS_MANAGE)
    Mail.objects.filter(pk=mail.pk, sent_at__isnull=True).delete()


def clean_up(before: datetime) -> int:
    """Remove mails that went and notices that were read before the moment; return how many rows went."""
    mails, _ = Mail.objects.filter(sent_at__lt=before).delete()
    notices, _ = Notice.objects.filter(read_at__lt=before).delete()
    return mails + notices


def _people(who: User | Iterable[User] | Right) -> list[User]:
    if isinstance(who, Right):
        return holders(who)
    people = [who] if isinstance(who, User) else who
    return [user for user in {user.pk: user for user in people}.values() if user.is_active]


def _not_told_before(people: list[User], told: Told) -> list[User]:
    if not told.dedupe_key:
        return people
    before = Notice.objects.filter(user__in=people, dedupe_key=told.dedupe_key).values_list("user_id", flat=True)
    known = set(before)
    return [user for user in people if user.pk not in known]


def _notice(user: User, kind: str, told: Told, batch_key: UUID | None, now: datetime) -> Notice:
    subject_kind, subject_id = told.subject or ("", None)
    return Notice(
        user=user,
        kind=kind,
        title=_headline(kind, told.title, told.count)[:300],
        text=told.text if told.count == 1 else "",
        url=told.url,
        subject_kind=subject_kind,
        subject_id=subject_id,
        batch_key=batch_key,
        dedupe_key=told.dedupe_key,
        count=told.count,
        titles=told.lines,
        made_at=now,
    )


def _count_up(user: User, kind: str, told: Told, batch_key: UUID, now: datetime) -> None:
    """Count the news into the person's notice of this batch, or begin it."""
    notice = _COUNTED.first(_OF_BATCH + locked("t"), [user.pk, uuid_value(batch_key), kind])
    if notice is None:
        _begin([_notice(user, kind, told, batch_key, now)])
        return
    count = notice.count + told.count
    titles = json.dumps((notice.titles + told.lines)[:TITLES_KEPT])
    run(_COUNT_UP, [count, _headline(kind, told.title, count)[:300], titles, moment(now), notice.pk])


def _begin(notices: list[Notice]) -> None:
    """Write new notices."""
    _NEW.write([[getattr(notice, name) for name in _NEW_VALUES] for notice in notices])


def _headline(kind: str, title: str, count: int) -> str:
    return title if count == 1 else CATALOGUE[kind].many.format(count=count)


def _lay_mails(news: list[tuple[User, Told]], kind: str, batch_key: UUID | None, now: datetime) -> None:
    """Lay the mails for those who want them; news of one group go into one waiting mail."""
    template = queries.template(kind)
    if not template.is_on:
        return
    people = {user.pk: user for user, _ in news}
    wanting = {user.pk for user in queries.who_want(people.values(), kind)}
    wanted = [(user, told) for user, told in news if user.pk in wanting]
    group, not_before = _group(kind, batch_key, template.schedule, now)
    if group:
        for user, told in wanted:
            _gather(user, kind, told, group, not_before, now)
        return
    Mail.objects.bulk_create(
        Mail(user=user, to_address=user.email, parts=[_part(kind, told)], made_at=now, not_before=now)
        for user, told in wanted
    )


def _gather(user: User, kind: str, told: Told, group: str, not_before: datetime, now: datetime) -> None:
    """Put the news into the person's waiting mail of this group, or begin one."""
    mail = Mail.objects.select_for_update().filter(to_address=user.email, group=group, attempts=0).first()
    if mail is None:
        mail = Mail(user=user, to_address=user.email, group=group, parts=[], made_at=now)
    mail.parts = _with_part(mail.parts, _part(kind, told))
    mail.not_before = not_before
    mail.save()


def _group(kind: str, batch_key: UUID | None, schedule: str, now: datetime) -> tuple[str, datetime]:
    """The group whose news share one mail, and when that mail goes."""
    if schedule == "daily":
        return f"daily:{kind}", _next_daily(now, queries.firm_zone())
    if batch_key is not None:
        return f"batch:{batch_key}", now + GATHER
    return "", now


def _next_daily(now: datetime, zone: ZoneInfo) -> datetime:
    local = now.astimezone(zone)
    at = local.replace(hour=DAILY_HOUR, minute=0, second=0, microsecond=0)
    return at if at > local else at + timedelta(days=1)


def _part(kind: str, told: Told) -> dict[str, Any]:
    return {
        "kind": kind,
        "count": told.count,
        "title": told.title,
        "text": told.text,
        "url": told.url,
        "titles": told.lines,
    }


def _with_part(parts: list[dict[str, Any]], new: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of a mail (one a kind) with the news counted in."""
    part = next((part for part in parts if part["kind"] == new["kind"]), None)
    if part is None:
        return [*parts, new]
    part["count"] += new["count"]
    part["titles"] = (part["titles"] + new["titles"])[:TITLES_KEPT]
    return parts


def _problems_of_words(subject: str, body: str) -> dict[str, str]:
    problems = {}
    for field, words in (("subject", subject), ("body", body)):
        unknown = unknown_placeholders(words)
        if not words.strip():
            problems[field] = "A mail needs words here."
        elif unknown:
            named = ", ".join("{" + name + "}" for name in unknown)
            problems[field] = f"Daybook cannot fill in {named}. Use one of the placeholders listed on this page."
    return problems


def _problems_of_addresses(host: str, from_address: str, support_address: str) -> dict[str, str]:
    problems = {}
    if host.strip() and not _is_address(from_address):
        problems["from_address"] = 'Write the sender as "Name" <address@firm.example>.'
    if support_address.strip() and not _is_address(support_address):
        problems["support_address"] = "Write an address such as help@firm.example."
    return problems


def _is_address(text: str) -> bool:
    if "\n" in text or "\r" in text:
        return False
    try:
        validate_email(parseaddr(text)[1])
    except ValidationError:
        return False
    return True


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
