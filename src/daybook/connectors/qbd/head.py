"""What every record of theirs has in common: which one it is, and in what state."""

from __future__ import annotations

from typing import NamedTuple

from daybook.qbxml.documents import Record


class Head(NamedTuple):
    """The part of a record that says which one it is and in what state."""

    list_id: str
    name: str
    full_name: str
    parent_list_id: str
    sublevel: int
    is_active: bool
    edit_sequence: str
    time_modified: str
    external_guid: str


def head_of(record: Record) -> Head:
    """Which record it is; a sales representative is known by the initials."""
    get = record.values.get
    name = get("Name") or get("Initial") or ""
    parent = get("ParentRef")
    return Head(
        get("ListID", ""),
        name,
        get("FullName") or name,
        parent.get("ListID", "") if parent else "",
        int(get("Sublevel") or 0),
        get("IsActive", "true") == "true",
        get("EditSequence", ""),
        get("TimeModified", ""),
        get("ExternalGUID", ""),
    )
