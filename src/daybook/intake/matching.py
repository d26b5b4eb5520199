"""Finds records of ours that have the name of one that arrived, and no link yet.

Only what has no link is looked at: mostly a handful, and none at all in a house that began with the books.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Exists, OuterRef, QuerySet

from daybook.books.names import normalise
from daybook.directory.models import Client, Project, Staff
from daybook.intake.models import Arrival, Content, ImportRun
from daybook.outbox.models import Link, Posting

M = TypeVar("M", Client, Project, Staff)
T = TypeVar("T")

Decision = Arrival.Decision
_TWO = -1  # two of ours have the name: a person must choose
_BATCH = 500


def mark_ours_in_doubt(run: ImportRun) -> None:
    """What a posting of ours may just have added is left to that posting, which finds out by itself."""
    states = (Posting.State.SENT, Posting.State.IN_DOUBT)
    keys = Posting.objects.filter(company_file=run.company_file, action="add", state__in=states)
    guids = [f"{{{key}}}".lower() for key in keys.values_list("key", flat=True)]
    for part in _parts(guids):
        run.arrivals.filter(external_guid__in=part).update(decision=Decision.OURS)


def match_clients(run: ImportRun, first: bool) -> None:
    """Mark customers with the name of a client of ours that has no link."""
    ours = _by_name(_unlinked(Client.objects.all(), run, "customer", "client").values_list("name", "pk"))
    if ours:
        arrived = (
            run.arrivals.filter(kind="customer", sublevel=0).exclude(decision=Decision.OURS).values_list("id", "name")
        )
        _mark(run, "client", ours, arrived, first)


def match_staff(run: ImportRun, first: bool) -> None:
    """Mark employees with the name of a member of staff that has no link. Later ones wait for a person anyway."""
    if not first:
        return
    names = _unlinked(Staff.objects.all(), run, "employee", "staff").values_list("first_name", "last_name", "pk")
    ours = _by_name((_person(given, family), number) for given, family, number in names)
    if ours:
        employees = run.arrivals.filter(kind="employee").exclude(decision=Decision.OURS)
        contents = Content.objects.filter(pk__in=employees.values("pk")).order_by("pk")
        rows = contents.values_list("pk", "first_name", "last_name")
        _mark(run, "staff", ours, ((number, _person(given, family)) for number, given, family in rows), first)


def match_jobs(run: ImportRun, first: bool) -> None:
    """Join or hold back new jobs with the name of a project of ours that has no link, below the same client."""
    waiting = _unlinked(Project.objects.filter(is_client_itself=False), run, "customer", "project")
    ours: dict[tuple[int, int | None, str], int] = {}
    for client, parent, name, number in waiting.values_list("client_id", "parent_id", "name", "pk"):
        key = (client, parent, normalise(name))
        ours[key] = _TWO if key in ours else number
    if not ours:
        return
    clients = list({client for client, _, _ in ours})
    for part in _parts(clients):
        _match_jobs_of(run, ours, part, first)


def _match_jobs_of(
    run: ImportRun, ours: dict[tuple[int, int | None, str], int], clients: list[int], first: bool
) -> None:
    """Level by level, since what a job becomes says where its own jobs stand."""
    became: dict[int, int] = {}
    changed: list[Arrival] = []
    jobs = run.arrivals.filter(kind="customer", sublevel__gt=0, decision=Decision.NEW, client_id__in=clients)
    held: set[str] = set()
    for job in jobs.only(
        "id", "list_id", "parent_list_id", "name", "client_id", "parent_id", "subject_id", "subject_kind", "decision"
    ).order_by("sublevel"):
        moved = became.get(job.parent_id or 0)
        if moved is not None:
            job.parent_id = moved
        found = ours.pop((job.client_id or 0, job.parent_id, normalise(job.name)), None)
        if job.parent_list_id in held:
            job.decision, job.subject_kind, job.subject_id = Decision.ASIDE, "", None
        elif found is not None and first and found != _TWO:
            became[job.subject_id or 0] = found
            job.decision, job.subject_id = Decision.ADOPT, found
        elif found is not None:
            job.decision, job.subject_kind, job.subject_id = Decision.CLASH, "", None
        elif moved is None:
            continue
        if job.subject_id is None:
            held.add(job.list_id)
        changed.append(job)
    Arrival.objects.bulk_update(changed, ["decision", "subject_kind", "subject_id", "parent_id"], batch_size=100)


def _unlinked(rows: "QuerySet[M]", run: ImportRun, kind: str, subject: str) -> "QuerySet[M]":
    linked = Link.everything.filter(
        company_file=run.company_file, kind=kind, subject_kind=subject, subject_id=OuterRef("pk")
    )
    return rows.filter(~Exists(linked))


def _person(given: str, family: str) -> str:
    return f"{given} / {family}"


def _by_name(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, number in rows:
        key = normalise(name)
        found[key] = _TWO if key in found else number
    return found


def _mark(run: ImportRun, subject: str, ours: dict[str, int], arrived: Iterable[tuple[int, str]], first: bool) -> None:
    marked = []
    for number, name in arrived:
        found = ours.pop(normalise(name), None)
        if found is None:
            continue
        adopt = first and found != _TWO
        marked.append(
            Arrival(
                id=number,
                decision=Decision.ADOPT if adopt else Decision.CLASH,
                subject_kind=subject if adopt else "",
                subject_id=found if adopt else None,
            )
        )
    Arrival.objects.bulk_update(marked, ["decision", "subject_kind", "subject_id"], batch_size=100)


def _parts(values: list[T]) -> Iterable[list[T]]:
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))
