"""Plain SQL for what runs so often that building a query anew each time would take most of the time.

A message set costs some twenty statements, each of about 50 microseconds; the ORM takes up to a millisecond to write
one. So the statements on the way of every set stand as text, and `Columns` reads and writes rows through the fields of
their model, so that both databases give and take the same values.
"""

# ruff: noqa: S608 (the parts of the statements are names of tables and columns; values go as parameters)

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

M = TypeVar("M", bound=models.Model)
Values = Mapping[str, Any] | Sequence[Any]


def moment(value: datetime) -> Any:
    """A point in time as this database takes it in plain SQL."""
    return connection.ops.adapt_datetimefield_value(value)


def run(statement: str, values: Values) -> int:
    """Run a statement; gives how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return max(int(cursor.rowcount), 0)


def rows(statement: str, values: Values) -> list[tuple[Any, ...]]:
    """The rows of a question."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def exists(statement: str, values: Values) -> bool:
    """Whether a question has a row."""
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT 1", values)
        return cursor.fetchone() is not None


def uuid_value(value: UUID) -> Any:
    """A key as this database takes it in plain SQL."""
    return value if connection.features.has_native_uuid_field else value.hex


@lru_cache(maxsize=256)
def marks(many: int) -> str:
    """The inside of an IN with so many values; with none it holds nothing."""
    return ", ".join(["%s"] * many) or "NULL"


def locked(alias: str) -> str:
    """The end of a SELECT whose rows nobody else changes until the transaction ends. SQLite has one writer anyway."""
    return f" FOR UPDATE OF {alias}" if connection.features.has_select_for_update_of else ""


class Columns(Generic[M]):
    """Columns of a model, or all of it: what is read are its instances, whose other fields come when they are asked."""

    def __init__(self, model: type[M], *names: str) -> None:
        self.model = model
        self._names = names
        self._readings: dict[str, _Reading] = {}
        self._writings: dict[str, _Writing] = {}

    def read(self, rest: str, values: Values) -> list[M]:
        """The instances that `SELECT … FROM <the table, named t> <rest>` gives."""
        database = connections[DEFAULT_DB_ALIAS]
        reading = self._readings.get(database.vendor)
        if reading is None:
            reading = self._readings[database.vendor] = _Reading.of(self.model, self._names, database)
        with database.cursor() as cursor:
            cursor.execute(reading.head + rest, values)
            found = cursor.fetchall()
        from_db, attributes, converted = self.model.from_db, reading.attributes, reading.converted
        return [from_db(DEFAULT_DB_ALIAS, attributes, converted(row, database)) for row in found]

    def first(self, rest: str, values: Values) -> M | None:
        """The first of these instances, if there is one."""
        found = self.read(rest, values)
        return found[0] if found else None

    def write(self, lines: Sequence[Sequence[Any]]) -> None:
        """Put new rows into the table, by one statement; columns that are not named have the database's defaults."""
        if lines:
            self._insert(lines, "")

    def write_one(self, line: Sequence[Any]) -> int:
        """Put one new row into the table; gives its number."""
        return int(self._insert([line], " RETURNING id")[0][0])

    def _insert(self, lines: Sequence[Sequence[Any]], rest: str) -> list[tuple[Any, ...]]:
        database = connections[DEFAULT_DB_ALIAS]
        writing = self._writings.get(database.vendor)
        if writing is None:
            writing = self._writings[database.vendor] = _Writing.of(self.model, self._names)
        values = [cell for line in lines for cell in writing.converted(line, database)]
        row = ", ".join([writing.row] * len(lines))
        with database.cursor() as cursor:
            cursor.execute(f"{writing.head}{row}{rest}", values)
            return list(cursor.fetchall()) if rest else []


@dataclass(frozen=True, slots=True)
class _Reading:
    """The head of a statement, the attributes it fills, and the columns whose values are converted."""

    head: str
    attributes: frozenset[str]
    converters: list[tuple[int, list[Any]]]

    @classmethod
    def of(cls, model: type[models.Model], names: Sequence[str], database: BaseDatabaseWrapper) -> "_Reading":
        """How these columns are read from a database."""
        table = model._meta.db_table
        fields = [field for field in model._meta.concrete_fields if not names or field.name in names]
        converters = []
        for place, field in enumerate(fields):
            column = field.get_col(table)
            steps = [*database.ops.get_db_converters(column), *column.get_db_converters(database)]
            if steps:
                converters.append((place, steps))
        listed = ", ".join(f't."{field.column}"' for field in fields)
        return cls(f'SELECT {listed} FROM "{table}" t ', frozenset(field.attname for field in fields), converters)

    def converted(self, row: tuple[Any, ...], database: BaseDatabaseWrapper) -> list[Any]:
        """The values of a row as the model has them."""
        cells = list(row)
        for place, steps in self.converters:
            for step in steps:
                cells[place] = step(cells[place], None, database)
        return cells


@dataclass(frozen=True, slots=True)
class _Writing:
    """The head of an INSERT, the marks of a row, and the columns whose values are converted."""

    head: str
    row: str
    converters: "list[tuple[int, models.Field[Any, Any]]]"

    @classmethod
    def of(cls, model: type[models.Model], names: Sequence[str]) -> "_Writing":
        """How these columns are written."""
        known = {field.name: field for field in model._meta.concrete_fields}
        fields = [known[name] for name in names]
        listed = ", ".join(f'"{field.column}"' for field in fields)
        converters = [(place, field) for place, field in enumerate(fields) if not isinstance(field, _AS_THEY_ARE)]
        return cls(f'INSERT INTO "{model._meta.db_table}" ({listed}) VALUES ', f"({marks(len(fields))})", converters)

    def converted(self, line: Sequence[Any], database: BaseDatabaseWrapper) -> list[Any]:
        """The values of a line as the database takes them."""
        cells = list(line)
        for place, field in self.converters:
            cells[place] = field.get_db_prep_save(cells[place], database)
        return cells


_AS_THEY_ARE = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.ForeignKey,
)
