"""The company file on disk: one SQLite file with its records, deletions, stored answers and settings.

A record keeps two forms side by side: its values (JSON, everything ever given to it) and its ready-made Ret text,
so that a page of a query is read and joined, never built.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daybook.companyfile.errors import CANNOT_OPEN, OTHER_VERSION, HResult

APPLICATION_ID = 0x44427166
FILE_VERSION = 1

Values = dict[str, Any]

_TABLES = """
CREATE TABLE record (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, space TEXT NOT NULL, list_id TEXT NOT NULL, name TEXT NOT NULL,
    name_key TEXT NOT NULL, full_name TEXT NOT NULL, sort_key TEXT NOT NULL, parent TEXT NOT NULL,
    sublevel INTEGER NOT NULL,
    is_active INTEGER NOT NULL, edit_sequence TEXT NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL,
    content TEXT NOT NULL, ret TEXT NOT NULL
);
CREATE TABLE reference (source INTEGER NOT NULL, space TEXT NOT NULL, list_id TEXT NOT NULL);
CREATE TABLE deleted (
    kind TEXT NOT NULL, list_id TEXT NOT NULL, full_name TEXT NOT NULL, created INTEGER NOT NULL,
    deleted INTEGER NOT NULL
);
CREATE TABLE message_set (
    set_id TEXT PRIMARY KEY, checksum TEXT NOT NULL, answer TEXT NOT NULL, stored INTEGER NOT NULL
);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counter (space TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE aside (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, element TEXT NOT NULL, reason TEXT NOT NULL, content TEXT NOT NULL
);
"""
_INDEXES = """
CREATE UNIQUE INDEX record_list_id ON record (space, list_id);
CREATE UNIQUE INDEX record_name ON record (space, parent, name_key);
CREATE INDEX record_sorted ON record (kind, sort_key, is_active);
CREATE INDEX record_modified ON record (kind, modified);
CREATE INDEX record_parent ON record (parent) WHERE parent <> '';
CREATE INDEX reference_source ON reference (source);
CREATE INDEX reference_target ON reference (list_id, space);
CREATE INDEX deleted_when ON deleted (deleted);
"""
_COLUMNS = (
    "kind, space, list_id, name, name_key, full_name, sort_key, parent, sublevel, is_active, edit_sequence, created,"
    " modified, content, ret"
)


@dataclass(slots=True)
class Row:
    """One list record; `parent` is the ListID of the record above it, times are Unix seconds."""

    kind: str
    space: str
    list_id: str
    name: str
    full_name: str
    parent: str
    sublevel: int
    is_active: bool
    edit_sequence: str
    created: int
    modified: int
    values: Values = field(default_factory=dict)
    ret: str = ""
    id: int = 0


def name_key(name: str) -> str:
    """What two names must differ in."""
    return name.casefold()


def sort_key(full_name: str) -> str:
    """Sorts a record directly under its parent."""
    return full_name.casefold().replace(":", "\x01")


class Store:
    """An open company file."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._db = connection

    @classmethod
    def create(cls, path: Path) -> Store:
        """Make an empty file; an existing one is not overwritten."""
        if path.exists():
            raise FileExistsError(f"{path} exists already.")
        store = cls(path, _durable(_connect(path)))
        store._db.executescript(
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FILE_VERSION}; {_TABLES} {_INDEXES}"
        )
        return store

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open a file, or raise the HRESULT that QuickBooks gives for one that it cannot open."""
        if not path.is_file():
            raise HResult(CANNOT_OPEN, f'Could not open the company data file "{path}": there is no such file.')
        connection = _connect(path)
        try:
            marks = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
        except sqlite3.DatabaseError:
            connection.close()
            raise HResult(CANNOT_OPEN, f'Could not open "{path}": it is not a company data file.') from None
        if marks[0] != APPLICATION_ID:
            connection.close()
            raise HResult(CANNOT_OPEN, f'Could not open "{path}": it is not a company data file of the sandbox.')
        if marks[1] != FILE_VERSION:
            connection.close()
            raise HResult(OTHER_VERSION)
        try:
            return cls(path, _durable(connection))
        except sqlite3.OperationalError as trouble:
            connection.close()
            raise HResult(CANNOT_OPEN, f'Could not open "{path}": {trouble}.') from trouble

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """Everything inside is one durable commit, or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def filling(self) -> Iterator[None]:
        """A change that writes very many records: the indexes are made at its end."""
        with self.change():
            names = [statement.split()[-1] for statement in _index_names()]
            for name in names:
                self._db.execute(f"DROP INDEX {name}")
            yield
            for statement in _INDEXES.strip().split(";")[:-1]:
                self._db.execute(statement)

    # Records

    def insert(self, rows: Iterable[Row]) -> None:
        """Add records; their ids are given here."""
        for row in rows:
            cursor = self._db.execute(
                f"INSERT INTO record ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", _parameters(row)
            )
            row.id = cursor.lastrowid or 0
            self._point(row)

    def update(self, row: Row) -> None:
        """Write a changed record."""
        assignments = ", ".join(f"{column} = ?" for column in _COLUMNS.split(", "))
        self._db.execute(f"UPDATE record SET {assignments} WHERE id = ?", (*_parameters(row), row.id))
        self._db.execute("DELETE FROM reference WHERE source = ?", (row.id,))
        self._point(row)

    def remove(self, row: Row) -> None:
        """Take a record out."""
        self._db.execute("DELETE FROM reference WHERE source = ?", (row.id,))
        self._db.execute("DELETE FROM record WHERE id = ?", (row.id,))

    def _point(self, row: Row) -> None:
        targets = list(references(row.values))
        if targets:
            self._db.executemany("INSERT INTO reference VALUES (?, ?, ?)", [(row.id, *target) for target in targets])

    def by_list_id(self, space: str, list_id: str) -> Row | None:
        """The record of that ListID among the kinds that share its namespace."""
        return self.one("space = ? AND list_id = ?", (space, list_id))

    def by_full_name(self, kinds: Sequence[str], full_name: str) -> Row | None:
        """The record of that FullName, upper and lower case alike."""
        for kind in kinds:
            row = self.one("kind = ? AND sort_key = ?", (kind, sort_key(full_name)))
            if row:
                return row
        return None

    def by_name(self, space: str, parent: str, name: str) -> Row | None:
        """The record that holds a name under a parent, whatever its kind in the namespace."""
        return self.one("space = ? AND parent = ? AND name_key = ?", (space, parent, name_key(name)))

    def children(self, row: Row) -> list[Row]:
        """The records directly under one."""
        return self.many("space = ? AND parent = ?", (row.space, row.list_id))

    def pointing_at(self, space: str, list_id: str) -> list[Row]:
        """The records whose values refer to one."""
        return self.many("id IN (SELECT source FROM reference WHERE list_id = ? AND space = ?)", (list_id, space))

    def one(self, where: str, parameters: Sequence[object]) -> Row | None:
        """The first record of a condition."""
        found = self._db.execute(f"SELECT id, {_COLUMNS} FROM record WHERE {where} LIMIT 1", parameters).fetchone()
        return _row(found) if found else None

    def many(self, where: str, parameters: Sequence[object] = ()) -> list[Row]:
        """All records of a condition."""
        return [
            _row(found) for found in self._db.execute(f"SELECT id, {_COLUMNS} FROM record WHERE {where}", parameters)
        ]

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Plain rows of a query."""
        return self._db.execute(sql, parameters).fetchall()

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement and tell how many rows it changed."""
        return self._db.execute(sql, parameters).rowcount

    def next_number(self, space: str) -> int:
        """The next number for a ListID of that namespace."""
        found = self._db.execute(
            "INSERT INTO counter VALUES (?, 1) ON CONFLICT (space) DO UPDATE SET last = last + 1 RETURNING last",
            (space,),
        ).fetchone()
        return int(found[0])

    def numbers_used_to(self, space: str, last: int) -> None:
        """Make the next ListID number higher than `last`."""
        self._db.execute(
            "INSERT INTO counter VALUES (?, ?) ON CONFLICT (space) DO UPDATE SET last = max(last, excluded.last)",
            (space, last),
        )

    # Settings: small values that say how the file is used

    def setting(self, name: str, default: Any = None) -> Any:
        """The value of a setting."""
        found = self._db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return json.loads(found[0]) if found else default

    def settings(self) -> dict[str, Any]:
        """All settings."""
        return {name: json.loads(value) for name, value in self._db.execute("SELECT name, value FROM setting")}

    def set(self, name: str, value: Any) -> None:
        """Change a setting; None takes it away."""
        if value is None:
            self._db.execute("DELETE FROM setting WHERE name = ?", (name,))
        else:
            self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, json.dumps(value)))

    # Copies of the whole file

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy of the file."""
        target = sqlite3.connect(path)
        try:
            self._db.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        finally:
            target.close()

    def copy_from(self, path: Path) -> None:
        """Replace everything in the file by the state of a copy."""
        source = Store.open(path)
        try:
            source._db.backup(self._db)
        finally:
            source.close()


def references(values: Values) -> Iterator[tuple[str, str]]:
    """Every (namespace, ListID) that the values refer to; the namespace stands in the reference itself."""
    for name, value in values.items():
        if isinstance(value, dict):
            if "Space" in value:
                if name != "ParentRef":
                    yield value["Space"], value["ListID"]
            else:
                yield from references(value)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from references(item)


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)


def _durable(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -8000")
    return connection


def _index_names() -> list[str]:
    return [statement.split(" ON ")[0] for statement in _INDEXES.strip().split(";")[:-1]]


def _parameters(row: Row) -> tuple[object, ...]:
    return (
        row.kind, row.space, row.list_id, row.name, name_key(row.name), row.full_name, sort_key(row.full_name),
        row.parent,
        row.sublevel, int(row.is_active), row.edit_sequence, row.created, row.modified,
        json.dumps(row.values, ensure_ascii=False, separators=(",", ":")), row.ret,
    )  # fmt: skip


def _row(found: tuple[Any, ...]) -> Row:
    (
        number,
        kind,
        space,
        list_id,
        name,
        _,
        full_name,
        _,
        parent,
        sublevel,
        active,
        sequence,
        created,
        modified,
        content,
        ret,
    ) = found
    return Row(
        kind, space, list_id, name, full_name, parent, sublevel, bool(active), sequence, created, modified,
        json.loads(content), ret, number,
    )  # fmt: skip
