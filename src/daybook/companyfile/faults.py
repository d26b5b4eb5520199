"""Named places where a test may make the company file fail, off unless asked for.

A fault is written ``action:point`` or ``action:point:k``, where k is the position of the request in its set (from
1):

- actions: ``kill`` ends the process as `kill -9` does; ``lose`` gives the caller HRESULT 0x80010105;
  ``fail`` at ``store_answer`` makes the set's answer unstorable (status 9005);
- points: before_request, before_commit, after_request, before_store_answer, store_answer, after_store_answer,
  lose_answer.

Handed to the RequestProcessor, or by the environment variable DAYBOOK_SANDBOX_FAULT for another process.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable

from daybook.companyfile.errors import ANSWER_LOST, HResult

VARIABLE = "DAYBOOK_SANDBOX_FAULT"
POINTS = frozenset(
    "before_request before_commit after_request before_store_answer store_answer after_store_answer lose_answer".split()
)
ACTIONS = frozenset(("kill", "lose", "fail"))


class Faults:
    """The faults in force."""

    def __init__(self, faults: Iterable[str] = ()) -> None:
        self._planned: dict[tuple[str, int], str] = {}
        for fault in (*faults, *filter(None, os.environ.get(VARIABLE, "").split(","))):
            action, _, rest = fault.partition(":")
            point, _, position = rest.partition(":")
            if action not in ACTIONS or point not in POINTS:
                raise ValueError(f"not a fault: {fault!r}")
            self._planned[point, int(position or 0)] = action

    def at(self, point: str, position: int = 0) -> bool:
        """Do what is planned for this place; True if the caller shall fail it itself."""
        if not self._planned:
            return False
        action = self._planned.get((point, position)) or self._planned.get((point, 0))
        if action == "kill":
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        if action == "lose":
            raise HResult(ANSWER_LOST)
        return action == "fail"
