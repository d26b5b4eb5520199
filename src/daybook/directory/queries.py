"""Reads of the directory: what lists and pickers show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from daybook.books.names import name_key
from daybook.connections.models import VISIBLE, CompanyFile
from daybook.connections.queries import default_file
from daybook.directory.models import (
    Client,
    Contact,
    ListEntry,
    ProductionStatus,
    Project,
    Staff,
)
from daybook.outbox import queries as outbox_queries
from daybook.outbox.models import Link, Posting
from daybook.sql import rows

PICKER_LIMIT = 20
_HAS_ENTRIES = (
    "SELECT %s WHERE EXISTS (SELECT 1 FROM directory_listentry t"  # noqa: S608 (the condition is ours)
    f" WHERE t.company_file_id = %s AND t.kind = %s AND t.is_active = %s AND t.gone_at IS NULL AND {VISIBLE})"
)
DEEPEST = 10


def default_status() -> ProductionStatus:
    """The status a new project has."""
    found = ProductionStatus.objects.order_by("-is_default", "-is_active", "code").first()
    return found or ProductionStatus.objects.create(code=1, name="Active", is_default=True)


def closed_status() -> ProductionStatus | None:
    """The status of a project that is deactivated by hand: the last of the inactive ones."""
    return ProductionStatus.objects.filter(is_active=False).order_by("-code").first()


def clients_like(text: str, limit: int = PICKER_LIMIT) -> list[Client]:
    """Active clients for a picker: those whose name or ID begins with the text first, then those that contain it."""
    active = Client.objects.filter(is_active=True)
    words = text.split()
    if not words:
        return list(active.order_by("name", "id")[:limit])
    begins = Q(name__istartswith=text.strip()) | Q(code__istartswith=text.strip())
    found = list(active.filter(begins).order_by("name", "id")[:limit])
    if len(found) < limit:
        rest = active.exclude(pk__in=[client.pk for client in found])
        for word in words:
            rest = rest.filter(Q(name__icontains=word) | Q(code__icontains=word))
        found += list(rest.order_by("name", "id")[: limit - len(found)])
    return found


def client_named(text: str) -> Client | None:
    """The one client that a typed text can only mean: its ID or its whole name, or the single match."""
    wanted = text.strip()
    if not wanted:
        return None
    exact = Client.objects.filter(Q(folded_name=name_key(wanted)) | Q(code__iexact=wanted))
    exact = exact.order_by("-is_active", "id")[:2]
    if len(exact) == 1:
        return exact[0]
    if exact:
        return next((client for client in exact if client.code.casefold() == wanted.casefold()), exact[0])
    begins = Client.objects.filter(name__istartswith=wanted, is_active=True).order_by("name", "id")[:2]
    like = list(begins) if len(begins) == 1 else clients_like(wanted, 2)
    return like[0] if len(like) == 1 else None


def parents_in(client: Client, text: str = "", limit: int = PICKER_LIMIT) -> list[Project]:
    """The projects of a client under which another may be put, for a picker."""
    wanted = Project.objects.filter(client=client, is_active=True, is_client_itself=False)
    for word in text.split():
        wanted = wanted.filter(Q(display_name__icontains=word) | Q(code__icontains=word))
    return list(wanted.order_by("display_name", "id")[:limit])


def ancestors(project: Project) -> list[int]:
    """The keys of a project and of those above it, the project first."""
    keys: list[int] = []
    above: Project | None = project
    while above is not None and above.pk not in keys and len(keys) < DEEPEST:
        keys.append(above.pk)
        above = above.parent
    return keys


def managers() -> QuerySet[Staff]:
    """Who can manage a project."""
    return Staff.objects.filter(is_active=True)


def entries(*kinds: str, company_file: CompanyFile | None = None) -> QuerySet[ListEntry]:
    """Active entries of lists of the books, for a picker."""
    if not kinds:  # a form is declared before there is a database to ask
        return ListEntry.objects.none()
    chosen = company_file or default_file()
    found = ListEntry.objects.filter(kind__in=kinds, is_active=True, gone_at=None)
    return found.filter(company_file=chosen) if chosen else found.none()


def kinds_with_entries(kinds: Sequence[str]) -> set[str]:
    """Which of these lists of the books have an active entry."""
    chosen = default_file()
    if chosen is None:
        return set()
    values = [value for kind in kinds for value in (kind, chosen.pk, kind, True)]
    found = rows(" UNION ALL ".join([_HAS_ENTRIES] * len(kinds)), values)
    return {kind for (kind,) in found}


def contacts_of(client: Client) -> QuerySet[Contact]:
    """The contacts of a client: its own, and those its projects use."""
    mine = Q(client=client) | Q(pk__in=[client.billing_contact_id, client.primary_contact_id])
    return Contact.objects.filter(mine).distinct()


def clients_with(contact: Contact) -> list[Client]:
    """The clients that show this contact."""
    shown = Q(billing_contact=contact) | Q(primary_contact=contact)
    return list(Client.objects.filter(shown).select_related("billing_contact", "primary_contact", "client_type"))


def projects_with(contact: Contact) -> list[Project]:
    """The projects that show this contact: as their own, or as their client's where they have none."""
    inherited = Q(billing_contact=None, client__billing_contact=contact)
    main = Q(billing_contact__use_main_address=True, client__billing_contact=contact)
    found = Project.objects.filter(Q(billing_contact=contact) | inherited | main)
    return list(found.select_related("client__billing_contact", "billing_contact", "parent", "project_type"))


