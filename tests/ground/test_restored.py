"""After Daybook came back from a backup, nothing is posted twice and nothing is lost."""

import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from daybook import companyfile
from daybook.cli.backup import restore as restore_command
from daybook.cli.monitor import monitor_for
from daybook.connections import backup, operations
from daybook.connections.models import CompanyFile
from daybook.directory.data import ClientData
from daybook.directory.operations import Post, add_client
from daybook.outbox.models import Posting
from daybook.outbox.restoring import SENTENCE
from daybook.people.queries import operator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> companyfile.CompanyFile:
    for name in ("RECEIPTS", "BACKUPS"):
        monkeypatch.setattr(settings, name, tmp_path / name.lower())
    made = companyfile.create(tmp_path / "books.sandbox", customers=2)
    operations.add_company_file(
        operator(), name="Books", way="sandbox", path=str(made.path), choices={}, time_zone="UTC", now=timezone.now()
    )
    return made


def add(name: str) -> None:
    add_client(operator(), ClientData(name=name), post=Post.NOW, key=uuid.uuid4(), now=timezone.now())


def times(books: companyfile.CompanyFile, name: str) -> int:
    return sum(1 for entry in books.entries("customer", show="all") if entry.full_name == name)


def come_back(archive: Path) -> None:
    """What the command does, in this process, whose database is a test's own."""
    connection.close()
    restore_command(archive, force=True, as_json=False)


def test_what_was_queued_in_the_backup_and_posted_since_is_found_and_not_sent_again(
    books: companyfile.CompanyFile,
) -> None:
    add("Northwind Harbour")
    made = backup.create(timezone.now())
    monitor_for().run_once()
    assert times(books, "Northwind Harbour") == 1

    come_back(made.path)

    waiting = Posting.objects.get()
    assert (waiting.state, waiting.look, waiting.problem) == ("queued", "name", SENTENCE)
    assert CompanyFile.objects.get().reread_needed
    monitor_for().run_once()
    found = Posting.objects.get()
    assert (found.state, times(books, "Northwind Harbour")) == ("posted", 1)
    assert found.list_id == books.find("customer", "Northwind Harbour").list_id


def test_what_was_queued_in_the_backup_and_never_posted_is_posted_once(books: companyfile.CompanyFile) -> None:
    add("Northwind Harbour")
    made = backup.create(timezone.now())

    come_back(made.path)

    monitor_for().run_once()
    assert (Posting.objects.get().state, times(books, "Northwind Harbour")) == ("posted", 1)


def test_a_record_that_somebody_else_added_under_the_name_waits_for_a_person(books: companyfile.CompanyFile) -> None:
    add("Northwind Harbour")
    made = backup.create(timezone.now())
    books.add("customer", "Northwind Harbour")

    come_back(made.path)

    monitor_for().run_once()
    waiting = Posting.objects.get()
    assert (waiting.state, times(books, "Northwind Harbour")) == ("parked", 1)
    assert waiting.problem
    assert "link" in {way["way"] for way in waiting.ways_out}
