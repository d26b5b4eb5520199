"""Starts the nightly syncs that are due, and tells of those that did not run in their time."""

from datetime import datetime, timedelta

from django.db import transaction

from daybook.connections.models import CompanyFile
from daybook.connections.schedule import Schedule, in_window, next_sync, schedule_of
from daybook.intake import operations as intake
from daybook.intake.models import ImportRun
from daybook.intake.queries import open_run
from daybook.notices.operations import tell
from daybook.people.rights import Right

LATE = timedelta(hours=1)
EARLIER_NIGHT = timedelta(hours=12)


def start_due_syncs(now: datetime) -> None:
    """Ask for every nightly sync that is due, and tell of those that did not run in their time."""
    for company_file in CompanyFile.objects.filter(disconnected_at=None):
        with transaction.atomic():
            _end_if_too_late(company_file, now)
            _start_if_due(company_file, now)


def holds_back(run: ImportRun, now: datetime) -> bool:
    """Whether this is a nightly sync that must not begin now; one that a person asked for as well may at any time."""
    if run.trigger != ImportRun.Trigger.NIGHTLY or run.state != ImportRun.State.WAITING or run.asked_by_id is not None:
        return False
    schedule = schedule_of(run.company_file)
    return schedule is not None and not in_window(schedule, now)


def _end_if_too_late(company_file: CompanyFile, now: datetime) -> None:
    """A nightly sync that could not begin in its hours is not begun by day."""
    schedule = schedule_of(company_file)
    waiting = open_run(company_file) if schedule is not None else None
    if schedule is None or waiting is None or not holds_back(waiting, now):
        return
    why = f"It could not begin in the hours that are set for it. {company_file.state_sentence}".strip()
    if intake.miss(waiting, why, now):
        _tell_missed(company_file, schedule, waiting.asked_at, why, now)


def _start_if_due(company_file: CompanyFile, now: datetime) -> None:
    schedule = schedule_of(company_file)
    if schedule is None:
        _set_next(company_file, None)
    elif company_file.next_sync_at is None:
        _set_next(company_file, next_sync(schedule, now))
    elif company_file.next_sync_at <= now:
        due = company_file.next_sync_at
        _set_next(company_file, next_sync(schedule, now))
        _start_or_tell(company_file, schedule, due, now)


def _start_or_tell(company_file: CompanyFile, schedule: Schedule, due: datetime, now: datetime) -> None:
    why = why_not(company_file, schedule, now)
    left = why or _left_open(company_file, schedule, now)
    if not why:
        intake.ask_import(None, company_file, None, trigger=ImportRun.Trigger.NIGHTLY, now=now)
    if left or now - due > LATE:
        _tell_missed(
            company_file, schedule, due, left or "No Monitor was running at that time. It runs now instead.", now
        )


def why_not(company_file: CompanyFile, schedule: Schedule, now: datetime) -> str:
    """The reason why a due sync must not begin now, as a sentence, or nothing."""
    if company_file.paused:
        return f"The connection is paused. {company_file.state_sentence}".strip()
    if company_file.in_trial:
        return "The company file is tried at another place, until somebody says yes to that or goes back."
    if company_file.state == CompanyFile.State.CANNOT_OPEN and company_file.check_asked_at is None:
        return f"The company file cannot be opened. {company_file.state_sentence}".strip()
    waiting = open_run(company_file)
    if waiting is not None and waiting.state == ImportRun.State.STAGED:
        return "An import is ready to be looked at, and nothing else is read before it is confirmed or stopped."
    if not in_window(schedule, now):
        return "No Monitor was running at that time, and now is outside the hours in which a sync may begin."
    return ""


def _left_open(company_file: CompanyFile, schedule: Schedule, now: datetime) -> str:
    """What to say when an import of an earlier night is not done yet; this night's joins it."""
    waiting = open_run(company_file)
    if waiting is None or now - waiting.asked_at < EARLIER_NIGHT:
        return ""
    asked = waiting.asked_at.astimezone(schedule.zone)
    since = f"The import that was asked for at {asked:%H:%M} on {asked:%d %B} is not done yet, and goes on."
    return f"{since} {company_file.state_sentence}".strip()


def _tell_missed(company_file: CompanyFile, schedule: Schedule, due: datetime, why: str, now: datetime) -> None:
    local = due.astimezone(schedule.zone)
    tell(
        Right.CONNECTION_MANAGE,
        "import.missed",
        title=f"The nightly sync of {company_file.name} did not run at {local:%H:%M} on {local:%d %B}",
        text=f"{why} Nothing is lost: the next sync brings everything that changed since the last one.",
        url="/monitor/",
        subject=("company_file", company_file.pk),
        dedupe_key=f"import.missed:{company_file.pk}:{due.isoformat()}",
        now=now,
    )


def _set_next(company_file: CompanyFile, at: datetime | None) -> None:
    if company_file.next_sync_at != at:
        company_file.next_sync_at = at
        company_file.save(update_fields=["next_sync_at"])
