"""Our records as the books will have them.

A snapshot is a flat dict of plain values. References to our records are resolved to ListIDs when it is sent.
"""

from datetime import date
from typing import Any

from daybook.books import customer, employee
from daybook.directory.models import Address, Client, Contact, ListEntry, Project, Staff

Values = dict[str, Any]
DEEPEST = 10

# What a person changes here and the books follow. What belongs to the books is sent once, with the new record.
OWNED = {
    "customer": tuple(name for name, owner in customer.OWNERS.items() if owner != "theirs"),
    "employee": tuple(name for name, owner in employee.OWNERS.items() if owner != "theirs"),
}


def customer_snapshot(subject: Client | Project) -> Values:
    """A client as a customer, or a project as a job of its client or of the project above it."""
    return _client_snapshot(subject) if isinstance(subject, Client) else _project_snapshot(subject)


def employee_snapshot(staff: Staff) -> Values:
    """A member of staff as an employee."""
    return {
        "first_name": staff.first_name,
        "middle_name": staff.middle_name,
        "last_name": staff.last_name,
        "salutation": staff.salutation,
        "address": _address(staff),
        "phone": staff.phone,
        "mobile": staff.mobile,
        "email": staff.email,
        "job_title": staff.title,
        "hired_date": _day(staff.hired),
        "released_date": _day(staff.released),
    }


def snapshot_of(subject: Client | Project | Staff) -> Values:
    """The record as the books will have it."""
    return employee_snapshot(subject) if isinstance(subject, Staff) else customer_snapshot(subject)


def books_kind(subject: Client | Project | Staff) -> str:
    """The kind of record that stands for ours in the books."""
    return "employee" if isinstance(subject, Staff) else "customer"


def title_of(subject: Client | Project | Staff) -> str:
    """What people read: the full name the record has or will have in the books."""
    if isinstance(subject, Project) and not subject.is_client_itself:
        return f"{title_of(subject.parent or subject.client)}:{subject.name}"
    return str(subject.client if isinstance(subject, Project) else subject)


def names_above(subject: Client | Project) -> list[str]:
    """The names above a record in the books, from the top down."""
    names: list[str] = []
    if isinstance(subject, Project):
        above = subject.parent
        while above is not None and len(names) < DEEPEST:
            names.insert(0, above.name)
            above = above.parent
        names.insert(0, subject.client.name)
    return names


def _client_snapshot(client: Client) -> Values:
    contact = client.billing_contact
    return {
        "name": client.name,
        "parent": None,
        "company_name": client.company_name or client.name,
        **contact_values(contact, contact),
        "contact": str(client.primary_contact or contact or ""),
        "customer_type": _theirs(client.client_type.list_entry if client.client_type else None),
    }


def _project_snapshot(project: Project) -> Values:
    above = project.parent or project.client
    contact = project.billing_contact or project.client.billing_contact
    return {
        "name": project.name,
        "parent": {"subject_kind": "project" if project.parent_id else "client", "subject_id": above.pk},
        "company_name": project.client.company_name or project.client.name,
        **contact_values(contact, project.client.billing_contact),
        "contact": str(contact or ""),
        "job_type": _theirs(project.project_type.list_entry if project.project_type else None),
        "job_start_date": _day(project.start_date),
        "job_projected_end_date": _day(project.due_date),
        "job_description": project.description,
        "terms": _theirs(project.terms),
        "sales_tax_item": _theirs(project.tax_item),
        "class_": _theirs(project.default_class),
    }


def contact_values(contact: Contact | None, main: Contact | None) -> Values:
    """What a contact says on a customer or job; `main` is the client's billing contact, whose address it may use."""
    contact = contact or Contact()
    place = main if contact.use_main_address and main is not None else contact
    return {
        "salutation": contact.salutation,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "job_title": contact.job_title,
        "bill_address": _address(place),
        "phone": contact.phone,
        "alt_phone": contact.alt_phone,
        "fax": contact.fax,
        "email": contact.email,
    }


def _address(place: Address) -> Values:
    return {
        "lines": place.address_lines.splitlines(),
        "city": place.city,
        "state": place.state,
        "postal_code": place.postal_code,
        "country": place.country,
    }


def _theirs(entry: ListEntry | None) -> Values | None:
    return {"list_id": entry.list_id, "full_name": entry.full_name} if entry else None


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
