"""Three-way comparison: what both sides last agreed on, what is ours now, what is theirs now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merge:
    """What to do with each field that is not the same on both sides.

    ``take`` are theirs to be written here, ``send`` are ours to be written there, and ``conflicts`` hold base, ours and
    theirs of the fields that both sides changed.
    """

    take: dict[str, Any] = field(default_factory=dict)
    send: dict[str, Any] = field(default_factory=dict)
    conflicts: dict[str, tuple[Any, Any, Any]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether both sides agree."""
        return not (self.take or self.send or self.conflicts)


def merge(base: Values, ours: Values, theirs: Values, owners: Mapping[str, str]) -> Merge:
    """Compare the owned fields that ours or theirs speaks of; a field that is missing on a side did not change there.

    ``owners`` says of each field whose it is: ``ours`` is only sent, ``theirs`` is only taken, ``both`` goes to the
    side that did not change it, and is a conflict where both did.
    """
    result = Merge()
    for name, owner in owners.items():
        agreed = plain(base.get(name))
        here = plain(ours[name]) if name in ours else agreed
        there = plain(theirs[name]) if name in theirs else agreed
        if here == there:
            continue
        we_changed, they_changed = here != agreed, there != agreed
        if owner == "theirs":
            if they_changed:
                result.take[name] = theirs[name]
        elif owner == "ours" or not they_changed:
            if we_changed:
                result.send[name] = ours[name]
        elif not we_changed:
            result.take[name] = theirs[name]
        else:
            result.conflicts[name] = (base.get(name), ours[name], theirs[name])
    return result


def plain(value: Any) -> Any:
    """A value for comparing: nothing is an empty text, a reference is its ID, an address has no empty parts."""
    if value is None or value == "":
        return ""
    if isinstance(value, Mapping):
        if "list_id" in value:
            return value["list_id"]
        parts = {name: _trimmed(part) for name, part in value.items()}
        return tuple(sorted((name, part) for name, part in parts.items() if part)) or ""
    return value


def _trimmed(part: Any) -> Any:
    return tuple(line for line in part if line) if isinstance(part, (list, tuple)) else part
