"""The engine: says what to send next and takes what came back. It never calls out and keeps nothing between two calls.

Whoever carries the letters (the service loop beside the file, or a program that polls) does this:

    opened(file, epoch)                     the file is open
    while ask := next_request(file, epoch): carry ask.text there, bring the answer or the failure back:
        take_answer(file, epoch, ask, answer) -> False when the session is of no more use
    last_words(file, epoch)                 what QuickBooks may forget, before the file is let go
    closed(file, epoch)

The order of the questions: who are you; what became of lost sets; what must be read; what is to be posted; the next
page of an import. So a posting never waits for more than one page. A connection on trial at another place is asked who
it is and which linked records are there, and nothing else.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Max

from daybook.connections.models import CompanyFile, Session
from daybook.connections.operations import note_contact, note_identity, note_stopped, note_waiting
from daybook.connections.queries import at_work
from daybook.connectors.errors import ConnectorError, FixConnection, InDoubt, TryLater
from daybook.connectors.qbd.errors import from_hresult
from daybook.intake.models import ImportRun
from daybook.monitor import (
    answers,
    comparing,
    identity,
    importing,
    looking,
    policy,
    posting,
    recovery,
    restored,
    telling,
    waiting,
)
from daybook.monitor.conversation import (
    COMPARE,
    IDENTIFY,
    IMPORT,
    Conversation,
    Purpose,
    answered,
    speaks_of_another,
)
from daybook.monitor.faults import reach
from daybook.monitor.lease import under_lease
from daybook.monitor.values import NO_ANSWER, Ask, Clock, HResultSeen, Ids
from daybook.outbox.models import Letter, Posting
from daybook.qbxml.answers import read_answers
from daybook.qbxml.documents import BrokenAnswer
from daybook.qbxml.requests import write_set
from daybook.sql import Columns

State = Posting.State
_LETTER = Columns(Letter, "id", "company_file", "set_id", "purpose", "about", "sent_at", "outcome")


class Engine:
    """Next request, take answer. The clock and the makers of names come from outside."""

    def __init__(self, now: Clock, ids: Ids) -> None:
        self.now = now
        self.ids = ids

    # --- before a session -----------------------------------------------------------------------------------------
    def took_over(self, company_file_id: int, epoch: int) -> None:
        """We are the holder now: what an earlier holder sent and did not see answered is in doubt."""
        with under_lease(company_file_id, epoch, self.now()):
            answers.in_doubt(*_unanswered(company_file_id))

    def may_open(self, company_file: CompanyFile) -> bool:
        """Whether the file may be opened just now: connected, not paused, not waiting for a person or a time."""
        if company_file.disconnected_at is not None or company_file.paused:
            return False
        if company_file.check_asked_at is not None:
            return True
        if company_file.retry_at is None:
            return company_file.state != CompanyFile.State.CANNOT_OPEN
        return company_file.retry_at <= self.now()

    def has_work(self, company_file: CompanyFile, epoch: int) -> bool:
        """Whether there is a reason to open the file."""
        now = self.now()
        if not self.may_open(company_file):
            return False
        if company_file.in_trial:
            return company_file.check_asked_at is not None or comparing.is_open(company_file)
        found = self._look(company_file, epoch, now)
        return (
            company_file.check_asked_at is not None
            or found.in_doubt
            or found.looks
            or found.due
            or self._reading(company_file, now) is not None
        )

    def advance(self, company_file_id: int, epoch: int) -> bool:
        """One short step of deciding and publishing what an import brought; needs no open file. False at the end."""
        now = self.now()
        run = importing.due_run(at_work(company_file_id), now)
        return run is not None and not importing.needs_books(run) and importing.advance(run, epoch, now)

    def cannot_open(self, company_file_id: int, epoch: int, failure: HResultSeen) -> None:
        """The file could not be opened: remember why and who can act, and when to try again."""
        error = from_hresult(failure.code, failure.message)
        now = self.now()
        with under_lease(company_file_id, epoch, now):
            self._stand_back(company_file_id, error, now)

    def opened(self, company_file_id: int, epoch: int) -> None:
        """The file is open: a new session, in which nothing is on its way."""
        now = self.now()
        with under_lease(company_file_id, epoch, now):
            answers.in_doubt(*_unanswered(company_file_id))
            last = Session.objects.filter(company_file_id=company_file_id).aggregate(last=Max("number"))["last"] or 0
            Session.objects.update_or_create(
                company_file_id=company_file_id,
                defaults={
                    "epoch": epoch,
                    "number": last + 1,
                    "opened_at": now,
                    "outstanding_letter_id": None,
                    "import_run_id": None,
                    "note": {},
                    "last_work_at": now,
                },
            )
            reach("session.before_commit")
        reach("session.after_commit")

    # --- in a session ---------------------------------------------------------------------------------------------
    def next_request(self, company_file_id: int, epoch: int) -> Ask | None:
        """What to send next; None when there is nothing to do."""
        talk = Conversation.load(company_file_id, epoch, self.now(), self.ids)
        if talk.note.get("outstanding"):
            # The one who carried it never came back: nobody knows what became of it.
            self._failed(talk, talk.note["outstanding"], NO_ANSWER)
        if talk.company_file.disconnected_at is not None or talk.company_file.paused:
            return None
        if not talk.note.get("identified"):
            return identity.question(talk)
        if talk.company_file.in_trial:
            return comparing.next_question(talk)
        found = self._look(talk.company_file, epoch, talk.now)
        return (
            (recovery.next_question(talk) if found.in_doubt else None)
            or (looking.next_look(talk) if found.looks else None)
            or (posting.next_set(talk) if found.due else None)
            or self._next_page(talk)
        )

    def take_answer(self, company_file_id: int, epoch: int, ask: Ask, answer: str | HResultSeen) -> bool:
        """Take the answer or the failure of what was sent; False when the session should end."""
        talk = Conversation.load(company_file_id, epoch, self.now(), self.ids)
        outstanding = talk.note.get("outstanding")
        if outstanding != {"purpose": ask.purpose, "letter": ask.letter_id}:
            return True  # it came twice, or too late: taken already
        if isinstance(answer, HResultSeen):
            return self._failed(talk, outstanding, answer)
        if ask.letter_id is None and speaks_of_another(talk.session, answer):
            return True  # a letter has its set id or its members to be known by; what is only read has its number
        if ask.purpose == IDENTIFY:
            return self._identify(talk, answer)
        if ask.purpose == IMPORT:
            return self._take_page(talk, answer)
        if ask.purpose == COMPARE:
            problem = comparing.take(talk, answer)
            return problem is None or self._stand_aside(talk, problem)
        letter = _letter(ask.letter_id)
        if ask.purpose == Purpose.POST:
            stops = answers.take(talk, letter, answer)
            if stops is not None:
                return self._stop(talk, stops)
        elif ask.purpose == Purpose.ASK:
            recovery.take_asked(talk, letter, answer)
        elif ask.purpose == Purpose.FORGET:
            self._forgot(talk, letter, answer)
        elif letter.about_id is not None:
            recovery.take_looked(talk, letter, answer)
        else:
            looking.take(talk, letter, answer)
        return True

    def last_words(self, company_file_id: int, epoch: int) -> Ask | None:
        """Before the file is let go: a set whose outcome is kept here need not be remembered there."""
        talk = Conversation.load(company_file_id, epoch, self.now(), self.ids)
        if talk.company_file.in_trial or not talk.note.get("identified"):
            return None
        letter = posting.remembered(talk.company_file)
        if letter is None:
            return None
        with under_lease(company_file_id, epoch, talk.now):
            text = write_set([], version=talk.version(), old_set_id=letter.set_id)
            return talk.write(text, Purpose.FORGET, about=letter, worked=False)

    def closed(self, company_file_id: int, epoch: int) -> None:
        """The file was let go."""
        with under_lease(company_file_id, epoch, self.now()):
            Session.objects.filter(company_file_id=company_file_id, epoch=epoch).update(opened_at=None, note={})

    @staticmethod
    def _look(company_file: CompanyFile, epoch: int, now: datetime) -> waiting.Waiting:
        """What waits, once those that wait for another were set straight."""
        found = waiting.look(company_file.pk, now)
        if not found.orphans and not found.freed:
            return found
        with under_lease(company_file.pk, epoch, now):
            posting.park_orphans(company_file, now)
            posting.free_those_that_waited(company_file)
        return waiting.look(company_file.pk, now)

    # --- the steps that are the engine's own ----------------------------------------------------------------------
    def _identify(self, talk: Conversation, text: str) -> bool:
        try:
            found = read_answers(text)
        except BrokenAnswer as broken:
            return self._stand_aside(talk, _unreadable(str(broken)))
        if not identity.whole(found):
            message = next((one.message for one in found.answers if one.status_code), "")
            return self._stand_aside(talk, _unreadable(message))
        file = talk.company_file
        seen, host = identity.identity_in(found), identity.host_in(found)
        if file.in_trial:
            with under_lease(file.pk, talk.epoch, talk.now):
                comparing.take_identity(talk, found)
                talk.came_back(worked=False, identified=True)
            return True
        if file.identity and not identity.same_file(file.identity, seen):
            return self._stop(talk, _wrong_file(file, seen))
        with under_lease(file.pk, talk.epoch, talk.now):
            if not file.identity:
                note_identity(file, seen, host)
            note_contact(file, identity.preferences_in(found), host, talk.now)
            restored.take(file, found, talk.now)
            talk.came_back(worked=False, identified=True)
        return True

    @staticmethod
    def _reading(company_file: CompanyFile, now: datetime) -> ImportRun | None:
        """The import that has something to read."""
        run = importing.due_run(company_file, now)
        return run if run is not None and importing.needs_books(run) else None

    def _next_page(self, talk: Conversation) -> Ask | None:
        """The next page of an import."""
        run = self._reading(talk.company_file, talk.now)
        requests = importing.next_request(talk.session, run, talk.now) if run is not None else None
        if requests is None:
            return None
        page = talk.note.get("page", 0) + 1
        numbered = [replace(one, request_id=f"{talk.session.number}.{page}") for one in requests]
        return talk.read_only(write_set(numbered, version=talk.version()), IMPORT, page=page)

    def _take_page(self, talk: Conversation, text: str) -> bool:
        """Keep a page and that it came back, in one transaction, once however often it is handed in."""
        run = self._reading(talk.company_file, talk.now)
        keep = importing.read(talk.session, run, text, talk.now) if run is not None else None
        with under_lease(talk.company_file.pk, talk.epoch, talk.now):
            if not talk.is_awaited():
                return True
            if keep is not None:
                keep()
            talk.keep_read(text)
            talk.came_back()
        reach("import.page.after_commit")
        return True

    def _forgot(self, talk: Conversation, question: Letter, text: str) -> None:
        with under_lease(talk.company_file.pk, talk.epoch, talk.now):
            _forget(question)
            answered(question, text, "", "forgotten", talk.now)
            talk.came_back(worked=False)

    # --- failures -------------------------------------------------------------------------------------------------
    def _failed(self, talk: Conversation, outstanding: dict[str, Any], failure: HResultSeen) -> bool:
        """The call itself failed: what it carried is refused, or in doubt; and perhaps the file is of no use now."""
        error = from_hresult(failure.code, failure.message)
        letter = _letter(outstanding["letter"]) if outstanding["letter"] is not None else None
        if outstanding["purpose"] == IMPORT:
            run = self._reading(talk.company_file, talk.now)
            if run is not None:
                importing.interrupted(talk.session, run, error, talk.now)
        if letter is not None and letter.purpose == Purpose.POST:
            if isinstance(error, InDoubt):
                answers.lost(talk, letter, "", error.sentence, str(failure))
            else:
                answers.not_taken(talk, letter, error)
        else:
            self._question_failed(talk, letter, failure)
        if isinstance(error, FixConnection):
            return self._stop(talk, error)
        if isinstance(error, (TryLater, InDoubt)):
            return self._stand_aside(talk, error)
        return True

    def _question_failed(self, talk: Conversation, letter: Letter | None, failure: HResultSeen) -> None:
        with under_lease(talk.company_file.pk, talk.epoch, talk.now):
            if letter is not None:
                answered(letter, "", str(failure), "failed", talk.now)
            if letter is not None and letter.purpose == Purpose.FORGET:
                _forget(letter)
            talk.came_back(worked=False)

    def _stand_aside(self, talk: Conversation, error: ConnectorError) -> bool:
        with under_lease(talk.company_file.pk, talk.epoch, talk.now):
            talk.came_back(worked=False)
            self._stand_back(talk.company_file.pk, error, talk.now)
        return False

    def _stop(self, talk: Conversation, error: ConnectorError) -> bool:
        return self._stand_aside(talk, error)

    def _stand_back(self, company_file_id: int, error: ConnectorError, now: datetime) -> None:
        """Note on the company file why it cannot be used; told at once where a person must mend it."""
        file = CompanyFile.objects.get(pk=company_file_id)
        retry_at = policy.try_again_at(now, file.failures + 1)
        if isinstance(error, FixConnection):
            # Without a path it is whatever file is open in QuickBooks, and a person opens another there.
            again = retry_at if error.code == "wrong_file" and not file.path else None
            note_stopped(file, error.sentence, who_can_act=error.who_can_act, code=error.code, now=now, retry_at=again)
            telling.broken(file, now)
            return
        note_waiting(file, error.sentence, who_can_act=error.who_can_act, code=error.code, retry_at=retry_at, now=now)
        telling.waiting(file, now)


def _letter(letter_id: int | None) -> Letter:
    if letter_id is None:
        raise TypeError("An answer came to no letter.")
    return _LETTER.read("WHERE t.id = %s", [letter_id])[0]


def _forget(question: Letter) -> None:
    """The set that a letter is about is not remembered there any more."""
    if question.about is not None:
        question.about.forgotten = True
        question.about.save(update_fields=["forgotten"])


def _unanswered(company_file_id: int) -> list[Letter]:
    """The letters whose members still stand as sent."""
    sent = Posting.objects.filter(company_file_id=company_file_id, state=State.SENT)
    return list(Letter.objects.filter(pk__in=sent.values("letter_id")))


def _unreadable(detail: str) -> TryLater:
    sentence = "QuickBooks answered with a text that cannot be read."
    return TryLater(sentence, "Nobody needs to act; it is tried again", "answer", detail, ())


def _wrong_file(file: CompanyFile, seen: dict[str, str]) -> FixConnection:
    expected, found = file.identity.get("company_name", file.name), seen.get("company_name", "another company")
    return FixConnection(
        f"{identity.another_file(expected, found, file.path)} Nothing was posted or read.",
        "An administrator can point the connection at the right file",
        "wrong_file",
        f"connected: {file.identity}; found: {seen}",
        (),
    )
