"""Types of clients and projects follow the types of the books: one of the same name is linked, else one is made."""

from typing import Any

from daybook.books.names import name_key
from daybook.intake import sql
from daybook.intake.models import ImportRun

TYPES = {"customer_type": "directory_clienttype", "job_type": "directory_projecttype"}

_ENTRIES = """SELECT id, name, list_id, is_active FROM directory_listentry
WHERE company_file_id = %(file)s AND kind = %(kind)s AND gone_at IS NULL ORDER BY id"""
_OURS = "SELECT id, name, list_entry_id FROM {table} ORDER BY id"
_NEW = """INSERT INTO {table} (name, list_entry_id, is_active, batch_id) VALUES (%s, %s, %s, %s)
ON CONFLICT DO NOTHING"""
_LINKED = "UPDATE {table} SET list_entry_id = %s WHERE id = %s AND list_entry_id IS NULL"


def write(run: ImportRun) -> None:
    """Write the types that stand for new entries into the batch."""
    for kind, table in TYPES.items():
        if not run.counts.get(kind, {}).get("new"):
            continue
        linked, named = _ours(table, unlinked_only=False)
        new = {
            name_key(name): (name, entry, is_active, run.batch_id)
            for entry, name, _, is_active in reversed(_entries(run, kind))
            if entry not in linked and name_key(name) not in named
        }
        sql.run_each(_NEW.format(table=table), list(new.values()))


def link(run: ImportRun) -> None:
    """Let types of ours stand for the types of the books that have their names; in the last transaction."""
    for kind, table in TYPES.items():
        if run.counts.get(kind, {}).keys() & {"new", "changed"}:
            theirs = {name_key(name): entry for entry, name, _, _ in reversed(_entries(run, kind))}
            ours = sql.rows(_OURS.format(table=table), {})
            pairs = [(theirs.get(name_key(name)), number) for number, name, entry in ours if entry is None]
            sql.run_each(_LINKED.format(table=table), [pair for pair in pairs if pair[0] is not None])


def standing_for(run: ImportRun, kind: str) -> dict[str, int]:
    """Which type of ours stands for each type of the books, by ListID: the linked one, else one of its name."""
    linked, named = _ours(TYPES[kind], unlinked_only=True)
    found = {list_id: linked.get(entry) or named.get(name_key(name)) for entry, name, list_id, _ in _entries(run, kind)}
    return {list_id: number for list_id, number in found.items() if number is not None}


def _entries(run: ImportRun, kind: str) -> list[tuple[Any, ...]]:
    return sql.rows(_ENTRIES, {"file": run.company_file_id, "kind": kind})


def _ours(table: str, *, unlinked_only: bool) -> tuple[dict[int, int], dict[str, int]]:
    """Our types by the entry that they stand for, and by their folded names; the oldest holds."""
    linked: dict[int, int] = {}
    named: dict[str, int] = {}
    for number, name, entry in sql.rows(_OURS.format(table=table), {}):
        if entry is not None:
            linked.setdefault(entry, number)
        if entry is None or not unlinked_only:
            named.setdefault(name_key(name), number)
    return linked, named
