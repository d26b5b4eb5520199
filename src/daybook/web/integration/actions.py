"""What a person does on an integration page, to one row or to many: each a call of one operation."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from daybook.connections.models import CompanyFile
from daybook.directory import operations as directory
from daybook.directory.operations.common import Subject
from daybook.intake import operations as intake
from daybook.outbox import operations as outbox
from daybook.outbox.models import Link, Posting
from daybook.outbox.queries import OPEN
from daybook.people.errors import NotAllowed, Refused
from daybook.people.models import User
from daybook.web.integration.pairs import SIDES, Side

MOST_AT_ONCE = 1000
State = Link.State

# What each action is called when it is done, and what it is done to.
DONE = {
    "post": "asked to be posted",
    "add": "added to Daybook",
    "block": "blocked",
    "unblock": "unblocked",
    "unlink": "unlinked",
    "link": "linked",
    "withdraw": "withdrawn",
    "refuse": "left in QuickBooks only",
}
# Which groups an action for all that match takes its rows from.
GROUPS = {"post": ("here",), "add": ("new", "there"), "block": ("here", "there"), "unblock": ("blocked",)}


@dataclass
class Outcome:
    """What came of an action: how many rows it was done to, the last of them, and what was refused and why."""

    action: str
    done: int = 0
    skipped: int = 0
    name: str = ""
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        words = f"{self.done:,} {DONE[self.action]}."
        return f"{words} {self.skipped:,} skipped, where this does not apply." if self.skipped else words


class NotForThis(Exception):
    """The action does not apply to this row; many rows at once skip it."""


@dataclass(frozen=True)
class Doer:
    """Who acts on which page, when, and under which form: sent twice, it is done once."""

    actor: User
    side: Side
    company_file: CompanyFile
    form_key: UUID
    now: datetime

    def to_many(self, action: str, keys: Iterable[str]) -> Outcome:
        """Do it to each row by itself: one that is refused never stops the others."""
        outcome = Outcome(action)
        for key in list(keys)[:MOST_AT_ONCE]:
            try:
                outcome.name = self.to_one(action, key)
            except NotAllowed:
                raise
            except NotForThis:
                outcome.skipped += 1
            except Refused as refused:
                outcome.refused.append((self.name_of(key), refused.sentence))
            else:
                outcome.done += 1
        return outcome

    def to_one(self, action: str, key: str) -> str:
        """Do it to one row, and give its name; a key names a link or a record of ours."""
        key, _, list_id = key.partition(":")
        link, subject = self._found(key)
        if action == "link":
            return self._link(subject, list_id)
        if link is not None and action == "post" and subject is not None:
            return self._with_ours(action, f"{link.subject_kind}-{subject.pk}", subject)  # it is gone from the books
        return self._with_link(action, link) if link is not None else self._with_ours(action, key, subject)

    def name_of(self, key: str) -> str:
        """What a row is called."""
        link, subject = self._found(key.partition(":")[0])
        return str(subject) if subject is not None else (link.full_name if link else "")

    def _found(self, key: str) -> tuple[Link | None, Subject | None]:
        kind, _, number = key.partition("-")
        if not number.isdigit():
            raise NotForThis
        if kind == "link":
            links = Link.objects.filter(company_file=self.company_file, kind=self.side.kind)
            link = links.filter(pk=int(number)).first()
            if link is None:
                raise NotForThis
            gone = link.state == State.BROKEN and link.subject_id is not None
            return link, self._record(link.subject_kind, link.subject_id) if gone else None
        record = self._record(kind, int(number))
        if record is None:
            raise NotForThis
        return None, record

    def _record(self, kind: str, pk: int | None) -> Subject | None:
        for subject in SIDES[self.side.key].subjects:
            if subject.kind == kind:
                return subject.model._default_manager.filter(subject.shown, pk=pk).first()  # type: ignore[return-value]
        return None

    def _with_link(self, action: str, link: Link) -> str:
        theirs = link.full_name or link.name
        if action == "unblock" and link.state == State.BLOCKED:
            outbox.unblock(self.actor, link, self.now)
        elif action == "unlink" and link.subject_id is not None and link.state in {State.SHARED, State.BROKEN}:
            outbox.unlink(self.actor, link, self.now)
        elif action in {"add", "block", "refuse"} and link.state == State.THEIRS_ONLY:
            self._with_theirs(action, link)
        else:
            raise NotForThis
        return theirs

    def _with_theirs(self, action: str, link: Link) -> None:
        if action == "block":
            outbox.block_theirs(self.actor, link, self.now)
        elif link.kind == "employee" and link.wanted_by_person is None:
            intake.decide_new_employee(self.actor, link, action == "add", self.now)
        elif action == "add":
            intake.add_from_books(self.actor, link, self.now)
        else:
            raise NotForThis

    def _with_ours(self, action: str, key: str, subject: Subject | None) -> str:
        if subject is None:
            raise NotForThis
        kind = key.partition("-")[0]
        waiting = Posting.objects.filter(subject_kind=kind, subject_id=subject.pk, state__in=OPEN).last()
        if action == "post" and waiting is None:
            own_key = uuid5(self.form_key, f"post:{key}")
            directory.post(self.actor, subject, batch_key=self.form_key, key=own_key, now=self.now)
        elif action == "withdraw" and waiting is not None:
            outbox.withdraw(self.actor, waiting, "On the integration page.", self.now)
        elif action == "block":
            outbox.block_ours(
                self.actor, self.company_file, self.side.kind, kind, subject.pk, title=str(subject), now=self.now
            )
        else:
            raise NotForThis
        return str(subject)

    def _link(self, subject: Subject | None, list_id: str) -> str:
        if subject is None or not list_id:
            raise NotForThis
        kind = next(one.kind for one in self.side.subjects if isinstance(subject, one.model))
        link = outbox.link_by_hand(
            self.actor, self.company_file, self.side.kind, kind, subject.pk, list_id=list_id, now=self.now
        )
        return f"{subject}, {link.full_name or link.name}"
