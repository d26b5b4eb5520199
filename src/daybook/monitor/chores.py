"""What the Monitor does from time to time beside the company files: a plain list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from daybook.monitor.schedule import start_due_syncs
from daybook.notices.operations import clean_up
from daybook.notices.sending import send_due
from daybook.outbox.cleaning import clean_up_all

READ_NOTICES_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Chore:
    """Something to be done again and again."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


def clean_up_notices(now: datetime) -> int:
    """Remove read notices and sent mails after a season."""
    return clean_up(now - READ_NOTICES_KEPT)


CHORES: list[Chore] = [
    Chore("send mails", timedelta(seconds=5), send_due),
    Chore("start due syncs", timedelta(seconds=5), start_due_syncs),
    Chore("clean up transactions", timedelta(days=1), clean_up_all),
    Chore("clean up notices", timedelta(days=1), clean_up_notices),
]
