"""Records of theirs as plain values, by kind: the door for whoever reads answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from daybook.connectors.qbd import customer, employee, lists, vendor
from daybook.connectors.qbd.head import Head, head_of
from daybook.qbxml.documents import Record

__all__ = ["Head", "head_of", "mapped_fields"]

_MAPPED: dict[str, Callable[[Record], dict[str, Any]]] = {
    "customer": customer.mapped_fields,
    "employee": employee.mapped_fields,
    "vendor": vendor.mapped_fields,
    "other_name": vendor.other_name_fields,
}


def mapped_fields(kind: str, record: Record) -> dict[str, Any]:
    """The fields of a record that we keep, under the names of a snapshot; of a look-up, its facts."""
    read = _MAPPED.get(kind)
    return read(record) if read is not None else lists.facts_of(kind, record)
