"""The Web Connector over real HTTP: an import of 10,000 and of 100,000, posting in sets of 20, and a click told.

The site is a process of its own, whose peak memory is read at the end. The stand-in asks it from here; the company
file's own time, the time between request text in and answer text out, is subtracted.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daybook.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from bench.figures import percentile  # noqa: E402
from bench.importing import SIZES  # noqa: E402
from bench.posting import BATCHED  # noqa: E402
from bench.queued import projects, queue  # noqa: E402
from bench.stage import QUICK, running  # noqa: E402
from bench.told import times_of_clicks  # noqa: E402
from daybook import home  # noqa: E402
from daybook.cli.processes import Family, answers, free_port  # noqa: E402
from daybook.cli.setup import prepare  # noqa: E402
from daybook.companyfile import RequestProcessor  # noqa: E402
from daybook.companyfile.webconnector import Connector, Service  # noqa: E402
from daybook.connections import operations, webconnectors  # noqa: E402
from daybook.connections.models import CompanyFile  # noqa: E402
from daybook.directory.models import Client  # noqa: E402
from daybook.intake.models import ImportRun  # noqa: E402
from daybook.intake.operations import ask_import  # noqa: E402
from daybook.outbox.models import Link, Posting  # noqa: E402
from daybook.people.queries import operator  # noqa: E402

CLICKS = 4 if QUICK else 20
RUNS = 1 if QUICK else 3


@dataclass
class House:
    """The site, and a Web Connector of ours that asks it."""

    company_file: CompanyFile
    connector: Connector
    site: Family
    processors: list[RequestProcessor] = field(default_factory=list)

    def processor(self) -> RequestProcessor:
        """A company file whose own time is counted."""
        self.processors.append(RequestProcessor())
        return self.processors[-1]

    def update(self) -> float:
        """Ask once and do all of it; the seconds outside the company file."""
        self.processors.clear()
        began = time.perf_counter()
        update = self.connector.update()
        seconds = time.perf_counter() - began
        if update.ended != "done":
            raise RuntimeError(f"The update ended as {update.ended}: {update.message}")
        return seconds - sum(processor.own_seconds for processor in self.processors)

    def peak_mb(self) -> float:
        """The most memory that a process of the site has had, in MB."""
        parent = psutil.Process(self.site.members["web"].pid)
        return max(_peak_mb(process.pid) for process in [parent, *parent.children(recursive=True)])


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024 / 1e6


@contextmanager
def asked(customers: int) -> Iterator[House]:
    """A new firm whose company file holds so many customers and jobs, and is reached by the Web Connector."""
    folder, port = home.ensure(home.home()), free_port()
    path = folder / "books.sandbox"
    make = [sys.executable, "-m", "daybook", "sandbox", "create", str(path), "--customers", str(customers)]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    prepare()
    now, url = timezone.now(), f"http://127.0.0.1:{port}"
    company_file = operations.add_company_file(operator(), name="Books", way=webconnectors.WAY, path=str(path), now=now)
    row, password = webconnectors.make(operator(), company_file, now)
    site = Family({"DAYBOOK_HOME": str(folder), "DAYBOOK_URL": url}, home.ensure(folder / "logs"))
    try:
        site.start("web", "serve", "--port", str(port))
        site.wait_until(lambda: answers(url), seconds=60, what="The site did not answer")
        house = House(company_file, Connector(Service(f"{url}{webconnectors.PATH}"), row.user_name, password), site)
        house.connector.processor = house.processor
        yield house
    finally:
        site.stop()


def imported(customers: int) -> dict[str, float]:
    """Records a second of a first import, and the peak memory of the site."""
    with asked(customers) as house:
        ask_import(operator(), house.company_file, None, trigger="first", now=timezone.now())
        seconds = house.update()
        records = Link.objects.filter(kind="customer").count()
        if records < customers:
            raise RuntimeError(f"Only {records} customers arrived: {ImportRun.objects.latest('id').problem}")
        return {"records_per_s": records / seconds, "peak_mb": house.peak_mb()}


def posted() -> dict[str, float]:
    """Records a second of many queued postings, in message sets of 20."""
    with asked(40) as house:
        ask_import(operator(), house.company_file, None, trigger="first", now=timezone.now())
        house.update()
        now, client = timezone.now(), Client.objects.filter(is_active=True).order_by("id")[0]
        queue(operator(), house.company_file, projects(client, BATCHED, now, "Batch"), now)
        seconds = house.update()
        many = Posting.objects.filter(state="posted").count()
        if many != BATCHED:
            raise RuntimeError(f"{many} of {BATCHED} were posted.")
        return {"wc_post_records_per_s": many / seconds}


def told() -> dict[str, float]:
    """From the click to the person told, while a session is held open by NoOp."""
    with running("webconnector") as (stage, cast, _):
        company_file = CompanyFile.objects.get()
        row, now = company_file.web_connector, timezone.now()
        webconnectors.change(operator(), row, hold_open=True, schedule_seconds=60, now=now)
        operations.change_settings(operator(), company_file, now, hold_seconds=3600)
        threading.Event().wait(2)
        times = times_of_clicks(stage, cast["manager"], CLICKS)
    return {"wc_told_p95_s": percentile(times, 0.95) / 1000}


def in_a_process(*asked_for: str) -> dict[str, float]:
    """The same in a new process with a new home folder."""
    with tempfile.TemporaryDirectory(prefix="daybook-bench-") as folder:
        command = [sys.executable, "-m", "bench.webconnector", *asked_for]
        env = os.environ | {"DAYBOOK_HOME": folder}
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """All of it, each on a firm of its own."""
    figures: dict[str, float] = {}
    for size, customers in SIZES.items():
        found = in_a_process("import", str(customers))
        figures[f"wc_import_records_per_s_{size}"] = found["records_per_s"]
        figures[f"wc_import_peak_mb_{size}"] = found["peak_mb"]
    # A machine that is not ours alone gives one run a fifth more or less than the next.
    runs = [in_a_process("post")["wc_post_records_per_s"] for _ in range(RUNS)]
    print(json.dumps(figures | {"wc_post_records_per_s": median(runs)} | told()))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["import", many]:
            print(json.dumps(imported(int(many))))
        case ["post"]:
            print(json.dumps(posted()))
        case _:
            main()
