"""Named places where a test may end the Monitor as `kill -9` does; nothing happens unless the environment names one.

DAYBOOK_FAULT="kill:<point>" ends the process when it comes to the point, "kill:<point>:3" the third time it does. The
simulation, which plays all of it in one process, watches the points instead.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable

VARIABLE = "DAYBOOK_FAULT"
POINTS = (
    "lease.before_commit",
    "lease.after_commit",
    "file.before_open",
    "file.after_open",
    "session.before_commit",
    "session.after_commit",
    "request.before_commit",
    "request.after_commit",
    "send.before",
    "send.after",
    "answer.before_commit",
    "answer.after_commit",
    "file.before_close",
    "file.after_close",
)
# "page" is one that was read; the others are the steps of an import, and "clear" is what is left after them.
IMPORT_POINTS = tuple(
    f"import.{step}.{side}_commit"
    for step in ("page", "prepare", "match", "decide", "join", "count", "begin", "write", "change", "publish", "clear")
    for side in ("before", "after")
)

_reached: Counter[str] = Counter()
_watchers: list[Callable[[str], None]] = []


def watch(watcher: Callable[[str], None]) -> None:
    """Call this at each point from now on."""
    _watchers.append(watcher)


def reach(point: str) -> None:
    """Say that the program came to this point."""
    for watcher in _watchers:
        watcher(point)
    planned = os.environ.get(VARIABLE)
    if planned is None:
        return
    _, _, wanted = planned.partition(":")
    name, _, times = wanted.partition(":")
    if name != point:
        return
    _reached[point] += 1
    if _reached[point] == int(times or 1):
        os.kill(os.getpid(), signal.SIGKILL)
