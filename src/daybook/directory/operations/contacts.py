"""Add and change contacts. What a contact says stands on every customer and job that is linked to it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from daybook.directory import queries
from daybook.directory.data import ContactData
from daybook.directory.errors import FieldProblem, Invalid
from daybook.directory.models import Client, Contact, Project
from daybook.directory.operations.common import assign, locked, note_submitted, once, write_down
from daybook.directory.operations.posting import follow
from daybook.directory.snapshots import customer_snapshot
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.rights import Right

MOST_ADDRESS_LINES = 5


def add_contact(actor: User, data: ContactData, *, key: UUID, now: datetime) -> Contact:
    """A new contact; the same form sent again gives the one it made."""
    require(actor, Right.CLIENTS_EDIT)

    def make() -> Contact:
        contact = new_contact(data)
        contact.save()
        note_submitted(key, contact, now)
        write_down(actor, contact, "added", now)
        return contact

    return once(key, Contact, make)


def new_contact(data: ContactData) -> Contact:
    """The contact that a form describes, checked and not saved yet."""
    contact = Contact()
    assign(contact, data)
    _check(contact)
    return contact


def change_contact(actor: User, contact: Contact, data: ContactData, *, key: UUID, now: datetime) -> Contact:
    """Change a contact; every customer and job in the books that shows it follows, told about once."""
    require(actor, Right.CLIENTS_EDIT)
    with transaction.atomic():
        contact = locked(contact)
        before = {(type(one), one.pk): customer_snapshot(one) for one in _shown_on(contact)}
        differences = assign(contact, data)
        if differences:
            _check(contact)
            contact.save()
            write_down(actor, contact, "changed", now, differences)
            for one in _shown_on(contact):
                own_key = uuid5(key, f"{type(one).__name__}:{one.pk}")
                follow(actor, one, before[(type(one), one.pk)], key=own_key, now=now, batch_key=uuid5(key, "batch"))
    return contact


def set_contacts_active(actor: User, contacts: Iterable[Contact], active: bool, now: datetime) -> int:
    """Take contacts out of the lists, or back into them; how many were changed."""
    require(actor, Right.CLIENTS_EDIT)
    changed = 0
    with transaction.atomic():
        for contact in contacts:
            if contact.is_active != active:
                contact.is_active = active
                contact.save(update_fields=["is_active"])
                differences = {"is_active": [not active, active]}
                write_down(actor, contact, "activated" if active else "deactivated", now, differences)
                changed += 1
    return changed


def _shown_on(contact: Contact) -> list[Client | Project]:
    return [*queries.clients_with(contact), *queries.projects_with(contact)]


def _check(contact: Contact) -> None:
    problems: list[FieldProblem] = []
    if not str(contact):
        problems.append(FieldProblem("last_name", "Enter a name or a company."))
    if len(contact.address_lines.splitlines()) > MOST_ADDRESS_LINES:
        problems.append(FieldProblem("address_lines", "QuickBooks keeps five lines before the city. Shorten it."))
    if problems:
        raise Invalid(problems)
