"""A house with a connected sandbox company file, and the Monitor's line to it, moved by hand by a clock that waits."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.utils import timezone

from daybook.companyfile import CompanyFile as Sandbox
from daybook.companyfile import HResult, RequestProcessor
from daybook.companyfile.faults import Faults
from daybook.companyfile.file import Entry
from daybook.connections.models import CompanyFile
from daybook.monitor.engine import Engine
from daybook.monitor.service import Line, Way
from daybook.outbox import operations
from daybook.outbox.models import Posting

State = Posting.State
START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
Spoil = Callable[[str, str], str]


class Clock:
    """The time, which passes when a test says so; each look at it is a millisecond later, so that order shows."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def pass_by(self, **duration: float) -> None:
        self.at += timedelta(**duration)


class WallClock(Clock):
    """The time as processes see it."""

    def __call__(self) -> datetime:
        return timezone.now()


class CountedIds:
    """Set ids that can be told apart."""

    def __init__(self, mark: str = "S") -> None:
        self.mark = mark
        self.numbers = itertools.count(1)

    def set_id(self) -> str:
        return f"{self.mark}{next(self.numbers):05d}"


class Wire(RequestProcessor):
    """The sandbox's request processor, with a place to listen in and to spoil answers; it fails at writes only."""

    def __init__(
        self,
        clock: Clock,
        faults: tuple[str, ...],
        sent: list[str],
        spoil: list[Spoil],
        before: list[Callable[[str], object]],
    ) -> None:
        super().__init__(clock=clock)
        self._quiet, self._failing = self._faults, Faults(faults)
        self._sent = sent
        self._spoil = spoil
        self._before = before

    def process_request(self, ticket: str, text: str) -> str:
        self._sent.append(text)
        for look in self._before:
            look(text)
        self._faults = self._failing if "AddRq" in text or "ModRq" in text else self._quiet
        answer = super().process_request(ticket, text)
        for spoil in self._spoil:
            answer = spoil(text, answer)
        return answer


class House:
    """Who posts, the file of ours and of theirs, and the Monitor's line between them."""

    def __init__(self, cast: SimpleNamespace, path: Path, *, real: bool = False) -> None:
        self.cast = cast
        self.path = path
        self.clock = WallClock() if real else Clock()
        self.faults: tuple[str, ...] = ()
        self.sent: list[str] = []
        self.spoil: list[Spoil] = []
        self.before: list[Callable[[str], object]] = []
        self.keys = itertools.count(1)
        self.file = CompanyFile.objects.create(
            name="Tidewater", path=str(path), made_at=START, is_default=True, hold_seconds=0
        )
        self.line = self.another_line("S")

    def another_line(self, mark: str, holder: str = "") -> Line:
        """A line of another Monitor process."""
        way = Way(lambda _: Wire(self.clock, self.faults, self.sent, self.spoil, self.before), HResult)
        engine = Engine(self.clock, CountedIds(mark))
        return Line(self.file.pk, way, engine, holder or f"elsewhere/{mark}", self.clock)

    def ask(self, name: str = "Zenith", *, number: int = 0, who: Any = None, **more: Any) -> Posting:
        """Ask that a client of this name be posted."""
        count = next(self.keys)
        given: dict[str, Any] = {
            "kind": "customer",
            "subject_kind": "client",
            "subject_id": number or count,
            "title": name,
            "snapshot": {"name": name},
            "key": UUID(int=count),
            **more,
        }
        return operations.ask(who or self.cast.mia, company_file=self.file, now=self.clock(), **given)

    def job(self, name: str, client: Posting, **more: Any) -> Posting:
        """Ask that a project of a client be posted, after it."""
        above = {"subject_kind": client.subject_kind, "subject_id": client.subject_id}
        title = f"{client.title}:{name}"
        return self.ask(
            name, **{"subject_kind": "project", "title": title, "snapshot": {"name": name, "parent": above}, **more}
        )

    def change(self, posting: Posting, **fields: Any) -> Posting:
        """Ask that fields of a posted record be changed."""
        return self.ask(
            posting.title,
            number=posting.subject_id,
            subject_kind=posting.subject_kind,
            kind=posting.kind,
            action="mod",
            snapshot=fields,
        )

    def run(self, times: int = 1) -> None:
        """Let the Monitor take a turn."""
        for _ in range(times):
            self.line.turn()

    def settle(self, minutes: int = 3) -> None:
        """Let time pass and the Monitor take turns, as it would in a few minutes."""
        for _ in range(minutes * 4):
            self.line.turn()
            self.clock.pass_by(seconds=15)

    def die(self) -> None:
        """End the Monitor as kill -9 does: nothing is said and nothing is written, the file is let go by the system."""
        self.line.drop()
        self.line = self.another_line("T", holder=self.line.holder)

    def lose(self, *faults: str) -> None:
        """From the next session on, let the company file fail in this way."""
        self.faults = faults

    def books(self) -> Sandbox:
        """The bookkeeper at the file."""
        return Sandbox.open(self.path, clock=self.clock)

    def found(self, name: str, kind: str = "customer") -> list[Entry]:
        """All records of this name there, inactive ones too."""
        with self.books() as books:
            return [one for one in books.entries(kind, show="all", text=name) if one.name == name]

    def fresh(self, posting: Posting) -> Posting:
        """The posting as it is now."""
        return Posting.objects.select_related("letter").get(pk=posting.pk)

    def state(self, posting: Posting) -> str:
        return self.fresh(posting).state

    def health(self) -> CompanyFile:
        self.file.refresh_from_db()
        return self.file

    def posts(self) -> list[str]:
        """The texts sent that write."""
        return [text for text in self.sent if "AddRq" in text or "ModRq" in text]
