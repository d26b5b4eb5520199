"""Add, change and deactivate clients."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from daybook.books.names import name_key
from daybook.directory import numbering, preflight
from daybook.directory.data import ClientData, ContactData
from daybook.directory.errors import FieldProblem, Invalid
from daybook.directory.models import Client, Contact
from daybook.directory.operations.common import (
    Post,
    as_now,
    assign,
    expect_version,
    in_chunks,
    locked,
    note_submitted,
    once,
    write_down,
)
from daybook.directory.operations.contacts import new_contact
from daybook.directory.operations.posting import activity_follows, follow, post_if_asked
from daybook.directory.snapshots import customer_snapshot
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.rights import Right


def add_client(
    actor: User,
    data: ClientData,
    *,
    contact: ContactData | None = None,
    post: Post = Post.NO,
    key: UUID,
    now: datetime,
) -> Client:
    """A new client, perhaps with its billing contact; the same form sent again gives the client it made."""
    require(actor, Right.CLIENTS_EDIT)

    def make() -> Client:
        client = Client(created_at=now, changed_at=now)
        assign(client, data)
        client.code = client.code or numbering.client_code(client.name)
        wanted = new_contact(contact) if contact is not None and has_content(contact) else None
        _check(client, post, wanted)
        client.save()
        if wanted is not None:
            wanted.client = client
            wanted.save()
            client.billing_contact = wanted
            client.save(update_fields=["billing_contact"])
        note_submitted(key, client, now)
        write_down(actor, client, "added", now)
        post_if_asked(actor, client, post, key, now)
        return client

    return once(key, Client, make)


def change_client(
    actor: User, client: Client, data: ClientData, *, version: int | None = None, key: UUID, now: datetime
) -> Client:
    """Change a client; if it is in the books, what changed follows there."""
    require(actor, Right.CLIENTS_EDIT)
    with transaction.atomic():
        client = locked(client)
        expect_version(client, version)
        before = customer_snapshot(client)
        differences = assign(client, data)
        if differences:
            _check(client, Post.NO)
            _save(actor, client, differences, "changed", now)
            follow(actor, client, before, key=key, now=now)
            _follow_projects(actor, client, differences, key, now)
    return client


def set_clients_active(
    actor: User, clients: Iterable[Client], active: bool, now: datetime, *, in_books: UUID | None = None
) -> int:
    """Take clients out of the lists, or back into them; how many were changed. `in_books`, the key of a form, has a
    linked customer made inactive in the books too."""
    require(actor, Right.CLIENTS_EDIT)
    changed = 0
    for some in in_chunks(clients):
        with transaction.atomic():
            for client in as_now(some):
                if client.is_active != active:
                    difference = {"is_active": [client.is_active, active]}
                    client.is_active = active
                    _save(actor, client, difference, "activated" if active else "deactivated", now)
                    activity_follows(actor, client, active, in_books, now)
                    changed += 1
    return changed


def has_content(contact: ContactData) -> bool:
    """Whether anything was typed into the contact."""
    names = ("first_name", "last_name", "company", "address_lines", "city", "phone", "email")
    return any(getattr(contact, name).strip() for name in names)


def _save(actor: User, client: Client, differences: dict[str, Any], action: str, now: datetime) -> None:
    client.version += 1
    client.changed_at = now
    client.save()
    write_down(actor, client, action, now, differences)


def _follow_projects(actor: User, client: Client, differences: dict[str, Any], key: UUID, now: datetime) -> None:
    """What a client's projects take from the client follows into their jobs."""
    if not {"company_name", "billing_contact", "name"} & set(differences):
        return
    for project in client.projects.select_related("client__billing_contact", "billing_contact", "parent"):
        after = customer_snapshot(project)
        changed = {"company_name"} if "company_name" in differences or "name" in differences else set()
        if "billing_contact" in differences and project.billing_contact_id is None:
            changed |= {"salutation", "first_name", "last_name", "job_title", "bill_address", "phone", "email"}
        before = after | dict.fromkeys(changed)
        own_key = uuid5(key, f"project:{project.pk}")
        follow(actor, project, before, key=own_key, now=now, batch_key=uuid5(key, "batch"))


def _check(client: Client, post: Post, contact: Contact | None = None) -> None:
    problems: list[FieldProblem] = []
    if not client.name:
        problems.append(FieldProblem("name", "Enter the client's name."))
    others = Client.everything.exclude(pk=client.pk)
    same = others.filter(folded_name=name_key(client.name)).first() if client.name else None
    if same is not None:
        problems.append(FieldProblem("name", taken("client", same.name, same.is_active), other=("client", same.pk)))
    coded = others.filter(code=client.code).first() if client.code else None
    if coded is not None:
        problems.append(FieldProblem("code", f"The ID {client.code} belongs to {coded.name}. Choose another."))
    if post != Post.NO:
        problems += preflight.blocking(client, contact)
    if problems:
        raise Invalid(problems)


def taken(word: str, name: str, is_active: bool) -> str:
    """The sentence about a name that is there already."""
    if is_active:
        return f"There is a {word} called {name} already. Choose another name, or open that one."
    return f"There is an inactive {word} called {name} already. Activate that one, or choose another name."
