"""What list pages do to many records at once, and the key that makes a button count once."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from daybook.connections.queries import default_file
from daybook.directory import operations
from daybook.directory.operations.common import Subject
from daybook.directory.queries import NOT_POSTED, in_books
from daybook.outbox import queries as outbox
from daybook.outbox.models import Link, Posting
from daybook.people.rights import Right
from daybook.web.requests import Request
from daybook.web.rights import may
from daybook.web.states import STATES

M = TypeVar("M", bound=Model)


def form_key(request: Request) -> UUID:
    """The key a button's form carries; a fresh one where it was lost, so that the press still counts."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def wanted_in_books(request: Request) -> UUID | None:
    """The key of a form whose tick asks that QuickBooks does the same."""
    return form_key(request) if request.POST.get("in_books") == "1" else None


def posting_status(request: Request, subject: tuple[str, int], status_url: str) -> HttpResponse:
    """How the newest posting of a record stands, for a page that asks while it is on its way."""
    posting = outbox.latest(*subject)
    sees = posting is not None and may(request, Right.TRANSACTIONS_VIEW)
    details = reverse("transactions:detail", args=[posting.pk]) if posting is not None and sees else ""
    context: dict[str, Any] = {"posting": posting, "status_url": status_url, "transaction_url": details}
    if posting is not None and not STATES[posting.state].on_its_way:
        kind, pk = subject
        context["found"] = in_books(kind, [pk]).get(pk, NOT_POSTED)  # its row in the list beside it changes with it
    return render(request, "directory/status.html", context)


MOST_AT_ONCE = 1_000


def chosen(request: Request, rows: QuerySet[M]) -> list[M]:
    """What a click on many rows is done to: never more than MOST_AT_ONCE, which the page says."""
    found = list(rows.order_by("pk")[: MOST_AT_ONCE + 1])
    if len(found) > MOST_AT_ONCE:
        messages.info(request, f"These were the first {MOST_AT_ONCE:,}. Repeat it for the rest.")
    return found[:MOST_AT_ONCE]


def to_be_posted(request: Request, rows: QuerySet[M], kind: str) -> QuerySet[M]:
    """Of all that match, those that are neither in the books nor on their way, so that each click takes the next."""
    if request.POST.get("all") != "1":
        return rows
    settled = Link.objects.filter(company_file=default_file(), subject_kind=kind, subject_id__isnull=False)
    waiting = Posting.objects.filter(subject_kind=kind, state__in=outbox.OPEN)
    return rows.exclude(pk__in=settled.values("subject_id")).exclude(pk__in=waiting.values("subject_id"))


def posted_together(request: Request, subjects: Sequence[Subject]) -> None:
    """Ask for the posting of many records, and say above the page what came of it."""
    asked, refused = operations.post_many(
        request.user, list(subjects), propose=False, batch_key=form_key(request), now=timezone.now()
    )
    if asked:
        many = f"{len(asked)} {'posting is' if len(asked) == 1 else 'postings are'} on the way to QuickBooks."
        messages.success(request, f"{many} You are told once when all are done.")
    for subject, sentence in refused[:5]:
        messages.error(request, f"{subject}: {sentence}")
    if len(refused) > 5:
        messages.error(request, f"{len(refused) - 5} more could not be posted for similar reasons.")
