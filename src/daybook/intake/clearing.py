"""Clears what a run leaves behind: staged records, and the invisible rows of a batch that will not be published."""

# ruff: noqa: S608 (the parts of the statements are written here; values go as parameters)

from django.db import connection

from daybook.intake import sql, staging
from daybook.intake.models import ImportRun

CLEAR_ROWS = 5000

# Children first. Rows of an unpublished batch are known to nobody, so they can go without a trace.
_INVISIBLE = (
    "history_change",
    "outbox_link",
    "directory_project",
    "directory_contact",
    "directory_client",
    "directory_staff",
    "directory_laborcode",
    "directory_expensecategory",
    "directory_clienttype",
    "directory_projecttype",
    "directory_listentry",
)


def clear(run: ImportRun) -> bool:
    """Remove the next rows that a finished run left; False when nothing is left. Inside a transaction."""
    if not run.leftovers:
        return False
    if run.state != ImportRun.State.PUBLISHED and run.batch_id and _clear_batch(run):
        return True
    if _clear_arrivals(run):
        return True
    if run.state != ImportRun.State.PUBLISHED and run.batch is not None:
        batch, run.batch = run.batch, None
        run.save(update_fields=["batch"])
        batch.delete()
    run.leftovers = False
    return False


def _clear_batch(run: ImportRun) -> bool:
    """Remove some rows of the batch. Contacts and clients point at each other, which is checked at the end."""
    for table in _INVISIBLE:
        if table == "directory_contact":
            gone = _release_contacts(run)
            if gone:
                return True
        if _delete_some(table, run):
            return True
    return False


def _release_contacts(run: ImportRun) -> int:
    return sql.run(
        """UPDATE directory_contact SET client_id = NULL WHERE id IN (SELECT id FROM directory_contact
        WHERE batch_id = %(batch)s AND client_id IS NOT NULL LIMIT %(rows)s)""",
        {"batch": run.batch_id, "rows": CLEAR_ROWS},
    ) or sql.run(
        """UPDATE directory_client SET billing_contact_id = NULL WHERE id IN (SELECT id FROM directory_client
        WHERE batch_id = %(batch)s AND billing_contact_id IS NOT NULL LIMIT %(rows)s)""",
        {"batch": run.batch_id, "rows": CLEAR_ROWS},
    )


def _delete_some(table: str, run: ImportRun) -> int:
    # The deepest projects were written last and have the highest ids, so children go before their parents.
    return sql.run(
        f"""DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE batch_id = %(batch)s
        ORDER BY id DESC LIMIT %(rows)s)""",
        {"batch": run.batch_id, "rows": CLEAR_ROWS},
    )


def _clear_arrivals(run: ImportRun) -> int:
    """Empty the shelf at once where nobody else has anything on it, which is the rule; otherwise piece by piece."""
    first, end = staging.ids_of(run)
    lowest, highest = sql.rows("SELECT MIN(id), MAX(id) FROM intake_content", {})[0]
    if lowest is not None and first <= lowest and highest < end:
        for table in _SHELF:
            sql.run(f"DELETE FROM {table}" if connection.vendor == "sqlite" else f"TRUNCATE {table}", {})
        return 0
    return sum(_clear_range(table, first, end) for table in _SHELF)


_SHELF = ("intake_arrival", "intake_content")


def _clear_range(table: str, first: int, end: int) -> int:
    return sql.run(
        f"""DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE id >= %(first)s AND id < %(end)s
        ORDER BY id LIMIT %(rows)s)""",
        {"first": first, "end": end, "rows": CLEAR_ROWS},
    )
