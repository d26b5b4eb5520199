"""Every single fault at every crash point, and every ordered pair of them, on the product's own decisions.

No database and no company file: tables and books are a few dicts. What an answer, a failure or a look means for a
posting is decided by the functions of the product (`answers.judge`, `answers._whole_set_refused`, `from_hresult`,
`recovery._judge_add`); what is played here is only when each is asked, and what is kept when the process ends.

A fault is a kill (the process ends, its memory is gone), an exception (the call or the commit fails) or a hang (the
lease runs out, another Monitor takes over, and then the first one goes on).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from daybook.companyfile.errors import ANSWER_LOST
from daybook.connectors.qbd.elements import external_guid
from daybook.connectors.qbd.errors import from_hresult
from daybook.monitor import answers, recovery
from daybook.monitor.outcomes import Outcome
from daybook.outbox.models import Posting
from daybook.qbxml.documents import Answer, Record

State = Posting.State
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
KINDS = ("kill", "exception", "hang")
IN_SET = ("a request is begun", "a request is done")
USUAL = (
    "the lease is taken",
    "the set is written, not committed",
    "the set is committed",
    "the set is handed over",
    *IN_SET,
    "all is done, the answer not stored",
    "the answer is stored",
    "the answer is on its way",
    "the answer is read, not committed",
    "the answer is committed",
    "the set is forgotten there",
)
QUESTION = ("the question is committed", "the question is answered", "its answer is read, not committed")
LOOK = ("the look is committed", "the look is answered", "what it saw is not committed", "what it saw is committed")
POINTS = (*USUAL, *QUESTION, *LOOK)
IN_BOOKS = {*IN_SET, "the set is handed over", "all is done, the answer not stored", "the answer is stored"}
CALLS = IN_BOOKS | {"the answer is on its way", "the question is answered", "the look is answered"}
POSITIONS = (1, 2, 3, 4, 5)
MANY, OF_A_SET, REFUSED = 10, 5, 3
MOST_SESSIONS = 12


class Ended(Exception):
    """The session is over; what was not committed is gone."""


class CallFailed(Exception):
    """The call gave an HRESULT instead of an answer."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong, where, and at the how manieth time (of a request: at which place in its set)."""

    point: str
    kind: str
    position: int = 1

    def __str__(self) -> str:
        return f"{self.kind} where {self.point} ({self.position})"


