"""What every write of the directory does the same way: one form once, no overwriting, differences for the history."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, models, transaction

from daybook.directory.errors import ChangedMeanwhile, invalid
from daybook.directory.models import Client, Contact, Project, Staff, SubmittedForm
from daybook.history.operations import record
from daybook.history.queries import last_of
from daybook.people.models import User

Subject = Client | Project | Staff
M = TypeVar("M", bound=models.Model)
CHUNK = 100  # records that a transaction changes at most, so that others who write wait no longer than a moment

KINDS: dict[type[models.Model], str] = {Client: "client", Project: "project", Staff: "staff", Contact: "contact"}


class Post(StrEnum):
    """What is to happen in QuickBooks when a record is added."""

    NO = ""
    NOW = "now"
    PROPOSE = "propose"


def kind_of(subject: models.Model) -> str:
    """The word by which other shelves name this kind of record."""
    return KINDS[type(subject)]


def submitted(key: UUID, model: type[M]) -> M | None:
    """The record that this very form made when it was sent the first time."""
    form = SubmittedForm.objects.filter(key=key).first()
    if form is None:
        return None
    if form.subject_kind != KINDS[model]:
        raise invalid("", "This form was used for something else already. Open a fresh one.")
    return model._default_manager.get(pk=form.subject_id)


def once(key: UUID, model: type[M], make: Callable[[], M]) -> M:
    """What this form made the first time, or makes now: two sendings at the same moment make one record."""
    try:
        with transaction.atomic():
            earlier = submitted(key, model)
            return make() if earlier is None else earlier
    except IntegrityError as error:
        earlier = submitted(key, model)
        if earlier is None:
            raise invalid("code", "Somebody has used this ID a moment ago. Look again, then save.") from error
        return earlier


def note_submitted(key: UUID, subject: models.Model, now: datetime) -> None:
    """Remember which record this form made."""
    SubmittedForm.objects.create(key=key, subject_kind=kind_of(subject), subject_id=subject.pk, at=now)


def locked(record_: M) -> M:
    """The record as it is now, held until the transaction ends."""
    return type(record_)._default_manager.select_for_update().get(pk=record_.pk)


def in_chunks(rows: Iterable[M]) -> Iterator[list[M]]:
    """The records a few at a time: many are changed in short transactions."""
    found = list(rows)
    for start in range(0, len(found), CHUNK):
        yield found[start : start + CHUNK]


def as_now(rows: list[M]) -> list[M]:
    """The records as they are now, held until the transaction ends."""
    if not rows:
        return []
    there = type(rows[0])._default_manager.select_for_update().in_bulk([row.pk for row in rows])
    return [there[row.pk] for row in rows if row.pk in there]


def expect_version(subject: Subject, version: int | None) -> None:
    """Go on only if nobody saved the record since the form with this version was opened."""
    if version is None or subject.version == version:
        return
    line = last_of(kind_of(subject), subject.pk)
    who = line.actor_name if line and line.actor_name else "QuickBooks"
    differences = line.differences if line else {}
    raise ChangedMeanwhile(who, line.at if line else subject.changed_at, subject.version, differences)


def assign(target: models.Model, data: object) -> dict[str, Any]:
    """Write the values of a data class into a record, and return {field: [before, after]} of those that changed."""
    assert is_dataclass(data)
    changed: dict[str, Any] = {}
    for field in fields(data):
        value = cleaned(getattr(data, field.name))
        if getattr(target, field.name) == value:
            continue
        before = _shown(target, field.name)
        setattr(target, field.name, value)
        changed[field.name.removesuffix("_id")] = [before, _shown(target, field.name)]
    return changed


def cleaned(value: Any) -> Any:
    """Text without blanks at its ends; everything else as it is."""
    return value.strip().replace("\r\n", "\n") if isinstance(value, str) else value


def _shown(target: models.Model, name: str) -> Any:
    if name.endswith("_id") and name != "vendor_list_id":
        related = getattr(target, name.removesuffix("_id"))
        return str(related) if related is not None else ""
    value = getattr(target, name)
    if isinstance(value, date):
        return value.isoformat()
    return value


def write_down(
    actor: User, subject: models.Model, action: str, now: datetime, differences: dict[str, Any] | None = None
) -> None:
    """The line of history that goes with a write."""
    verb = {"added": "Added", "changed": "Changed", "deactivated": "Deactivated", "activated": "Activated"}[action]
    parts = f": {', '.join(name.replace('_', ' ') for name in differences)}" if differences else ""
    summary = f"{verb} {subject}{parts}"
    record(actor, kind_of(subject), subject.pk, action, summary=summary, differences=differences, now=now)
