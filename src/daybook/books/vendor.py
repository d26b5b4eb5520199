"""Vendors and other names of the books; Daybook reads them."""

from __future__ import annotations

from dataclasses import dataclass

from daybook.books.value import NOWHERE, Address, FromFields, Reference


@dataclass(frozen=True, slots=True)
class OtherName(FromFields):
    """Somebody who is neither customer, vendor nor employee."""

    name: str
    is_active: bool = True
    company_name: str = ""
    salutation: str = ""
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    address: Address = NOWHERE
    phone: str = ""
    alt_phone: str = ""
    fax: str = ""
    email: str = ""
    account_number: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Vendor(FromFields):
    """Somebody the firm buys from; a freelancer may be one."""

    name: str
    is_active: bool = True
    company_name: str = ""
    salutation: str = ""
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    address: Address = NOWHERE
    phone: str = ""
    alt_phone: str = ""
    fax: str = ""
    email: str = ""
    account_number: str = ""
    notes: str = ""
    vendor_type: Reference | None = None
    terms: Reference | None = None
