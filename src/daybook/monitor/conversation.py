"""The conversation with one company file as the engine finds it on the shelf, and the letters it writes there."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daybook.connections.models import CompanyFile, Session
from daybook.connections.queries import at_work
from daybook.monitor.faults import reach
from daybook.monitor.lease import LeaseLost, under_lease
from daybook.monitor.values import Ask, Ids
from daybook.outbox.models import Letter
from daybook.sql import Columns, moment, rows, run

Purpose = Letter.Purpose
IDENTIFY = "identify"
IMPORT = "import"
COMPARE = "compare"
KEPT_OF_A_PAGE = 2000
# What tells one sending from another stands at the head of both texts.
HEAD = 2000
NUMBERS = (re.compile('requestID="([^"]*)"'), re.compile('newMessageSetID="([^"]*)"'))
_HEAD_OF_LETTER = "SELECT SUBSTR(sent_text, 1, %s) FROM outbox_letter WHERE id = %s"
_SESSION = Columns(
    Session, "id", "company_file", "epoch", "number", "opened_at", "outstanding_letter_id", "import_run_id", "note"
)
_LETTER = Columns(
    Letter, "company_file", "epoch", "session_number", "set_id", "purpose", "about", "sent_text", "sent_at",
)  # fmt: skip
_PAGE = Columns(
    Letter, "company_file", "epoch", "session_number", "purpose", "sent_text", "answer_text", "sent_at", "answered_at",
    "elapsed_ms", "outcome", "forgotten",
)  # fmt: skip


def session_of(company_file_id: int, epoch: int) -> Session:
    """The open session of this epoch; LeaseLost when there is none."""
    session = _SESSION.first("WHERE t.company_file_id = %s", [company_file_id])
    if session is None or session.epoch != epoch or session.opened_at is None:
        raise LeaseLost(f"There is no session of epoch {epoch} on company file {company_file_id}.")
    return session


def speaks_of_another(session: Session, answer: str) -> bool:
    """Whether the answer bears another number than what is on its way: it came late, or from another session."""
    noted = session.note.get("outstanding")
    if noted is None:
        return False
    sent = session.note.get("reads", {}).get("text", "")
    if noted["letter"] is not None:
        sent = rows(_HEAD_OF_LETTER, [HEAD, noted["letter"]])[0][0]
    numbers = ((number.search(sent[:HEAD]), number.search(answer[:HEAD])) for number in NUMBERS)
    return any(asked and came and asked[1] != came[1] for asked, came in numbers)


@dataclass(slots=True)
class Conversation:
    """One call's view: the file, the session row, the moment, and who makes new names."""

    company_file: CompanyFile
    session: Session
    epoch: int
    now: datetime
    ids: Ids

    @classmethod
    def load(cls, company_file_id: int, epoch: int, now: datetime, ids: Ids) -> "Conversation":
        """What the shelf holds; LeaseLost when the session there is not of this epoch."""
        session = session_of(company_file_id, epoch)
        return cls(at_work(company_file_id), session, epoch, now, ids)

    @property
    def note(self) -> dict[str, Any]:
        """What the engine must remember between two calls."""
        note: dict[str, Any] = self.session.note
        return note

    def version(self) -> str:
        """The qbXML version to speak: 16.0 where the file knows it, else 13.0."""
        known = self.company_file.host.get("qbxml_versions", [])
        return "16.0" if "16.0" in known else "13.0"

    def set_out(self, ask: Ask, *, worked: bool = True, **note: Any) -> Ask:
        """Remember that this is on its way; called inside the transaction that made it."""
        self.session.note = {**self.note, **note, "outstanding": {"purpose": ask.purpose, "letter": ask.letter_id}}
        self.session.outstanding_letter_id = ask.letter_id
        self._save(worked)
        return ask

    def came_back(self, *, worked: bool = True, **note: Any) -> None:
        """Remember that nothing is on its way; called inside the transaction that takes the answer."""
        kept = {name: value for name, value in {**self.note, **note}.items() if name not in ("outstanding", "reads")}
        self.session.note = {name: value for name, value in kept.items() if value is not None}
        self.session.outstanding_letter_id = None
        self._save(worked)

    def write(self, text: str, purpose: str, *, set_id: str = "", about: Letter | None = None, **note: Any) -> Ask:
        """Lay the letter on the shelf, word for word, before a byte of it leaves; inside a transaction."""
        number, about_id = self.session.number, about.pk if about is not None else None
        line = (self.company_file.pk, self.epoch, number, set_id, purpose, about_id, text, self.now)
        return self.set_out(Ask(text, purpose, _LETTER.write_one(line)), **note)

    def read_only(self, text: str, purpose: str, **note: Any) -> Ask:
        """Send a text that changes nothing and is not kept; under the lease like all the others.

        Its first request bears a number that is its own, by which a late answer to another is known.
        """
        reads = {"text": text, "at": self.now.isoformat()}
        with under_lease(self.company_file.pk, self.epoch, self.now):
            ask = self.set_out(Ask(text, purpose), worked=purpose != IDENTIFY, reads=reads, **note)
            reach("request.before_commit")
        reach("request.after_commit")
        return ask

    def keep_read(self, answer: str) -> None:
        """Keep what was asked for a page and how the answer began; a whole list would be hundreds of megabytes."""
        asked = self.note.get("reads")
        if asked is None:
            return
        sent_at = datetime.fromisoformat(asked["at"])
        elapsed_ms = max(0, round((self.now - sent_at).total_seconds() * 1000))
        begins = answer[:KEPT_OF_A_PAGE]
        line = (self.company_file.pk, self.epoch, self.session.number, Purpose.READ, asked["text"], begins)
        _PAGE.write([(*line, sent_at, self.now, elapsed_ms, "read", True)])

    def is_awaited(self) -> bool:
        """Whether the answer is waited for still, and did not come by another way meanwhile; in a transaction."""
        found = _SESSION.read("WHERE t.id = %s", [self.session.pk])
        return bool(found) and found[0].note == self.note

    def _save(self, worked: bool) -> None:
        note = json.dumps(self.note)
        if worked:
            self.session.last_work_at = self.now
            values = [note, self.session.outstanding_letter_id, moment(self.now), self.session.pk]
            run(_SAVE_WORKED, values)
        else:
            run(_SAVE, [note, self.session.outstanding_letter_id, self.session.pk])


_SAVE = "UPDATE connections_session SET note = %s, outstanding_letter_id = %s WHERE id = %s"
_SAVE_WORKED = "UPDATE connections_session SET note = %s, outstanding_letter_id = %s, last_work_at = %s WHERE id = %s"


def answered(letter: Letter, text: str, hresult: str, outcome: str, now: datetime) -> None:
    """Put the answer beside the letter."""
    elapsed_ms = max(0, round((now - letter.sent_at).total_seconds() * 1000))
    run(_ANSWERED, [text, hresult, outcome, moment(now), elapsed_ms, letter.pk])


_ANSWERED = """
UPDATE outbox_letter SET answer_text = %s, hresult = %s, outcome = %s, answered_at = %s, elapsed_ms = %s WHERE id = %s
"""
