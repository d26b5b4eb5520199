"""What list pages do to many records at once, and the key that makes a button count once."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.contrib import messages
from django.utils import timezone

from daybook.directory import operations
from daybook.directory.operations.common import Subject
from daybook.web.requests import Request


def form_key(request: Request) -> UUID:
    """The key a button's form carries; a fresh one where it was lost, so that the press still counts."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


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
