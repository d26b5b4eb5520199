"""How long a person's save waits at most while an import runs in another process."""

import json
import subprocess
import sys
import threading
import time
import uuid

from django.utils import timezone

from bench.inside import QUICK, connect, run_monitor
from daybook.connections.queries import default_file
from daybook.directory.data import ClientData
from daybook.directory.operations import add_client
from daybook.intake.models import ImportRun
from daybook.intake.operations import ask_import
from daybook.people.queries import operator

CUSTOMERS = 5_000 if QUICK else 100_000
PAUSE_SECONDS = 0.05


def import_everything() -> None:
    """The other process."""
    company_file = default_file()
    assert company_file is not None
    ask_import(operator(), company_file, None, trigger="first", now=timezone.now())
    run_monitor()
    run = ImportRun.objects.latest("id")
    assert run.state == "published", run.problem


def main() -> None:
    """Save clients one after the other for as long as the import runs."""
    connect(CUSTOMERS)
    waits, pause = [], threading.Event()
    other = subprocess.Popen([sys.executable, "-m", "bench.saving", "import"], stdout=subprocess.DEVNULL)
    while other.poll() is None:
        began = time.perf_counter()
        name = f"Saved meanwhile {len(waits)}"
        add_client(operator(), ClientData(name=name), key=uuid.uuid4(), now=timezone.now())
        waits.append(time.perf_counter() - began)
        pause.wait(PAUSE_SECONDS)
    assert other.returncode == 0, "the import failed"
    print(json.dumps({"save_during_import_s": max(waits)}))


if __name__ == "__main__":
    if sys.argv[1:] == ["import"]:
        import_everything()
    else:
        main()
