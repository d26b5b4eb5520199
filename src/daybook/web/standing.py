"""How records stand to the books: the column of a list, with one look for the whole page, and the box of one record."""

from functools import cached_property
from typing import Any

from daybook.directory.queries import NOT_POSTED, InBooks, in_books
from daybook.outbox import queries as outbox
from daybook.outbox.models import Posting
from daybook.web.listing import Column, Listing


class Standing:
    """How the rows of one listing stand to the books."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.listing: Listing | None = None

    @cached_property
    def _found(self) -> dict[int, InBooks]:
        rows = self.listing.rows if self.listing else []
        return in_books(self.kind, [row.pk for row in rows])

    def of(self, row: Any) -> InBooks:
        """How one row stands to the books."""
        return self._found.get(row.pk, NOT_POSTED)

    def column(self) -> Column:
        """The column for a list."""
        return Column("books", "QuickBooks", value=self.of, kind="books")


def of_one(kind: str, pk: int) -> dict[str, Any]:
    """What the page of one record shows of the books: its link, and its newest posting while that still says more."""
    found, posting = in_books(kind, [pk]).get(pk, NOT_POSTED), outbox.latest(kind, pk)
    return {
        "in_books": found,
        "posting": posting if posting is not None and _still_holds(posting, found) else None,
        "link_side": "staff" if kind == "staff" else "projects",
        "link_key": f"{kind}-{pk}",
    }


def _still_holds(posting: Posting, found: InBooks) -> bool:
    """Whether a posting is under way, or is finished and the link has not moved on since."""
    if posting.state in outbox.OPEN:
        return True
    return posting.state == found.state and (not found.list_id or posting.list_id in ("", found.list_id))
