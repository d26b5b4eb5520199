"""Vendors and other names, which Daybook only reads."""

from __future__ import annotations

from typing import Any

from daybook.books.vendor import OtherName, Vendor
from daybook.connectors.qbd.elements import address_from, reference_from
from daybook.qbxml.documents import Record

_TEXTS = {
    "name": "Name",
    "company_name": "CompanyName",
    "salutation": "Salutation",
    "first_name": "FirstName",
    "middle_name": "MiddleName",
    "last_name": "LastName",
    "phone": "Phone",
    "alt_phone": "AltPhone",
    "fax": "Fax",
    "email": "Email",
    "account_number": "AccountNumber",
    "notes": "Notes",
}


def mapped_fields(record: Record) -> dict[str, Any]:
    """The fields of a vendor that we keep, as plain values."""
    get = record.values.get
    fields = _name_fields(record) | {"address": address_from(get("VendorAddress"))}
    fields["vendor_type"] = reference_from(get("VendorTypeRef"))
    fields["terms"] = reference_from(get("TermsRef"))
    return fields


def other_name_fields(record: Record) -> dict[str, Any]:
    """The fields of an other name that we keep, as plain values."""
    return _name_fields(record) | {"address": address_from(record.values.get("OtherNameAddress"))}


def _name_fields(record: Record) -> dict[str, Any]:
    get = record.values.get
    fields: dict[str, Any] = {name: get(element, "") for name, element in _TEXTS.items()}
    fields["is_active"] = get("IsActive", "true") == "true"
    return fields


def value_from(record: Record) -> Vendor:
    """The vendor as a value."""
    return Vendor.of(mapped_fields(record))


def other_name_from(record: Record) -> OtherName:
    """The other name as a value."""
    return OtherName.of(other_name_fields(record))
