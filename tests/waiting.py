"""Waiting for a condition, with a deadline, instead of sleeping and hoping."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(condition: Callable[[], T], *, seconds: float = 30, every: float = 0.02, what: str = "") -> T:
    """Ask again and again until the answer is true, and give it; fail when the time is up."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds} s: {what or condition}")
        pause.wait(every)
