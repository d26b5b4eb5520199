"""The column of a list that says how each record stands to the books; one look for the whole page."""

from functools import cached_property
from typing import Any

from daybook.directory.queries import NOT_POSTED, InBooks, in_books
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
