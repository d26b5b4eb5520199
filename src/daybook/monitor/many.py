"""The same for many company files at once, for a program that holds the lines of many agents: one statement each."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from daybook.connections.models import Lease
from daybook.monitor import policy

# The states stand as words in it, so that both databases use the partial indexes.
_SOMETHING_WAITS = """
SELECT company_file_id FROM outbox_posting WHERE state = 'queued'
UNION SELECT company_file_id FROM outbox_posting WHERE state = 'in_doubt'
UNION SELECT company_file_id FROM outbox_posting WHERE NOT (look = '')
UNION SELECT company_file_id FROM intake_importrun WHERE NOT (state IN ('published', 'failed', 'stopped'))
UNION SELECT company_file_id FROM intake_importrun WHERE leftovers
UNION SELECT id FROM connections_companyfile WHERE check_asked_at IS NOT NULL
UNION SELECT company_file_id FROM connections_lease WHERE release_asked
"""


def something_waits() -> set[int]:
    """The company files at which a closer look is worth while."""
    with connection.cursor() as cursor:
        cursor.execute(_SOMETHING_WAITS)
        return {row[0] for row in cursor.fetchall()}


def renew(holders: Collection[str], now: datetime) -> None:
    """Let these holders hold on for a while longer."""
    Lease.objects.filter(holder__in=holders).update(expires_at=now + policy.LEASE)


def free(company_file_ids: Collection[int], now: datetime) -> set[int]:
    """Those of these company files that nobody holds."""
    held = Lease.objects.filter(company_file_id__in=company_file_ids, expires_at__gt=now).exclude(holder="")
    return set(company_file_ids) - set(held.values_list("company_file_id", flat=True))
