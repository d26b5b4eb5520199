"""Small helps for SQL that runs on SQLite and on PostgreSQL alike."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from daybook.sql import moment, rows, run

__all__ = ["moment", "refresh_statistics", "reserve", "rows", "run", "run_each"]


def run_each(statement: str, many: Sequence[Sequence[Any]]) -> None:
    """Run a statement with %s values once for each of these."""
    if many:
        with connection.cursor() as cursor:
            cursor.executemany(statement, many)


def refresh_statistics() -> None:
    """Let PostgreSQL's planner know how much there is, else it joins thousands of rows one by one."""
    if connection.vendor == "postgresql":
        run(f"ANALYZE {', '.join(_GROWING)}", {})


_GROWING = (
    "intake_arrival",
    "intake_content",
    "outbox_link",
    "directory_client",
    "directory_project",
    "directory_listentry",
)


def reserve(table: str, many: int) -> int:
    """Set `many` ids of a table aside, for rows whose ids must be known before they are written; gives the first.

    Called inside a transaction. Other people's rows get ids behind these.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found = cursor.fetchone()
            if found is None:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, many])
                return 1
            cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [many, table])
            return int(found[0]) + 1
        # Whoever adds a row takes a number only under this lock's counterpart, so no number slips in between.
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"SELECT nextval(pg_get_serial_sequence('{table}', 'id'))")
        first = int(cursor.fetchone()[0])
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [first + many - 1])
        return first
