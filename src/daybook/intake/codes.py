"""Service items as labor codes, other items as expense categories: they replace the firm's own list or are linked.

Nothing that was used is deleted: a code that the books' list replaces is switched off and keeps its records.
"""

from daybook.intake import lists, sql
from daybook.intake.models import ImportRun

_OPEN = "e.company_file_id = %(file)s AND e.kind IN ({kinds}) AND e.gone_at IS NULL"

LINKED = """
UPDATE {table} SET item_id = (SELECT e.id FROM directory_listentry e WHERE {open} AND {named} ORDER BY e.id LIMIT 1)
WHERE item_id IS NULL {free} AND EXISTS (SELECT 1 FROM directory_listentry e WHERE {open} AND {named})"""
_NAMED = "(LOWER(e.name) = LOWER({table}.name) OR LOWER(e.full_name) = LOWER({table}.name))"
NEW = """
INSERT INTO {table} (name, item_id, is_active, arrived, batch_id)
SELECT SUBSTR(e.full_name, 1, 100), e.id, e.is_active, TRUE, %(batch)s FROM directory_listentry e
WHERE {open} AND e.batch_id = %(batch)s
    AND NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.item_id = e.id OR {named})"""
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
            sql.run(_filled(NEW, table, kinds, free), {"file": run.company_file_id, "batch": run.batch_id})


def publish(run: ImportRun) -> None:
    """Link codes to items of the same name, follow the items, and switch off what the first reading replaced."""
    for table, choice, kinds, free in _LISTS:
        moved = any(run.counts.get(kind, {}).keys() & {"new", "changed", "gone"} for kind in kinds)
        first = set(run.position.get("first", [])) & set(kinds)
        if not moved or choice not in run.choices:
            continue
        values = {"file": run.company_file_id}
        sql.run(_filled(LINKED, table, kinds, free), values)
        sql.run(_filled(FOLLOWED, table, kinds, free), values)
        if first and run.choices[choice] == "replace":
            sql.run(_filled(REPLACED, table, kinds, free), values)


def _filled(statement: str, table: str, kinds: tuple[str, ...], free: str) -> str:
    named = _NAMED.format(table=table)
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return statement.format(table=table, open=_OPEN.format(kinds=listed), named=named, free=free)
