"""Old texts are cleaned up; what is open, what QuickBooks still stores an answer for, links and history never are."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from daybook.connections.models import CompanyFile
from daybook.history.models import Change
from daybook.outbox import cleaning
from daybook.outbox.models import Attempt, Letter, Link, Posting
from daybook.people.errors import NotAllowed
from daybook.people.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)


@pytest.fixture
def somebody(db: None) -> User:
    return User.objects.create_user("sam@example.test", "Sam Lind")


@pytest.fixture
def books(db: None) -> CompanyFile:
    return CompanyFile.objects.create(name="Rock Castle", path="/books/rock.qbw", made_at=LONG_AGO, retention_days=365)


def letter(books: CompanyFile, **values: Any) -> Letter:
    fields: dict[str, Any] = {
        "sent_text": "<sent/>", "answer_text": "<answered/>", "sent_at": LONG_AGO, "answered_at": LONG_AGO,
        "purpose": "post", "forgotten": True, "set_id": uuid4().hex[:22],
    }  # fmt: skip
    return Letter.objects.create(company_file=books, **fields | values)


def posting(books: CompanyFile, user: User, state: str, of: Letter | None = None, **values: Any) -> Posting:
    fields: dict[str, Any] = {
        "key": uuid4(), "kind": "customer", "subject_kind": "client", "subject_id": Posting.objects.count() + 1,
        "title": "Northwind", "snapshot": {"name": "Northwind"}, "state": state, "asked_by": user,
        "asked_at": LONG_AGO, "finished_at": LONG_AGO, "letter": of, "detail": "details",
    }  # fmt: skip
    made = Posting.objects.create(company_file=books, **fields | values)
    if of:
        Attempt.objects.create(posting=made, letter=of, at=LONG_AGO, outcome=state, message="a message")
    return made


def test_what_is_older_than_the_file_keeps_is_emptied_and_its_row_stays(books: CompanyFile, somebody: User) -> None:
    old = posting(books, somebody, "posted", letter(books), list_id="8-1")
    assert cleaning.clean_up_all(NOW) == 1
    old.refresh_from_db()
    assert (old.state, old.list_id, old.title, old.snapshot, old.detail) == ("posted", "8-1", "Northwind", {}, "")
    assert Attempt.objects.get().message == ""
    assert not Letter.objects.exists()
    assert cleaning.clean_up_all(NOW) == 0


def test_what_is_younger_stays(books: CompanyFile, somebody: User) -> None:
    yesterday = NOW - timedelta(days=1)
    young = posting(books, somebody, "posted", letter(books, sent_at=yesterday), finished_at=yesterday)
    assert cleaning.clean_up_all(NOW) == 0
    young.refresh_from_db()
    assert young.snapshot == {"name": "Northwind"}


@pytest.mark.parametrize("state", ["proposed", "queued", "sent", "in_doubt", "parked"])
def test_an_open_posting_keeps_all_however_old_it_is(books: CompanyFile, somebody: User, state: str) -> None:
    still_open = posting(books, somebody, state, letter(books))
    assert cleaning.clean_up_all(NOW) == 0
    still_open.refresh_from_db()
    assert still_open.snapshot == {"name": "Northwind"}
    assert Letter.objects.count() == 1


def test_a_letter_whose_answer_quickbooks_still_stores_stays(books: CompanyFile, somebody: User) -> None:
    letter(books, forgotten=False)
    letter(books, answered_at=None)
    assert cleaning.clean_up_all(NOW) == 0
    assert Letter.objects.count() == 2


def test_links_and_history_are_not_touched(books: CompanyFile, somebody: User) -> None:
    Link.objects.create(company_file=books, kind="customer", list_id="8-1", base={"name": "Northwind"})
    Change.objects.create(at=LONG_AGO, actor=somebody, subject_kind="client", subject_id=1, action="added")
    posting(books, somebody, "posted", letter(books))
    cleaning.clean_up_all(NOW)
    assert Link.objects.get().base == {"name": "Northwind"}
    assert Change.objects.count() == 1


def test_more_than_fit_into_one_transaction_go_in_turns(books: CompanyFile, somebody: User) -> None:
    Letter.objects.bulk_create(
        Letter(company_file=books, purpose="read", sent_at=LONG_AGO, answered_at=LONG_AGO)
        for _ in range(cleaning.AT_ONCE + 3)
    )
    assert cleaning.clean_up_all(NOW) == cleaning.AT_ONCE + 3


def test_only_who_manages_the_connection_clears_now(books: CompanyFile, somebody: User) -> None:
    letter(books)
    with pytest.raises(NotAllowed):
        cleaning.clear_now(somebody, books, NOW)
    assert Letter.objects.count() == 1
