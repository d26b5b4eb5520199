"""What the bookkeeper does at the QuickBooks side: look at lists, change records, open a dialog, back up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from daybook.companyfile import lock
from daybook.companyfile.errors import CompanyFileError, NotPossible, Refusal
from daybook.companyfile.loading import Report, load_file
from daybook.companyfile.lock import Hold
from daybook.companyfile.rules import Lists
from daybook.companyfile.sample import fill, prepare
from daybook.companyfile.store import Row, Store, Values, name_key
from daybook.qbxml.fields import NEWEST_VERSION
from daybook.qbxml.kinds import KINDS
from daybook.qbxml.shape import Shape, shape_of
from daybook.qbxml.types import trouble_with

BOOKKEEPER = "the bookkeeper"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list."""

    kind: str
    list_id: str
    name: str
    full_name: str
    sublevel: int
    is_active: bool
    edit_sequence: str
    modified: datetime
    values: Values


def create(
    path: str | Path, *, customers: int = 40, seed: int = 1, today: date | None = None, empty: bool = False
) -> CompanyFile:
    """Make a company file with a sample firm in it, or none; the same seed and day give the same records."""
    file = _in_a_folder(path)
    store = Store.create(file)
    try:
        if empty:
            with store.change():
                prepare(store)
        else:
            fill(store, customers=customers, seed=seed, today=today or datetime.now(UTC).date())
    except BaseException:
        store.close()
        file.unlink()
        raise
    return CompanyFile(store)


