"""The small pieces that the kinds have in common: references, addresses, days, yes and no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from daybook.connectors.errors import FixRecord
from daybook.qbxml.shape import Values
from daybook.qbxml.types import from_bool

Snapshot = Mapping[str, Any]
Reference = Mapping[str, Any]
Resolve = Callable[[Reference], str | None]
"""From a reference to one of our records to the ListID it is linked to, if it is."""

MOST_LINES = 5


def external_guid(key: object) -> str:
    """A posting key as QuickBooks writes GUIDs."""
    return f"{{{str(key).strip('{}')}}}"


def list_id_of(reference: Reference, resolve: Resolve) -> str:
    """The ListID behind a reference to theirs or to ours."""
    list_id = reference.get("list_id") or resolve(reference)
    if not list_id:
        raise FixRecord(
            "What this record belongs under is not in QuickBooks yet.",
            "You",
            "unlinked",
            f"no link for {dict(reference)}",
            ({"way": "resend", "sentence": "Post what it belongs under, then send it again."},),
        )
    return str(list_id)


def put_texts(values: Values, snapshot: Snapshot, names: Mapping[str, str], *, clear: bool) -> None:
    """Copy texts; an empty one clears the field in a Mod and is left out of an Add."""
    for name, element in names.items():
        text = snapshot.get(name)
        if text or (clear and name in snapshot):
            values[element] = text or ""


def put_references(
    values: Values, snapshot: Snapshot, names: Mapping[str, str], resolve: Resolve, *, clear: bool
) -> None:
    """Copy references as ListIDs; none clears the field in a Mod."""
    for name, element in names.items():
        if snapshot.get(name):
            values[element] = {"ListID": list_id_of(snapshot[name], resolve)}
        elif clear and name in snapshot:
            values[element] = {"ListID": ""}


def put_address(
    values: Values, address: Mapping[str, Any] | None, element: str, *, lines: int, country: bool, clear: bool
) -> None:
    """Write an address block; lines beyond those QuickBooks has are joined into the last."""
    if address is None:
        return
    given = [str(line).strip() for line in address.get("lines", ()) if str(line).strip()]
    if len(given) > lines:
        given = [*given[: lines - 1], ", ".join(given[lines - 1 :])]
    texts = {f"Addr{number}": given[number - 1] if number <= len(given) else "" for number in range(1, lines + 1)}
    texts |= {"City": address.get("city", ""), "State": address.get("state", "")}
    texts["PostalCode"] = address.get("postal_code", "")
    if country:
        texts["Country"] = address.get("country", "")
    block = texts if clear else {name: text for name, text in texts.items() if text}
    if block:
        values[element] = block


def put_active(values: Values, snapshot: Snapshot) -> None:
    """Copy whether the record is active."""
    if snapshot.get("is_active") is not None:
        values["IsActive"] = from_bool(bool(snapshot["is_active"]))


def address_from(block: Mapping[str, str] | None) -> dict[str, Any]:
    """An address as a plain dict; empty texts where QuickBooks has none."""
    if not block:
        return {"lines": [], "city": "", "state": "", "postal_code": "", "country": ""}
    get = block.get
    lines = [get("Addr1", ""), get("Addr2", ""), get("Addr3", ""), get("Addr4", ""), get("Addr5", "")]
    while lines and not lines[-1]:
        lines.pop()
    return {
        "lines": lines,
        "city": get("City", ""),
        "state": get("State", ""),
        "postal_code": get("PostalCode", ""),
        "country": get("Country", ""),
    }


def reference_from(reference: Mapping[str, str] | None) -> dict[str, str] | None:
    """A reference to a record of theirs, or None."""
    if not reference or not reference.get("ListID"):
        return None
    return {"list_id": reference["ListID"], "full_name": reference.get("FullName", "")}
