"""Reads a record where a posting needs it: its newest state after a stale EditSequence, or who holds a taken name."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from daybook.connectors.qbd import queries as questions
from daybook.intake.operations import adopt_reread
from daybook.monitor import outcomes, policy, recovery
from daybook.monitor.conversation import Conversation, Purpose, answered
from daybook.monitor.faults import reach
from daybook.monitor.kinds import Books, CannotWrite, Links, Parents, Seen, seen_in
from daybook.monitor.lease import under_lease
from daybook.monitor.outcomes import Outcome
from daybook.monitor.posting import CHOOSE, WHO_CHOOSES
from daybook.monitor.values import Ask
from daybook.outbox.models import Letter, Posting
from daybook.outbox.operations import BOTH_CHANGED
from daybook.qbxml.answers import read_answers
from daybook.qbxml.documents import Answer, BrokenAnswer, Request
from daybook.qbxml.requests import write_set

State = Posting.State
Look = Posting.Look


def wanted(company_file_id: int) -> QuerySet[Posting]:
    """The postings for which something must be read first."""
    return Posting.objects.filter(company_file_id=company_file_id).exclude(look="").order_by("id")


def next_look(talk: Conversation) -> Ask | None:
    """One set of reads for what is wanted now."""
    rows = list(wanted(talk.company_file.pk).exclude(not_before__gt=talk.now)[: policy.SET_SIZE])
    if not rows:
        return None
    books = Books(talk.company_file)
    links, parents = books.links_for(rows)
    requests = [request for posting in rows for request in _reads(posting, books, links, parents)]
    with under_lease(talk.company_file.pk, talk.epoch, talk.now):
        text = write_set(requests, version=talk.version())
        ask = talk.write(text, Purpose.LOOK, looks=[posting.pk for posting in rows])
        reach("request.before_commit")
    reach("request.after_commit")
    return ask


def _reads(
    posting: Posting,
    books: Books,
    links: Links,
    parents: Parents,
) -> list[Request]:
    link = links.get((posting.kind, posting.subject_kind, posting.subject_id))
    if posting.look == Look.STALE and link is not None and link.list_id:
        return [questions.by_list_id(posting.kind, link.list_id, request_id=str(posting.pk))]
    if posting.look == Look.NAME:
        name = books.full_name(posting, parents)
        return [questions.by_full_name(posting.kind, name, request_id=str(posting.pk))]
    return []


def take(talk: Conversation, question: Letter, text: str) -> None:
    """Go on with each posting by what was read."""
    try:
        by_id = {answer.request_id: answer for answer in read_answers(text).answers}
    except BrokenAnswer:
        by_id = {}
    with under_lease(talk.company_file.pk, talk.epoch, talk.now):
        found = wanted(talk.company_file.pk).filter(pk__in=talk.note.get("looks", []))
        rows = list(found.select_related("asked_by", "letter").select_for_update(of=("self",)))
        books = Books(talk.company_file)
        links, parents = books.links_for(rows)
        for posting in rows:
            case = Case(posting, by_id.get(str(posting.pk)), links, parents, books)
            outcome = _judge(talk, case)
            agreed = recovery.agreed_on(links) if posting.look == Look.NAME else None
            outcomes.write_look(talk.company_file, outcome, talk.now)
            if agreed is not None:
                recovery.take_what_changed_since(outcome, agreed, talk.now)
        answered(question, text, "", "looked", talk.now)
        talk.came_back(looks=None)
        reach("answer.before_commit")
    reach("answer.after_commit")


@dataclass(frozen=True, slots=True)
class Case:
    """One posting with what was read for it."""

    posting: Posting
    answer: Answer | None
    links: Links
    parents: Parents
    books: Books


def _judge(talk: Conversation, case: Case) -> Outcome:
    posting, answer = case.posting, case.answer
    if posting.look == Look.NAME:
        return _judge_name(posting, _seen(posting, answer))
    if answer is None or answer.status_code not in recovery.FOUND_OR_EMPTY:
        later = policy.try_again_at(talk.now, posting.attempts)
        return _as_it_is(posting, look=Look.STALE, not_before=later)
    found = _seen(posting, answer)
    if not found:
        return recovery.gone(posting)
    return _merge(talk, case, found[0])


def _seen(posting: Posting, answer: Answer | None) -> list[Seen]:
    records = answer.records if answer is not None else []
    return [seen for record in records if (seen := seen_in(posting.kind, record)) is not None]


def _as_it_is(posting: Posting, **changed: object) -> Outcome:
    outcome = Outcome(
        posting,
        posting.state,
        code=posting.problem_code,
        sentence=posting.problem,
        who_can_act=posting.who_can_act,
        detail=posting.detail,
        ways_out=posting.ways_out,
    )
    for name, value in changed.items():
        setattr(outcome, name, value)
    return outcome


def _judge_name(posting: Posting, found: Sequence[Seen]) -> Outcome:
    """The name is taken: by us (then it is posted), by a record of the same kind (link to it), or in another list."""
    ours = next((seen for seen in found if seen.is_ours(posting.key)), None)
    if ours is not None:
        return outcomes.posted(posting, ours)
    if found:
        return recovery.name_taken(posting, found[0], posting.problem, posting.ways_out)
    name = str(posting.snapshot.get("name") or "")
    if not name:
        return _as_it_is(posting)
    # A vendor, employee or other name has it: there is nothing of this kind to link to.
    others = [way for way in posting.ways_out if way.get("way") not in ("link", "rename")]
    return _as_it_is(posting, ways_out=[recovery.another_name(posting, name), *others])


def _merge(talk: Conversation, case: Case, seen: Seen) -> Outcome:
    """Both sides changed the record: what does not clash is sent on the newest EditSequence; a clash needs a person."""
    posting = case.posting
    link = case.links.get((posting.kind, posting.subject_kind, posting.subject_id))
    if link is None:
        return recovery.gone(posting)
    if posting.attempts >= policy.MOST_REREADS:
        sentence = (
            f"{posting.title} changes in QuickBooks again and again. Send it again when nobody works on it there."
        )
        return Outcome(posting, State.PARKED, code="3200", sentence=sentence, who_can_act="You can send it again")
    merged = adopt_reread(link, seen.base, talk.now)
    posting.refresh_from_db(fields=["snapshot", "snapshot_hash", "version"])
    link.refresh_from_db()
    seen.put_into(link, {}, with_base=False)
    link.save()
    if merged.conflicts:
        sentence = f"{posting.title} {CHOOSE}"
        return Outcome(posting, State.PARKED, code=BOTH_CHANGED, sentence=sentence, who_can_act=WHO_CHOOSES)
    wanted_still = {name: value for name, value in posting.snapshot.items() if not _stands(case, seen, name, value)}
    if not wanted_still and posting.action != Posting.Action.DEACTIVATE:
        return outcomes.posted(posting, seen)
    return Outcome(posting, State.QUEUED, snapshot=wanted_still)


def _stands(case: Case, seen: Seen, name: str, value: object) -> bool:
    """Whether the record has this field as we want it already."""
    try:
        change = case.books.change_request(
            case.posting, seen.list_id, seen.head.edit_sequence, case.parents, only={name: value}
        )
    except CannotWrite:
        return False
    return seen.has(change)
