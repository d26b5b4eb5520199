"""Service items as labor codes, other items as expense categories: they replace the firm's own list or are linked.

Nothing that was used is deleted: a code that the books' list replaces is switched off and keeps its records.
"""

from typing import Any

from daybook.books.names import name_key
from daybook.intake import lists, sql
from daybook.intake.models import ImportRun

_OPEN = "e.company_file_id = %(file)s AND e.kind IN ({kinds}) AND e.gone_at IS NULL"

ITEMS = (
    "SELECT e.id, e.name, e.full_name, e.is_active, e.batch_id FROM directory_listentry e WHERE {open} ORDER BY e.id"
)
CODES = "SELECT id, name, item_id FROM {table}"
CODES_FREE = "SELECT id, name FROM {table} WHERE item_id IS NULL {free}"
LINKED = "UPDATE {table} SET item_id = %s WHERE id = %s AND item_id IS NULL"
NEW = "INSERT INTO {table} (name, item_id, is_active, arrived, batch_id) VALUES (%s, %s, %s, TRUE, %s)"
FOLLOWED = """
UPDATE {table} SET name = SUBSTR(e.full_name, 1, 100), is_active = e.is_active AND e.gone_at IS NULL
FROM directory_listentry e WHERE e.id = {table}.item_id AND {table}.arrived AND e.company_file_id = %(file)s
    AND ({table}.name <> SUBSTR(e.full_name, 1, 100) OR {table}.is_active <> (e.is_active AND e.gone_at IS NULL))"""
REPLACED = """
UPDATE {table} SET is_active = FALSE WHERE is_active AND item_id IS NULL {free} AND EXISTS (
    SELECT 1 FROM directory_listentry e WHERE {open})"""

# table, choice, kinds of items, and what else keeps a code of the firm's own from being an item
_LISTS = (
    ("directory_laborcode", "service_items", lists.LABOR_ITEMS, ""),
    ("directory_expensecategory", "other_items", lists.EXPENSE_ITEMS, "AND account_id IS NULL"),
)


def write(run: ImportRun) -> None:
    """Write the codes for new items into the batch, where the items replace the firm's own list."""
    for table, choice, kinds, free in _LISTS:
        if run.choices.get(choice) == "replace" and any(run.counts.get(kind, {}).get("new") for kind in kinds):
            codes = sql.rows(_filled(CODES, table, kinds, free), {})
            linked, named = {item for _, _, item in codes}, {name_key(name) for _, name, _ in codes}
            new = [
                (full_name[:100], item, is_active, batch)
                for item, name, full_name, is_active, batch in _items(run, kinds)
                if batch == run.batch_id and item not in linked and not {name_key(name), name_key(full_name)} & named
            ]
            sql.run_each(_filled(NEW, table, kinds, free), new)


def publish(run: ImportRun) -> None:
    """Link codes to items of the same name, follow the items, and switch off what the first reading replaced."""
    for table, choice, kinds, free in _LISTS:
        moved = any(run.counts.get(kind, {}).keys() & {"new", "changed", "gone"} for kind in kinds)
        first = set(run.position.get("first", [])) & set(kinds)
        if not moved or choice not in run.choices:
            continue
        values = {"file": run.company_file_id}
        _link(run, table, kinds, free)
        sql.run(_filled(FOLLOWED, table, kinds, free), values)
        if first and run.choices[choice] == "replace":
            sql.run(_filled(REPLACED, table, kinds, free), values)


def _link(run: ImportRun, table: str, kinds: tuple[str, ...], free: str) -> None:
    """Link each code without an item to the oldest item that has its name."""
    codes = sql.rows(_filled(CODES_FREE, table, kinds, free), {})
    if not codes:
        return
    oldest: dict[str, int] = {}
    for item, name, full_name, _, _ in _items(run, kinds):
        oldest.setdefault(name_key(name), item)
        oldest.setdefault(name_key(full_name), item)
    pairs = [(oldest.get(name_key(name)), number) for number, name in codes]
    sql.run_each(_filled(LINKED, table, kinds, free), [pair for pair in pairs if pair[0] is not None])


def _items(run: ImportRun, kinds: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return sql.rows(_filled(ITEMS, "", kinds, ""), {"file": run.company_file_id})


def _filled(statement: str, table: str, kinds: tuple[str, ...], free: str) -> str:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return statement.format(table=table, open=_OPEN.format(kinds=listed), free=free)
