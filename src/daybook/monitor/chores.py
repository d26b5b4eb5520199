"""What the Monitor does from time to time beside the company files: a plain list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from daybook.connections import webconnectors
from daybook.connections.backup import Scheduled
from daybook.connections.queries import files
from daybook.monitor.policy import LOOK_FOR_LATE_EVERY
from daybook.monitor.schedule import start_due_syncs
from daybook.monitor.telling import away, late
from daybook.notices.operations import clean_up
from daybook.notices.queries import backup_folder, last_backup_due
from daybook.notices.sending import send_due
from daybook.outbox.cleaning import clean_up_all

READ_NOTICES_KEPT = timedelta(days=90)
BACKUPS = Scheduled()


@dataclass(frozen=True)
class Chore:
    """Something to be done again and again."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


def clean_up_notices(now: datetime) -> int:
    """Remove read notices and sent mails after a season."""
    return clean_up(now - READ_NOTICES_KEPT)


def back_up(now: datetime) -> bool:
    """Start a backup when the firm's hour for it has come."""
    return BACKUPS.start_when_due(now, last_backup_due(now), backup_folder())


def tell_what_is_late(now: datetime) -> None:
    """Tell of what waits too long at files that a visitor reaches; those that a Monitor holds it looks at itself."""
    for company_file in files().exclude(way="sandbox"):
        late(company_file, now)
        connector = webconnectors.of_file(company_file)
        if connector is not None and not company_file.paused:
            found = webconnectors.standing(connector, now)
            if found.word not in webconnectors.THERE:
                away(company_file, found.sentence, f"{connector.last_seen_at}", now)


CHORES: list[Chore] = [
    Chore("tell what is late", LOOK_FOR_LATE_EVERY, tell_what_is_late),
    Chore("send mails", timedelta(seconds=5), send_due),
    Chore("start due syncs", timedelta(seconds=5), start_due_syncs),
    Chore("clean up transactions", timedelta(days=1), clean_up_all),
    Chore("back up", timedelta(minutes=10), back_up),
    Chore("clean up notices", timedelta(days=1), clean_up_notices),
]
