"""Classes."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query

CLASS = kind(
    "Class",
    "class",
    f"""
{STAMPS}
Amr Name                         31
--r FullName                     159
amr IsActive                     bool
amr ParentRef                    ref
--r Sublevel                     int
    """,
    query=list_query(owner=False),
)
