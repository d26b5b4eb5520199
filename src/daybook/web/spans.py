"""Spans of time as people say them."""

from datetime import datetime, timedelta


def in_words(span: timedelta) -> str:
    """A span of time as people say it: 0.2 s, 3 min, 5 h, 2 days."""
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s"
    for size, word in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {word}"
    return ""


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago something was: just now, 40 s ago, 3 min ago; empty when it never was."""
    if moment is None:
        return ""
    seconds = (now - moment).total_seconds()
    if seconds < 2:
        return "just now"
    return f"{seconds:.0f} s ago" if seconds < 60 else f"{in_words(now - moment)} ago"
