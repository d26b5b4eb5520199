"""Who changed what, when and why. Lines are added, never changed."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models


class AppendOnly(Exception):
    """History is never rewritten."""


class ChangeQuerySet(models.QuerySet["Change"]):
    """Lines of history, to read and to add to."""

    def update(self, **values: Any) -> NoReturn:
        """Refused: history is append-only."""
        raise AppendOnly("A line of history is never changed.")

    def delete(self) -> NoReturn:
        """Refused: history is append-only."""
        raise AppendOnly("A line of history is never deleted.")


class Change(models.Model):
    """One change of one record."""

    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor_name = models.CharField(max_length=100, blank=True, default="", db_default="")
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    action = models.CharField(max_length=30)
    summary = models.CharField(max_length=300, blank=True, default="", db_default="")
    differences = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    batch_id = models.BigIntegerField(null=True, blank=True)

    objects: ClassVar[models.Manager["Change"]] = models.Manager.from_queryset(ChangeQuerySet)()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "id"], name="history_subject")]

    def __str__(self) -> str:
        return self.summary

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the line; a line that is there already is refused."""
        if not self._state.adding:
            raise AppendOnly("A line of history is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: history is append-only."""
        raise AppendOnly("A line of history is never deleted.")
