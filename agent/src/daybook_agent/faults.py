"""Named places where a test may end the agent as `kill -9` does; nothing happens unless the environment names one.

DAYBOOK_AGENT_FAULT="kill:<point>" ends the process when it comes to the point, "kill:<point>:3" the third time it does.
"""

import os
import signal
from collections import Counter

VARIABLE = "DAYBOOK_AGENT_FAULT"
POINTS = (
    "file.before_open",
    "file.after_open",
    "letter.before",
    "letter.after",
    "answer.kept",
    "answer.delivered",
    "answer.forgotten",
    "file.closed",
)

_reached: Counter[str] = Counter()


def reach(point: str) -> None:
    """Say that the program came to this point."""
    planned = os.environ.get(VARIABLE)
    if planned is None:
        return
    name, _, times = planned.removeprefix("kill:").partition(":")
    if name != point:
        return
    _reached[point] += 1
    if _reached[point] == int(times or 1):
        os.kill(os.getpid(), signal.SIGKILL)
