"""Employees: our staff as QuickBooks wants them, and theirs as ours."""

from __future__ import annotations

from typing import Any

from daybook.books.employee import Employee
from daybook.connectors.qbd.elements import (
    Resolve,
    Snapshot,
    address_from,
    external_guid,
    put_active,
    put_address,
    put_texts,
    reference_from,
)
from daybook.qbxml.documents import Record, Request
from daybook.qbxml.shape import Values
from daybook.qbxml.types import to_date

TEXTS = {
    "salutation": "Salutation",
    "first_name": "FirstName",
    "middle_name": "MiddleName",
    "last_name": "LastName",
    "job_title": "JobTitle",
    "phone": "Phone",
    "mobile": "Mobile",
    "email": "Email",
    "hired_date": "HiredDate",
    "released_date": "ReleasedDate",
}


def add_request(snapshot: Snapshot, key: object, *, resolve: Resolve, request_id: str = "1") -> Request:
    """A new employee; QuickBooks makes the name from first, middle and last name."""
    values = _values(snapshot, clear=False)
    values["ExternalGUID"] = external_guid(key)
    return Request("EmployeeAddRq", request_id, {}, {"EmployeeAdd": values})


def mod_request(
    changes: Snapshot, list_id: str, edit_sequence: str, *, resolve: Resolve, request_id: str = "1"
) -> Request:
    """A change of the given fields only; an empty value clears the field."""
    values = {"ListID": list_id, "EditSequence": edit_sequence} | _values(changes, clear=True)
    return Request("EmployeeModRq", request_id, {}, {"EmployeeMod": values})


def _values(snapshot: Snapshot, *, clear: bool) -> Values:
    values: Values = {}
    put_texts(values, snapshot, TEXTS, clear=clear)
    put_active(values, snapshot)
    put_address(values, snapshot.get("address"), "EmployeeAddress", lines=2, country=False, clear=clear)
    return values


def mapped_fields(record: Record) -> dict[str, Any]:
    """The fields that both sides share, as plain values under the names of a snapshot; all of them, always."""
    get = record.values.get
    return {
        "first_name": get("FirstName", ""),
        "middle_name": get("MiddleName", ""),
        "last_name": get("LastName", ""),
        "salutation": get("Salutation", ""),
        "is_active": get("IsActive", "true") == "true",
        "address": address_from(get("EmployeeAddress")),
        "phone": get("Phone", ""),
        "mobile": get("Mobile", ""),
        "email": get("Email", ""),
        "job_title": get("JobTitle", ""),
        "hired_date": get("HiredDate", ""),
        "released_date": get("ReleasedDate", ""),
        "class_": reference_from(get("EmployeePayrollInfo", {}).get("ClassRef")),
    }


def value_from(record: Record) -> Employee:
    """The employee as a value."""
    fields = mapped_fields(record)
    for name in ("hired_date", "released_date"):
        fields[name] = to_date(fields[name])
    return Employee.of(fields | {"name": record.values.get("Name", "")})
