"""Switches one protection of the product off at a time, to see that the simulation finds what is then broken.

The patches are here and nowhere in the product. Each is applied in a process of its own.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from daybook.intake import publishing, steps
from daybook.intake.models import ImportRun
from daybook.monitor import (
    answers,
    conversation,
    engine,
    identity,
    importing,
    lease,
    outcomes,
    posting,
    recovery,
    waiting,
)
from daybook.monitor.kinds import Seen
from daybook.monitor.outcomes import Outcome
from daybook.monitor.values import Ask, HResultSeen
from daybook.outbox.models import Letter, Posting
from daybook.qbxml.requests import write_set
from daybook.sql import run
from simulation.monitors import FacedEngine

State = Posting.State


@dataclass(frozen=True)
class Mutation:
    """A protection, and how it is switched off."""

    name: str
    apply: Callable[[], None]


def _letter_not_kept() -> None:
    write = conversation.Conversation.write

    def forgetful(self: conversation.Conversation, text: str, purpose: str, **more: Any) -> Ask:
        ask = write(self, text, purpose, **more)
        run("UPDATE outbox_letter SET sent_text = '' WHERE id = %s", [ask.letter_id])
        return ask

    _put(conversation.Conversation, "write", forgetful)


def _not_marked_as_sent() -> None:
    """The rows stay queued while their set is on its way; an answer finds them as queued."""
    mark = posting._mark_sent

    def later(sent: Any, links: Any, ask: Ask, now: datetime) -> None:
        mark(sent, links, ask, now)
        Posting.objects.filter(letter_id=ask.letter_id).update(state=State.QUEUED)

    _put(posting, "_mark_sent", later)


def _no_set_id() -> None:
    def anonymous(requests: Any, *, new_set_id: str | None = None, **more: Any) -> str:
        return write_set(requests, **more)

    _put(posting, "write_set", anonymous)


def _no_epoch() -> None:
    def always(company_file_id: int, epoch: int, now: datetime) -> bool:
        return bool(
            run(
                "UPDATE connections_lease SET expires_at = expires_at WHERE company_file_id = %s AND %s > 0",
                [company_file_id, epoch],
            )
        )

    _put(lease, "renew", always)


def _no_fence() -> None:
    """An answer is taken whatever is outstanding, and whatever became of its postings meanwhile."""

    def take_answer(self: Any, file_id: int, epoch: int, ask: Ask, answer: str | HResultSeen) -> bool:
        stay = faced(self, file_id, epoch, ask, answer)
        if self.old and self.world.draw("answer.late", ("an old answer comes",)):
            late, text = self.world.random.choice(self.old)
            letter = Letter.objects.filter(pk=late.letter_id, purpose="post").first()
            if letter is not None and isinstance(text, str):
                with contextlib.suppress(lease.LeaseLost):
                    answers.take(conversation.Conversation.load(file_id, epoch, self.now(), self.ids), letter, text)
        return stay

    def members(letter: Letter, fence: str, *, with_content: bool = False) -> list[Posting]:
        found = Posting.objects.filter(Q(letter=letter) | Q(tries__letter=letter)).distinct()
        return outcomes.with_people(list(found.order_by("id")))

    faced = FacedEngine.take_answer
    _put(FacedEngine, "take_answer", take_answer)
    _put(answers, "members", members)
    write_other, write_posted = outcomes._write_other, outcomes._write_posted

    def other(one: Outcome, letter: Any, fence: str, now: datetime) -> None:
        current = Posting.objects.select_related("letter").get(pk=one.posting.pk)
        write_other(one, current.letter, current.state, now)

    def posted(company_file: Any, letter: Any, fence: str, found: Any, now: datetime) -> None:
        for one in found:
            current = Posting.objects.select_related("letter").get(pk=one.posting.pk)
            write_posted(company_file, current.letter, current.state, [one], now)

    _put(outcomes, "_write_other", other)
    _put(outcomes, "_write_posted", posted)


def _no_look() -> None:
    def resend(posting_: Posting, *_: Any) -> Outcome:
        return Outcome(posting_, State.QUEUED, sentence="It did not arrive; it goes again in turn.")

    _put(recovery, "_judge_add", resend)
    _put(recovery, "_judge_change", resend)


def _forget_early() -> None:
    """The question about a set is written so that QuickBooks takes it for a wish to forget the set."""

    def forgetting(requests: Any, *, new_set_id: str | None = None, **more: Any) -> str:
        return write_set(requests, **more)

    _put(recovery, "write_set", forgetting)


def _watermark_early() -> None:
    complete = steps.pass_complete

    def early(run_: ImportRun) -> None:
        publishing.move_watermarks(run_, run_.position.get("marks", {}), steps.options_of(run_), run_.asked_at)
        complete(run_)

    _put(steps, "pass_complete", early)


def _half_a_pass() -> None:
    def move_on(session: Any, run_: ImportRun, kind: str, answer: Any, many: int, mark: str) -> None:
        answer.attributes.pop("iteratorRemainingCount", None)
        whole(session, run_, kind, answer, many, mark)

    whole = importing._move_on
    _put(importing, "_move_on", move_on)


def _order_ignored() -> None:
    for place, name, condition in (
        (posting, "_DUE", "AND (t.after_id IS NULL OR a.state = 'posted')"),
        (waiting, "_SQL", "AND (p.after_id IS NULL OR a.state = 'posted')"),
    ):
        words = getattr(place, name)
        if condition not in words:
            raise ValueError(f"{name} reads otherwise by now")
        _put(place, name, words.replace(condition, ""))


def _stale_again() -> None:
    from_error = outcomes.from_error

    def blind(posting_: Posting, error: Any, now: datetime) -> Outcome:
        outcome = from_error(posting_, error, now)
        outcome.look = "" if outcome.look == Posting.Look.STALE else outcome.look
        return outcome

    _put(outcomes, "from_error", blind)


def _loss_is_success() -> None:
    def done(*letters: Letter) -> int:
        return Posting.objects.filter(letter__in=letters, state=State.SENT).update(state=State.POSTED)

    _put(answers, "in_doubt", done)


def _loss_is_refusal() -> None:
    def again(*letters: Letter) -> int:
        return Posting.objects.filter(letter__in=letters, state=State.SENT).update(state=State.QUEUED)

    _put(answers, "in_doubt", again)


def _put(place: Any, name: str, value: Any) -> None:
    if not hasattr(place, name):
        raise AttributeError(f"{place} has no {name} to switch off")
    setattr(place, name, value)


MUTATIONS = [
    Mutation("the letter is not stored before it is sent", _letter_not_kept),
    Mutation("what is sent is not marked as sent first", _not_marked_as_sent),
    Mutation("no message-set id", _no_set_id),
    Mutation("the lease's epoch is not compared", _no_epoch),
    Mutation("a late answer is not fenced out", _no_fence),
    Mutation("no look before sending again", _no_look),
    Mutation("ExternalGUID is not compared", lambda: _put(Seen, "is_ours", lambda self, key: False)),
    Mutation("a lost answer counts as done", _loss_is_success),
    Mutation("a lost answer counts as not done", _loss_is_refusal),
    Mutation("what an earlier holder sent is not put in doubt", lambda: _put(engine, "_unanswered", lambda number: [])),
    Mutation("a set is forgotten before its outcome is kept", _forget_early),
    Mutation("3200 is sent again blindly", _stale_again),
    Mutation("the order of what depends on another is ignored", _order_ignored),
    Mutation("rights are not looked at again", lambda: _put(posting, "lacking_rights", lambda postings: [])),
    Mutation("the file's identity is not compared", lambda: _put(identity, "same_file", lambda known, found: True)),
    Mutation("the watermark moves before the import is published", _watermark_early),
    Mutation("an import is published without its later pages", _half_a_pass),
]
