"""What became of postings: decided from an answer, then written in one go.

Every update is fenced: it touches only postings of *this* letter that are still in the state in which the question was
put. A late or repeated answer finds none and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F

from daybook.connections.models import CompanyFile
from daybook.connectors.errors import ConnectorError, FixConnection, FixRecord, InDoubt, OurFault, TryLater
from daybook.monitor import policy, telling
from daybook.monitor.kinds import Seen
from daybook.outbox.models import Attempt, Letter, Link, Posting
from daybook.outbox.operations import park_followers
from daybook.people.models import User
from daybook.sql import Columns, marks, moment, run

State = Posting.State
Look = Posting.Look
_PEOPLE = Columns(User, "id", "email", "name", "is_active")
_TRIES = Columns(Attempt, "posting", "letter", "request_id", "at", "outcome", "code", "message")


@dataclass(slots=True)
class Outcome:
    """What one posting becomes, with the record of theirs if there is one."""

    posting: Posting
    state: str
    seen: Seen | None = None
    code: str = ""
    sentence: str = ""
    who_can_act: str = ""
    detail: str = ""
    ways_out: list[dict[str, Any]] = field(default_factory=list)
    not_before: datetime | None = None
    look: str = ""
    alone: bool = False
    our_fault: bool = False
    stops_connection: bool = False
    snapshot: dict[str, Any] | None = None


def with_people(postings: list[Posting]) -> list[Posting]:
    """The postings with those who asked and approved: few people ask for many, so each is read once."""
    ids = {number for one in postings for number in (one.asked_by_id, one.approved_by_id) if number is not None}
    people = {user.pk: user for user in _PEOPLE.read(f"WHERE t.id IN ({marks(len(ids))})", list(ids))}
    for posting in postings:
        posting.asked_by = people[posting.asked_by_id]
        posting.approved_by = people[posting.approved_by_id] if posting.approved_by_id is not None else None
    return postings


def posted(posting: Posting, seen: Seen) -> Outcome:
    """It stands in the books, as this record."""
    return Outcome(posting, State.POSTED, seen)


def from_error(posting: Posting, error: ConnectorError, now: datetime) -> Outcome:
    """What a refusal means for the posting: the kind of the error says who can act."""
    outcome = Outcome(
        posting,
        State.PARKED,
        code=error.code,
        sentence=error.sentence,
        who_can_act=error.who_can_act,
        detail=error.detail,
        ways_out=[dict(way) for way in error.ways_out],
    )
    if error.code == "3200" and posting.action != Posting.Action.ADD:
        outcome.state, outcome.look = State.QUEUED, Look.STALE
    elif error.code == "3100":
        outcome.look = Look.NAME
    elif isinstance(error, TryLater):
        outcome.state = State.QUEUED
        outcome.not_before = policy.try_again_at(now, posting.attempts)
    elif isinstance(error, FixConnection):
        outcome.state, outcome.stops_connection = State.QUEUED, True
    elif isinstance(error, InDoubt):
        outcome.state = State.IN_DOUBT
    elif isinstance(error, OurFault):
        outcome.our_fault = True
    elif not isinstance(error, FixRecord):
        raise TypeError(f"{type(error).__name__} is an error of an unknown kind")
    return outcome


def write(company_file: CompanyFile, letter: Letter, fence: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write all outcomes of an answer, with links, attempts and notices; inside the transaction of the answer."""
    _TRIES.write(
        [
            (one.posting.pk, letter.pk, str(one.posting.pk), now, one.state, one.code, one.detail or one.sentence)
            for one in outcomes
        ]
    )
    _write_posted(company_file, letter, fence, [one for one in outcomes if one.state == State.POSTED], now)
    others = [one for one in outcomes if one.state != State.POSTED]
    for one in others:
        _write_other(one, letter, fence, now)
    parked = [one for one in others if one.state == State.PARKED]
    telling.needs_you([one.posting for one in parked if not one.our_fault], now)
    telling.needs_you([one.posting for one in parked if one.our_fault], now, our_fault=True)
    telling.batches([one.posting for one in outcomes], now)


# Fenced, and with the ListID that the link has by now.
_POSTED = """
UPDATE outbox_posting SET state = 'posted', finished_at = %s, not_before = NULL, problem_code = '', problem = '',
  who_can_act = '', detail = '', ways_out = '[]', look = '', alone = %s, version = version + 1,
  list_id = COALESCE((SELECT l.list_id FROM outbox_link l
                      WHERE l.company_file_id = outbox_posting.company_file_id AND l.kind = outbox_posting.kind
                        AND l.subject_kind = outbox_posting.subject_kind
                        AND l.subject_id = outbox_posting.subject_id), list_id)
WHERE id IN ({}) AND state = %s AND COALESCE(letter_id, 0) = %s"""


def _write_posted(
    company_file: CompanyFile, letter: Letter | None, fence: str, outcomes: Sequence[Outcome], now: datetime
) -> None:
    if not outcomes:
        return
    set_links(company_file, [(one.posting, one.seen) for one in outcomes if one.seen is not None], now)
    pks = [one.posting.pk for one in outcomes]
    run(_POSTED.format(marks(len(pks))), [moment(now), False, *pks, fence, letter.pk if letter else 0])
    telling.done([one.posting for one in outcomes], now)


