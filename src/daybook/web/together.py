"""What list pages do to many records at once, and the key that makes a button count once."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from daybook.directory import operations
from daybook.directory.operations.common import Subject
from daybook.outbox import queries as outbox
from daybook.people.rights import Right
from daybook.web.requests import Request
from daybook.web.rights import may


def form_key(request: Request) -> UUID:
    """The key a button's form carries; a fresh one where it was lost, so that the press still counts."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def posting_status(request: Request, subject: tuple[str, int], status_url: str) -> HttpResponse:
    """How the newest posting of a record stands, for a page that asks while it is on its way."""
    posting = outbox.latest(*subject)
    sees = posting is not None and may(request, Right.TRANSACTIONS_VIEW)
    details = reverse("transactions:detail", args=[posting.pk]) if posting is not None and sees else ""
    context = {"posting": posting, "status_url": status_url, "transaction_url": details}
    return render(request, "components/posting_status.html", context)


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
