"""Lays what arrived on the shelf, a page in one short transaction."""

# ruff: noqa: S608 (the parts of the statements are written here; values go as parameters)

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from daybook.books.names import name_key, person_name
from daybook.intake.models import ImportRun
from daybook.sql import marks, moment


class Arrived(NamedTuple):
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
    base: dict[str, Any] = {}


class Cells(NamedTuple):
    """What a record puts into its two rows, of which the numbers and folded names are left out."""

    head: tuple[Any, ...]
    content: tuple[Any, ...]


SAID = Arrived._fields[:-1]
HEAD = ("id", "run_id", "kind", "read_at", *SAID, "folded_name", "folded_full_name")
TIME_MODIFIED, NAME, FULL_NAME = (SAID.index(name) for name in ("time_modified", "name", "full_name"))
PERSON = (
    "has_contact", "company_name", "salutation", "first_name", "middle_name", "last_name", "job_title", "address_lines",
    "city", "state", "postal_code", "country", "phone", "alt_phone", "mobile", "fax", "email", "notes", "description",
    "start_date", "due_date", "type_list_id", "terms_list_id", "tax_item_list_id",
)  # fmt: skip
CONTENT = ("id", "base", *PERSON)
_NO_PERSON = (False, *([""] * 18), None, None, "", "", "")

# What came before in this run gives way, and takes its new content along by the new number.
_REPLACE = f"""
ON CONFLICT (run_id, kind, list_id) DO UPDATE SET
{", ".join(f"{column} = excluded.{column}" for column in HEAD if column not in ("run_id", "kind", "list_id"))}"""
_INSERT = "INSERT INTO {table} ({columns}) VALUES ({marks})"
INSERT_HEADS = _INSERT.format(table="intake_arrival", columns=", ".join(HEAD), marks=marks(len(HEAD))) + _REPLACE
INSERT_CONTENTS = _INSERT.format(table="intake_content", columns=", ".join(CONTENT), marks=marks(len(CONTENT)))

# PostgreSQL takes a page twice as fast by COPY, which cannot replace rows by itself.
PAGE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS intake_page ON COMMIT DELETE ROWS AS
SELECT {", ".join(HEAD)} FROM intake_arrival WITH NO DATA"""
COPY = "COPY {table} ({columns}) FROM STDIN"
FROM_PAGE = f"""
INSERT INTO intake_arrival ({", ".join(HEAD)})
SELECT DISTINCT ON (run_id, kind, list_id) {", ".join(HEAD)} FROM intake_page ORDER BY run_id, kind, list_id, id DESC
{_REPLACE}"""

_encode = json.JSONEncoder(separators=(",", ":")).encode


def compact(base: dict[str, Any]) -> dict[str, Any]:
    """Mapped fields without the empty ones, as links keep them: what is missing is empty."""
    return {name: value for name, value in base.items() if value or value is False}


Row = tuple[Any, ...]
Pair = tuple[Row, Row]  # the head of an arrival, and its content


def ids_of(run: ImportRun) -> tuple[int, int]:
    """The first number of an arrival of a run, and the first that belongs to the next run."""
    return run.pk << 32, (run.pk + 1) << 32


def cells_of(kind: str, one: Arrived) -> Cells:
    """The cells of one record; no database is touched."""
    person = _PERSON_OF.get(kind, _nobody)
    if not one.full_name:
        one = one._replace(full_name=one.name)
    return Cells(one[:-1], (_encode(compact(one.base)), *person(_with_parts(kind, one))))


def rows_of(run: ImportRun, kind: str, some: Iterable[Cells], first: int, read_at: datetime) -> list[Pair]:
    """The rows of one page, heads beside contents, numbered from `first`; no database is touched."""
    at, run_id = moment(read_at), run.pk
    return [
        (
            (number, run_id, kind, at, *head, name_key(head[NAME]), name_key(head[FULL_NAME])),
            (number, *content),
        )
        for number, (head, content) in enumerate(some, first)
    ]


def _with_parts(kind: str, one: Arrived) -> dict[str, Any]:
    """The mapped fields; an employee who came with a name alone gets its parts: *Ana Kim* or *Kim, Ana*."""
    base = one.base
    if kind != "employee" or base.get("first_name") or base.get("last_name"):
        return base
    name = person_name(one.name)
    return {**base, "first_name": name.first, "middle_name": name.middle, "last_name": name.last}


def stage(rows: Sequence[Pair]) -> None:
    """Write the rows of a page; a record that came before in this run is replaced. Called inside a transaction."""
    if not rows:
        return
    heads, contents = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(INSERT_HEADS, heads)
            cursor.executemany(INSERT_CONTENTS, contents)
            return
        cursor.execute(PAGE)
        for table, columns, some in (("intake_page", HEAD, heads), ("intake_content", CONTENT, contents)):
            with cursor.copy(COPY.format(table=table, columns=", ".join(columns))) as copy:
                for row in some:
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
        phone, alt_phone, "", fax, email, get("notes", ""), get("job_description", ""),
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
        at("country", ""), get("phone", ""), "", get("mobile", ""), "", get("email", ""), "", "",
        get("hired_date") or None, get("released_date") or None, _id(get("class_")), "", "",
    )  # fmt: skip


def _id(reference: dict[str, str] | None) -> str:
    return reference.get("list_id", "") if reference else ""


_PERSON_OF = {"customer": _customer, "employee": _employee}
