"""Sales representatives; the list shows their initials."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query

SALES_REP = kind(
    "SalesRep",
    "sales_rep",
    f"""
{STAMPS}
Amr Initial                      5
amr IsActive                     bool
Amr SalesRepEntityRef            ref41
    """,
    query=list_query(owner=False),
)
