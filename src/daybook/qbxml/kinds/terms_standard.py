"""Terms that count days."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query

TERMS_STANDARD = kind(
    "StandardTerms",
    "terms_standard",
    f"""
{STAMPS}
A-r Name                         31
a-r IsActive                     bool
a-r StdDueDays                   int
a-r StdDiscountDays              int
a-r DiscountPct                  percent
    """,
    query=list_query(owner=False),
    group="terms",
    mod=False,
)
