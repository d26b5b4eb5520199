"""What waits, what was posted, and what of ours is what of theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from daybook.books.names import name_key
from daybook.connections.models import VISIBLE, CompanyFile
from daybook.outbox.models import Letter, Link, Posting
from daybook.sql import Columns, marks, rows

_POSTING = Columns(Posting)
_LATEST = "WHERE t.subject_kind = %s AND t.subject_id = %s ORDER BY t.id DESC LIMIT 1"
_STATES = """
SELECT p.subject_id, p.state FROM outbox_posting p
WHERE p.id IN (SELECT MAX(n.id) FROM outbox_posting n WHERE n.subject_kind = %s AND n.subject_id IN ({})
               GROUP BY n.subject_id)"""
_LINK = Columns(Link)
OF_SUBJECTS = (
    f"WHERE t.company_file_id = %s AND t.subject_kind = %s AND t.subject_id IN ({{}}) AND {VISIBLE} ORDER BY t.id"
)
_NAMED = (
    "WHERE t.company_file_id = %s AND t.folded_name IN ({}) AND t.list_id <> '' AND t.state <> 'broken'"
    f" AND {VISIBLE} ORDER BY t.id DESC"
)
State = Posting.State
OPEN = (State.PROPOSED, State.QUEUED, State.SENT, State.IN_DOUBT, State.PARKED)
ON_THE_WAY = (State.QUEUED, State.SENT, State.IN_DOUBT)

SENTENCES = {
    State.PROPOSED: "Asked for; waits for an administrator's yes.",
    State.QUEUED: "Will be taken in turn.",
    State.SENT: "Handed to QuickBooks; the answer is not there yet.",
    State.IN_DOUBT: "Sent, but the answer was lost. Daybook reads in QuickBooks whether it arrived.",
    State.POSTED: "In QuickBooks.",
    State.PARKED: "Needs you.",
    State.WITHDRAWN: "Nothing is sent.",
}


@dataclass(frozen=True)
class Filters:
    """Which transactions to show; empty fields leave everything in."""

    company_file: CompanyFile | None = None
    state: str = ""
    kind: str = ""
    asked_by_id: int | None = None
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    batch_key: UUID | None = None


def get(posting_id: int) -> Posting | None:
    """The posting with this number."""
    return _with_people(Posting.objects.filter(pk=posting_id)).first()


def by_key(key: UUID) -> Posting | None:
    """The posting that was asked for under this key."""
    return Posting.objects.filter(key=key).first()


def of_subject(subject_kind: str, subject_id: int) -> QuerySet[Posting]:
    """All postings of one of our records, the newest first."""
    return _with_people(Posting.objects.filter(subject_kind=subject_kind, subject_id=subject_id)).order_by("-id")


def latest(subject_kind: str, subject_id: int) -> Posting | None:
    """The newest posting of one of our records."""
    return _POSTING.first(_LATEST, [subject_kind, subject_id])


def states_of(subject_kind: str, subject_ids: Iterable[int]) -> dict[int, str]:
    """The state of the newest posting of each of these records, where there is one."""
    ids = list(subject_ids)
    return dict(rows(_STATES.format(marks(len(ids))), [subject_kind, *ids]))


def counts(company_file: CompanyFile | None = None, posted_since: datetime | None = None) -> dict[str, int]:
    """How many postings stand in each open state, and how many were posted since then."""
    found = {str(state): _standing(state, company_file) for state in OPEN}
    if posted_since is not None:
        rows = Posting.objects.all() if company_file is None else Posting.objects.filter(company_file=company_file)
        found[State.POSTED.value] = rows.filter(state=State.POSTED, finished_at__gte=posted_since).count()
    return found


def _standing(state: str, company_file: CompanyFile | None) -> int:
    """How many stand in one open state. All files are counted and one is picked: a planner without statistics would
    look for the file's postings first, of which there may be a million, and not in the partial index of the state."""
    rows = Posting.objects.filter(state=state).values("company_file_id").annotate(many=Count("id"))
    by_file = {row["company_file_id"]: int(row["many"]) for row in rows.order_by("company_file_id")}
    return sum(by_file.values()) if company_file is None else by_file.get(company_file.pk, 0)


