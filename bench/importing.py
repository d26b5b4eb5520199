"""The first import of 10,000 and of 100,000 customers and jobs, and the sync after it in which nothing changed.

Each size runs in a process of its own, whose peak memory is read at the end; the company file is made by another one.
"""

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

QUICK = os.environ.get("QUICK") == "1"
SIZES = {"10k": 2_000 if QUICK else 10_000, "100k": 10_000 if QUICK else 100_000}


def measure(customers: int) -> dict[str, float]:
    """Import so many, and sync again."""
    from django.utils import timezone

    from bench.inside import connect, peak_mb, run_monitor
    from daybook.intake.models import ImportRun
    from daybook.intake.operations import ask_import
    from daybook.outbox.models import Link
    from daybook.people.queries import operator

    company_file = connect(customers)
    ask_import(operator(), company_file, None, trigger="first", now=timezone.now())
    first = run_monitor()
    records = Link.objects.filter(kind="customer").count()
    assert records >= customers, f"only {records} customers arrived: {ImportRun.objects.latest('id').problem}"
    peak = peak_mb()
    ask_import(operator(), company_file, None, trigger="nightly", now=timezone.now())
    again = run_monitor()
    assert ImportRun.objects.latest("id").state == "published", ImportRun.objects.latest("id").problem
    return {"records_per_s": records / first.net_seconds, "peak_mb": peak, "nochange_s": again.seconds}


def in_a_process(customers: int) -> dict[str, Any]:
    """The same in a new process with a new home folder."""
    with tempfile.TemporaryDirectory(prefix="daybook-bench-") as folder:
        env = os.environ | {"DAYBOOK_HOME": folder}
        command = [sys.executable, "-m", "bench.importing", str(customers)]
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Both sizes."""
    small, large = (in_a_process(size) for size in SIZES.values())
    figures = {
        "import_net_records_per_s": large["records_per_s"],
        "import_peak_mb_10k": small["peak_mb"],
        "import_peak_mb_100k": large["peak_mb"],
        "import_flat_ratio": large["peak_mb"] / small["peak_mb"],
        "nochange_sync_s_10k": small["nochange_s"],
        "nochange_sync_s_100k": large["nochange_s"],
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
