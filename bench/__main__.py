"""Runs each measurement in a process and a home folder of its own, and writes the figures down."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.figures import PROMISES

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = REPOSITORY / "docs" / "benchmarks.md"
DATA = REPOSITORY / "build" / "bench.json"
MEASUREMENTS = ("told", "importing", "saving", "posting", "claiming", "pages", "idle", "agents", "webconnector")
HEAD = """\
# Benchmarks

Written by `make bench`. The ratio says how many times better than the limit a figure is: 1 or more keeps the promise.
SQLite with durable commits. The sandbox company file runs on the same machine; where a figure says *outside the company
file's own time*, the time between request text in and answer text out is subtracted.

"""


def main(names: list[str]) -> int:
    """Measure, write, and exit with 1 when a promise is not kept."""
    quick = os.environ.get("QUICK") == "1"
    found: dict[str, float] = {}
    for name in names or MEASUREMENTS:
        print(f"measuring {name} …", flush=True)
        for figure, value in measure(name, quick).items():
            found[figure] = value
            promise = PROMISES[figure]
            print(f"  {figure} {value:,.2f} {promise.unit} (limit {promise.limit:g}, ratio {promise.ratio(value):.2f})")
    rows = [row(figure, value) for figure, value in found.items()]
    DATA.parent.mkdir(exist_ok=True)
    DATA.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if not quick and not names:
        PAGE.write_text(page(rows), encoding="utf-8")
    return 0 if all(each["ratio"] >= 1 for each in rows) else 1


def measure(name: str, quick: bool) -> dict[str, float]:
    """Run one measurement as a process and read its figures."""
    with tempfile.TemporaryDirectory(prefix="daybook-bench-") as folder:
        env = os.environ | {
            "DAYBOOK_HOME": f"{folder}/home",
            "DJANGO_SETTINGS_MODULE": "daybook.settings",
            "QUICK": "1" if quick else "0",
        }
        done = subprocess.run(
            [sys.executable, "-m", f"bench.{name}"], env=env, stdout=subprocess.PIPE, check=True, cwd=REPOSITORY
        )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def row(figure: str, value: float) -> dict[str, Any]:
    """A figure as it stands in build/bench.json."""
    promise = PROMISES[figure]
    return {
        "name": figure,
        "value": round(value, 3),
        "unit": promise.unit,
        "limit": promise.limit,
        "ratio": round(promise.ratio(value), 3),
    }


def page(rows: list[dict[str, Any]]) -> str:
    """The text of docs/benchmarks.md."""
    lines = [
        f"Measured {datetime.now().astimezone():%Y-%m-%d %H:%M} on {machine()}.",
        "",
        "| figure | what | measured | limit | ratio |",
        "|---|---|---:|---:|---:|",
    ]
    for each in rows:
        promise = PROMISES[each["name"]]
        bound = "at least" if promise.more_is_better else "at most"
        lines.append(
            f"| `{each['name']}` | {promise.sentence} | {each['value']:,.2f} {promise.unit} "
            f"| {bound} {promise.limit:,g} | {each['ratio']:.2f} |"
        )
    return HEAD + "\n".join(lines) + "\n"


def machine() -> str:
    """The processor, memory and system of this machine."""
    info = Path("/proc/cpuinfo")
    models = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return (
        f"{os.cpu_count()} cores of {models[0] if models else platform.machine()}, {memory:.0f} GiB, {system}, "
        f"Python {platform.python_version()}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
