"""A connection on trial: asks the file at the other place for the records that are linked, and posts nothing there.

The records are asked for by their ListIDs, some hundred a message, in the order of the links. Where it stands is kept
with the trial, so that a session that ends is no loss.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from daybook.books.names import name_key
from daybook.connections import trials
from daybook.connections.models import CompanyFile, Trial
from daybook.connections.operations import note_contact
from daybook.connectors.errors import TryLater
from daybook.connectors.qbd import queries as questions
from daybook.monitor import identity
from daybook.monitor.conversation import COMPARE, Conversation
from daybook.monitor.lease import under_lease
from daybook.monitor.values import Ask
from daybook.outbox.models import IN_BOOKS, Link
from daybook.qbxml.answers import read_answers
from daybook.qbxml.documents import AnswerSet, BrokenAnswer, Record
from daybook.qbxml.requests import write_set

AT_ONCE = 200
FOUND, NOTHING_FOUND, SOME_NOT_FOUND = 0, 1, 500


def is_open(company_file: CompanyFile) -> bool:
    """Whether something is to be read for the trial still."""
    return Trial.objects.filter(company_file=company_file, compared_at=None).exists()


def take_identity(talk: Conversation, found: AnswerSet) -> None:
    """Note which company file is at the other place; what is known of the one before stays known. Under the lease."""
    file, trial = talk.company_file, Trial.objects.get(company_file=talk.company_file)
    seen = identity.identity_in(found)
    again = trial.identified_at is not None and trial.identity == seen
    if not again:
        trials.note_identified(
            trial,
            identity=seen,
            host=identity.host_in(found),
            preferences=identity.preferences_in(found),
            same_company=not file.identity or identity.same_file(file.identity, seen),
            total=_linked(file).count(),
            now=talk.now,
        )
        if trial.total == 0:
            trials.note_finished(trial, talk.now)
    note_contact(file, file.preferences, file.host, talk.now)


def next_question(talk: Conversation) -> Ask | None:
    """The next linked records, asked for by their ListIDs; None when all were."""
    trial = Trial.objects.filter(company_file=talk.company_file, compared_at=None).first()
    if trial is None:
        return None
    links = _after(talk.company_file, trial.position)
    kinds = sorted({link.kind for link in links})
    ids = {kind: [link.list_id for link in links if link.kind == kind] for kind in kinds}
    mark = f"{talk.session.number}.{trial.position}"
    requests = [questions.by_list_id(kind, *ids[kind], request_id=f"{kind}.{mark}") for kind in kinds]
    return talk.read_only(write_set(requests), COMPARE)


def take(talk: Conversation, text: str) -> TryLater | None:
    """Compare what came with the links; gives why it cannot be used, if it cannot."""
    trial = Trial.objects.filter(company_file=talk.company_file, compared_at=None).first()
    problem = None
    with under_lease(talk.company_file.pk, talk.epoch, talk.now):
        if trial is not None:
            problem = _compare(talk, trial, text)
        talk.came_back()
    return problem


def _compare(talk: Conversation, trial: Trial, text: str) -> TryLater | None:
    try:
        answers = read_answers(text).answers
    except BrokenAnswer as broken:
        return _unreadable(str(broken))
    for answer in answers:
        if answer.status_code not in (FOUND, NOTHING_FOUND, SOME_NOT_FOUND):
            return _unreadable(answer.message)
    links = _after(talk.company_file, trial.position)
    found = _differences(links, (record for answer in answers for record in answer.records))
    if links:
        trials.note_compared(
            trial,
            position=links[-1].pk,
            there=found.there,
            missing=found.missing,
            renamed=found.renamed,
            looked_at=len(links),
        )
    if len(links) < AT_ONCE:
        trials.note_finished(trial, talk.now)
    return None


@dataclass
class _Found:
    there: int = 0
    missing: list[str] = field(default_factory=list)
    renamed: list[list[str]] = field(default_factory=list)


def _differences(links: list[Link], records: Iterable[Record]) -> _Found:
    """Which of these links have their record there, and under which name."""
    names = {
        str(record.values.get("ListID", "")): str(record.values.get("FullName") or record.values.get("Name") or "")
        for record in records
    }
    found = _Found()
    for link in links:
        ours, theirs = link.full_name or link.name, names.get(link.list_id)
        if theirs is None:
            found.missing.append(ours)
            continue
        found.there += 1
        if theirs and name_key(theirs) not in (name_key(ours), name_key(link.name)):
            found.renamed.append([ours, theirs])
    return found


def _linked(company_file: CompanyFile) -> QuerySet[Link]:
    return Link.objects.filter(IN_BOOKS, company_file=company_file, state=Link.State.SHARED).order_by("pk")


def _after(company_file: CompanyFile, position: int) -> list[Link]:
    return list(_linked(company_file).filter(pk__gt=position)[:AT_ONCE])


def _unreadable(detail: str) -> TryLater:
    sentence = "QuickBooks did not answer the question for the linked records as it should."
    return TryLater(sentence, "Nobody needs to act; it is tried again", "answer", detail, ())
