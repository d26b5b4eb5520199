"""kill -9 of the real Monitor at the points of an import: it is published once and whole, and never half visible."""

import shutil
import signal
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from daybook.companyfile import create
from daybook.connections.models import Batch, Lease
from daybook.directory.models import Client, Project
from daybook.intake import operations
from daybook.intake.models import Arrival, ImportRun
from daybook.intake.publishing import CHANGES_AT_ONCE
from daybook.intake.writing import WRITE_ROWS
from daybook.monitor.faults import IMPORT_POINTS
from daybook.outbox.models import Link
from tests.conftest import StartProcess
from tests.monitor.harness import House
from tests.monitor.processes import cast, open_house
from tests.waiting import wait_for

__all__ = ["cast", "open_house"]

UNSEEN = (  # in the order in which the first import comes to them, each in a process of its own
    "import.page.before_commit:1",
    "import.page.after_commit:3",  # between two pages of customers
    "import.prepare.after_commit:1",
    "import.decide.before_commit:1",
    "import.begin.before_commit:1",
    "import.write.after_commit:1",
    "import.write.before_commit:1",  # the second chunk
    "import.publish.before_commit:1",
)
SEEN = ("import.publish.after_commit:1", "import.clear.before_commit:1")
CHANGED = ("import.change.after_commit:1", "import.publish.before_commit:1")
MANY = 100_000


@pytest.fixture(scope="module")
def large_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A firm with so many customers that they come in several pages and are written in two chunks."""
    path = tmp_path_factory.mktemp("large") / "tidewater.qbw"
    create(path, customers=WRITE_ROWS + 500, today=date(2026, 11, 1)).close()
    return path


@pytest.fixture
def path(large_file: Path, tmp_path: Path) -> Path:
    """A company file of this test's own."""
    copy = tmp_path / "tidewater.qbw"
    shutil.copy(large_file, copy)
    return copy


def killed_at(points: Iterable[str], start_process: StartProcess) -> Iterable[str]:
    """Start a Monitor for each point; it is dead when its point is given."""
    for point in points:
        assert point.rpartition(":")[0] in IMPORT_POINTS
        process = start_process("monitor", DAYBOOK_FAULT=f"kill:{point}")
        wait_for(lambda: process.poll() is not None, seconds=60, what=f"the death at {point}")  # noqa: B023
        assert process.returncode == -signal.SIGKILL, point
        yield point


def finished(run: ImportRun, start_process: StartProcess) -> ImportRun:
    """Let a Monitor that nobody kills do the rest."""
    process = start_process("monitor")
    done = ImportRun.objects.filter(pk=run.pk, state="published", leftovers=False)
    found = wait_for(done.first, seconds=60, what="the import done and cleared away")
    process.terminate()
    assert process.wait(30) == 0
    return found


def check_nothing_is_seen() -> None:
    for model in (Client, Project, Link):
        assert not model.objects.exists(), model


def check_whole(house: House) -> None:
    """Each record of the file stands here once, by its name; the inactive ones are only known."""
    with house.books() as books:
        active = books.entries("customer", limit=MANY)
        known = books.entries("customer", show="all", limit=MANY)
    names = sorted(Client.objects.values_list("name", flat=True))
    assert names == sorted(one.name for one in active if one.sublevel == 0)
    assert Project.objects.count() == sum(one.sublevel > 0 for one in active)
    links = sorted(Link.objects.filter(kind="customer").values_list("list_id", flat=True))
    assert links == sorted(one.list_id for one in known)
    assert Client.everything.count() == len(names), "no row lies behind that nobody sees"


def test_an_import_survives_the_death_of_the_monitor_at_every_step(
    open_house: House, start_process: StartProcess
) -> None:
    house = open_house
    run = operations.ask_import(house.cast.ada, house.file, ["customers"], trigger="first", now=house.clock())
    for point in killed_at(UNSEEN, start_process):
        check_nothing_is_seen()
        if point.startswith("import.write"):
            assert Client.everything.exists(), "rows are written by now, but nobody sees them"
    for _ in killed_at(SEEN, start_process):
        check_whole(house)
    run = finished(run, start_process)
    check_whole(house)
    with house.books() as books:
        known = books.count("customer", show="all")
    assert run.progress["customer"]["done"] == sum(run.counts["customer"].values()) == known

    changed = _the_bookkeeper_works(house)
    run = operations.ask_import(house.cast.ada, house.file, ["customers"], now=house.clock())
    for _ in killed_at(CHANGED, start_process):
        assert not Client.objects.filter(name="Zenith").exists()
    finished(run, start_process)
    check_whole(house)
    assert Client.objects.filter(name="Zenith").count() == 1
    phones = Link.objects.filter(list_id__in=changed).values_list("base__phone", flat=True)
    assert list(phones) == ["503-555-0199"] * len(changed)
    assert not Arrival.objects.exists()
    assert not Batch.objects.filter(published_at=None).exists()
    assert Lease.objects.get().holder == ""


def _the_bookkeeper_works(house: House) -> list[str]:
    """More customers change than one step takes over, and one is new."""
    with house.books() as books:
        changed = [one.list_id for one in books.entries("customer", limit=CHANGES_AT_ONCE + 50)]
        for list_id in changed:
            books.change("customer", list_id, {"Phone": "503-555-0199"})
        books.add("customer", "Zenith")
    return changed
