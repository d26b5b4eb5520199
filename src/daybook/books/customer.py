"""A customer of the books, or one of its jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from daybook.books.value import NOWHERE, Address, FromFields, Reference


@dataclass(frozen=True, slots=True)
class Customer(FromFields):
    """A customer, or a job: a customer with a parent."""

    name: str
    parent: Reference | None = None
    is_active: bool = True
    company_name: str = ""
    salutation: str = ""
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    job_title: str = ""
    bill_address: Address = NOWHERE
    phone: str = ""
    alt_phone: str = ""
    fax: str = ""
    email: str = ""
    contact: str = ""
    customer_type: Reference | None = None
    job_type: Reference | None = None
    terms: Reference | None = None
    sales_tax_item: Reference | None = None
    class_: Reference | None = None
    job_start_date: date | None = None
    job_projected_end_date: date | None = None
    job_description: str = ""
    notes: str = ""


LIMITS = {
    "name": 41,
    "company_name": 41,
    "salutation": 15,
    "first_name": 25,
    "middle_name": 5,
    "last_name": 25,
    "job_title": 41,
    "phone": 21,
    "alt_phone": 21,
    "fax": 21,
    "email": 1023,
    "contact": 41,
    "alt_contact": 41,
    "account_number": 99,
    "job_description": 99,
    "notes": 4095,
}
ADDRESS_LIMITS = {"lines": 41, "city": 31, "state": 21, "postal_code": 13, "country": 31}
ADDRESS_LINES = 5

# Who owns a field: "ours" goes out only, "theirs" comes in only, "both" goes either way and may clash.
OWNERS = {
    "name": "both",
    "parent": "both",
    "is_active": "theirs",
    "company_name": "both",
    "salutation": "both",
    "first_name": "both",
    "middle_name": "both",
    "last_name": "both",
    "job_title": "both",
    "bill_address": "both",
    "phone": "both",
    "alt_phone": "both",
    "fax": "both",
    "email": "both",
    "contact": "both",
    "customer_type": "both",
    "job_type": "both",
    "terms": "theirs",
    "sales_tax_item": "theirs",
    "job_start_date": "ours",
    "job_projected_end_date": "ours",
    "job_description": "ours",
    "notes": "ours",
}
