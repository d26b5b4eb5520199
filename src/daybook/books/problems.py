"""What the books would refuse, found before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why the books would refuse a value, and a value that they would take, if one can be offered."""

    code: str
    sentence: str
    offer: str = ""
    field: str = ""
