"""When the nightly sync runs: at an hour and on weekdays that the firm chooses, in its own time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from daybook.connections.models import CompanyFile
from daybook.intake import operations as intake
from daybook.intake.models import ImportRun
from daybook.intake.queries import open_run
from daybook.notices.operations import tell
from daybook.people.rights import Right

LATE = timedelta(hours=1)
DAYS_AHEAD = 8


@dataclass(frozen=True)
class Schedule:
    """The firm's choice; `window_start` to `window_end` is the time of day in which a sync may begin."""

    at: time
    weekdays: frozenset[int]
    zone: ZoneInfo
    window_start: time | None = None
    window_end: time | None = None


def schedule_of(company_file: CompanyFile) -> Schedule | None:
    """The schedule of a company file, or None when its nightly sync is off."""
    if not company_file.sync_on or not company_file.sync_weekdays:
        return None
    return Schedule(
        company_file.sync_time,
        frozenset(company_file.sync_weekdays),
        ZoneInfo(company_file.time_zone),
        company_file.window_start,
        company_file.window_end,
    )


def next_sync(schedule: Schedule, now: datetime) -> datetime:
    """The first chosen night after `now`.

    Each chosen date has one sync: an hour that the clocks skip comes as much later as they skip, and of an hour that
    comes twice the first is taken.
    """
    today = now.astimezone(schedule.zone).date()
    for ahead in range(-1, DAYS_AHEAD + 1):
        day = today + timedelta(days=ahead)
        if day.weekday() in schedule.weekdays:
            at = datetime.combine(day, schedule.at, schedule.zone).astimezone(UTC)
            if at > now:
                return at
    raise ValueError("a schedule needs at least one weekday")


def in_window(schedule: Schedule, now: datetime) -> bool:
    """Whether a sync may begin now; a window may reach over midnight, and without one it always may."""
    start, end = schedule.window_start, schedule.window_end
    if start is None or end is None or start == end:
        return True
    clock = now.astimezone(schedule.zone).time()
    return start <= clock < end if start < end else clock >= start or clock < end


def start_due_syncs(now: datetime) -> None:
    """Ask for every nightly sync that is due, and tell of those that did not run in their time."""
    for company_file in CompanyFile.objects.filter(disconnected_at=None):
        with transaction.atomic():
            _start_if_due(company_file, now)


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
    if not why:
        intake.ask_import(None, company_file, None, trigger=ImportRun.Trigger.NIGHTLY, now=now)
    if why or now - due > LATE:
        _tell_missed(
            company_file, schedule, due, why or "No Monitor was running at that time. It runs now instead.", now
        )


def why_not(company_file: CompanyFile, schedule: Schedule, now: datetime) -> str:
    """The reason why a due sync must not begin now, as a sentence, or nothing."""
    if company_file.paused:
        return f"The connection is paused. {company_file.state_sentence}".strip()
    waiting = open_run(company_file)
    if waiting is not None and waiting.state == ImportRun.State.STAGED:
        return "An import is ready to be looked at, and nothing else is read before it is confirmed or stopped."
    if not in_window(schedule, now):
        return "No Monitor was running at that time, and now is outside the hours in which a sync may begin."
    return ""


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
