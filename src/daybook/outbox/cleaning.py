"""Removes old texts: letters, and what finished postings carried. Links, open postings and history are never touched.

The rows of finished postings stay, so that what was posted, when and by whom is always known. A letter stays as long as
an open posting may still need it, and as long as QuickBooks keeps the stored answer of its message set.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from daybook.connections.models import CompanyFile
from daybook.outbox.models import Attempt, Letter, Posting
from daybook.outbox.queries import OPEN
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.rights import Right

AT_ONCE = 500


@dataclass(frozen=True)
class Cleaned:
    """How much was removed."""

    letters: int
    postings: int


def finished_before(company_file: CompanyFile, before: datetime) -> QuerySet[Posting]:
    """The finished postings whose texts are old, the oldest first."""
    ended = Q(state=Posting.State.POSTED) | Q(state=Posting.State.WITHDRAWN)
    old = Posting.objects.filter(ended, company_file=company_file, finished_at__lt=before)
    return old.exclude(snapshot={}).order_by("finished_at", "id")


def old_letters(company_file: CompanyFile, before: datetime) -> QuerySet[Letter]:
    """The letters that nothing needs any more, the oldest first."""
    open_ones = Posting.objects.filter(state__in=OPEN)
    needed = Q(pk__in=open_ones.exclude(letter=None).values("letter")) | Q(
        pk__in=Attempt.objects.filter(posting__in=open_ones).exclude(letter=None).values("letter")
    )
    remembered_there = Q(purpose=Letter.Purpose.POST, forgotten=False)
    old = Letter.objects.filter(company_file=company_file, sent_at__lt=before, answered_at__isnull=False)
    return old.exclude(needed).exclude(remembered_there).order_by("sent_at", "id")


def clean_up(company_file: CompanyFile, before: datetime) -> Cleaned:
    """Remove what is old, in short transactions, so that nobody who saves has to wait."""
    letters = _delete_letters(company_file, before)
    return Cleaned(letters, _empty_postings(company_file, before))


def clear_now(actor: User, company_file: CompanyFile, before: datetime) -> Cleaned:
    """The same, because a person asks for it."""
    require(actor, Right.CONNECTION_MANAGE)
    return clean_up(company_file, before)


def clean_up_all(now: datetime) -> int:
    """Remove what is older than each company file keeps, and return how many letters went."""
    return sum(
        clean_up(company_file, now - timedelta(days=company_file.retention_days)).letters
        for company_file in CompanyFile.objects.filter(retention_days__gt=0)
    )


def _delete_letters(company_file: CompanyFile, before: datetime) -> int:
    removed = 0
    while ids := list(old_letters(company_file, before).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            Letter.objects.filter(pk__in=ids).delete()
        removed += len(ids)
    return removed


def _empty_postings(company_file: CompanyFile, before: datetime) -> int:
    emptied = 0
    while ids := list(finished_before(company_file, before).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            Posting.objects.filter(pk__in=ids).update(snapshot={}, detail="", ways_out=[])
            Attempt.objects.filter(posting__in=ids).update(message="")
        emptied += len(ids)
    return emptied
