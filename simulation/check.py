"""Looks at both sides with its own eyes and says which promise was broken.

It reads the tables of Daybook and of the company file by plain SQL, past the product's code, and keeps its own account
of what was put into the books, by whom.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from daybook.people.rights import Right
from simulation.monitors import Monitor
from simulation.stage import raw
from simulation.wire import attribute
from simulation.world import World

EDGES = {
    "proposed": {"queued", "withdrawn"},
    "queued": {"sent", "parked", "withdrawn", "posted"},
    "sent": {"posted", "parked", "queued", "in_doubt"},
    "in_doubt": {"posted", "parked", "queued"},
    "parked": {"queued", "posted", "withdrawn", "proposed"},
    "posted": set(),
    "withdrawn": set(),
}
FIRST = {"proposed", "queued"}
_BOOKS = """SELECT list_id, kind, name, parent, is_active, edit_sequence, json_extract(content, '$.ExternalGUID'),
    modified FROM record WHERE kind IN ('customer', 'employee')"""
_CONTENT = """SELECT json_remove(content, '$.EditSequence', '$.TimeModified', '$.FullName', '$.IsActive',
    '$.ParentRef.FullName') FROM record WHERE list_id = ?"""


@dataclass(frozen=True, slots=True)
class Record:
    """A customer or employee as the company file has it."""

    list_id: str
    kind: str
    name: str
    parent: str
    active: int
    edit_sequence: str
    guid: str
    modified: int


@dataclass(slots=True)
class Posting:
    """A posting as the table has it."""

    id: int
    key: str
    action: str
    state: str
    letter_id: int | None
    list_id: str
    after_id: int | None
    asked_by: int
    approved_by: int | None
    problem: str
    who_can_act: str
    ways_out: str
    subject_kind: str
    subject_id: int
    kind: str
    snapshot: dict[str, Any]
    look: str
    title: str


_POSTING = """SELECT id, key, action, state, letter_id, list_id, after_id, asked_by_id, approved_by_id, problem,
    who_can_act, ways_out, subject_kind, subject_id, kind, snapshot, look, title FROM outbox_posting"""


@dataclass
class Checker:
    """What is known of both sides, and what must hold."""

    world: World
    path: Path
    file_id: int
    read_up_to: int = 0
    known: dict[str, Record] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    came_with: dict[str, int] = field(default_factory=dict)
    changed_by: dict[str, set[str]] = field(default_factory=dict)
    applied: set[int] = field(default_factory=set)
    content: dict[str, str] = field(default_factory=dict)
    told_by_person: set[int] = field(default_factory=set)
    began: dict[int, datetime] = field(default_factory=dict)
    kept_apart: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    newest_epoch: int = 0
    restored: bool = False
    swapped: bool = False

    def __post_init__(self) -> None:
        self._books: sqlite3.Connection | None = None
        self.known = self.books()
        self.content = {list_id: self._content_of(list_id) for list_id in self.known}
        self.read_up_to = raw().execute("SELECT coalesce(max(n), 0) FROM seen").fetchone()[0]

    # --- reading ---
    def books(self) -> dict[str, Record]:
        """The customers and employees in the company file."""
        if self._books is None:
            self._books = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, isolation_level=None)
        return {
            row[0]: Record(*row[:6], (row[6] or "").strip("{}").replace("-", "").lower(), row[7])
            for row in self._books.execute(_BOOKS)
        }

    def _content_of(self, list_id: str) -> str:
        """What a record says, without what follows from the record above it."""
        assert self._books is not None
        return str(self._books.execute(_CONTENT, (list_id,)).fetchone()[0])

    def let_go(self) -> None:
        """Close the company file, so that it can be moved."""
        if self._books is not None:
            self._books.close()
            self._books = None

    def posting(self, number: int) -> Posting:
        """A posting, read past Django."""
        return self.postings("id = ?", number)[0]

    def postings(self, where: str, *values: object) -> list[Posting]:
        """The postings of a condition."""
        found = raw().execute(f"{_POSTING} WHERE {where}", values)
        return [Posting(*row[:15], json.loads(row[15]), *row[16:]) for row in found]

    def one(self, sql: str, *values: object) -> Any:
        """The first value of a question."""
        row = raw().execute(sql, values).fetchone()
        return row[0] if row else None

    def rights_of(self, user_id: int) -> set[str]:
        """What a person may do, by the tables."""
        rows = raw().execute(
            "SELECT g.rights FROM people_securitygroup g JOIN people_user_groups m ON m.securitygroup_id = g.id"
            " JOIN people_user u ON u.id = m.user_id WHERE u.id = ? AND u.is_active",
            (user_id,),
        )
        return {right for row in rows for right in json.loads(row[0])}

    def living(self, key: str) -> list[Record]:
        """The records in the books that were added under a key."""
        return [record for record in self.known.values() if record.guid == key]

    # --- the wire ---
    def opened(self, monitor: Monitor, path: str) -> None:
        """A session began."""
        sessions = sum(len(wire._sessions) for wire in monitor.wires if not wire.dead)
        self.newest_epoch = max(self.newest_epoch, monitor.line.epoch or 0)
        if sessions > 1:
            raise self.world.broken(f"{sessions} sessions are open on {path}")

    def sending(self, monitor: Monitor, text: str) -> None:
        """A text leaves: a set that writes must lie on the shelf, word for word, and be of no earlier epoch."""
        self._is_forgotten_in_time(text)
        if "AddRq" not in text and "ModRq" not in text:
            return
        row = self._letter(text)
        if row is None or row[2] != text:
            raise self.world.broken("a set was sent that does not lie on the shelf as it was sent")
        if row[1] < self.newest_epoch:
            raise self.world.broken(f"a set of epoch {row[1]} was sent after a session of epoch {self.newest_epoch}")
        self.world.tell(monitor.name, f"sends set {attribute(text, 'newMessageSetID')}: {self._members(row[0])}")

    def _is_forgotten_in_time(self, text: str) -> None:
        """QuickBooks is told to forget a set only when nothing of it is open any more."""
        old, new = attribute(text, "oldMessageSetID"), attribute(text, "newMessageSetID")
        if not old or old == new:
            return
        waits = self.postings(
            "letter_id = (SELECT id FROM outbox_letter WHERE set_id = ?) AND state IN ('sent', 'in_doubt')", old
        )
        if waits:
            raise self.world.broken(f"QuickBooks is to forget the set {old}, and #{waits[0].id} is {waits[0].state}")

    def sent(self, monitor: Monitor, text: str) -> None:
        """A text was worked on, to its end or not: nothing is there that was not asked for."""
        row = self._letter(text) if "AddRq" in text or "ModRq" in text else None
        self.look_at_books("Daybook", row[0] if row else None)

    def _letter(self, text: str) -> Any:
        set_id = attribute(text, "newMessageSetID")
        if not set_id:
            return None
        found = raw().execute("SELECT id, epoch, sent_text FROM outbox_letter WHERE set_id = ?", (set_id,))
        return found.fetchone()

    def _members(self, letter: int) -> str:
        return ", ".join(f"{one.action} {one.title} (#{one.id})" for one in self.postings("letter_id = ?", letter))

    # --- the books ---
    def look_at_books(self, by: str, letter: int | None = None) -> None:
        """Write down what changed in the books, and whether it may have."""
        if self.swapped:
            self._other_file_is_untouched()
            return
        before, self.known = self.known, self.books()
        for list_id, record in self.known.items():
            old = before.get(list_id)
            if old == record:
                continue
            before_that, self.content[list_id] = self.content.get(list_id), self._content_of(list_id)
            if old is None:
                self._appeared(record, by, letter)
            else:
                self._changed(old, record, by, letter, same=before_that == self.content[list_id])
        for list_id in before.keys() - self.known.keys():
            if by == "Daybook":
                raise self.world.broken(f"Daybook took {before[list_id].name} out of the books")
            self.gone[list_id] = by

    def _other_file_is_untouched(self) -> None:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as other:
            names = [row[2] for row in other.execute(_BOOKS)]
        if names != ["Quite another"]:
            raise self.world.broken(f"Daybook wrote into another company's file: {names}")

    def _appeared(self, record: Record, by: str, letter: int | None) -> None:
        self.gone.pop(record.list_id, None)
        if by != "Daybook":
            self.changed_by.setdefault(record.list_id, set()).add(by)
            return
        asked = self.postings("key = ? AND action = 'add'", record.guid)
        if not asked:
            raise self.world.broken(f"{record.name} is in the books, and nobody asked for it")
        posting = asked[0]
        if posting.letter_id != letter or posting.state not in ("sent", "in_doubt"):
            raise self.world.broken(f"{record.name} came with letter {letter}; #{posting.id} is {posting.state}")
        if len(self.living(record.guid)) > 1:
            raise self.world.broken(f"{record.name} (#{posting.id}) is in the books twice")
        if posting.kind == "customer" and posting.snapshot.get("name") != record.name:
            raise self.world.broken(f"#{posting.id} asked for {posting.snapshot.get('name')}; {record.name} came")
        self.came_with[record.list_id] = posting.id
        self.world.tell("books", f"{record.name} was added (#{posting.id}) as {record.list_id}")

    def _changed(self, old: Record, record: Record, by: str, letter: int | None, *, same: bool) -> None:
        if by != "Daybook":
            self.changed_by.setdefault(record.list_id, set()).add(by)
            return
        members = self.postings("letter_id = ? AND action <> 'add'", letter) if letter else []
        targets = {one.list_id: one.id for one in members}
        place: str | None = record.list_id
        while place and place not in targets:
            place = self.known[place].parent if place in self.known else None
        if not place:
            raise self.world.broken(f"Daybook changed {record.name}, and nobody asked for it")
        if same or place != record.list_id:
            return
        # What a person took back before the answer was looked for looks as if it never arrived.
        if targets[place] in self.applied and record.list_id not in self.changed_by:
            raise self.world.broken(f"the change #{targets[place]} of {record.name} was done twice")
        self.applied.add(targets[place])
        self.changed_by.pop(record.list_id, None)
        self.world.tell("books", f"{old.name} was changed (#{targets[place]})")

    # --- after each commit ---
    def after_commit(self, monitor: Monitor | None) -> None:
        """Look at each change of state that was just committed."""
        rows = raw().execute("SELECT n, what, id, old, new FROM seen WHERE n > ?", (self.read_up_to,)).fetchall()
        if not rows:
            return
        self.read_up_to = rows[-1][0]
        if monitor is not None:
            self._holder(monitor, {row[1] for row in rows})
        changes = [(what, number, old, new) for _, what, number, old, new in rows]
        for what, number, old, new in changes:
            look = self._LOOKS.get(what)
            if look is not None:
                look(self, number, old, new, changes)

    def _holder(self, monitor: Monitor, what: set[str]) -> None:
        """Only the holder of the lease writes what follows from a session."""
        if not what & {"posting", "letter", "run", "mark"}:
            return
        epoch = self.one("SELECT epoch FROM connections_lease WHERE company_file_id = ?", self.file_id)
        if monitor.line.epoch is not None and epoch != monitor.line.epoch:
            raise self.world.broken(f"{monitor.name} wrote in epoch {monitor.line.epoch}; the lease is in {epoch}")

    def _posting_moved(self, number: int, old: str, new: str, changes: list[Any]) -> None:
        posting = self.posting(number)
        self.world.tell(self.world.acting, f"#{number} {posting.action} {posting.title}: {old or 'new'} -> {new}")
        if new not in (EDGES[old] if old else FIRST):
            raise self.world.broken(f"#{number} went from {old} to {new}")
        if new == "withdrawn":
            self.kept_apart.setdefault((posting.subject_kind, posting.subject_id), set()).update(posting.snapshot)
        if posting.state != new:
            return  # it went on within the same commit
        if old == "queued" and self.world.acting in ("A", "B"):
            self._was_its_turn(posting)
        if new == "sent":
            self._is_sent(posting)
        elif new == "posted":
            self._is_posted(posting, old)
        elif new in ("parked", "in_doubt"):
            self.has_a_way_out(posting)
        if new in ("queued", "parked", "withdrawn", "proposed") and posting.action == "add":
            self.is_not_there(posting)
        elif new in ("parked", "withdrawn") and old in ("sent", "in_doubt"):
            self._was_not_changed(posting)
        if self.world.acting not in ("A", "B"):
            self.applied.discard(number)  # a person asks for it anew

    def _was_its_turn(self, posting: Posting) -> None:
        """What waits for another is neither sent nor refused while that one is still on its way."""
        before = self.posting(posting.after_id) if posting.after_id is not None else None
        if before is not None and before.state not in ("posted", "parked", "withdrawn"):
            raise self.world.broken(f"#{posting.id} was taken before #{before.id}, which it waits for")
        if before is not None and posting.state == "sent" and before.state != "posted":
            raise self.world.broken(f"#{posting.id} was sent, and #{before.id}, which it waits for, is {before.state}")

    def _is_sent(self, posting: Posting) -> None:
        who, right = posting.asked_by, Right.POST_TO_ACCOUNTING
        if posting.approved_by is not None:
            who, right = posting.approved_by, Right.APPROVE_TRANSFERS
        if right.value not in self.rights_of(who):
            raise self.world.broken(f"#{posting.id} was sent for user {who}, who has no right to that any more")
        earlier = self.postings(
            "subject_kind = ? AND subject_id = ? AND id < ? AND state IN ('queued', 'sent', 'in_doubt')",
            posting.subject_kind,
            posting.subject_id,
            posting.id,
        )
        if earlier:
            raise self.world.broken(f"#{posting.id} overtook #{earlier[0].id} of the same record")

    def _is_posted(self, posting: Posting, old: str) -> None:
        if posting.id in self.told_by_person or self.world.acting not in ("A", "B"):
            return
        if posting.list_id not in self.known and posting.list_id not in self.gone:
            raise self.world.broken(f"#{posting.id} is posted as {posting.list_id}, which was never in the books")
        if posting.action == "add":
            self._is_there_once(posting)
        elif posting.id not in self.applied and not self._stands(posting):
            raise self.world.broken(f"#{posting.id} is posted, and the books were not changed")

    def _is_there_once(self, posting: Posting) -> None:
        there = self.living(posting.key)
        came = [list_id for list_id, number in self.came_with.items() if number == posting.id]
        lost = [list_id for list_id in came if list_id in self.gone]
        if len(there) > 1:
            raise self.world.broken(f"#{posting.id} is in the books {len(there)} times")
        if not there and not lost:
            raise self.world.broken(f"#{posting.id} is posted and not in the books")

    def _was_not_changed(self, posting: Posting) -> None:
        if posting.id in self.applied and posting.list_id in self.known and posting.list_id not in self.changed_by:
            raise self.world.broken(f"#{posting.id} is {posting.state}, and the books were changed as it asks")

    def _stands(self, posting: Posting) -> bool:
        """Whether the books say what the change wanted, or a person there changed it since."""
        record = self.known.get(posting.list_id)
        if record is None or posting.list_id in self.changed_by:
            return True
        if posting.action == "deactivate" and record.active:
            return False
        return bool(posting.snapshot.get("name", record.name) == record.name)

    def is_not_there(self, posting: Posting) -> None:
        """What is said not to be in the books is not there."""
        there = self.living(posting.key)
        if there:
            raise self.world.broken(f"#{posting.id} is {posting.state}, and stands in the books as {there[0].list_id}")

    def has_a_way_out(self, posting: Posting) -> None:
        """Who waits for a person says why, and who can do what."""
        if not posting.problem:
            raise self.world.broken(f"#{posting.id} is {posting.state} and does not say why")
        if posting.state == "parked" and not posting.who_can_act and posting.ways_out in ("", "[]"):
            raise self.world.broken(f"#{posting.id} is parked ({posting.problem}), and nobody is told what to do")
        if posting.state == "in_doubt" and posting.letter_id is None:
            raise self.world.broken(f"#{posting.id} is in doubt about no letter")

    # --- imports ---
    def _run_moved(self, number: int, old: str, new: str, changes: list[Any]) -> None:
        self.world.tell(self.world.acting, f"import {number}: {old} -> {new}")
        if new == "running":
            self.began[number] = self.world.at + self.world.books_skew
        if new == "published":
            self._pass_is_complete(number)

    def _mark_moved(self, number: int, old: str, new: str, changes: list[Any]) -> None:
        if not any(what == "run" and to == "published" for what, _, _, to in changes):
            raise self.world.broken(f"a watermark moved to {new}, and no import was published")

    def _pass_is_complete(self, number: int) -> None:
        """Every record that was there before the import began is known, as it is."""
        lists = json.loads(self.one("SELECT lists FROM intake_importrun WHERE id = ?", number))
        for record in self.known.values():
            if record.kind in lists and record.modified < self.began[number].timestamp() - 2:
                self._is_known(record)

    def _is_known(self, record: Record) -> None:
        row = (
            raw()
            .execute(
                "SELECT l.edit_sequence FROM outbox_link l LEFT JOIN connections_batch b ON b.id = l.batch_id"
                " WHERE l.list_id = ? AND l.kind = ? AND (l.batch_id IS NULL OR b.published_at IS NOT NULL)",
                (record.list_id, record.kind),
            )
            .fetchone()
        )
        if row is None and not self._left_to_posting(record):
            raise self.world.broken(f"an import was published without {record.name} ({record.list_id})")

    def _left_to_posting(self, record: Record) -> bool:
        if not record.guid:
            return False
        return bool(self.postings("key = ? AND state IN ('sent', 'in_doubt', 'posted')", record.guid))

    _LOOKS: ClassVar[dict[str, Callable[..., None]]] = {
        "posting": _posting_moved,
        "run": _run_moved,
        "mark": _mark_moved,
    }

    # --- at the end ---
    def at_rest(self) -> None:
        """What must hold when nothing goes wrong any more and everything came to its end."""
        self.look_at_books("the bookkeeper")
        for posting in self.postings("1 = 1"):
            if posting.state in ("parked", "in_doubt"):
                self.has_a_way_out(posting)
            if posting.action != "add":
                continue
            if posting.state == "posted":
                if posting.id not in self.told_by_person:
                    self._is_there_once(posting)
            else:
                self.is_not_there(posting)
        self.both_agree()

    def both_agree(self) -> None:
        """After a full comparison: every record there is known here as it is, and what is linked says the same."""
        rows = (
            raw()
            .execute(
                "SELECT id, kind, list_id, edit_sequence, name, state, subject_kind, subject_id FROM outbox_link"
                " WHERE list_id <> '' AND kind IN ('customer', 'employee')"
            )
            .fetchall()
        )
        by_id = {row[2]: row for row in rows}
        for list_id, record in self.known.items():
            row = by_id.get(list_id)
            if row is None or row[5] == "broken":
                raise self.world.broken(f"{record.name} ({list_id}) is in the books, and Daybook does not know it")
            waits = self.postings(
                "subject_kind = ? AND subject_id = ? AND state NOT IN ('posted', 'withdrawn')", row[6], row[7]
            )
            if (row[3], row[4]) != (record.edit_sequence, record.name) and not waits:
                raise self.world.broken(f"Daybook knows {row[4]} ({row[3]}); the books have {record}")
        for row in rows:
            if row[5] == "shared":
                self._is_linked_well(row)

    def _is_linked_well(self, row: Any) -> None:
        number, kind, list_id, _, name, _, subject_kind, subject_id = row
        if (kind == "employee") != (subject_kind == "staff"):
            raise self.world.broken(f"{name}: the {kind} is linked to a {subject_kind}")
        if list_id not in self.known:
            raise self.world.broken(f"{name} ({list_id}) is linked, and not in the books any more")
        excused = {
            field
            for (field,) in raw().execute(
                "SELECT field FROM intake_conflict WHERE link_id = ? AND settled_at IS NULL", (number,)
            )
        }
        unsent = self.postings("subject_kind = ? AND subject_id = ? AND state <> 'posted'", subject_kind, subject_id)
        excused |= {name for posting in unsent for name in posting.snapshot}
        excused |= self.kept_apart.get((subject_kind, subject_id), set())
        for ours, theirs, name_ in self._sides(kind, subject_kind, subject_id, list_id):
            taken_from_name = name_ == "company_name" and not ours
            if (ours or "") != (theirs or "") and not {name_, "*"} & excused and not taken_from_name:
                raise self.world.broken(f"{name}: {name_} is {ours!r} here and {theirs!r} in the books")

    def _sides(self, kind: str, subject_kind: str, subject_id: int, list_id: str) -> list[tuple[Any, Any, str]]:
        """The same fields of both sides."""
        assert self._books is not None
        found = self._books.execute("SELECT content FROM record WHERE list_id = ?", (list_id,)).fetchone()
        theirs = json.loads(found[0])
        if kind == "employee":
            names = {"first_name": "FirstName", "last_name": "LastName", "middle_name": "MiddleName", "phone": "Phone"}
        elif subject_kind == "client":
            names = {"name": "Name", "company_name": "CompanyName"}
        else:
            names = {"name": "Name"}
        columns = ", ".join(names)
        ours = raw().execute(f"SELECT {columns} FROM directory_{subject_kind} WHERE id = ?", (subject_id,)).fetchone()
        return [(mine, theirs.get(element), field) for mine, (field, element) in zip(ours, names.items(), strict=True)]

    def restless(self) -> list[Posting]:
        """The postings that are neither done nor wait for a person."""
        moving = self.postings("state IN ('queued', 'sent', 'in_doubt')")
        waiting = {one.id for one in self.postings("state = 'proposed'")}
        return [one for one in moving if not self._waits_for(one, waiting)]

    def _waits_for(self, posting: Posting, people: Iterable[int]) -> bool:
        seen = set(people)
        while posting.after_id is not None:
            if posting.after_id in seen:
                return True
            posting = self.posting(posting.after_id)
        return False
