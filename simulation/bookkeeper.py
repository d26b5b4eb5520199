"""What the bookkeeper does at the company file while Daybook works."""

import shutil
from collections.abc import Callable
from pathlib import Path

from daybook.companyfile import CompanyFile as Books
from daybook.companyfile import FileInUse, HResult, NotPossible
from daybook.companyfile.file import Entry
from simulation.check import Checker
from simulation.world import World

NAMES = ("Bay Clinic", "Cedar Works", "Delta Yard", "Elm House", "Fjord Lines", "Gale and Son")
PEOPLE = ("Ann Low", "Bo Lind", "Cy Marsh")


class Bookkeeper:
    """A person who works in QuickBooks."""

    def __init__(self, world: World, path: Path, checker: Checker) -> None:
        self.world, self.path, self.checker = world, path, checker
        self.backup: Path | None = None
        self.done_by_then: set[int] = set()
        self._books: Books | None = None

    @property
    def books(self) -> Books:
        """The file as it is open on her screen."""
        if self._books is None:
            self._books = Books.open(self.path, clock=self.world.books_now)
        return self._books

    def act(self) -> None:
        """Do one thing, if the file lets her."""
        deed = self.world.random.choices([one for one, _ in DEEDS], [weight for _, weight in DEEDS])[0]
        if not self.checker.swapped or deed is Bookkeeper.swap_back:
            self.act_as(deed)

    def act_as(self, deed: "Deed") -> None:
        """Do this one thing, if the file lets her."""
        self.world.acting = "bookkeeper"
        try:
            deed(self)
        except (NotPossible, FileInUse, HResult) as error:
            self.world.tell("bookkeeper", f"{deed.__name__}: {error}")
        finally:
            self.checker.look_at_books(f"bookkeeper, {deed.__name__}")
            self.world.acting = "nobody"

    def _some(self, kind: str, *, active: bool = True) -> Entry | None:
        found = self.books.entries(kind, show="active" if active else "all")
        return self.world.random.choice(found) if found else None

    def _say(self, what: str) -> None:
        self.world.tell("bookkeeper", what)

    def _kind(self) -> str:
        return self.world.random.choice(("customer", "customer", "customer", "employee"))

    def _new_name(self, kind: str) -> str:
        if kind == "employee":
            return self.world.random.choice(PEOPLE)
        name = self.world.random.choice(NAMES)
        return name if self.world.random.random() < 0.6 else f"{name} {self.world.random.randrange(90)}"

    # --- records ---
    def add(self) -> None:
        kind = self._kind()
        above = self._some("customer") if kind == "customer" and self.world.random.random() < 0.4 else None
        name = self._new_name(kind)
        self._say(f"adds {name}" + (f" under {above.full_name}" if above else ""))
        self.books.add(kind, name, parent=above.list_id if above else "")

    def rename(self) -> None:
        kind = self._kind()
        found = self._some(kind)
        if found:
            name = self._new_name(kind)
            self._say(f"renames {found.full_name} to {name}")
            self.books.rename(kind, found.list_id, name)

    def edit(self) -> None:
        kind = self._kind()
        found = self._some(kind, active=False)
        if found:
            phone = f"555-{self.world.random.randrange(10000):04}"
            self._say(f"writes the telephone {phone} of {found.full_name}")
            self.books.change(kind, found.list_id, {"Phone": phone})

    def turn_active(self) -> None:
        kind = self._kind()
        found = self._some(kind, active=False)
        if found:
            self._say(f"makes {found.full_name} {'inactive' if found.is_active else 'active'}")
            self.books.set_active(kind, found.list_id, not found.is_active)

    def merge(self) -> None:
        kind = self._kind()
        away, into = self._some(kind), self._some(kind)
        if away and into and away.list_id != into.list_id:
            self._say(f"merges {away.full_name} into {into.full_name}")
            self.books.merge(kind, away.list_id, into.list_id)

    def delete(self) -> None:
        kind = self._kind()
        found = self._some(kind, active=False)
        if found:
            self._say(f"deletes {found.full_name}")
            self.books.delete(kind, found.list_id)

    # --- how the file is used ---
    def dialog(self) -> None:
        is_open = self.books.status()["dialog"]
        self._say("closes the dialog" if is_open else "opens a dialog")
        self.books.close_dialog() if is_open else self.books.open_dialog()

    def mode(self) -> None:
        now = self.books.status()["mode"]
        self._say(f"leaves {now}-user mode")
        self.books.set_mode("multi" if now == "single" else "single")

    def open_a_record(self) -> None:
        found = self._some("customer")
        if found:
            busy = found.list_id in self.books.status()["settings"].get("records_in_use", [])
            self._say(f"{'closes' if busy else 'opens'} {found.full_name}")
            self.books.use_record("customer", found.list_id, not busy)

    def quarrel(self) -> None:
        """The list is held by somebody, or QuickBooks has one of its bad moments."""
        codes = [self.world.random.choice((3170, 3175, 3176, 3180, 3200, 1000, 3260)) for _ in range(2)]
        self._say(f"makes QuickBooks answer {codes}")
        self.books.refuse_next(*codes)

    def forget_answers(self) -> None:
        self._say("QuickBooks forgets its stored answers")
        self.books._store.execute("DELETE FROM message_set")

    # --- copies ---
    def back_up(self) -> None:
        to = self.path.with_name("backup.sandbox")
        to.unlink(missing_ok=True)
        self.books.backup(to)
        self.backup, self.done_by_then = to, set(self.checker.applied)
        self._say("makes a backup")

    def restore(self) -> None:
        if self.backup is not None:
            self.books.restore(self.backup)
            self._say("RESTORES the backup")
            self.checker.restored = True
            self.checker.applied &= self.done_by_then  # what was done since is undone, and may be done again

    def swap(self) -> None:
        """Put another company's file in its place."""
        with self.books._alone():
            self.checker.let_go()
            self.go_home()  # the last one who closes it leaves one file, without a log beside it
            self.path.rename(self.path.with_name("away.sandbox"))
            shutil.copy(self.path.with_name("other.sandbox"), self.path)
        self.checker.swapped = True
        self._say("puts ANOTHER FILE in its place")

    def swap_back(self) -> None:
        """Put the right file back."""
        if not self.checker.swapped:
            return
        other = Books.open(self.path)
        try:
            with other._alone():
                other.close()
                for left in self.path.parent.glob(f"{self.path.name}*"):
                    if not left.name.endswith(".lock"):
                        left.unlink()
                self.path.with_name("away.sandbox").rename(self.path)
        finally:
            other.close()
        self.checker.swapped = False
        self._say("puts the right file back")

    def calm_down(self) -> None:
        """Leave nothing in the way."""
        self.books.close_dialog()
        self.books._store.set("mode", "multi")
        for name in ("records_in_use", "refuse_next", "denied"):
            self.books._store.set(name, None)

    def go_home(self) -> None:
        """Close the file."""
        if self._books is not None:
            self._books.close()
            self._books = None


Deed = Callable[[Bookkeeper], None]
DEEDS: list[tuple[Deed, int]] = [
    (Bookkeeper.add, 8),
    (Bookkeeper.rename, 8),
    (Bookkeeper.edit, 10),
    (Bookkeeper.turn_active, 4),
    (Bookkeeper.merge, 3),
    (Bookkeeper.delete, 4),
    (Bookkeeper.dialog, 4),
    (Bookkeeper.mode, 3),
    (Bookkeeper.open_a_record, 3),
    (Bookkeeper.quarrel, 3),
    (Bookkeeper.forget_answers, 3),
    (Bookkeeper.back_up, 3),
    (Bookkeeper.restore, 2),
    (Bookkeeper.swap, 1),
    (Bookkeeper.swap_back, 4),
]
