"""Finds out what became of a set whose answer was lost: by reading, never by sending again in hope.

1. Ask by the message-set id. If QuickBooks stored the answer, it is taken as if it had just come.
2. If it did not, look: what was modified since the sending, and who has the name, and compare our key (ExternalGUID); a
   change is looked up by its ListID.
3. Only a definite *not there* queues the posting again, under a new set id.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from daybook.books.merge import plain
from daybook.books.names import suggest_name
from daybook.connectors.qbd import queries as questions
from daybook.intake.operations import adopt_reread
from daybook.monitor import answers, outcomes, policy
from daybook.monitor.conversation import Conversation, Purpose, answered
from daybook.monitor.faults import reach
from daybook.monitor.kinds import Books, CannotWrite, Links, Parents, Seen, seen_in
from daybook.monitor.lease import under_lease
from daybook.monitor.outcomes import Outcome
from daybook.monitor.values import Ask
from daybook.outbox.models import IN_BOOKS, Letter, Link, Posting
from daybook.qbxml.answers import read_answers
from daybook.qbxml.documents import Answer, BrokenAnswer, Record, Request
from daybook.qbxml.requests import write_set

State = Posting.State
NOT_STORED = "not_stored"
FOUND_OR_EMPTY = (0, 1, 500)  # done; nothing found; some of the asked ids not found


def next_question(talk: Conversation) -> Ask | None:
    """The question that the oldest letter in doubt needs next, if one is due."""
    doubtful = Posting.objects.filter(company_file=talk.company_file, state=State.IN_DOUBT)
    oldest = doubtful.exclude(not_before__gt=talk.now).order_by("id").values_list("letter_id", flat=True).first()
    if oldest is None:
        return None
    letter = Letter.objects.get(pk=oldest)
    with under_lease(talk.company_file.pk, talk.epoch, talk.now):
        if letter.outcome == NOT_STORED:
            ask = talk.write(_look_text(talk, letter), Purpose.LOOK, about=letter)
        else:
            text = write_set([], version=talk.version(), new_set_id=letter.set_id, old_set_id=letter.set_id)
            ask = talk.write(text, Purpose.ASK, about=letter)
        reach("request.before_commit")
    reach("request.after_commit")
    return ask


# --- 1. ask by set id -------------------------------------------------------------------------------------------------
def take_asked(talk: Conversation, question: Letter, text: str) -> None:
    """Take what QuickBooks says about a set: the stored answer, or that it knows none."""
    letter = _about(question)
    try:
        found = answers.read(text, letter)
    except answers.Unreadable:
        _unreadable(talk, question, letter, text)
        return
    if found.set_status_code in answers.RESULTS_COUNT and found.answers:
        with under_lease(talk.company_file.pk, talk.epoch, talk.now):
            answers.write(talk, letter, text, found, fence=State.IN_DOUBT)
            _close(question, text, "stored", talk)
            Letter.objects.filter(pk=letter.pk, outcome="lost").update(outcome=NOT_STORED)  # a member was not in it
        return
    with under_lease(talk.company_file.pk, talk.epoch, talk.now):
        Letter.objects.filter(pk=letter.pk).update(outcome=NOT_STORED)
        _close(question, text, NOT_STORED, talk)
        talk.came_back()
        reach("answer.before_commit")
    reach("answer.after_commit")


def _unreadable(talk: Conversation, question: Letter, letter: Letter, text: str) -> None:
    """A question answered in gibberish is put once more; then Daybook looks for itself."""
    with under_lease(talk.company_file.pk, talk.epoch, talk.now):
        _close(question, text, "unreadable", talk)
        asked = letter.questions.filter(purpose=Purpose.ASK, outcome="unreadable").count()
        if asked >= policy.ASKED_IN_VAIN:
            Letter.objects.filter(pk=letter.pk).update(outcome=NOT_STORED)
        talk.came_back()


def _about(question: Letter) -> Letter:
    if question.about is None:
        raise TypeError(f"Letter {question.pk} asks about no letter.")
    return question.about


def _close(question: Letter, text: str, outcome: str, talk: Conversation) -> None:
    answered(question, text, "", outcome, talk.now)


# --- 2. look ----------------------------------------------------------------------------------------------------------
def _look_text(talk: Conversation, letter: Letter) -> str:
    postings = answers.members(letter, State.IN_DOUBT, with_content=True)
    books = Books(talk.company_file)
    _, parents = books.links_for(postings)
    return write_set(_look_requests(letter, postings, books, parents), version=talk.version())


def _look_requests(letter: Letter, postings: Sequence[Posting], books: Books, parents: Parents) -> Iterable[Request]:
    since = letter.sent_at - policy.LOOK_OVERLAP
    for kind in sorted({posting.kind for posting in postings if posting.action == Posting.Action.ADD}):
        yield questions.modified_since(kind, since, request_id=f"since-{kind}")
    for posting in postings:
        if posting.action == Posting.Action.ADD:
            yield questions.by_full_name(posting.kind, books.full_name(posting, parents), request_id=str(posting.pk))
        else:
            yield questions.by_list_id(posting.kind, posting.list_id, request_id=str(posting.pk))


def take_looked(talk: Conversation, question: Letter, text: str) -> None:
    """Judge each member by what was read; where a read failed, it stays in doubt and is looked at again later."""
    letter = _about(question)
    try:
        by_id = {answer.request_id: answer for answer in read_answers(text).answers}
    except BrokenAnswer:
        by_id = {}
    with under_lease(talk.company_file.pk, talk.epoch, talk.now):
        waiting = answers.members(letter, State.IN_DOUBT, with_content=True)
        books = Books(talk.company_file)
        links, parents = books.links_for(waiting)
        agreed = agreed_on(links)
        decided = [_judge_look(posting, by_id, books, parents) for posting in waiting]
        clear = [one for one in decided if one is not None]
        outcomes.write(talk.company_file, letter, State.IN_DOUBT, clear, talk.now)
        for one in clear:
            take_what_changed_since(one, agreed, talk.now)
        unclear = [posting.pk for posting, one in zip(waiting, decided, strict=True) if one is None]
        looked = letter.questions.filter(purpose=Purpose.LOOK).count()
        Posting.objects.filter(pk__in=unclear, state=State.IN_DOUBT, letter=letter).update(
            not_before=policy.try_again_at(talk.now, looked)
        )
        if not unclear:
            Letter.objects.filter(pk=letter.pk).update(outcome="found", forgotten=True)
        _close(question, text, "looked", talk)
        talk.came_back()
        reach("answer.before_commit")
    reach("answer.after_commit")


def _judge_look(posting: Posting, by_id: dict[str | None, Answer], books: Books, parents: Parents) -> Outcome | None:
    own = by_id.get(str(posting.pk))
    if own is None or own.status_code not in FOUND_OR_EMPTY:
        return None
    if posting.action == Posting.Action.ADD:
        since = by_id.get(f"since-{posting.kind}")
        if since is None or since.status_code not in FOUND_OR_EMPTY:
            return None
        return _judge_add(posting, own.records, since.records)
    return _judge_change(posting, own.records, books, parents)


def _judge_add(posting: Posting, of_name: Sequence[Record], since: Sequence[Record]) -> Outcome:
    for record in (*of_name, *since):
        seen = seen_in(posting.kind, record)
        if seen is not None and seen.is_ours(posting.key):
            return outcomes.posted(posting, seen)
    for record in of_name:
        seen = seen_in(posting.kind, record)
        if seen is not None:
            return name_taken(posting, seen)
    return Outcome(posting, State.QUEUED, code="", sentence="It did not arrive; it goes again in turn.")


def _judge_change(posting: Posting, records: Sequence[Record], books: Books, parents: Parents) -> Outcome:
    seen = next((found for record in records if (found := seen_in(posting.kind, record))), None)
    if seen is None:
        return gone(posting)
    try:
        wanted = books.change_request(posting, seen.list_id, seen.head.edit_sequence, parents)
    except CannotWrite as trouble:
        return Outcome(
            posting, State.PARKED, code=trouble.code, sentence=trouble.sentence, who_can_act=trouble.who_can_act
        )
    if seen.has(wanted):
        return outcomes.posted(posting, seen)
    if seen.head.edit_sequence == posting.edit_sequence:
        return Outcome(posting, State.QUEUED, sentence="It did not arrive; it goes again in turn.")
    return Outcome(posting, State.QUEUED, look=Posting.Look.STALE, sentence="It was changed in QuickBooks meanwhile.")


Agreed = dict[tuple[str, str, int], tuple[str, dict[str, Any]]]


def agreed_on(links: Links) -> Agreed:
    """What both sides agree on before an outcome is written: the record of theirs, and its values."""
    return {key: (link.list_id, link.base) for key, link in links.items()}


def take_what_changed_since(one: Outcome, agreed: Agreed, now: datetime) -> None:
    """What somebody changed in QuickBooks between our writing and this look is merged into ours.

    The link took what was read as agreed. But we agreed on what we sent; whoever takes the rest as agreed too would
    never see that it was changed there.
    """
    posting, seen = one.posting, one.seen
    if one.state != State.POSTED or seen is None:
        return
    list_id, before = agreed.get((posting.kind, posting.subject_kind, posting.subject_id), ("", {}))
    if list_id == seen.list_id:
        # A change that stands there is agreed on as it stands.
        base = before | {name: seen.base[name] for name in posting.snapshot if name in seen.base}
    else:
        base = seen.base | {name: sent for name, sent in posting.snapshot.items() if _is_plain(name, sent, seen.base)}
    if all(plain(base.get(name)) == plain(theirs) for name, theirs in seen.base.items()):
        return
    rows = Link.objects.select_related("company_file").filter(IN_BOOKS)
    link = rows.get(company_file_id=posting.company_file_id, kind=posting.kind, list_id=seen.list_id)
    link.base = base
    adopt_reread(link, seen.base, now)


def _is_plain(name: str, sent: object, there: Mapping[str, object]) -> bool:
    """Whether a value that we sent can be compared with what a record shows; a reference is written otherwise."""
    return name in there and not (isinstance(sent, Mapping) and ("subject_kind" in sent or "list_id" in sent))


def name_taken(posting: Posting, seen: Seen, sentence: str = "", ways_out: Sequence[dict[str, Any]] = ()) -> Outcome:
    """Another record has the name: a person links to it, or chooses another name."""
    others = [dict(way) for way in ways_out if way.get("way") not in ("link", "rename")]
    return Outcome(
        posting,
        State.PARKED,
        code="3100",
        sentence=sentence or f"QuickBooks has another record named {seen.head.full_name} already.",
        who_can_act="You can link to it, or choose another name",
        ways_out=[seen.as_way_out(), another_name(posting, seen.head.name), *others],
    )


def another_name(posting: Posting, taken: str) -> dict[str, Any]:
    """The offer to send it under a name that is free as far as Daybook knows."""
    link_names = Link.objects.filter(company_file=posting.company_file, name__istartswith=taken[:20])
    known = [taken, *link_names.values_list("name", flat=True)[:100]]
    name = suggest_name(taken, known)
    return {"way": "rename", "sentence": f"Choose another name, such as {name}, and send it again.", "name": name}


def gone(posting: Posting) -> Outcome:
    """The record to be changed is not in the books any more."""
    return Outcome(
        posting,
        State.PARKED,
        code="3120",
        sentence=f"{posting.title} is no longer in QuickBooks: it was deleted there, or merged into another record.",
        who_can_act="Link it to another record on the integration page, or withdraw this change",
    )