def transactions(filters: Filters = Filters()) -> QuerySet[Posting]:
    """The postings a person looks for, the newest first."""
    wanted = Q()
    if filters.company_file is not None:
        wanted &= Q(company_file=filters.company_file)
    for column in ("state", "kind", "asked_by_id", "batch_key"):
        if getattr(filters, column):
            wanted &= Q(**{column: getattr(filters, column)})
    if filters.text:
        wanted &= Q(title__icontains=filters.text) | Q(problem__icontains=filters.text) | Q(list_id=filters.text)
    if filters.since is not None:
        wanted &= Q(asked_at__gte=filters.since)
    if filters.until is not None:
        wanted &= Q(asked_at__lt=filters.until)
    return _with_people(Posting.objects.filter(wanted)).order_by("-id")


def batch_counts(batch_key: UUID) -> dict[str, int]:
    """How many postings of one batch stand in each state."""
    rows = Posting.objects.filter(batch_key=batch_key).values("state").annotate(many=Count("id"))
    return {row["state"]: row["many"] for row in rows}


def letters_of(posting: Posting) -> QuerySet[Letter]:
    """What was sent and answered for a posting, the questions after a lost answer among them, oldest first."""
    own = Q(tries__posting=posting) | Q(about__tries__posting=posting)
    if posting.letter_id is not None:  # without one, `about` would find every letter that is about nothing
        own |= Q(pk=posting.letter_id) | Q(about=posting.letter_id)
    return Letter.objects.filter(own).distinct()


def links(
    company_file: CompanyFile, kind: str, *, state: str = "", text: str = "", subject_kind: str = ""
) -> QuerySet[Link]:
    """The records of one kind that are theirs, shared or blocked."""
    found = Link.objects.filter(company_file=company_file, kind=kind)
    if state:
        found = found.filter(state=state)
    if subject_kind:
        found = found.filter(subject_kind=subject_kind)
    if text:
        found = found.filter(full_name__icontains=text)
    return found.order_by("full_name", "id")


def link_of(company_file: CompanyFile, subject_kind: str, subject_id: int, kind: str = "") -> Link | None:
    """The link of one of our records, if it has one or is blocked."""
    of_kind = [link for link in _links_of(company_file, subject_kind, [subject_id]) if kind in ("", link.kind)]
    return of_kind[0] if of_kind else None


def links_of(company_file: CompanyFile, subject_kind: str, subject_ids: Iterable[int]) -> dict[int, Link]:
    """The links of many of our records of one kind."""
    found = _links_of(company_file, subject_kind, list(subject_ids))
    return {int(link.subject_id or 0): link for link in reversed(found)}


def _links_of(company_file: CompanyFile, subject_kind: str, ids: Sequence[int]) -> list[Link]:
    """The links of these records, the first made first."""
    return _LINK.read(OF_SUBJECTS.format(marks(len(ids))), [company_file.pk, subject_kind, *ids])


def taken_names(company_file: CompanyFile, names: Sequence[str]) -> dict[str, Link]:
    """Which of these names stand in the books already, as the whole name, in any list; keys are `name_key`s."""
    wanted = {name_key(name) for name in names if name}
    found = _LINK.read(_NAMED.format(marks(len(wanted))), [company_file.pk, *wanted])
    return {link.folded_name: link for link in found}


def resolve(company_file: CompanyFile, reference: dict[str, Any]) -> str | None:
    """The ListID in this company file of one of our records, named as {"subject_kind", "subject_id"}."""
    link = link_of(company_file, str(reference["subject_kind"]), int(reference["subject_id"]))
    return link.list_id if link is not None and link.state == Link.State.SHARED and link.list_id else None


def unfinished_for(user_id: int) -> QuerySet[Posting]:
    """What this person asked for and is still on its way."""
    return Posting.objects.filter(asked_by_id=user_id, state__in=ON_THE_WAY)


def _with_people(rows: QuerySet[Posting]) -> QuerySet[Posting]:
    return rows.select_related("asked_by", "approved_by", "company_file", "letter", "after")
