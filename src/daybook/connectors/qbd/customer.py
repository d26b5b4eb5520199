"""Customers and jobs: our clients and projects as QuickBooks wants them, and theirs as ours."""

from __future__ import annotations

from typing import Any

from daybook.books.customer import Customer
from daybook.connectors.qbd.elements import (
    Resolve,
    Snapshot,
    address_from,
    external_guid,
    put_active,
    put_address,
    put_references,
    put_texts,
    reference_from,
)
from daybook.qbxml.documents import Record, Request
from daybook.qbxml.shape import Values
from daybook.qbxml.types import to_date

TEXTS = {
    "name": "Name",
    "company_name": "CompanyName",
    "salutation": "Salutation",
    "first_name": "FirstName",
    "middle_name": "MiddleName",
    "last_name": "LastName",
    "job_title": "JobTitle",
    "phone": "Phone",
    "alt_phone": "AltPhone",
    "fax": "Fax",
    "email": "Email",
    "contact": "Contact",
    "alt_contact": "AltContact",
    "account_number": "AccountNumber",
    "job_status": "JobStatus",
    "job_start_date": "JobStartDate",
    "job_projected_end_date": "JobProjectedEndDate",
    "job_end_date": "JobEndDate",
    "job_description": "JobDesc",
    "notes": "Notes",
}
REFERENCES = {
    "parent": "ParentRef",
    "class_": "ClassRef",
    "customer_type": "CustomerTypeRef",
    "terms": "TermsRef",
    "sales_tax_item": "ItemSalesTaxRef",
    "job_type": "JobTypeRef",
}


def add_request(snapshot: Snapshot, key: object, *, resolve: Resolve, request_id: str = "1") -> Request:
    """A new customer or job; the posting key goes along as ExternalGUID, so that it can be recognised later."""
    values = _values(snapshot, resolve, clear=False)
    values["ExternalGUID"] = external_guid(key)
    return Request("CustomerAddRq", request_id, {}, {"CustomerAdd": values})


def mod_request(
    changes: Snapshot, list_id: str, edit_sequence: str, *, resolve: Resolve, request_id: str = "1"
) -> Request:
    """A change of the given fields only; an empty value clears the field."""
    values = {"ListID": list_id, "EditSequence": edit_sequence} | _values(changes, resolve, clear=True)
    return Request("CustomerModRq", request_id, {}, {"CustomerMod": values})


def _values(snapshot: Snapshot, resolve: Resolve, *, clear: bool) -> Values:
    values: Values = {}
    put_texts(values, snapshot, TEXTS, clear=clear)
    put_active(values, snapshot)
    put_references(values, snapshot, REFERENCES, resolve, clear=clear)
    put_address(values, snapshot.get("bill_address"), "BillAddress", lines=5, country=True, clear=clear)
    return values


def mapped_fields(record: Record) -> dict[str, Any]:
    """The fields that both sides share, as plain values under the names of a snapshot; all of them, always."""
    get = record.values.get
    return {
        "name": get("Name", ""),
        "parent": reference_from(get("ParentRef")),
        "is_active": get("IsActive", "true") == "true",
        "company_name": get("CompanyName", ""),
        "salutation": get("Salutation", ""),
        "first_name": get("FirstName", ""),
        "middle_name": get("MiddleName", ""),
        "last_name": get("LastName", ""),
        "job_title": get("JobTitle", ""),
        "bill_address": address_from(get("BillAddress")),
        "phone": get("Phone", ""),
        "alt_phone": get("AltPhone", ""),
        "fax": get("Fax", ""),
        "email": get("Email", ""),
        "contact": get("Contact", ""),
        "customer_type": reference_from(get("CustomerTypeRef")),
        "job_type": reference_from(get("JobTypeRef")),
        "terms": reference_from(get("TermsRef")),
        "sales_tax_item": reference_from(get("ItemSalesTaxRef")),
        "class_": reference_from(get("ClassRef")),
        "job_start_date": get("JobStartDate", ""),
        "job_projected_end_date": get("JobProjectedEndDate", ""),
        "job_description": get("JobDesc", ""),
        "notes": get("Notes", ""),
    }


def value_from(record: Record) -> Customer:
    """The customer or job as a value."""
    fields = mapped_fields(record)
    for name in ("job_start_date", "job_projected_end_date"):
        fields[name] = to_date(fields[name])
    return Customer.of(fields)
