"""An employee of the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from daybook.books.names import NameOrder, PersonName
from daybook.books.value import NOWHERE, Address, FromFields, Reference


@dataclass(frozen=True, slots=True)
class Employee(FromFields):
    """An employee; the books make the name from first, middle and last name."""

    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    name: str = ""
    salutation: str = ""
    is_active: bool = True
    address: Address = NOWHERE
    phone: str = ""
    mobile: str = ""
    email: str = ""
    job_title: str = ""
    hired_date: date | None = None
    released_date: date | None = None
    class_: Reference | None = None


LIMITS = {
    "first_name": 25,
    "middle_name": 5,
    "last_name": 25,
    "salutation": 15,
    "phone": 21,
    "mobile": 21,
    "email": 1023,
    "job_title": 41,
}
ADDRESS_LIMITS = {"lines": 41, "city": 31, "state": 21, "postal_code": 13}
ADDRESS_LINES = 2

OWNERS = {
    "first_name": "both",
    "middle_name": "both",
    "last_name": "both",
    "salutation": "both",
    "is_active": "theirs",
    "address": "both",
    "phone": "both",
    "mobile": "both",
    "email": "both",
    "job_title": "ours",
    "hired_date": "both",
    "released_date": "both",
    "class_": "theirs",
}


def name_of(first: str, middle: str, last: str, order: NameOrder = "first_last") -> str:
    """The name under which the books will list the employee; the order is a preference of the company file."""
    return PersonName(first.strip(), middle.strip(), last.strip()).written(order)
