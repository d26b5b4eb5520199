"""Takes the answer to a message set: each member becomes posted, parked, queued again, or stays in doubt."""

from django.db.models import F

from daybook.connectors.errors import ConnectorError, FixConnection, InDoubt, OurFault, TryLater
from daybook.connectors.qbd.errors import from_status
from daybook.monitor import outcomes
from daybook.monitor.conversation import Conversation, answered
from daybook.monitor.faults import reach
from daybook.monitor.kinds import seen_in
from daybook.monitor.lease import under_lease
from daybook.monitor.outcomes import Outcome, with_people
from daybook.outbox.models import Letter, Posting
from daybook.qbxml.answers import read_answers
from daybook.qbxml.documents import Answer, AnswerSet, BrokenAnswer
from daybook.sql import Columns, locked, run

State = Posting.State
RESULTS_COUNT = (None, 0, 9005)  # 9005: done, but the answer could not be stored for a later question
SET_REFUSED = (9001, 9004)  # the id is taken by other content, or is malformed: our fault, nothing was done


class Unreadable(Exception):
    """The answer does not say what became of the set."""


def read(text: str, letter: Letter) -> AnswerSet:
    """The answers, if this is whole and speaks of this letter."""
    try:
        found = read_answers(text)
    except BrokenAnswer as broken:
        raise Unreadable(str(broken)) from broken
    if found.new_set_id is not None and found.new_set_id != letter.set_id:
        raise Unreadable(f"The answer speaks of the set {found.new_set_id}.")
    return found


def take(talk: Conversation, letter: Letter, text: str) -> ConnectorError | None:
    """Take the answer to a set that was just sent; gives the error that stops the connection, if there is one."""
    try:
        found = read(text, letter)
    except Unreadable as unreadable:
        lost(talk, letter, text, str(unreadable))
        return None
    return write(talk, letter, text, found, fence=State.SENT)


def write(talk: Conversation, letter: Letter, text: str, found: AnswerSet, fence: str) -> ConnectorError | None:
    """Write what the answers say of each member that still waits for them."""
    with under_lease(talk.company_file.pk, talk.epoch, talk.now):
        waiting = members(letter, fence)
        if found.set_status_code in SET_REFUSED:
            decided = [_set_refused(posting, found.set_status_code) for posting in waiting]
        else:
            by_id = {answer.request_id: answer for answer in found.answers}
            decided = [judge(posting, by_id.get(str(posting.pk)), talk) for posting in waiting]
        outcomes.write(talk.company_file, letter, fence, decided, talk.now)
        done = not any(one.state == State.IN_DOUBT for one in decided)
        answered(letter, text, "", "taken" if done else "lost", talk.now)
        forget_ridden(talk)
        talk.came_back(forgets=None, taken=[letter.pk, letter.set_id] if done else None)
        reach("answer.before_commit")
    reach("answer.after_commit")
    stops = next((one for one in decided if one.stops_connection), None)
    if stops is None:
        return None
    return FixConnection(stops.sentence, stops.who_can_act, stops.code, stops.detail, ())


_SENT_COLUMNS = (
    "id", "key", "company_file", "kind", "action", "subject_kind", "subject_id", "title", "state", "asked_by",
    "asked_at", "approved_by", "letter", "sent_at", "attempts", "problem", "list_id", "edit_sequence", "batch_key",
    "version",
)  # fmt: skip
_SENT = Columns(Posting, *_SENT_COLUMNS)
_SENT_WITH_CONTENT = Columns(Posting, *_SENT_COLUMNS, "snapshot")


def members(letter: Letter, fence: str, *, with_content: bool = False) -> list[Posting]:
    """The postings of a letter that are still in this state; what they ask for only where it is looked at."""
    columns = _SENT_WITH_CONTENT if with_content else _SENT
    found = columns.read("WHERE t.letter_id = %s AND t.state = %s ORDER BY t.id" + locked("t"), [letter.pk, fence])
    return with_people(found)


