"""Sends the mails that are due, once each, and keeps trying those the server would not take yet.

1. A mail is claimed by counting its attempt up before any byte leaves; of two senders one wins.
2. A server that cannot be used holds all mails back; a mail that is refused holds back only itself.
3. Waiting grows from a minute to half a day. After the last try, or a refusal for good, the mail stays on the
   settings page until a person sends it again or throws it away.

A crash between the server's yes and our note of it sends that one mail again; its Message-ID is the same, so that
mail programs show it once.
"""

import smtplib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet

from daybook.notices import queries, transport
from daybook.notices.catalogue import CATALOGUE, WEIGHT, fill
from daybook.notices.errors import MailRefused, ServerError
from daybook.notices.models import Mail, MailSettings
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.rights import Right

WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]
AT_ONCE = 50


def send_due(now: datetime) -> int:
    """Send what is due and return how many mails went."""
    box = queries.mail_settings()
    if not box.is_set:
        return 0
    due = list(_due(now)[:AT_ONCE])
    if not due:
        return 0
    try:
        with transport.connected(box) as server:
            sent = sum(_send(server, box, mail, now) for mail in due)
    except ServerError as error:
        _hold_back(due, error, now)
        return 0
    return sent


def send_test(actor: User, to_address: str, now: datetime) -> str:
    """Send a test mail at once and return the server's own answer; a failure is a MailError with the sentence."""
    require(actor, Right.SETTINGS_MANAGE)
    box = queries.mail_settings()
    if not box.is_set:
        raise ServerError("No mail server is set. Save the settings first, then send the test.")
    name = queries.firm().name or "your firm"
    body = f"This is the test mail of Daybook at {name}.\n\nIf you can read it, mails from Daybook arrive.\n"
    mail = Mail(to_address=to_address, subject="Test mail from Daybook", body=body, made_at=now)
    try:
        with transport.connected(box) as server:
            answer = transport.deliver(server, message(box, mail, now))
    except ServerError as error:
        _note(error.sentence, now)
        raise
    _note("", now)
    return answer


def message(box: MailSettings, mail: Mail, now: datetime) -> EmailMessage:
    """The mail as it goes over the wire."""
    built = EmailMessage()
    built["From"] = formataddr(parseaddr(box.from_address))
    built["To"] = mail.to_address
    built["Subject"] = mail.subject
    built["Date"] = format_datetime(now)
    domain = parseaddr(box.from_address)[1].rpartition("@")[2]
    built["Message-ID"] = f"<daybook-{mail.pk or 'test'}-{int(mail.made_at.timestamp() * 1000)}@{domain}>"
    built["Auto-Submitted"] = "auto-generated"
    built.set_content(mail.body)
    if mail.attachment_name:
        built.add_attachment(mail.attachment, filename=mail.attachment_name)
    return built


def words(mail: Mail) -> tuple[str, str]:
    """Subject and body of a mail that was gathered from what was told."""
    parts = sorted(mail.parts, key=lambda part: WEIGHT[part["kind"]])
    template = queries.template(parts[0]["kind"])
    values = {
        "name": mail.user.name if mail.user else "",
        "title": "; ".join(_title(part) for part in parts),
        "text": "\n\n".join(_text(part, alone=len(parts) == 1) for part in parts).strip(),
        "link": settings.SITE_URL + str(parts[0]["url"]),
        "count": str(sum(part["count"] for part in parts)),
        "firm": queries.firm().name or "your firm",
    }
    subject = " ".join(fill(template.subject, values).split())
    return subject[:300], fill(template.body, values)


def preview(kind: str, subject: str, body: str) -> tuple[str, str]:
    """The words of a mail filled with an example, for the page where they are edited."""
    values = {
        "name": "Mia Ruiz",
        "title": f"{CATALOGUE[kind].name}: Northwind Traders:Harbour survey",
        "text": "What happened, why it happened, and the next click stand here.",
        "link": f"{settings.SITE_URL}/transactions/",
        "count": "1",
        "firm": queries.firm().name or "your firm",
    }
    return " ".join(fill(subject, values).split()), fill(body, values)


def _due(now: datetime) -> QuerySet[Mail]:
    waiting = Mail.objects.filter(sent_at__isnull=True, gave_up_at__isnull=True, not_before__lte=now)
    return waiting.select_related("user").order_by("not_before", "id")


def _send(server: smtplib.SMTP, box: MailSettings, mail: Mail, now: datetime) -> bool:
    if not _claim(mail, now):
        return False
    if mail.parts:
        mail.refresh_from_db(fields=["parts"])  # what was told between our look and our claim is in it
        mail.subject, mail.body = words(mail)
    try:
        transport.deliver(server, message(box, mail, now))
    except MailRefused as error:
        _put_off(mail, error.sentence, now, for_good=error.permanent)
        return False
    except ServerError as error:
        _put_off(mail, error.sentence, now, for_good=False)
        raise
    Mail.objects.filter(pk=mail.pk).update(sent_at=now, problem="", subject=mail.subject, body=mail.body)
    _note("", now)
    return True


def _claim(mail: Mail, now: datetime) -> bool:
    """Count the attempt before the first byte leaves; False when another sender was first."""
    taken = Mail.objects.filter(pk=mail.pk, attempts=mail.attempts, sent_at__isnull=True)
    mail.attempts += 1
    return bool(taken.update(attempts=mail.attempts, not_before=now + _wait(mail.attempts)))


def _put_off(mail: Mail, sentence: str, now: datetime, *, for_good: bool) -> None:
    over = for_good or mail.attempts > len(WAITS)
    values: dict[str, Any] = {"problem": sentence, "subject": mail.subject, "body": mail.body}
    Mail.objects.filter(pk=mail.pk).update(**values, gave_up_at=now if over else None)


def _hold_back(due: list[Mail], error: ServerError, now: datetime) -> None:
    """No mail can go: each that was due counts an attempt and waits, and the settings page says why."""
    _note(error.sentence, now)
    for mail in due:
        untouched = Mail.objects.filter(pk=mail.pk, attempts=mail.attempts, sent_at__isnull=True, not_before__lte=now)
        over = mail.attempts >= len(WAITS)
        untouched.update(
            attempts=F("attempts") + 1,
            problem=error.sentence,
            not_before=now + _wait(mail.attempts + 1),
            gave_up_at=now if over else None,
        )


def _wait(attempt: int) -> timedelta:
    return WAITS[min(attempt, len(WAITS)) - 1]


def _note(problem: str, now: datetime) -> None:
    row = MailSettings.objects.filter(pk=1)
    if problem:
        row.update(problem=problem, problem_at=now)
    else:
        row.update(problem="", problem_at=None, last_sent_at=now)


def _title(part: dict[str, Any]) -> str:
    return part["title"] if part["count"] == 1 else CATALOGUE[part["kind"]].many.format(count=part["count"])


def _text(part: dict[str, Any], *, alone: bool) -> str:
    if part["count"] == 1:
        return part["text"] if alone else f"{part['title']}\n{part['text']}".strip()
    lines = [_title(part) + ":"] + [f"- {title}" for title in part["titles"]]
    more = part["count"] - len(part["titles"])
    return "\n".join([*lines, f"- and {more} more"] if more > 0 else lines)
