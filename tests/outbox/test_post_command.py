"""`daybook post decline | link | decide` and `daybook connection accept`: what a page can do, a script can do."""

import json
from typing import Any
from uuid import uuid4

import pytest

from daybook.connections.models import CompanyFile
from daybook.outbox.models import Letter, Link, Posting
from daybook.people.queries import operator
from tests.conftest import RunDaybook
from tests.outbox.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def books(transactional_db: None) -> CompanyFile:
    return CompanyFile.objects.create(name="Tidewater", path="/books/tidewater.qbw", made_at=NOW, is_default=True)


def posting(books: CompanyFile, state: str, **more: Any) -> Posting:
    """A posting of the client Zenith, in some state of its life."""
    values = {"kind": "customer", "subject_kind": "client", "subject_id": 1, "title": "Zenith", **more}
    return Posting.objects.create(
        company_file=books, key=uuid4(), state=state, asked_by=operator(), asked_at=NOW, **values
    )


def test_a_proposed_posting_is_declined_with_a_reason(run_daybook: RunDaybook, books: CompanyFile) -> None:
    asked = posting(books, "proposed")
    silent = run_daybook("post", "decline", str(asked.pk), "--reason", " ")
    assert (silent.returncode, silent.stdout) == (1, "") and "few words" in silent.stderr
    done = run_daybook("post", "decline", str(asked.pk), "--reason", "Not a client of ours.", "--json")
    assert json.loads(done.stdout)["state"] == "withdrawn"
    asked.refresh_from_db()
    assert asked.withdrawn_reason == "Not a client of ours."


def test_what_could_not_be_posted_is_linked_to_the_record_in_the_books(
    run_daybook: RunDaybook, books: CompanyFile
) -> None:
    theirs = Link.objects.create(company_file=books, kind="customer", list_id="80-1", name="Zenith", full_name="Zenith")
    parked = posting(books, "parked", ways_out=[{"list_id": "80-1", "name": "Zenith"}])
    done = json.loads(run_daybook("post", "link", str(parked.pk), "80-1", "--json").stdout)
    assert (done["state"], done["list_id"]) == ("posted", "80-1")
    theirs.refresh_from_db()
    assert (theirs.subject_kind, theirs.subject_id, theirs.state) == ("client", 1, Link.State.SHARED)


def test_a_posting_in_doubt_is_decided_and_only_that(run_daybook: RunDaybook, books: CompanyFile) -> None:
    letter = Letter.objects.create(company_file=books, sent_at=NOW, set_id=uuid4().hex[:22])
    doubted = posting(books, "in_doubt", letter=letter)
    unclear = run_daybook("post", "decide", str(doubted.pk), "perhaps")
    assert unclear.returncode == 1 and "whether it is in QuickBooks" in unclear.stderr
    done = json.loads(run_daybook("post", "decide", str(doubted.pk), "not_posted", "--json").stdout)
    assert done["state"] == "queued"
    again = run_daybook("post", "decide", str(doubted.pk), "not_posted")
    assert again.returncode == 1 and again.stderr


def test_a_file_that_looks_like_another_is_accepted(run_daybook: RunDaybook, books: CompanyFile) -> None:
    books.identity, books.state = {"company": "Another"}, CompanyFile.State.CANNOT_OPEN
    books.save()
    assert "accepted" in run_daybook("connection", "accept").stdout
    books.refresh_from_db()
    assert (books.identity, books.state != CompanyFile.State.CANNOT_OPEN) == ({}, True)
