"""The conversation with one company file as the engine finds it on the shelf, and the letters it writes there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daybook.connections.models import CompanyFile, Session
from daybook.monitor.faults import reach
from daybook.monitor.lease import LeaseLost, under_lease
from daybook.monitor.values import Ask, Ids
from daybook.outbox.models import Letter

Purpose = Letter.Purpose
IDENTIFY = "identify"
IMPORT = "import"
KEPT_OF_A_PAGE = 2000
NOT_NEEDED = [f"company_file__{name}" for name in ("preferences", "choices", "sync_weekdays", "made_at", "made_by")]


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
        rows = Session.objects.select_related("company_file").defer(*NOT_NEEDED)
        session = rows.filter(company_file_id=company_file_id).order_by().first()
        if session is None or session.epoch != epoch or session.opened_at is None:
            raise LeaseLost(f"There is no session of epoch {epoch} on company file {company_file_id}.")
        return cls(session.company_file, session, epoch, now, ids)

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
        kept = {name: value for name, value in {**self.note, **note}.items() if name != "outstanding"}
        self.session.note = {name: value for name, value in kept.items() if value is not None}
        self.session.outstanding_letter_id = None
        self._save(worked)

    def write(self, text: str, purpose: str, *, set_id: str = "", about: Letter | None = None, **note: Any) -> Ask:
        """Lay the letter on the shelf, word for word, before a byte of it leaves; inside a transaction."""
        letter = Letter.objects.create(
            company_file=self.company_file,
            epoch=self.epoch,
            session_number=self.session.number,
            set_id=set_id,
            purpose=purpose,
            about=about,
            sent_text=text,
            sent_at=self.now,
        )
        return self.set_out(Ask(text, purpose, letter.pk), **note)

    def read_only(self, text: str, purpose: str, **note: Any) -> Ask:
        """Send a text that changes nothing and is not kept; under the lease like all the others."""
        with under_lease(self.company_file.pk, self.epoch, self.now):
            ask = self.set_out(Ask(text, purpose), worked=purpose != IDENTIFY, **note)
            reach("request.before_commit")
        reach("request.after_commit")
        return ask

    def keep_read(self, answer: str) -> None:
        """Keep what was asked for a page and how the answer began; a whole list would be hundreds of megabytes."""
        asked = self.note.get("reads")
        if asked is None:
            return
        sent_at = datetime.fromisoformat(asked["at"])
        Letter.objects.create(
            company_file=self.company_file,
            epoch=self.epoch,
            session_number=self.session.number,
            purpose=Purpose.READ,
            sent_text=asked["text"],
            answer_text=answer[:KEPT_OF_A_PAGE],
            sent_at=sent_at,
            answered_at=self.now,
            elapsed_ms=max(0, round((self.now - sent_at).total_seconds() * 1000)),
            outcome="read",
            forgotten=True,
        )

    def _save(self, worked: bool) -> None:
        fields = ["note", "outstanding_letter_id"]
        if worked:
            self.session.last_work_at = self.now
            fields.append("last_work_at")
        self.session.save(update_fields=fields)


def answered(letter: Letter, text: str, hresult: str, outcome: str, now: datetime) -> None:
    """Put the answer beside the letter."""
    letter.answer_text, letter.hresult, letter.outcome = text, hresult, outcome
    letter.answered_at = now
    letter.elapsed_ms = max(0, round((now - letter.sent_at).total_seconds() * 1000))
    letter.save(update_fields=["answer_text", "hresult", "outcome", "answered_at", "elapsed_ms"])
