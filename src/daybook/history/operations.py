"""Adds lines to the history."""

from datetime import datetime
from typing import Any

from daybook.history.models import Change
from daybook.people.models import User


def record(
    actor: User | None,
    subject_kind: str,
    subject_id: int,
    action: str,
    *,
    summary: str,
    differences: dict[str, Any] | None = None,
    reason: str = "",
    now: datetime,
    batch_id: int | None = None,
) -> Change:
    """Write down what was done to a record; `differences` is {field: [before, after]}."""
    return Change.objects.create(
        at=now,
        actor=actor,
        actor_name=actor.name if actor else "",
        subject_kind=subject_kind,
        subject_id=subject_id,
        action=action,
        summary=summary[:300],
        differences=differences or {},
        reason=reason[:300],
        batch_id=batch_id,
    )