def forget_ridden(talk: Conversation) -> None:
    """The set that this one asked QuickBooks to forget is forgotten."""
    ridden = talk.note.get("forgets")
    if ridden is not None:
        run("UPDATE outbox_letter SET forgotten = %s WHERE id = %s", [True, ridden])


def judge(posting: Posting, answer: Answer | None, talk: Conversation) -> Outcome:
    """What one answer means for its posting."""
    if answer is None:
        return Outcome(posting, State.IN_DOUBT, code="none", sentence="QuickBooks did not answer for this record.")
    if answer.status_code < 1000 and answer.records:
        seen = seen_in(posting.kind, answer.records[0])
        if seen is not None:
            return outcomes.posted(posting, seen)
        return Outcome(posting, State.IN_DOUBT, code="none", sentence="The answer of QuickBooks names no record.")
    if answer.status_code == 3231:
        return Outcome(posting, State.QUEUED, code="3231", sentence="Not processed yet; it goes again in turn.")
    if answer.status_code < 1000:
        return Outcome(posting, State.IN_DOUBT, code=str(answer.status_code), sentence=answer.message)
    return outcomes.from_error(posting, from_status(answer.status_code, answer.message, posting.kind), talk.now)


def _set_refused(posting: Posting, code: int) -> Outcome:
    return Outcome(
        posting,
        State.PARKED,
        code=str(code),
        sentence="QuickBooks did not take the message that carried this record. That is a fault of Daybook.",
        who_can_act="Send it again; if it comes back, send the details to support",
        our_fault=True,
    )


def lost(talk: Conversation, letter: Letter, text: str, why: str, hresult: str = "") -> None:
    """Nobody knows what became of the set: its members are in doubt until a read says."""
    with under_lease(talk.company_file.pk, talk.epoch, talk.now):
        in_doubt(letter)
        answered(letter, text, hresult, "lost", talk.now)
        talk.came_back(forgets=None, taken=None)
        reach("answer.before_commit")
    reach("answer.after_commit")


def in_doubt(*letters: Letter) -> int:
    """Mark what was sent with these letters, and not answered, as in doubt."""
    return Posting.objects.filter(letter__in=letters, state=State.SENT).update(
        state=State.IN_DOUBT,
        problem_code="lost",
        problem="The answer of QuickBooks was lost. Daybook reads whether it arrived.",
        version=F("version") + 1,
    )


def not_taken(talk: Conversation, letter: Letter, error: ConnectorError) -> None:
    """The whole set was refused before anything was done."""
    with under_lease(talk.company_file.pk, talk.epoch, talk.now):
        waiting = members(letter, State.SENT)
        decided = [_whole_set_refused(posting, error, len(waiting)) for posting in waiting]
        outcomes.write(talk.company_file, letter, State.SENT, decided, talk.now)
        answered(letter, error.detail, error.code, "refused", talk.now)
        Letter.objects.filter(pk=letter.pk).update(forgotten=True)  # it was never stored there
        talk.came_back(forgets=None, taken=None)
        reach("answer.before_commit")
    reach("answer.after_commit")


def _whole_set_refused(posting: Posting, error: ConnectorError, many: int) -> Outcome:
    """Queued again where the file stands in the way; a set that cannot be read is sent again one by one."""
    if isinstance(error, (TryLater, FixConnection)):
        return Outcome(posting, State.QUEUED, code=error.code, sentence=error.sentence, who_can_act=error.who_can_act)
    if isinstance(error, InDoubt):
        return Outcome(posting, State.IN_DOUBT, code=error.code, sentence=error.sentence)
    if isinstance(error, OurFault) and many > 1:
        return Outcome(posting, State.QUEUED, code=error.code, sentence=error.sentence, alone=True)
    return Outcome(
        posting,
        State.PARKED,
        code=error.code,
        sentence=error.sentence,
        who_can_act=error.who_can_act,
        detail=error.detail,
        our_fault=True,
    )
