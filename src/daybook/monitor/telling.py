"""Tells people what became of postings and connections, in the transaction in which it happened."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import transaction

from daybook.connections.models import CompanyFile
from daybook.connections.operations import note_told
from daybook.connections.words import state_told
from daybook.monitor import policy
from daybook.notices.operations import Told, close_batch, tell, tell_each
from daybook.outbox.models import Posting
from daybook.outbox.operations import WAITS_FOR_ANOTHER
from daybook.people.models import User
from daybook.people.queries import holders
from daybook.people.rights import Right
from daybook.sql import exists, moment, uuid_value

State = Posting.State
# From the end: a batch goes in order, and what was posted of it lies in front.
_STILL_GOING = """
SELECT 1 FROM outbox_posting
WHERE batch_key = %s AND state IN ('proposed', 'queued', 'sent', 'in_doubt') ORDER BY id DESC"""
MOST_AT_ONCE = 500
# Is there anything to tell? Asked after every posting, by the partial index of each state, and mostly answered no.
_DOUBTFUL = "SELECT 1 FROM outbox_posting WHERE company_file_id = %s AND state = 'in_doubt' AND sent_at <= %s"
_DELAYED = """
SELECT 1 FROM outbox_posting
WHERE company_file_id = %s AND state = 'queued' AND attempts >= 1 AND problem <> '' AND asked_at <= %s"""
_PROPOSED = "SELECT 1 FROM outbox_posting WHERE company_file_id = %s AND state = 'proposed' AND told_at IS NULL"
_HELD_UP = """
SELECT 1 FROM outbox_posting
WHERE company_file_id = %s AND state = 'parked' AND told_at IS NULL AND problem_code = %s"""


def done(postings: Sequence[Posting], now: datetime) -> None:
    """The one who asked reads that it is in the books."""
    for group in _groups(postings):
        _tell_group([group[0].asked_by], "posting.done", group, "is in QuickBooks", now)


def needs_you(postings: Sequence[Posting], now: datetime, *, our_fault: bool = False) -> None:
    """The one who asked, and who may settle it, read what stands in the way."""
    if not postings:
        return
    others = holders(Right.APPROVE_TRANSFERS) + (holders(Right.CONNECTION_MANAGE) if our_fault else [])
    for group in _groups(postings):
        _tell_group([group[0].asked_by, *others], "posting.needs_you", group, "needs you", now)


def batches(postings: Iterable[Posting], now: datetime) -> None:
    """The mail of a batch goes as soon as nothing of the batch is open any more."""
    for key in {posting.batch_key for posting in postings if posting.batch_key}:
        if not exists(_STILL_GOING, [uuid_value(key)]):
            close_batch(key, now)


def late(company_file: CompanyFile, now: datetime) -> None:
    """Tell of what is in doubt, proposed, held up by another, or delayed for long; each only once."""
    open_ones = Posting.objects.filter(company_file=company_file).select_related("asked_by")
    since = now - policy.TELL_DOUBT_AFTER
    doubtful = open_ones.filter(state=State.IN_DOUBT, sent_at__lte=since)[: policy.SET_SIZE]
    for posting in doubtful if exists(_DOUBTFUL, [company_file.pk, moment(since)]) else ():
        text = "The answer of QuickBooks was lost and could not be read again yet. Look at it and decide if you know."
        _tell_one(holders(Right.APPROVE_TRANSFERS), "posting.in_doubt", posting, "is in doubt", text, now)
    with transaction.atomic():
        proposed(company_file, now)
        held_up(company_file, now)
    since = now - policy.TELL_WAITING_AFTER
    delayed = open_ones.filter(state=State.QUEUED, attempts__gte=1, asked_at__lte=since).exclude(problem="")
    for posting in delayed[: policy.SET_SIZE] if exists(_DELAYED, [company_file.pk, moment(since)]) else ():
        _tell_one([posting.asked_by], "posting.needs_you", posting, "still waits", posting.problem, now)


def proposed(company_file: CompanyFile, now: datetime) -> None:
    """Those who may approve read of each proposal once, however long nobody looked; of a batch in one notice."""
    if not exists(_PROPOSED, [company_file.pk]):
        return
    new = _not_told(company_file, now, state=State.PROPOSED)
    for group in _groups(new):
        text = f"{group[0].asked_by.name} asks that it be posted to QuickBooks."
        _tell_group(holders(Right.APPROVE_TRANSFERS), "posting.proposed", group, "waits for approval", now, text)


def held_up(company_file: CompanyFile, now: datetime) -> None:
    """The one who asked reads once that it waits for another posting, which was refused or withdrawn."""
    if not exists(_HELD_UP, [company_file.pk, WAITS_FOR_ANOTHER]):
        return
    for group in _groups(_not_told(company_file, now, state=State.PARKED, problem_code=WAITS_FOR_ANOTHER)):
        _tell_group([group[0].asked_by], "posting.needs_you", group, "needs you", now)


def _not_told(company_file: CompanyFile, now: datetime, **which: str) -> list[Posting]:
    """Postings that nobody was told of, which from now on count as told."""
    rows = Posting.objects.select_for_update(of=("self",)).select_related("asked_by")
    new = list(rows.filter(company_file=company_file, told_at=None, **which).order_by("id")[:MOST_AT_ONCE])
    Posting.objects.filter(pk__in=[posting.pk for posting in new]).update(told_at=now)
    return new


def waiting(company_file: CompanyFile, now: datetime) -> None:
    """Tell administrators of a file that cannot be used for a while; once an episode."""
    since = company_file.state_since or now
    if company_file.state_told_at is not None or now - since < policy.TELL_WAITING_AFTER:
        return
    many = Posting.objects.filter(company_file=company_file, state=State.QUEUED).count()
    going = f" {many} postings wait and will go by themselves." if many > 1 else ""
    going = " One posting waits and will go by itself." if many == 1 else going
    tell(
        Right.CONNECTION_MANAGE,
        "connection.waiting",
        title=f"{company_file.name} cannot be opened just now",
        text=f"{company_file.state_sentence}{going}",
        url="/monitor/",
        subject=("company_file", company_file.pk),
        dedupe_key=f"waiting:{company_file.pk}:{since.isoformat()}",
        now=now,
    )
    note_told(company_file, now)


def broken(company_file: CompanyFile, now: datetime) -> None:
    """Tell administrators that the connection stands still until somebody mends it."""
    if company_file.state_told_at is not None:
        return
    tell(
        Right.CONNECTION_MANAGE,
        "connection.broken",
        title=f"The connection to {company_file.name} needs you",
        text=state_told(company_file),
        url="/monitor/",
        subject=("company_file", company_file.pk),
        now=now,
    )
    note_told(company_file, now)


def restored(company_file: CompanyFile, title: str, now: datetime) -> None:
    """Tell administrators that the company file went back to an older state."""
    tell(
        Right.CONNECTION_MANAGE,
        "connection.restored",
        title=f"{company_file.name} looks restored from a backup",
        text=f"{title} is not there as it was posted. Everything is read anew. What Daybook posted since that backup"
        " is found then under Project integration and Staff integration, Broken links, and can be posted again there.",
        url="/monitor/",
        subject=("company_file", company_file.pk),
        now=now,
    )


def away(company_file: CompanyFile, what_is_the_matter: str, episode: str, now: datetime) -> None:
    """Tell administrators that the Web Connector stays away while something has waited for long; once an episode."""
    waiting = Posting.objects.filter(company_file=company_file, state=State.QUEUED)
    many = waiting.filter(asked_at__lte=now - policy.TELL_WAITING_AFTER).count()
    if not many:
        return
    going = "One posting waits" if many == 1 else f"{many} postings wait"
    tell(
        Right.CONNECTION_MANAGE,
        "connection.waiting",
        title=f"The Web Connector of {company_file.name} does not come",
        text=f"{what_is_the_matter} {going} for it, and will go when it asks again.",
        url="/connection/",
        subject=("company_file", company_file.pk),
        dedupe_key=f"away:{company_file.pk}:{episode}",
        now=now,
    )


def locked_out(company_file: CompanyFile, now: datetime) -> None:
    """Tell administrators that somebody tried wrong passwords of the Web Connector again and again."""
    tell(
        Right.CONNECTION_MANAGE,
        "connection.locked",
        title=f"The Web Connector of {company_file.name} was locked out",
        text="A wrong password was tried twenty times. From now on one is looked at once an hour. If it was the one in"
        " your Web Connector, make a new one on the connection page and type it in there.",
        url="/connection/",
        subject=("company_file", company_file.pk),
        now=now,
    )


def _groups(postings: Sequence[Posting]) -> list[list[Posting]]:
    """The postings of one batch and one person together, those of no batch too."""

    def together(posting: Posting) -> tuple[str, int]:
        return str(posting.batch_key or ""), posting.asked_by_id

    return [list(group) for _, group in groupby(sorted(postings, key=together), key=together)]


def _tell_group(
    who: list[User], kind: str, group: list[Posting], what: str, now: datetime, text: str | None = None
) -> None:
    """A batch counts up in one notice; what belongs to no batch has a notice each."""
    key: UUID | None = group[0].batch_key
    each = [
        Told(
            f"{posting.title} {what}",
            posting.problem if text is None else text,
            f"/transactions/{posting.pk}/",
            (posting.subject_kind, posting.subject_id),
            titles=(posting.title,),
        )
        for posting in group
    ]
    if key is not None and len(group) > 1:
        titles = tuple(posting.title for posting in group)
        each = [Told(each[0].title, url=f"/transactions/?batch={key}", count=len(group), titles=titles)]
    tell_each(who, kind, each, batch_key=key, now=now)


def _tell_one(who: list[User], kind: str, posting: Posting, what: str, text: str, now: datetime) -> None:
    tell(
        who,
        kind,
        title=f"{posting.title} {what}",
        text=text,
        url=f"/transactions/{posting.pk}/",
        subject=(posting.subject_kind, posting.subject_id),
        dedupe_key=f"{kind}:{posting.pk}:{posting.sent_at or posting.asked_at}",
        now=now,
    )
