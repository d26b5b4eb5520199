"""The end of a move: the file at the other place is taken, and its lists are read anew before the links are trusted."""

from datetime import datetime

from django.db import transaction

from daybook.connections import trials
from daybook.connections.models import CompanyFile
from daybook.intake.models import ImportRun
from daybook.intake.operations import ask_import
from daybook.people.models import User


def accept_move(actor: User, company_file: CompanyFile, now: datetime) -> ImportRun | None:
    """A person says yes to what was found at the other place; a file that was imported is compared in full."""
    with transaction.atomic():
        moved = trials.accept(actor, company_file, now)
        if moved.last_sync_at is None:
            return None
        return ask_import(None, moved, trigger=ImportRun.Trigger.RECONCILE, now=now)
