"""What web and Monitor cost at rest: memory by PSS, which counts shared pages once, and share of a core."""

import json
import threading
from pathlib import Path

import psutil

from bench.stage import QUICK, running
from daybook.cli.processes import Family

REST_SECONDS = 10 if QUICK else 90


def processes(family: Family) -> list[psutil.Process]:
    """Every member with its children."""
    found = []
    for member in family.members.values():
        root = psutil.Process(member.pid)
        found += [root, *root.children(recursive=True)]
    return found


def pss_mib(process: psutil.Process) -> float:
    """Proportional set size, as the system counts it."""
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def seconds_used(family: Family) -> float:
    """Processor time of all of them."""
    return sum(process.cpu_times().user + process.cpu_times().system for process in processes(family))


def main() -> None:
    """Let the demo's firm come to rest, then look."""
    with running() as (_, _, family):
        threading.Event().wait(5)
        before = seconds_used(family)
        threading.Event().wait(REST_SECONDS)
        used = seconds_used(family) - before
        memory = sum(pss_mib(process) for process in processes(family))
    print(json.dumps({"idle_mb": memory, "idle_core_percent": 100 * used / REST_SECONDS}))


if __name__ == "__main__":
    main()
