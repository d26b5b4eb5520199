"""A Monitor in this process on a company file whose own time is added up, for what is measured in records a second."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import django

from daybook import home

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daybook.settings")
django.setup()

from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402
from django.utils import timezone  # noqa: E402

from daybook.cli.monitor import settle_memory  # noqa: E402
from daybook.cli.setup import prepare  # noqa: E402
from daybook.companyfile import HResult, RequestProcessor  # noqa: E402
from daybook.connections import operations  # noqa: E402
from daybook.connections.models import CompanyFile  # noqa: E402
from daybook.monitor.ids import RandomIds  # noqa: E402
from daybook.monitor.service import Monitor, Transport, Way  # noqa: E402
from daybook.people.queries import operator  # noqa: E402

QUICK = os.environ.get("QUICK") == "1"


@dataclass
class Measured:
    """What one run of the Monitor took: all, in the company file, and in durable commits."""

    processors: list[RequestProcessor] = field(default_factory=list)
    seconds: float = 0.0
    commits: int = 0

    def transport(self, company_file: CompanyFile) -> Transport:
        """A request processor whose time is counted."""
        self.processors.append(RequestProcessor())
        return self.processors[-1]

    @property
    def net_seconds(self) -> float:
        """Outside the company file's own time."""
        return self.seconds - sum(processor.own_seconds for processor in self.processors)


def connect(customers: int) -> CompanyFile:
    """A new database, connected to a new sandbox file, which another process makes so that its memory is not ours."""
    path = home.ensure(home.home()) / "books.sandbox"
    subprocess.run(
        [sys.executable, "-m", "daybook", "sandbox", "create", str(path), "--customers", str(customers)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    prepare()
    return operations.add_company_file(operator(), name="Books", way="sandbox", path=str(path), now=timezone.now())


def run_monitor() -> Measured:
    """Let a Monitor do what there is to do, and say what it took."""
    measured = Measured()
    monitor = Monitor(
        {"sandbox": Way(measured.transport, HResult)}, now=timezone.now, ids=RandomIds(), token=uuid.uuid4().hex[:8]
    )
    settle_memory()  # as the programs do
    with _counted_commits(measured):
        began = time.perf_counter()
        monitor.run_once()
        measured.seconds = time.perf_counter() - began
    return measured


@contextmanager
def _counted_commits(measured: Measured) -> Iterator[None]:
    commit = BaseDatabaseWrapper._commit

    def counted(self: BaseDatabaseWrapper) -> None:
        measured.commits += 1
        commit(self)

    with patch.object(BaseDatabaseWrapper, "_commit", counted):
        yield


def peak_mb() -> float:
    """The most memory this process has had, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024 / 1e6
