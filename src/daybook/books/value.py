"""What the kinds of records have in common as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Reference:
    """A record of the books that another one refers to."""

    list_id: str
    full_name: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is; at most five lines before the city."""

    lines: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


NOWHERE = Address()


class FromFields:
    """Makes a value from the plain fields of a record."""

    __slots__ = ()

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """The value with these fields; references and addresses are dicts in a snapshot and values here."""
        return cls(**{name: _value(value) for name, value in plain.items() if name in _names(cls)})


def _names(cls: type[Any]) -> frozenset[str]:
    return frozenset(field.name for field in fields(cls))


def _value(plain: Any) -> Any:
    if not isinstance(plain, Mapping):
        return plain
    if "list_id" in plain:
        return Reference(plain["list_id"], plain.get("full_name", ""))
    return Address(**{**plain, "lines": tuple(plain.get("lines", ()))})
