"""A person saves while an import runs: the save waits a second at most, and never fails."""

import threading
import time
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from daybook.companyfile import create
from daybook.connections.operations import add_company_file
from daybook.directory.data import ClientData
from daybook.directory.models import Client
from daybook.directory.operations import add_client
from daybook.intake.models import ImportRun
from daybook.intake.operations import ask_import
from daybook.people.queries import operator
from tests.conftest import StartProcess

MANY = 12000


@pytest.mark.django_db(transaction=True)
def test_a_save_during_the_first_import_waits_a_second_at_most(start_process: StartProcess, tmp_path: Path) -> None:
    books = tmp_path / "large.qbw"
    create(books, customers=MANY, today=date(2026, 11, 1)).close()
    file = add_company_file(operator(), name="Large", path=str(books), now=timezone.now())
    run = ask_import(operator(), file, None, trigger="first", now=timezone.now())
    monitor = start_process("monitor", "--once")
    people = threading.Event()  # nobody saves faster than twenty times a second
    waits: list[float] = []
    seen = set()
    deadline = time.monotonic() + 100
    while monitor.poll() is None and time.monotonic() < deadline:
        began = time.monotonic()
        with transaction.atomic():
            add_client(operator(), ClientData(name=f"Ours {len(waits)}"), key=uuid4(), now=timezone.now())
        waits.append(time.monotonic() - began)
        people.wait(0.05)
        seen.add(ImportRun.objects.values_list("state", flat=True).get(pk=run.pk))
    assert monitor.poll() == 0, (tmp_path / "0.log").read_text()[-3000:]
    run.refresh_from_db()
    assert run.state == "published", run.problem
    assert "running" in seen and seen & {"deciding", "publishing"}, "saves fell into the reading and into the writing"
    assert max(waits) <= 1.0, f"the longest of {len(waits)} saves took {max(waits):.2f} s"
    assert Client.objects.filter(name__startswith="Ours ").count() == len(waits)
