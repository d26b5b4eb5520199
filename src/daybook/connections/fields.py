"""Kinds of columns that several shelves use."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from daybook.books.names import name_key


class Folded(models.CharField):  # type: ignore[type-arg]
    """Another column as `name_key` folds it, which both databases compare alike; it follows that column at each save.

    SQL and `bulk_update` write it by themselves. One letter may become three.
    """

    def __init__(self, of: str, length: int, **options: Any) -> None:
        self.of, self.length = of, length
        fixed = {"max_length": 3 * length, "blank": True, "default": "", "db_default": "", "editable": False}
        super().__init__(**{**fixed, **options})

    def deconstruct(self) -> Any:
        """How a migration makes it again."""
        name, _, _, _ = super().deconstruct()
        return name, "daybook.connections.fields.Folded", [self.of, self.length], {}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Fold what the other column holds now."""
        folded = name_key(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, folded)
        return folded


class RowNumber(models.BigIntegerField):  # type: ignore[type-arg]
    """A primary key whose values come from us; on SQLite it is the number of the row itself, without another index."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """SQLite takes no other word for it."""
        return "integer" if connection.vendor == "sqlite" else str(super().db_type(connection))


class WrittenJSON(models.JSONField):
    """JSON that this program wrote a moment ago; SQLite does not parse it once more to see whether it is JSON."""

    def db_check(self, connection: BaseDatabaseWrapper) -> None:
        """None."""
        return
