"""When the nightly sync runs: at an hour and on weekdays that the firm chooses, in its own time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daybook.connections.models import CompanyFile

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