@dataclass
class Case:
    """One run: the tables, the books, and the faults still to come, in their order."""

    coming: list[Fault]
    size: int = OF_A_SET
    loses_answers: bool = False
    keeps_answers: bool = True
    lets_go: bool = False
    epoch: int = 0
    sets: int = 0
    postings: dict[int, Posting] = field(default_factory=dict)
    not_stored: set[int] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)
    books: list[Record] = field(default_factory=list)
    stored: dict[int, list[Answer]] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    fired: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number in range(1, MANY + 1):
            name = f"Record {number}"
            self.postings[number] = Posting(
                pk=number, key=UUID(int=number), kind="customer", title=name, snapshot={"name": name}
            )

    # --- the run ---
    def run(self) -> None:
        """Let sessions follow one another until all is done; AssertionError where a promise is broken."""
        for _ in range(MOST_SESSIONS):
            self.epoch += 1
            try:
                self.session(self.epoch)
            except Ended:
                continue
            break
        self.check()

    def session(self, epoch: int) -> None:
        """One Monitor from its lease to the end of its work."""
        self.doubt_what_is_sent()
        self.at("the lease is taken")
        while letter := self.next_in_doubt():
            if letter in self.not_stored:
                self.look(epoch, letter)
            else:
                self.ask(epoch, letter)
        while queued := self.in_state(State.QUEUED)[: self.size]:
            self.send(epoch, queued)
            while letter := self.next_in_doubt():
                self.look(epoch, letter) if letter in self.not_stored else self.ask(epoch, letter)
            if self.lets_go and self.in_state(State.QUEUED):
                raise Ended  # the file is let go after each set

    def at(self, point: str, place: int = 0) -> None:
        """Come to a point; the fault that is planned next may be here."""
        self.times[point] += 1
        fault = self.coming[0] if self.coming else None
        if fault is None or fault.point != point:
            return
        # In a set the place counts; elsewhere the time, or, of a second fault, the first time after the first fault.
        if fault.position and fault.position != (place or self.times[point]):
            return
        self.fired.append(self.coming.pop(0))
        if fault.kind == "hang":
            self.epoch += 1  # another Monitor took over, and cannot open the file while this one holds it
            self.doubt_what_is_sent()
        elif fault.kind == "kill" or point not in CALLS:
            raise Ended
        else:
            raise CallFailed

    def commit(self, epoch: int) -> None:
        """The first statement of each write: only the holder goes on."""
        if epoch != self.epoch:
            raise Ended

    # --- the tables ---
    def in_state(self, state: str, letter: int | None = None) -> list[Posting]:
        """The postings in a state, of a letter or of all."""
        return [
            one for one in self.postings.values() if one.state == state and (letter is None or one.letter_id == letter)
        ]

    def doubt_what_is_sent(self) -> None:
        """What an earlier holder sent, and nobody saw answered."""
        for posting in self.in_state(State.SENT):
            posting.state = State.IN_DOUBT

    def next_in_doubt(self) -> int | None:
        """The oldest letter with something in doubt."""
        found = self.in_state(State.IN_DOUBT)
        return found[0].letter_id if found else None

    def write(self, letter: int, fence: str, decided: list[Outcome]) -> None:
        """What became of each, if it is still of this letter and in this state."""
        for outcome in decided:
            if outcome.posting.letter_id == letter and outcome.posting.state == fence:
                outcome.posting.state = outcome.state
        if not self.in_state(State.IN_DOUBT, letter):
            self.taken.add(letter)

    # --- posting ---
    def send(self, epoch: int, queued: list[Posting]) -> None:
        """Store a set, carry it, take its answer."""
        self.at("the set is written, not committed")
        self.commit(epoch)
        self.sets += 1
        letter = self.sets
        for posting in queued:
            posting.state, posting.letter_id = State.SENT, letter
        self.at("the set is committed")
        try:
            found = self.do(letter, queued)
        except CallFailed:
            error = from_hresult(ANSWER_LOST)
            self.commit(epoch)
            waiting = self.in_state(State.SENT, letter)
            self.write(letter, State.SENT, [answers._whole_set_refused(one, error, len(waiting)) for one in waiting])
            return
        self.take(epoch, letter, State.SENT, found, "the answer is read, not committed")
        self.at("the answer is committed")
        if letter in self.taken:
            self.stored.pop(letter, None)
            self.at("the set is forgotten there")

    def do(self, letter: int, members: list[Posting]) -> list[Answer]:
        """What QuickBooks does with a set; each request is a commit of its own, the answer is stored last."""
        self.at("the set is handed over")
        found = []
        for place, posting in enumerate(members, 1):
            self.at("a request is begun", place)
            found.append(self.add(posting))
            self.at("a request is done", place)
        self.at("all is done, the answer not stored")
        if self.keeps_answers:
            self.stored[letter] = found
        self.at("the answer is stored")
        if self.loses_answers and self.sets <= OF_A_SET:
            raise CallFailed
        self.at("the answer is on its way")
        return found

    def add(self, posting: Posting) -> Answer:
        """Add a record, or refuse it; QuickBooks would not take a name twice, but here nothing else hinders doubles."""
        name = f"{posting.pk}"
        if posting.pk == REFUSED:
            return Answer("CustomerAddRs", name, 3140, "Error", "There is an invalid reference.")
        values: dict[str, Any] = {
            "ListID": f"8000-{len(self.books)}",
            "EditSequence": "1",
            "Name": posting.title,
            "FullName": posting.title,
            "ExternalGUID": external_guid(posting.key),
        }
        self.books.append(Record("CustomerRet", values))
        return Answer("CustomerAddRs", name, 0, "Info", "Status OK", {}, [self.books[-1]])

    def take(self, epoch: int, letter: int, fence: str, found: list[Answer], point: str) -> None:
        """Judge each member by its own answer."""
        by_id = {answer.request_id: answer for answer in found}
        talk: Any = SimpleNamespace(now=NOW)
        waiting = self.in_state(fence, letter)
        decided = [answers.judge(one, by_id.get(str(one.pk)), talk) for one in waiting]
        self.at(point)
        self.commit(epoch)
        self.write(letter, fence, decided)

    # --- after a lost answer ---
    def ask(self, epoch: int, letter: int) -> None:
        """Ask what became of a set."""
        self.commit(epoch)
        self.at("the question is committed")
        try:
            self.at("the question is answered")
        except CallFailed:
            self.commit(epoch)
            raise Ended from None
        if letter in self.stored:
            self.take(epoch, letter, State.IN_DOUBT, self.stored[letter], "its answer is read, not committed")
        else:
            self.at("its answer is read, not committed")
            self.commit(epoch)
        if self.in_state(State.IN_DOUBT, letter):
            self.not_stored.add(letter)

    def look(self, epoch: int, letter: int) -> None:
        """Look whether each is there."""
        self.commit(epoch)
        self.at("the look is committed")
        try:
            self.at("the look is answered")
        except CallFailed:
            self.commit(epoch)
            raise Ended from None
        waiting = self.in_state(State.IN_DOUBT, letter)
        named = {one.pk: [record for record in self.books if record.values["Name"] == one.title] for one in waiting}
        decided = [recovery._judge_add(one, named[one.pk], self.books) for one in waiting]
        self.at("what it saw is not committed")
        self.commit(epoch)
        self.write(letter, State.IN_DOUBT, decided)
        self.at("what it saw is committed")

    # --- what must hold ---
    def check(self) -> None:
        """Each is in the books once and said to be, or refused and not there."""
        for posting in self.postings.values():
            there = sum(record.values["ExternalGUID"] == external_guid(posting.key) for record in self.books)
            wanted = (State.PARKED, 0) if posting.pk == REFUSED else (State.POSTED, 1)
            if (posting.state, there) != wanted:
                faults = ", then ".join(map(str, self.fired))
                raise AssertionError(f"{faults}: {posting.title} is {posting.state} and {there} times in the books")