def _write_other(one: Outcome, letter: Letter | None, fence: str, now: datetime) -> None:
    values: dict[str, Any] = {
        "state": one.state,
        "problem_code": one.code[:20],
        "problem": one.sentence[:1000],
        "who_can_act": one.who_can_act[:100],
        "detail": one.detail,
        "ways_out": one.ways_out,
        "not_before": one.not_before,
        "look": one.look,
        "alone": one.alone,
        "finished_at": now if one.state == State.PARKED else None,
        "version": F("version") + 1,
    }
    if one.snapshot is not None:
        values["snapshot"] = one.snapshot
    touched = Posting.objects.filter(pk=one.posting.pk, state=fence, letter=letter).update(**values)
    one.posting.problem = one.sentence
    if touched and one.state == State.PARKED:
        park_followers([one.posting.pk], f"It waits for {one.posting.title}, which needs you first.", now)


def write_look(company_file: CompanyFile, one: Outcome, now: datetime) -> None:
    """Write what a look at a queued or parked posting brought; fenced by its state and its letter."""
    fence = one.posting.state
    if one.state == State.POSTED:
        _write_posted(company_file, one.posting.letter, fence, [one], now)
    else:
        _write_other(one, one.posting.letter, fence, now)
        if one.state == State.PARKED and fence != State.PARKED:
            telling.needs_you([one.posting], now, our_fault=one.our_fault)


def set_links(company_file: CompanyFile, pairs: Sequence[tuple[Posting, Seen]], now: datetime) -> None:
    """Link ours to theirs and keep what both now agree on: ListID, EditSequence, and each mapped field as the base."""
    if not pairs:
        return
    known, roots = _known_links(company_file, pairs)
    new: list[Link] = []
    old: list[Link] = []
    for posting, seen in pairs:
        theirs = known.get((posting.kind, seen.list_id))
        ours = known.get((posting.kind, posting.subject_kind, posting.subject_id))
        link = theirs or (ours if ours is not None and ours.list_id in ("", seen.list_id) else None) or Link()
        if ours is not None and ours is not link:
            state = ours.state if ours.state == Link.State.BROKEN else Link.State.THEIRS_ONLY
            Link.everything.filter(pk=ours.pk).update(subject_kind="", subject_id=None, state=state)
        link.company_file, link.kind = company_file, posting.kind
        link.subject_kind, link.subject_id = posting.subject_kind, posting.subject_id
        link.state, link.agreed_at, link.batch_id = Link.State.SHARED, now, None
        seen.put_into(link, roots)
        (old if link.pk else new).append(link)
    _NEW.write([[link.company_file_id, link.kind, *(getattr(link, name) for name in LINK_COLUMNS)] for link in new])
    if old:
        Link.everything.bulk_update(old, LINK_COLUMNS)


_KNOWN = Columns(Link, "id", "company_file", "kind", "list_id", "root_list_id", "subject_kind", "subject_id", "state")
LINK_COLUMNS = [
    "list_id", "edit_sequence", "name", "full_name", "folded_name", "parent_list_id", "root_list_id", "sublevel",
    "is_active", "time_modified", "base", "subject_kind", "subject_id", "state", "agreed_at", "batch_id",
]  # fmt: skip
_NEW = Columns(Link, "company_file", "kind", *LINK_COLUMNS)


def _known_links(
    company_file: CompanyFile, pairs: Sequence[tuple[Posting, Seen]]
) -> tuple[dict[Any, Link], dict[str, str]]:
    """The links that ours and theirs have, and the ListID at the top of the tree for each of their parents."""
    theirs = {seen.list_id for _, seen in pairs} | {seen.head.parent_list_id for _, seen in pairs} - {""}
    kinds = {posting.kind for posting, _ in pairs}
    by_kind: dict[str, list[int]] = {}
    for posting, _ in pairs:
        by_kind.setdefault(posting.subject_kind, []).append(posting.subject_id)
    of_theirs = f"t.kind IN ({marks(len(kinds))}) AND t.list_id IN ({marks(len(theirs))}) AND NOT (t.list_id = '')"
    found = _KNOWN.read(f"WHERE t.company_file_id = %s AND {of_theirs}", [company_file.pk, *kinds, *theirs])
    for subject_kind, ids in by_kind.items():  # one after the other, as an OR of two would read all links of the firm
        of_ours = f"t.subject_kind = %s AND t.subject_id IN ({marks(len(ids))})"
        found += _KNOWN.read(f"WHERE t.company_file_id = %s AND {of_ours}", [company_file.pk, subject_kind, *ids])
    known: dict[Any, Link] = {}
    roots: dict[str, str] = {}
    for link in {link.pk: link for link in found}.values():
        known[link.kind, link.list_id or None] = link
        known[link.kind, link.subject_kind, link.subject_id] = link
        roots[link.list_id] = link.root_list_id or link.list_id
    return known, roots
