"""Finds records that stand alone on both sides under the same name, for a person to say yes to."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from daybook.books.names import normalise, person_name
from daybook.directory.models import Client, Project, Staff
from daybook.outbox.models import Link
from daybook.web.integration.pairs import Rows, Side

MOST_SHOWN = 500
State = Link.State


@dataclass(frozen=True, slots=True)
class Twin:
    """Two records with the same name; `value` links them."""

    value: str
    ours: str
    theirs: str
    exact: bool


def name_of_match(side: Side, name: str) -> str:
    """Equal for two names that a person would take for the same; of people only first and last name count."""
    if side.kind != "employee":
        return normalise(name)
    person = person_name(name)
    return f"{normalise(person.first)} {normalise(person.last)}"


def twins(side: Side, links: Rows) -> list[Twin]:
    """Pairs that can only be meant for each other: one of ours and one of theirs, under the same parent."""
    theirs: dict[tuple[str, str], list[Link]] = {}
    alone = links.filter(state=State.THEIRS_ONLY, is_active=True).only(
        "name", "full_name", "list_id", "parent_list_id", "sublevel"
    )
    for link in alone.iterator(chunk_size=2000):
        theirs.setdefault((link.parent_list_id, name_of_match(side, link.name)), []).append(link)
    found: list[Twin] = []
    for subject in side.subjects if theirs else ():
        linked = links.filter(subject_kind=subject.kind, subject_id=OuterRef("pk"))
        above = _list_ids_above(side, links, subject.kind)
        rows: Rows = subject.model._default_manager.filter(subject.shown, ~Exists(linked)).order_by(
            *subject.order, "pk"
        )
        for record in rows.select_related(*subject.related).iterator(chunk_size=2000):
            candidates = theirs.get((_parent(record, above), name_of_match(side, _name(record))), [])
            if len(candidates) == 1:
                found.append(_twin(subject.kind, record, candidates[0]))
            if len(found) == MOST_SHOWN:
                return found
    return found


def _list_ids_above(side: Side, links: Rows, kind: str) -> dict[tuple[str, int], str]:
    if kind != "project":
        return {}
    rows = links.filter(subject_kind__in=["client", "project"], state=State.SHARED)
    return {(row[0], row[1]): row[2] for row in rows.values_list("subject_kind", "subject_id", "list_id")}


def _parent(record: Any, above: dict[tuple[str, int], str]) -> str:
    if not isinstance(record, Project):
        return ""
    if record.parent_id:
        return above.get(("project", record.parent_id), "not in the books")
    return above.get(("client", record.client_id), "not in the books")


def _name(record: Client | Project | Staff) -> str:
    return str(record) if isinstance(record, Staff) else record.name


def _twin(kind: str, record: Any, link: Link) -> Twin:
    ours = f"{record.client.name} / {record.name}" if isinstance(record, Project) else str(record)
    return Twin(f"{kind}-{record.pk}:{link.list_id}", ours, link.full_name or link.name, link.name == _name(record))
