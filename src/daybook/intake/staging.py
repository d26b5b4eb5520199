"""Lays what arrived on the shelf, a page in one short transaction."""

# ruff: noqa: S608 (the parts of the statements are written here; values go as parameters)

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from daybook.books.names import name_key, person_name
from daybook.intake.models import ImportRun
from daybook.intake.sql import moment

LONGEST_EMAIL = 254  # a column of ours; theirs takes more


@dataclass(slots=True)
class Arrived:
    """One record as the connector read it; `base` holds its mapped fields."""

    list_id: str
    edit_sequence: str = ""
    time_modified: str = ""
    name: str = ""
    full_name: str = ""
    parent_list_id: str = ""
    sublevel: int = 0
    is_active: bool = True
    external_guid: str = ""
    base: dict[str, Any] | None = None


HEAD = (
    "run_id", "kind", "list_id", "read_at", "edit_sequence", "time_modified", "name", "full_name", "folded_name",
    "folded_full_name", "parent_list_id", "sublevel", "is_active", "external_guid", "base",
)  # fmt: skip
PERSON = (
    "has_contact", "company_name", "salutation", "first_name", "middle_name", "last_name", "job_title", "address_lines",
    "city", "state", "postal_code", "country", "phone", "alt_phone", "mobile", "fax", "email", "notes", "description",
    "start_date", "due_date", "type_list_id", "terms_list_id", "tax_item_list_id",
)  # fmt: skip
COLUMNS = HEAD + PERSON
_NO_PERSON = (False, *([""] * 18), None, None, "", "", "")

_REPLACE = f"""
ON CONFLICT (run_id, kind, list_id) DO UPDATE SET
{", ".join(f"{column} = excluded.{column}" for column in COLUMNS[3:])}
"""
INSERT = f"""
INSERT INTO intake_arrival ({", ".join(COLUMNS)}) VALUES ({", ".join(["%s"] * len(COLUMNS))}) {_REPLACE}"""

# PostgreSQL takes a page twice as fast by COPY, which cannot replace rows by itself.
PAGE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS intake_page ON COMMIT DELETE ROWS AS
SELECT {", ".join(COLUMNS)} FROM intake_arrival WITH NO DATA"""
COPY = f"COPY intake_page ({', '.join(COLUMNS)}) FROM STDIN"
FROM_PAGE = f"""
INSERT INTO intake_arrival ({", ".join(COLUMNS)})
SELECT DISTINCT ON (run_id, kind, list_id) {", ".join(COLUMNS)} FROM intake_page {_REPLACE}"""

_encode = json.JSONEncoder(separators=(",", ":")).encode


def compact(base: dict[str, Any]) -> dict[str, Any]:
    """Mapped fields without the empty ones, as links keep them: what is missing is empty."""
    return {name: value for name, value in base.items() if value or value is False}


def rows_of(run: ImportRun, kind: str, arrived: Iterable[Arrived], read_at: datetime) -> list[tuple[Any, ...]]:
    """The rows of one page, ready to be written; no database is touched."""
    at, number = moment(read_at), run.pk
    person = _PERSON_OF.get(kind, _nobody)
    return [
        (
            number, kind, one.list_id, at, one.edit_sequence, one.time_modified, one.name, one.full_name or one.name,
            name_key(one.name), name_key(one.full_name or one.name), one.parent_list_id, one.sublevel, one.is_active,
            one.external_guid, _encode(compact(one.base or {})),
            *person(_with_parts(kind, one)),
        )
        for one in arrived
    ]  # fmt: skip


def _with_parts(kind: str, one: Arrived) -> dict[str, Any]:
    """The mapped fields; an employee who came with a name alone gets its parts: *Ana Kim* or *Kim, Ana*."""
    base = one.base or {}
    if kind != "employee" or base.get("first_name") or base.get("last_name"):
        return base
    name = person_name(one.name)
    return {**base, "first_name": name.first, "middle_name": name.middle, "last_name": name.last}


def stage(rows: Sequence[tuple[Any, ...]]) -> None:
    """Write the rows of a page; a record that came before in this run is replaced. Called inside a transaction."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(INSERT, rows)
            return
        cursor.execute(PAGE)
        with cursor.copy(COPY) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(FROM_PAGE)


def person_columns(kind: str, base: dict[str, Any]) -> tuple[Any, ...]:
    """The values of the PERSON columns that the mapped fields of a record give."""
    return _PERSON_OF.get(kind, _nobody)(base)


def _nobody(base: dict[str, Any]) -> tuple[Any, ...]:
    return _NO_PERSON


def _customer(base: dict[str, Any]) -> tuple[Any, ...]:
    get = base.get
    place = get("bill_address") or {}
    at = place.get
    lines = "\n".join(at("lines") or ())
    company, first, last = get("company_name", ""), get("first_name", ""), get("last_name", "")
    phone, alt_phone, fax, email = get("phone", ""), get("alt_phone", ""), get("fax", ""), get("email", "")
    city, postal_code = at("city", ""), at("postal_code", "")
    return (
        bool(first or last or company or lines or city or postal_code or phone or alt_phone or fax or email),
        company, get("salutation", ""), first, get("middle_name", ""), last, get("job_title", ""),
        lines, city, at("state", ""), postal_code, at("country", ""),
        phone, alt_phone, "", fax, email[:LONGEST_EMAIL], get("notes", ""), get("job_description", ""),
        get("job_start_date") or None, get("job_projected_end_date") or None,
        _id(get("job_type" if get("parent") else "customer_type")), _id(get("terms")), _id(get("sales_tax_item")),
    )  # fmt: skip


def _employee(base: dict[str, Any]) -> tuple[Any, ...]:
    get = base.get
    at = (get("address") or {}).get
    return (
        True,
        "", get("salutation", ""), get("first_name", ""), get("middle_name", ""), get("last_name", ""),
        get("job_title", ""), "\n".join(at("lines") or ()), at("city", ""), at("state", ""), at("postal_code", ""),
        at("country", ""), get("phone", ""), "", get("mobile", ""), "", get("email", "")[:LONGEST_EMAIL], "", "",
        get("hired_date") or None, get("released_date") or None, _id(get("class_")), "", "",
    )  # fmt: skip


def _id(reference: dict[str, str] | None) -> str:
    return reference.get("list_id", "") if reference else ""


_PERSON_OF = {"customer": _customer, "employee": _employee}
