"""Reads the history."""

from daybook.history.models import Change


def of_subject(kind: str, subject_id: int, limit: int = 50) -> list[Change]:
    """What happened to a record, the newest first."""
    return list(Change.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("-id")[:limit])


def last_of(kind: str, subject_id: int) -> Change | None:
    """The newest line about a record."""
    return Change.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("-id").first()
