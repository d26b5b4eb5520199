"""Telling people: writes the notice and, where a mail is wanted, lays it on the shelf for the Monitor to send.

Nothing is sent here. Everything is written in the caller's transaction, so that nobody is told of what did not happen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.utils import parseaddr
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from daybook.notices import queries, secrets
from daybook.notices.catalogue import CATALOGUE, unknown_placeholders
from daybook.notices.models import Firm, Mail, MailPreference, MailSettings, MailTemplate, Notice
from daybook.people.errors import Refused
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.queries import holders
from daybook.people.rights import Right

GATHER = timedelta(seconds=60)
TITLES_KEPT = 20
DAILY_HOUR = 7


@dataclass(frozen=True)
class _News:
    """What is told, as one value."""

    kind: str
    title: str
    text: str
    url: str
    subject: tuple[str, int] | None
    batch_key: UUID | None
    dedupe_key: str
    count: int
    titles: list[str]
    at: datetime


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
    template = queries.template(kind)
    news = _News(kind, title[:300], text, url, subject, batch_key, dedupe_key, count, list(titles or [title]), now)
    with transaction.atomic():
        told = [user for user in _people(who) if _put_notice(user, news)]
        if template.is_on and told and queries.mail_settings().is_set:
            for user in queries.who_want(told, kind):
                _lay_mail(user, news, template.schedule)


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
    unwanted = set(CATALOGUE) - set(wanted)
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


def _put_notice(user: User, news: _News) -> bool:
    """Write the notice; False when the person was told this before."""
    if news.dedupe_key and Notice.objects.filter(user=user, dedupe_key=news.dedupe_key).exists():
        return False
    batch = news.batch_key and (
        Notice.objects.select_for_update().filter(user=user, batch_key=news.batch_key, kind=news.kind).first()
    )
    if batch:
        _count_up(batch, news)
        return True
    subject_kind, subject_id = news.subject or ("", None)
    Notice.objects.create(
        user=user,
        kind=news.kind,
        title=_headline(news.kind, news.title, news.count),
        text=news.text if news.count == 1 else "",
        url=news.url,
        subject_kind=subject_kind,
        subject_id=subject_id,
        batch_key=news.batch_key,
        dedupe_key=news.dedupe_key,
        count=news.count,
        titles=news.titles[:TITLES_KEPT],
        made_at=news.at,
    )
    return True


def _count_up(notice: Notice, news: _News) -> None:
    notice.count += news.count
    notice.title = _headline(news.kind, news.title, notice.count)
    notice.text = ""
    notice.titles = (notice.titles + news.titles)[:TITLES_KEPT]
    notice.made_at, notice.read_at = news.at, None
    notice.save()


def _headline(kind: str, title: str, count: int) -> str:
    return title if count == 1 else CATALOGUE[kind].many.format(count=count)


def _lay_mail(user: User, news: _News, schedule: str) -> None:
    """Put the news into the person's waiting mail of its group, or begin one."""
    group, not_before = _group(news, schedule)
    mail = None
    if group:
        mail = Mail.objects.select_for_update().filter(to_address=user.email, group=group, attempts=0).first()
    if mail is None:
        mail = Mail(user=user, to_address=user.email, group=group, parts=[], made_at=news.at)
    mail.parts = _with_part(mail.parts, news)
    mail.not_before = not_before
    mail.save()


def _group(news: _News, schedule: str) -> tuple[str, datetime]:
    """The group whose news share one mail, and when that mail goes."""
    if schedule == "daily":
        return f"daily:{news.kind}", _next_daily(news.at, queries.firm_zone())
    if news.batch_key:
        return f"batch:{news.batch_key}", news.at + GATHER
    return "", news.at


def _next_daily(now: datetime, zone: ZoneInfo) -> datetime:
    local = now.astimezone(zone)
    at = local.replace(hour=DAILY_HOUR, minute=0, second=0, microsecond=0)
    return at if at > local else at + timedelta(days=1)


def _with_part(parts: list[dict[str, object]], news: _News) -> list[dict[str, object]]:
    """The parts of a mail (one a kind) with the news counted in."""
    part = next((part for part in parts if part["kind"] == news.kind), None)
    if part is None:
        new = {"kind": news.kind, "count": news.count, "title": news.title, "text": news.text, "url": news.url}
        return [*parts, {**new, "titles": news.titles[:TITLES_KEPT]}]
    part["count"] = int(str(part["count"])) + news.count
    titles = part["titles"]
    if isinstance(titles, list):
        part["titles"] = (titles + news.titles)[:TITLES_KEPT]
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
