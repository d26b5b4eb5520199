"""When to try again, how much to send at once, and when to tell: numbers and plain functions."""

from datetime import datetime, timedelta

SET_SIZE = 20
LEASE = timedelta(seconds=30)
HEARTBEAT_SECONDS = 8.0
SWEEP_SECONDS = 5.0
LOOK_AROUND_SECONDS = 30.0  # a company file that is connected rings by itself
LOOK_FOR_LATE_EVERY = timedelta(minutes=1)
RELEASED_FOR = timedelta(minutes=2)
TELL_WAITING_AFTER = timedelta(minutes=10)
TELL_DOUBT_AFTER = timedelta(minutes=10)
LOOK_OVERLAP = timedelta(minutes=75)  # clocks differ, and offsets that QuickBooks prints can be an hour off
ASKED_IN_VAIN = 2  # unreadable answers to a question before Daybook looks for itself
MOST_REREADS = 5

_STEPS = (2, 5, 10, 20, 30, 60)


def try_again_at(now: datetime, failures: int) -> datetime:
    """When to try next after this many failures in a row: soon at first, each minute in the end."""
    return now + timedelta(seconds=_STEPS[min(max(failures, 1), len(_STEPS)) - 1])
