"""What a form, a command or the API hands to an operation: frozen values, a class a form."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactData:
    """A person at a client, with an address."""

    client_id: int | None = None
    salutation: str = ""
    first_name: str = ""
    last_name: str = ""
    job_title: str = ""
    company: str = ""
    address_lines: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""
    alt_phone: str = ""
    fax: str = ""
    email: str = ""
    use_main_address: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientData:
    """A client. An empty code asks for an automatic one."""

    name: str
    code: str = ""
    company_name: str = ""
    client_type_id: int | None = None
    billing_contact_id: int | None = None
    primary_contact_id: int | None = None
    notes: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectData:
    """A project. An empty code asks for an automatic one; an empty display name for the name."""

    client_id: int
    name: str
    parent_id: int | None = None
    display_name: str = ""
    code: str = ""
    status_id: int | None = None
    project_type_id: int | None = None
    manager_id: int | None = None
    default_class_id: int | None = None
    tax_item_id: int | None = None
    terms_id: int | None = None
    billing_contact_id: int | None = None
    start_date: date | None = None
    due_date: date | None = None
    description: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffData:
    """Somebody who works for the firm."""

    first_name: str
    last_name: str
    middle_name: str = ""
    salutation: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    address_lines: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    title: str = ""
    hired: date | None = None
    released: date | None = None
    vendor_list_id: str = ""
    default_class_id: int | None = None
    management_group_id: int | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskData:
    """A part of a project."""

    name: str
    item_id: int | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LaborCodeData:
    """A kind of work."""

    name: str
    code: str = ""
    item_id: int | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpenseCategoryData:
    """A kind of expense: an account or an item, never both."""

    name: str
    code: str = ""
    description: str = ""
    account_id: int | None = None
    item_id: int | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusData:
    """Where the work on a project stands."""

    code: int
    name: str
    is_active: bool = True
    is_default: bool = False
    billing_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeData:
    """A type of client or of project."""

    name: str
    list_entry_id: int | None = None
    is_active: bool = True