def projects_of(client: Client, limit: int = 100) -> list[Project]:
    """The projects of a client, active ones first."""
    found = Project.objects.filter(client=client, is_client_itself=False)
    return list(found.select_related("status").order_by("-is_active", "display_name", "id")[:limit])


@dataclass(frozen=True, slots=True)
class InBooks:
    """How a record stands to the books, in the words of a list: the state, and what to read."""

    state: str
    sentence: str
    list_id: str = ""
    is_gone: bool = False


NOT_POSTED = InBooks("", "Only in Daybook")


def in_books(kind: str, subject_ids: Sequence[int]) -> dict[int, InBooks]:
    """For each record, whether it is in the books or on its way; two queries however many."""
    company_file = default_file()
    if company_file is None or not subject_ids:
        return {}
    found: dict[int, InBooks] = {}
    for pk, link in outbox_queries.links_of(company_file, kind, subject_ids).items():
        found[pk] = of_link(link)
    for pk, state in outbox_queries.states_of(kind, subject_ids).items():
        if state in outbox_queries.OPEN or pk not in found:
            found[pk] = InBooks(state, str(Posting.State(state).label), found[pk].list_id if pk in found else "")
    return found


def of_link(link: Link) -> InBooks:
    """What a link says about a record."""
    if link.state == Link.State.SHARED:
        words = "In QuickBooks" if link.is_active else "In QuickBooks, inactive there"
        return InBooks("posted", words, link.list_id)
    if link.state == Link.State.BLOCKED:
        return InBooks("withdrawn", "Blocked: stays in Daybook")
    return InBooks("parked", "Gone from QuickBooks", link.list_id, is_gone=True)


def vendor_choices() -> Iterable[tuple[str, str]]:
    """The vendors of the books, to link a contractor with."""
    company_file = default_file()
    if company_file is None:
        return []
    found = Link.objects.filter(company_file=company_file, kind="vendor", is_active=True)
    return found.order_by("full_name").values_list("list_id", "full_name")


def project_named(client: Client, text: str) -> Project | None:
    """The project of a client that a typed text means: its ID, or its whole name."""
    wanted = text.strip()
    named = Q(code__iexact=wanted) | Q(display_name__iexact=wanted) | Q(folded_name=name_key(wanted))
    found = Project.objects.filter(named, client=client, is_client_itself=False).order_by("-is_active", "id")[:2]
    return found[0] if found else None


def contact_named(client: Client, text: str) -> Contact | None:
    """The contact of a client that a typed text means."""
    wanted = text.strip().casefold()
    return next((contact for contact in contacts_of(client) if str(contact).casefold() == wanted), None)
