"""One connection a company file: whoever holds the lease may speak with the file, and only for as long as it lasts.

Every write that follows from a session begins with `under_lease`: the lease row is updated where file and epoch match.
No row means that somebody else took over, and everything stops there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from daybook.connections.models import Lease
from daybook.monitor import policy
from daybook.monitor.faults import reach
from daybook.sql import exists, moment, rows, run

_RENEW = "UPDATE connections_lease SET expires_at = %s WHERE company_file_id = %s AND epoch = %s"
_KNOWN = "SELECT 1 FROM connections_lease WHERE company_file_id = %s"
_HOLDER = "SELECT holder FROM connections_lease WHERE company_file_id = %s"
_EPOCH = "SELECT epoch FROM connections_lease WHERE company_file_id = %s"
_TAKE = """
UPDATE connections_lease SET holder = %s, machine = %s, epoch = epoch + 1, expires_at = %s, release_asked = %s
WHERE company_file_id = %s AND (expires_at <= %s OR holder IN ('', %s) OR (holder = %s AND holder <> ''))"""
_RELEASE_ASKED = "SELECT 1 FROM connections_lease WHERE company_file_id = %s AND epoch = %s AND release_asked"


class LeaseLost(Exception):
    """Another Monitor holds the company file now."""


def take(company_file_id: int, holder: str, machine: str, now: datetime, *, dead: str = "") -> int | None:
    """The new epoch if the lease is free, ours, or of a holder known to be dead; None while another holds it."""
    with transaction.atomic():
        if not exists(_KNOWN, [company_file_id]):
            Lease.objects.get_or_create(company_file_id=company_file_id, defaults={"expires_at": now})
        until = moment(now + policy.LEASE)
        values = [holder, machine, until, False, company_file_id, moment(now), holder, dead]
        epoch = int(rows(_EPOCH, [company_file_id])[0][0]) if run(_TAKE, values) else None
        reach("lease.before_commit")
    reach("lease.after_commit")
    return epoch


def holder_of(company_file_id: int) -> str:
    """Who holds the file, or held it last."""
    found = rows(_HOLDER, [company_file_id])
    return str(found[0][0]) if found else ""


def renew(company_file_id: int, epoch: int, now: datetime, hold: timedelta = policy.LEASE) -> bool:
    """Hold on for a while longer; False if somebody else took over."""
    return run(_RENEW, [moment(now + hold), company_file_id, epoch]) == 1


def let_go(company_file_id: int, epoch: int, now: datetime) -> None:
    """Give the lease back, if it is still ours."""
    Lease.objects.filter(company_file_id=company_file_id, epoch=epoch).update(holder="", expires_at=now)


def release_asked(company_file_id: int, epoch: int) -> bool:
    """Whether a person asked us to let go of the file."""
    return exists(_RELEASE_ASKED, [company_file_id, epoch])


def release_done(company_file_id: int, epoch: int) -> None:
    """The file was let go, as somebody asked."""
    Lease.objects.filter(company_file_id=company_file_id, epoch=epoch).update(release_asked=False)


@contextmanager
def under_lease(company_file_id: int, epoch: int, now: datetime) -> Iterator[None]:
    """A transaction of the holder; LeaseLost if it is not the holder any more."""
    with transaction.atomic():
        if not renew(company_file_id, epoch, now):
            raise LeaseLost(f"The lease on company file {company_file_id} went to another Monitor.")
        yield