class CompanyFile:
    """A company file as its bookkeeper sees it."""

    def __init__(self, store: Store, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._clock = clock

    @classmethod
    def open(cls, path: str | Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> CompanyFile:
        """Open a file; HResult if it is missing or is no company file."""
        return cls(Store.open(Path(path).expanduser()), clock)

    @property
    def path(self) -> Path:
        return self._store.path

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def __enter__(self) -> CompanyFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Looking

    def status(self) -> dict[str, Any]:
        """Everything that is set, who holds the file and how many records of each kind it has."""
        counts = self._store.rows("SELECT kind, count(*) FROM record GROUP BY kind ORDER BY kind")
        settings = self._store.settings()
        return {
            "company": settings.get("company", {}).get("CompanyName", ""),
            "file_id": settings.get("file_id", ""),
            "mode": settings.get("mode", "multi"),
            "dialog": settings.get("dialog", False),
            "slow_ms": settings.get("slow_ms", 0),
            "held_by": lock.holder(self.path),
            "aside": self._store.rows("SELECT count(*) FROM aside")[0][0],
            "stored_answers": self._store.rows("SELECT count(*) FROM message_set")[0][0],
            "settings": settings,
            "records": dict(counts),
        }

    def entries(
        self,
        kind: str,
        *,
        show: Literal["active", "inactive", "all"] = "active",
        text: str = "",
        limit: int = 100,
        offset: int = 0,
    ) -> list[Entry]:
        """The records of a list in its order."""
        where, parameters = _shown(kind, show, text)
        rows = self._store.many(f"{where} ORDER BY sort_key LIMIT ? OFFSET ?", (*parameters, limit, offset))
        return [_entry(row) for row in rows]

    def count(self, kind: str, *, show: Literal["active", "inactive", "all"] = "active", text: str = "") -> int:
        """How many records `entries` would give without a limit."""
        where, parameters = _shown(kind, show, text)
        return int(self._store.rows(f"SELECT count(*) FROM record WHERE {where}", parameters)[0][0])

    def find(self, kind: str, full_name_or_id: str) -> Entry:
        """The record of that FullName or ListID; NotPossible if there is none."""
        return _entry(self._row(kind, full_name_or_id))

    def _row(self, kind: str, full_name_or_id: str) -> Row:
        by_id = self._store.by_list_id(KINDS[kind].group, full_name_or_id)
        row = by_id if by_id and by_id.kind == kind else self._store.by_full_name([kind], full_name_or_id)
        if row is None:
            raise NotPossible(f'There is no "{full_name_or_id}" in the {KINDS[kind].name} list.', 3120)
        return row

    # Changing records

    @contextmanager
    def _change(self) -> Iterator[Lists]:
        try:
            with self._store.change():
                yield Lists(self._store, self._clock)
        except Refusal as refusal:
            raise NotPossible(refusal.message, refusal.code) from None

    def add(self, kind: str, name: str = "", *, parent: str = "", values: Values | None = None) -> Entry:
        """Add a record by name (an employee: first, middle and last name), under a parent, with further values."""
        _check(kind, values or {})
        given: Values = {**_naming(kind, name), **(values or {})}
        if parent:
            given["ParentRef"] = {"ListID": self._row(kind, parent).list_id}
        with self._change() as lists:
            return _entry(lists.add(KINDS[kind], given))

    def change(self, kind: str, which: str, values: Values) -> Entry:
        """Change values of a record; an empty text clears."""
        _check(kind, values)
        list_id = self._row(kind, which).list_id
        with self._change() as lists:
            return _entry(lists.modify(KINDS[kind], list_id, None, values))

    def rename(self, kind: str, which: str, name: str) -> Entry:
        """Give a record another name."""
        return self.change(kind, which, _naming(kind, name))

    def set_active(self, kind: str, which: str, active: bool) -> Entry:
        """Make a record active or inactive; the records under an inactive one are inactive too."""
        return self.change(kind, which, {"IsActive": "true" if active else "false"})

    def merge(self, kind: str, away: str, into: str) -> Entry:
        """Merge a record into another one of the list."""
        first, second = self._row(kind, away), self._row(kind, into)
        with self._change() as lists:
            return _entry(lists.merge(first, second))

    def delete(self, kind: str, which: str) -> None:
        """Delete a record that nothing uses."""
        list_id = self._row(kind, which).list_id
        with self._change() as lists:
            lists.delete(KINDS[kind], list_id)

    # How the file is used

    def open_dialog(self) -> None:
        """Open a dialog that keeps applications out until it is closed."""
        self._store.set("dialog", True)

    def close_dialog(self) -> None:
        """Close it."""
        self._store.set("dialog", None)

    def set_mode(self, mode: Literal["single", "multi"]) -> None:
        """Work alone in the file, or with others; FileInUse while an application has it open."""
        with self._alone():
            self._store.set("mode", mode)

    def slow(self, milliseconds: int) -> None:
        """Make every answer take this much longer."""
        self._store.set("slow_ms", milliseconds or None)

    def set_closing_date(self, day: date | None) -> None:
        """Close the books up to a day."""
        self._store.set("closing_date", day.isoformat() if day else None)

    def set_login_permission(self, kind: str, denied: Literal["", "write", "all"]) -> None:
        """What the user whom applications log in as may not do with a list."""
        now = self._store.setting("denied", {})
        now.pop(kind, None)
        self._store.set("denied", {**now, **({kind: denied} if denied else {})} or None)

    def set_personal_data(self, allowed: bool) -> None:
        """Whether applications see personal data of employees."""
        self._store.set("personal_data", None if allowed else False)

    def set_automatic_login(self, allowed: bool) -> None:
        """Whether applications may open the file while nobody is signed in to QuickBooks."""
        self._store.set("automatic_login", None if allowed else False)

    def ask_administrator(self, asks: bool) -> None:
        """Whether an application needs the administrator's yes before its first session."""
        self._store.set("asks_administrator", asks or None)

    def authorize(self, app_name: str) -> None:
        """The administrator's yes for an application."""
        self._store.set("authorised", sorted({*self._store.setting("authorised", []), app_name}))

    def set_other_company_open(self, name: str) -> None:
        """Pretend that QuickBooks has another company open; an empty name ends it."""
        self._store.set("other_company_open", name or None)

    def set_other_version(self, differs: bool) -> None:
        """Pretend that another version of QuickBooks made the file."""
        self._store.set("version_differs", differs or None)

    def set_company(self, **values: Any) -> None:
        """Change what the file says of its company (elements of a CompanyRet)."""
        self._store.set("company", {**self._store.setting("company", {}), **values})

    def set_preference(self, group: str, element: str, value: str) -> None:
        """Change one preference (elements of a PreferencesRet)."""
        preferences = self._store.setting("preferences", {})
        preferences.setdefault(group, {})[element] = value
        self._store.set("preferences", preferences)

    def use_record(self, kind: str, which: str, in_use: bool) -> None:
        """Have a record open for editing, so that applications get status 3175."""
        list_id = self._row(kind, which).list_id
        now = set(self._store.setting("records_in_use", []))
        changed = now | {list_id} if in_use else now - {list_id}
        self._store.set("records_in_use", sorted(changed) or None)

    def refuse_next(self, *codes: int) -> None:
        """Answer the next writing requests with these status codes, in turn, without doing them."""
        self._store.set("refuse_next", [*self._store.setting("refuse_next", []), *codes] or None)

    def refuse_no_more(self) -> None:
        """Answer as usual again, whatever refusals were still to come."""
        self._store.set("refuse_next", None)

    def repeat_edit_sequences(self, repeat: bool) -> None:
        """Let two changes within a second share an EditSequence, as in QuickBooks; by default they differ."""
        self._store.set("edit_sequences_may_repeat", repeat or None)

    # Copies

    @contextmanager
    def _alone(self, who: str = BOOKKEEPER) -> Iterator[None]:
        with Hold(self.path, who):
            yield

    @contextmanager
    def backing_up(self) -> Iterator[None]:
        """Hold the file as a backup does; applications get 0x80040422 meanwhile."""
        with self._alone("a backup"):
            yield

    def backup(self, to: str | Path) -> Path:
        """Copy the file; FileInUse while an application has it open."""
        with self.backing_up():
            return self.copy(to)

    def copy(self, to: str | Path) -> Path:
        """Write a copy; an existing file is not overwritten."""
        target = _in_a_folder(to)
        if target.exists():
            raise FileExistsError(f"{target} exists already.")
        self._store.copy_to(target)
        return target

    def load(self, path: str | Path) -> Report:
        """Load qbXML answers exported from a real file; CannotLoad if they cannot be read."""
        return load_file(self._store, Path(path).expanduser())

    def restore(self, backup: str | Path) -> None:
        """Bring back the state of a backup: records, deletions and stored answers of then; FileInUse while in use."""
        source = Path(backup).expanduser()
        Store.open(source).close()
        with self._alone("a restore"):
            self._store.copy_from(source)


def _in_a_folder(path: str | Path) -> Path:
    """The place of a file that is to be made; its folder is there."""
    file = Path(path).expanduser()
    folder = file.absolute().parent
    if not folder.is_dir():
        raise CompanyFileError(f"There is no folder {folder}.")
    return file


def _check(kind: str, values: Values) -> None:
    """Say which value the list cannot hold."""
    trouble = _trouble(shape_of(KINDS[kind].add, NEWEST_VERSION), values)
    if trouble:
        raise NotPossible(trouble)


def _trouble(shape: Shape, values: Values, above: str = "") -> str | None:
    for name, value in values.items():
        if name not in shape.order:
            return f"{above}{name} is no element of this list."
        for one in value if isinstance(value, list) else [value]:
            why = _trouble_with_one(shape, name, one, above + name)
            if why:
                return why
    return None


def _trouble_with_one(shape: Shape, name: str, value: Any, path: str) -> str | None:
    if isinstance(value, dict) == (name not in shape.groups):
        return f"{path} {'has' if name in shape.groups else 'has no'} elements of its own."
    if isinstance(value, dict):
        return _trouble(shape.groups[name], value, f"{path}/")
    found = trouble_with(shape.order[name], value) if value else None
    return f"{path} {found}." if found else None


def _naming(kind: str, name: str) -> Values:
    if not name:
        return {}
    if kind != "employee":
        return {"Initial" if kind == "sales_rep" else "Name": name}
    first, *rest = name.split()
    return {"FirstName": first, "MiddleName": " ".join(rest[:-1]), "LastName": rest[-1] if rest else ""}


def _shown(kind: str, show: str, text: str) -> tuple[str, Sequence[object]]:
    where, parameters = "kind = ?", [kind]
    if show != "all":
        where += f" AND is_active = {int(show == 'active')}"
    if text:
        where += " AND instr(sort_key, ?) > 0"
        parameters.append(name_key(text))
    return where, parameters


def _entry(row: Row) -> Entry:
    return Entry(
        row.kind, row.list_id, row.name, row.full_name, row.sublevel, row.is_active, row.edit_sequence,
        datetime.fromtimestamp(row.modified, UTC), row.values,
    )  # fmt: skip
