"""Takes one record of the books that is known by name only and makes it ours, as a person asked."""

from datetime import date, datetime
from typing import Any

from daybook.directory.models import Address, Client, ClientType, Contact, ListEntry, Project, ProjectType, Staff
from daybook.directory.queries import default_status
from daybook.history.operations import record
from daybook.intake.merging import CONTACT_FIELDS, theirs_of
from daybook.outbox.models import IN_BOOKS, Link
from daybook.people.errors import Refused
from daybook.people.models import User

Values = dict[str, Any]


def take_one(actor: User, link: Link, now: datetime) -> Client | Project | Staff:
    """Add the record and link it; of a job, also the customer and the jobs above it. Inside a transaction."""
    values = theirs_of(link.kind, link.base, link.parent_list_id, link.is_active)
    subject: Client | Project | Staff
    if link.kind == "employee":
        subject, kind = _staff(link, values, now), "staff"
    elif link.kind == "customer" and link.parent_list_id:
        subject, kind = _project(actor, link, values, now), "project"
    elif link.kind == "customer":
        subject, kind = _client(link, values, now), "client"
    else:
        raise Refused(f"{link.full_name} is a {link.kind.replace('_', ' ')}. Link a member of staff to it instead.")
    link.subject_kind, link.subject_id = kind, subject.pk
    link.state, link.agreed_at = Link.State.SHARED, now
    link.save()
    record(actor, kind, subject.pk, "imported", summary=f"Taken from QuickBooks: {link.full_name}", now=now)
    return subject


def _staff(link: Link, values: Values, now: datetime) -> Staff:
    names = ("salutation", "first_name", "middle_name", "last_name", "email", "phone", "mobile")
    return Staff.objects.create(
        **{name: values[name] for name in (*names, *_PLACE)},
        title=values["job_title"],
        hired=_day(values["start_date"]),
        released=_day(values["due_date"]),
        is_active=link.is_active,
        default_class=_entry(link, ("class",), values["type_list_id"]),
        created_at=now,
        changed_at=now,
    )


_PLACE = tuple(name.name for name in Address._meta.get_fields())


def _client(link: Link, values: Values, now: datetime) -> Client:
    entry = _entry(link, ("customer_type",), values["type_list_id"])
    client = Client.objects.create(
        name=link.name,
        company_name=values["company_name"],
        client_type=ClientType.objects.filter(list_entry=entry).first() if entry else None,
        notes=values["notes"],
        is_active=link.is_active,
        created_at=now,
        changed_at=now,
    )
    client.billing_contact = _contact(client, values)
    client.save(update_fields=["billing_contact"])
    return client


def _project(actor: User, link: Link, values: Values, now: datetime) -> Project:
    client, parent = _place(actor, link, now)
    entry = _entry(link, ("job_type",), values["type_list_id"])
    status = default_status()
    return Project.objects.create(
        client=client,
        parent=parent if link.company_file.choices.get("sub_jobs") != "flat" else None,
        name=link.name,
        display_name=link.name,
        status=status,
        project_type=ProjectType.objects.filter(list_entry=entry).first() if entry else None,
        terms=_entry(link, ("terms_standard", "terms_date_driven"), values["terms_list_id"]),
        tax_item=_entry(link, ("item_sales_tax", "item_sales_tax_group"), values["tax_item_list_id"]),
        start_date=_day(values["start_date"]),
        due_date=_day(values["due_date"]),
        description=values["description"][:99],
        notes=values["notes"],
        is_active=status.is_active,
        billing_contact=_contact(client, values),
        created_at=now,
        changed_at=now,
    )


def _place(actor: User, link: Link, now: datetime) -> tuple[Client, Project | None]:
    """The client of a job and the project above it; what is missing above is taken first."""
    above = (
        Link.objects.select_related("company_file")
        .filter(IN_BOOKS, company_file=link.company_file, kind="customer", list_id=link.parent_list_id)
        .first()
    )
    if above is None or above.state in (Link.State.BLOCKED, Link.State.BROKEN):
        raise Refused(f"What {link.full_name} belongs to in QuickBooks is blocked or gone. Settle that record first.")
    if above.subject_id is None:
        found = take_one(actor, above, now)
    elif above.subject_kind == "client":
        found = Client.objects.get(pk=above.subject_id)
    else:
        found = Project.objects.select_related("client").get(pk=above.subject_id)
    if isinstance(found, Project):
        return found.client, found
    assert isinstance(found, Client)
    return found, None


def _contact(client: Client, values: Values) -> Contact | None:
    if not values["has_contact"]:
        return None
    given = {name: values[name] for name in CONTACT_FIELDS}
    return Contact.objects.create(client=client, company=values["company_name"], **given)


def _entry(link: Link, kinds: tuple[str, ...], list_id: str) -> ListEntry | None:
    if not list_id:
        return None
    return ListEntry.objects.filter(company_file=link.company_file, kind__in=kinds, list_id=list_id).first()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
