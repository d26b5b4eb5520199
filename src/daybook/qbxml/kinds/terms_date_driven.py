"""Terms that name a day of the month."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query

TERMS_DATE_DRIVEN = kind(
    "DateDrivenTerms",
    "terms_date_driven",
    f"""
{STAMPS}
A-r Name                         31
a-r IsActive                     bool
A-r DayOfMonthDue                int1..31
a-r DueNextMonthDays             int
a-r DiscountDayOfMonth           int1..31
a-r DiscountPct                  percent
    """,
    query=list_query(owner=False),
    group="terms",
    mod=False,
)
