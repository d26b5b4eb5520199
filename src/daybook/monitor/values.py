"""What goes between the engine and those who carry its letters."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Clock = Callable[[], datetime]


class Ids(Protocol):
    """Makes names that are given only once."""

    def set_id(self) -> str:
        """A message-set id of at most 23 characters."""
        ...


@dataclass(frozen=True, slots=True)
class Ask:
    """A text to be carried to the company file, and what it is for. `letter_id` is None where nothing depends on it."""

    text: str
    purpose: str
    letter_id: int | None = None


@dataclass(frozen=True, slots=True)
class HResultSeen:
    """The company file gave a failure of the whole call instead of an answer; 0 means that no answer came at all."""

    code: int
    message: str = ""

    def __str__(self) -> str:
        return f"0x{self.code:08X}" if self.code else ""


NO_ANSWER = HResultSeen(0, "No answer came.")
