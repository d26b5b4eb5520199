"""One look at what waits for a company file: a single statement, each part by its own partial index."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

# Written out, because this is asked before each message: the states stand as words in it, so that both databases use
# the partial indexes, and an empty outbox costs next to nothing however many finished postings there are.
_SQL = """
SELECT
  EXISTS (SELECT 1 FROM outbox_posting p WHERE p.company_file_id = %(file)s AND p.state = 'in_doubt'
          AND (p.not_before IS NULL OR p.not_before <= %(now)s)),
  EXISTS (SELECT 1 FROM outbox_posting p WHERE p.company_file_id = %(file)s AND NOT (p.look = '')
          AND (p.not_before IS NULL OR p.not_before <= %(now)s)),
  EXISTS (SELECT 1 FROM outbox_posting p LEFT JOIN outbox_posting a ON a.id = p.after_id
          WHERE p.company_file_id = %(file)s AND p.state = 'queued' AND p.look = ''
          AND (p.not_before IS NULL OR p.not_before <= %(now)s) AND (p.after_id IS NULL OR a.state = 'posted')),
  EXISTS (SELECT 1 FROM outbox_posting p JOIN outbox_posting a ON a.id = p.after_id
          WHERE p.company_file_id = %(file)s AND p.state = 'queued' AND p.after_id IS NOT NULL
          AND a.state IN ('parked', 'withdrawn')),
  EXISTS (SELECT 1 FROM outbox_posting p JOIN outbox_posting a ON a.id = p.after_id
          WHERE p.company_file_id = %(file)s AND p.state = 'parked' AND p.problem_code = 'waits' AND a.state = 'posted')
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether something is in doubt, must be read, is due, waits for what will not come, or for what came by now."""

    in_doubt: bool
    looks: bool
    due: bool
    orphans: bool
    freed: bool


def look(company_file_id: int, now: datetime) -> Waiting:
    """What waits for this company file now."""
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"file": company_file_id, "now": moment})
        row = cursor.fetchone()
    return Waiting(*(bool(found) for found in row))
