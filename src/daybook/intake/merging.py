"""Brings changes of the books into records of ours that are linked: field by field, from the last agreed values.

A field that only the books changed is taken. A field that both sides changed is a conflict, which a person settles. A
field that is ours alone, such as the dates of a job, is never taken. Where a posting of ours is open and would be in
conflict, those fields are left to that posting: its answer brings the merge. What is taken while a posting waits goes
along in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from daybook.books.merge import Merge, merge
from daybook.books.names import name_key
from daybook.connections.models import CompanyFile
from daybook.directory.models import (
    Client,
    ClientType,
    Contact,
    ListEntry,
    ProductionStatus,
    Project,
    ProjectType,
    Staff,
)
from daybook.directory.queries import default_status
from daybook.directory.snapshots import snapshot_of
from daybook.history.models import Change
from daybook.intake.models import Conflict
from daybook.intake.staging import PERSON, person_columns
from daybook.outbox.models import IN_BOOKS, Link, Posting
from daybook.outbox.operations import go_along
from daybook.outbox.queries import OPEN

Subject = Client | Project | Staff
Values = dict[str, Any]

CONTACT_FIELDS = (
    "salutation", "first_name", "last_name", "job_title", "address_lines", "city", "state", "postal_code", "country",
    "phone", "alt_phone", "fax", "email",
)  # fmt: skip
OWNERS: dict[str, dict[str, str]] = {
    "client": dict.fromkeys(("name", "company_name", "type_list_id", *CONTACT_FIELDS), "both"),
    "project": dict.fromkeys(("name", "parent_list_id", "company_name", "type_list_id", *CONTACT_FIELDS), "both")
    | {"terms_list_id": "theirs", "tax_item_list_id": "theirs"},
    "staff": dict.fromkeys(
        ("salutation", "first_name", "middle_name", "last_name", "address_lines", "city", "state", "postal_code",
         "country", "phone", "mobile", "email", "start_date", "due_date"),
        "both",
    )
    | {"type_list_id": "theirs", "is_active": "theirs"},
}  # fmt: skip
LONGEST_EMAIL = 254  # a column of ours; theirs takes more
_STAFF_COLUMNS = {"start_date": "hired", "due_date": "released"}
_MODELS: dict[str, type[Client] | type[Project] | type[Staff]] = {"client": Client, "project": Project, "staff": Staff}
_ADDRESS = ("address_lines", "city", "state", "postal_code", "country")
_KEYS = {"start_date": "hired_date", "due_date": "released_date", "parent_list_id": "parent"}


@dataclass
class Case:
    """One linked record beside what arrived for it."""

    link: Link
    subject: Subject
    theirs: Values
    outcome: Merge


def theirs_of(kind: str, base: Values, parent_list_id: str = "", is_active: bool | None = None) -> Values:
    """The values of the books under the names used here; dates as text."""
    values = dict(zip(PERSON, person_columns(kind, base), strict=True))
    parent = base.get("parent")
    values["name"] = base.get("name", "")
    values["email"] = values["email"][:LONGEST_EMAIL]
    values["parent_list_id"] = parent_list_id or (parent.get("list_id", "") if parent else "")
    values["is_active"] = base.get("is_active", True) if is_active is None else is_active
    for name in ("start_date", "due_date"):
        values[name] = values[name] or ""
    return values


def snapshot_key(link: Link, name: str) -> str:
    """The name of a field in snapshots, where an address is one field and a type is a reference."""
    if name in _ADDRESS:
        return "address" if link.kind == "employee" else "bill_address"
    if name == "type_list_id":
        return {"client": "customer_type", "project": "job_type"}.get(link.subject_kind, "class_")
    return _KEYS.get(name, name)


class Desk:
    """Everything that merging a handful of records needs, fetched by a fixed number of queries."""

    def __init__(self, company_file: CompanyFile, links: Sequence[Link], parents: Iterable[str] = ()) -> None:
        self.file = company_file
        self.subjects = {kind: _subjects(kind, links) for kind in _MODELS}
        self.parents = self._links_of_parents()
        self.places = _places(company_file, parents)
        self.busy = _busy(links)
        self.dirty: dict[type[Any], dict[int, Any]] = {}
        self.columns: dict[type[Any], set[str]] = {}
        self.contacts: list[tuple[Client | Project, Contact]] = []
        self.history: list[Change] = []
        self.taken: dict[tuple[str, int], tuple[Subject, set[str]]] = {}

    def subject(self, link: Link) -> Subject | None:
        """The record of ours that a link stands for."""
        return self.subjects.get(link.subject_kind, {}).get(link.subject_id or 0)

    def _links_of_parents(self) -> dict[tuple[str, int], str]:
        wanted: set[tuple[str, int]] = set()
        for project in self.subjects["project"].values():
            assert isinstance(project, Project)
            wanted.add(("project", project.parent_id) if project.parent_id else ("client", project.client_id))
        found = Link.objects.filter(
            company_file=self.file, kind="customer", subject_id__in=[number for _, number in wanted]
        ).values_list("subject_kind", "subject_id", "list_id")
        return {(kind, number): list_id for kind, number, list_id in found if number is not None}

    def ours(self, subject: Subject) -> Values:
        """Our values under the names used here."""
        if isinstance(subject, Staff):
            names = OWNERS["staff"].keys() - {"type_list_id"}
            values = {name: _plain(getattr(subject, _STAFF_COLUMNS.get(name, name))) for name in names}
            return values | {"type_list_id": _theirs(subject.default_class)}
        contact = subject.billing_contact or Contact()
        values = {name: getattr(contact, name) for name in CONTACT_FIELDS} | {"name": subject.name}
        if isinstance(subject, Client):
            kind = subject.client_type
            return values | {
                "company_name": subject.company_name,
                "type_list_id": _theirs(kind.list_entry if kind else None),
            }
        above = ("project", subject.parent_id) if subject.parent_id else ("client", subject.client_id)
        job_type = subject.project_type
        return values | {
            "company_name": contact.company,
            "parent_list_id": self.parents.get((above[0], above[1] or 0), ""),
            "type_list_id": _theirs(job_type.list_entry if job_type else None),
            "terms_list_id": _theirs(subject.terms),
            "tax_item_list_id": _theirs(subject.tax_item),
        }

    def compare(self, link: Link, theirs: Values, *, winner: str = "") -> Case | None:
        """Merge one record; with a winner ("books" or "daybook") there is no earlier agreement to start from."""
        subject = self.subject(link)
        if subject is None:
            return None
        owners = OWNERS[link.subject_kind]
        if self.file.choices.get("sub_jobs") == "flat" and link.subject_kind == "project":
            owners = {name: owner for name, owner in owners.items() if name != "parent_list_id"}
        ours = self.ours(subject)
        if winner:
            take = {name: theirs[name] for name in owners if theirs[name] != ours.get(name)}
            taken = {name: value for name, value in take.items() if winner == "books" or not ours.get(name)}
            return Case(link, subject, theirs, Merge(take=taken))
        base = theirs_of(link.kind, link.base, link.parent_list_id, link.is_active)
        return Case(link, subject, theirs, merge(base, ours, theirs, owners))

    def apply(self, case: Case, now: datetime) -> None:
        """Set what is taken on the record, in memory; `save` writes all of them."""
        subject, take = case.subject, case.outcome.take
        if not take:
            return
        before = self.ours(subject)
        contact_values = {name: value for name, value in take.items() if name in CONTACT_FIELDS}
        if isinstance(subject, Staff):
            self._set(
                subject, {_STAFF_COLUMNS.get(name, name): _column(name, take[name]) for name in take}, "type_list_id"
            )
            if "type_list_id" in take:
                self._set(subject, {"default_class": self._entry(("class",), take["type_list_id"])})
        else:
            self._apply_names(subject, take, before)
            if "company_name" in take:
                contact_values["company"] = take["company_name"]
            self._apply_contact(subject, contact_values)
        self._set(subject, {"changed_at": now, "version": subject.version + 1})
        self.history.append(_line(case, before, now))
        key = (case.link.subject_kind, subject.pk)
        if key in self.busy:
            self.taken.setdefault(key, (subject, set()))[1].update(snapshot_key(case.link, name) for name in take)

    def _apply_names(self, subject: Client | Project, take: Values, before: Values) -> None:
        values: Values = {"name": take["name"], "folded_name": name_key(take["name"])} if "name" in take else {}
        if isinstance(subject, Client):
            if "company_name" in take:
                values["company_name"] = take["company_name"]
            if "type_list_id" in take:
                values["client_type"] = self.types.get(("customer_type", take["type_list_id"]))
        else:
            if "name" in take and subject.display_name == before["name"]:
                values["display_name"] = take["name"]
            if "type_list_id" in take:
                values["project_type"] = self.types.get(("job_type", take["type_list_id"]))
            if "terms_list_id" in take:
                values["terms"] = self._entry(("terms_standard", "terms_date_driven"), take["terms_list_id"])
            if "tax_item_list_id" in take:
                values["tax_item"] = self._entry(("item_sales_tax", "item_sales_tax_group"), take["tax_item_list_id"])
            if "parent_list_id" in take:
                values |= self.places.get(take["parent_list_id"], {})
        self._set(subject, values)

    def _apply_contact(self, subject: Client | Project, values: Values) -> None:
        if not values:
            return
        if subject.billing_contact is None:
            client_id = subject.pk if isinstance(subject, Client) else subject.client_id
            self.contacts.append((subject, Contact(client_id=client_id, **values)))
        else:
            self._set(subject.billing_contact, values)

    def follow_activity(self, case: Case, now: datetime) -> None:
        """A client or project goes to the status that the firm keeps for inactive jobs, and comes back from it."""
        subject, active = case.subject, case.theirs["is_active"]
        if isinstance(subject, Staff) or not self.file.auto_inactive_status or active == case.link.is_active:
            return
        if isinstance(subject, Client):
            self._set(subject, {"is_active": active})
        else:
            status = self._status_back(subject) if active else self.statuses.get(self.file.auto_inactive_status)
            if status is None or status.pk == subject.status_id:
                return
            difference = {"status": [subject.status_id, status.pk]}
            self._set(subject, {"status": status, "is_active": status.is_active})
            summary = "Active again in QuickBooks." if active else "Made inactive in QuickBooks."
            self.history.append(_change(case, "status_followed", summary, difference, now))

    def _status_back(self, project: Project) -> ProductionStatus | None:
        """The status before the books made the job inactive; nothing when a person has chosen another since."""
        if project.status_id != self.file.auto_inactive_status:
            return None
        before = self.statuses.get(self.statuses_before.get(project.pk, 0))
        return before or default_status()

    def _entry(self, kinds: tuple[str, ...], list_id: str) -> ListEntry | None:
        return next((self.entries[kind, list_id] for kind in kinds if (kind, list_id) in self.entries), None)

    @cached_property
    def entries(self) -> dict[tuple[str, str], ListEntry]:
        """The look-ups that a record of ours may point at."""
        kinds = ("class", "terms_standard", "terms_date_driven", "item_sales_tax", "item_sales_tax_group")
        found = ListEntry.everything.filter(company_file=self.file, kind__in=kinds)
        return {(entry.kind, entry.list_id): entry for entry in found}

    @cached_property
    def types(self) -> dict[tuple[str, str], ClientType | ProjectType]:
        """Our types by the types of the books that they stand for."""
        found: list[ClientType | ProjectType] = []
        for model in (ClientType, ProjectType):
            found += model.everything.filter(list_entry__company_file=self.file).select_related("list_entry")
        return {(one.list_entry.kind, one.list_entry.list_id): one for one in found if one.list_entry}

    @cached_property
    def statuses(self) -> dict[int, ProductionStatus]:
        """All statuses."""
        return ProductionStatus.objects.in_bulk()

    @cached_property
    def statuses_before(self) -> dict[int, int]:
        """The status each project had before the books made its job inactive."""
        found = Change.objects.filter(
            subject_kind="project", subject_id__in=list(self.subjects["project"]), action="status_followed"
        ).order_by("id")
        return {line.subject_id: line.differences["status"][0] for line in found}

    def _set(self, row: Any, values: Values, *leave: str) -> None:
        values = {name: value for name, value in values.items() if name not in leave}
        if values:
            for name, value in values.items():
                setattr(row, name, value)
            self.dirty.setdefault(type(row), {})[row.pk] = row
            self.columns.setdefault(type(row), set()).update(values)

    def save(self) -> None:
        """Write all that was set, by a fixed number of statements."""
        Contact.objects.bulk_create([contact for _, contact in self.contacts])
        for subject, contact in self.contacts:
            self._set(subject, {"billing_contact": contact})
        for model, found in self.dirty.items():
            columns = {name.removesuffix("_id") for name in self.columns[model]}
            model.everything.bulk_update(found.values(), columns, batch_size=100)
        Change.objects.bulk_create(self.history)
        for (kind, number), (taker, names) in self.taken.items():
            ours = snapshot_of(taker)
            go_along(self.file, kind, number, {name: ours[name] for name in names if name in ours})


def keep_conflicts(cases: Iterable[Case], now: datetime) -> int:
    """Lay the conflicts on the shelf; one that is open already gets the newer values. Gives how many are new."""
    found = {(case.link.pk, name): values for case in cases for name, values in case.outcome.conflicts.items()}
    if not found:
        return 0
    known = Conflict.objects.filter(link_id__in=[link for link, _ in found], settled_at=None)
    for conflict in known:
        values = found.pop((conflict.link_id, conflict.field), None)
        if values is not None:
            conflict.ours, conflict.theirs = values[1], values[2]
            conflict.save(update_fields=["ours", "theirs"])
    Conflict.objects.bulk_create(
        Conflict(link_id=link, field=name, base=was, ours=ours, theirs=theirs, found_at=now)
        for (link, name), (was, ours, theirs) in found.items()
    )
    return len(found)


def _subjects(kind: str, links: Sequence[Link]) -> dict[int, Subject]:
    numbers = [link.subject_id for link in links if link.subject_kind == kind and link.subject_id]
    if not numbers:
        return {}
    related = {
        "client": ("billing_contact", "client_type__list_entry"),
        "project": ("billing_contact", "project_type__list_entry", "terms", "tax_item"),
        "staff": ("default_class",),
    }[kind]
    manager: Any = _MODELS[kind].everything
    return dict(manager.select_related(*related).in_bulk(numbers))


def _busy(links: Sequence[Link]) -> set[tuple[str, int]]:
    """The records of ours with a posting that is not finished."""
    numbers = [link.subject_id for link in links if link.subject_id]
    found = Posting.objects.filter(subject_id__in=numbers, state__in=OPEN).values_list("subject_kind", "subject_id")
    return set(found)


def _places(company_file: CompanyFile, parents: Iterable[str]) -> dict[str, Values]:
    """Where a job stands under each of these parents; a parent that is not ours leaves it where it is."""
    wanted = {list_id for list_id in parents if list_id}
    if not wanted:
        return {}
    links = Link.objects.filter(
        IN_BOOKS, company_file=company_file, kind="customer", list_id__in=wanted, subject_id__isnull=False
    )
    found = list(links.values_list("list_id", "subject_kind", "subject_id"))
    numbers = [number for _, kind, number in found if kind == "project" and number]
    clients = dict(Project.everything.filter(pk__in=numbers).values_list("pk", "client_id"))
    return {
        list_id: {"client_id": number, "parent_id": None}
        if kind == "client"
        else {"client_id": clients[number or 0], "parent_id": number}
        for list_id, kind, number in found
        if kind == "client" or number in clients
    }


def _theirs(entry: ListEntry | None) -> str:
    return entry.list_id if entry else ""


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else "" if value is None else value


def _column(name: str, value: Any) -> Any:
    return (date.fromisoformat(value) if value else None) if name in _STAFF_COLUMNS else value


def _line(case: Case, before: Values, now: datetime) -> Change:
    differences = {name: [before.get(name), value] for name, value in case.outcome.take.items()}
    return _change(case, "updated_from_books", "Changed in QuickBooks.", differences, now)


def _change(case: Case, action: str, summary: str, differences: Values, now: datetime) -> Change:
    return Change(
        at=now,
        subject_kind=case.link.subject_kind,
        subject_id=case.subject.pk,
        action=action,
        summary=summary,
        differences=differences,
    )
