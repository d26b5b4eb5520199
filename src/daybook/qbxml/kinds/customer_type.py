"""Types of customers."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query

CUSTOMER_TYPE = kind(
    "CustomerType",
    "customer_type",
    f"""
{STAMPS}
A-r Name                         31
--r FullName                     159
a-r IsActive                     bool
a-r ParentRef                    ref
--r Sublevel                     int
    """,
    query=list_query(owner=False),
    mod=False,
)