def _case(*faults: Fault) -> Case:
    """A run in which the points of these faults are come to."""
    asked = any(fault.point in (*QUESTION, *LOOK) for fault in faults)
    looked = any(fault.point in LOOK for fault in faults)
    size = OF_A_SET if any(fault.point in IN_SET for fault in faults) else MANY // OF_A_SET
    lets_go = any(fault.point == POINTS[0] for fault in faults)
    return Case(list(faults), size, loses_answers=asked, keeps_answers=not looked, lets_go=lets_go)


def singles() -> Iterator[Case]:
    """Every fault at every point and position."""
    for point, kind, position in product(POINTS, KINDS, POSITIONS):
        yield _case(Fault(point, kind, position))


def pairs() -> Iterator[Case]:
    """Every ordered pair of faults: the second waits for the first."""
    for first, second in product(product(POINTS, KINDS), repeat=2):
        yield _case(Fault(*first), Fault(*second, position=0))


def play(cases: Iterator[Case]) -> tuple[int, Counter[tuple[str, str]]]:
    """How many runs there were, and how often each fault really came."""
    many = 0
    fired: Counter[tuple[str, str]] = Counter()
    for case in cases:
        case.run()
        many += 1
        fired.update((fault.point, fault.kind) for fault in case.fired)
    return many, fired
