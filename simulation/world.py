"""One run: its time, its chances, what was reached, and the story that can be told of it."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulation.stage import START

CHANCES = (0.0, 0.01, 0.03, 0.08, 0.20)


class Killed(BaseException):
    """The process ends here, as by kill -9."""


class Violation(BaseException):
    """A promise was broken; nothing in the product may catch this."""


@dataclass
class World:
    """Time, chance and story of one seed."""

    seed: int
    telling: bool = False
    at: datetime = START
    steps: int = 0
    acting: str = "nobody"
    faulty: bool = True
    no_database_until: datetime = START
    reached: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    story: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.chance = CHANCES[self.seed % len(CHANCES)]
        self.books_skew = timedelta(seconds=self.random.choice((0, 0, -50, 40, -900, 1500)))
        self.skews = {name: timedelta(seconds=self.random.choice((0, 0, 1, -3, 20, -45, 70))) for name in "AB"}

    # --- time ---
    def now(self) -> datetime:
        """The time; each look at it is a millisecond later, so that order shows."""
        self.at += timedelta(milliseconds=1)
        return self.at

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)

    def books_now(self) -> datetime:
        """The time on the machine of the company file."""
        return self.now() + self.books_skew

    # --- chance ---
    def draw(self, place: str, kinds: Sequence[str], share: float = 1.0) -> str:
        """Say that this place was reached, and which of these faults happens there, if any."""
        self.reached[place] += 1
        if not self.faulty or self.random.random() >= self.chance * share:
            return ""
        kind = self.random.choice(kinds)
        self.faults[f"{place}: {kind}"] += 1
        self.tell(self.acting, f"FAULT at {place}: {kind}")
        return kind

    # --- story ---
    def tell(self, who: str, what: str) -> None:
        """A line of the story."""
        if self.telling:
            self.story.append(f"{self.at:%a %H:%M:%S.%f}"[:-3] + f"  {who:<12} {what}")

    def broken(self, what: str) -> Violation:
        """A promise that was broken, with where it was found."""
        self.tell("CHECK", f"BROKEN: {what}")
        return Violation(f"seed {self.seed}, step {self.steps}: {what}")
