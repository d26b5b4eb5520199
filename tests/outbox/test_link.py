"""Linking by hand, unlinking, blocking."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from daybook.connections.models import Batch, CompanyFile
from daybook.outbox import operations, queries
from daybook.outbox.models import Link, Posting
from daybook.people.errors import NotAllowed, Refused
from tests.outbox.conftest import NOW, Ask


@pytest.fixture
def theirs(file: CompanyFile) -> Link:
    return Link.objects.create(
        company_file=file, kind="customer", list_id="80-1", name="Northwind", full_name="Northwind"
    )


def test_linking_by_hand_shares_the_record_and_takes_back_what_waited(
    ask: Ask, cast: SimpleNamespace, file: CompanyFile, theirs: Link
) -> None:
    posting = ask()
    link = operations.link_by_hand(cast.mia, file, "customer", "client", 1, list_id="80-1", now=NOW)
    posting.refresh_from_db()
    assert (link.pk, link.state, link.subject_kind, link.subject_id) == (theirs.pk, "shared", "client", 1)
    assert posting.state == Posting.State.WITHDRAWN
    assert queries.resolve(file, {"subject_kind": "client", "subject_id": 1}) == "80-1"


def test_linking_waits_for_an_answer_that_is_on_its_way(
    ask: Ask, cast: SimpleNamespace, file: CompanyFile, theirs: Link
) -> None:
    ask()
    Posting.objects.update(state=Posting.State.SENT)
    with pytest.raises(Refused, match="on its way"):
        operations.link_by_hand(cast.mia, file, "customer", "client", 1, list_id="80-1", now=NOW)


def test_unlinking_keeps_both_records(cast: SimpleNamespace, file: CompanyFile, theirs: Link) -> None:
    link = operations.link_by_hand(cast.mia, file, "customer", "client", 1, list_id="80-1", now=NOW)
    operations.unlink(cast.mia, link, NOW)
    theirs.refresh_from_db()
    assert (theirs.state, theirs.subject_id) == ("theirs_only", None)


def test_a_record_with_two_links_is_refused(cast: SimpleNamespace, file: CompanyFile, theirs: Link) -> None:
    Link.objects.create(company_file=file, kind="customer", list_id="80-2", full_name="Southwind")
    operations.link_by_hand(cast.mia, file, "customer", "client", 1, list_id="80-1", now=NOW)
    with pytest.raises(Refused, match="linked already"):
        operations.link_by_hand(cast.mia, file, "customer", "client", 1, list_id="80-2", now=NOW)


def test_ours_is_blocked_and_offered_again(cast: SimpleNamespace, file: CompanyFile) -> None:
    link = operations.block_ours(cast.mia, file, "customer", "project", 4, title="Vacation", now=NOW)
    assert queries.links_of(file, "project", [4])[4].state == "blocked"
    assert operations.unblock(cast.mia, link, NOW) is None
    assert queries.links_of(file, "project", [4]) == {}


def test_theirs_is_blocked_and_offered_again(cast: SimpleNamespace, theirs: Link) -> None:
    assert operations.block_theirs(cast.mia, theirs, NOW).state == "blocked"
    again = operations.unblock(cast.mia, theirs, NOW)
    assert again is not None and again.state == "theirs_only"


def test_links_need_the_right(cast: SimpleNamespace, file: CompanyFile, theirs: Link) -> None:
    with pytest.raises(NotAllowed):
        operations.link_by_hand(cast.sam, file, "customer", "client", 1, list_id="80-1", now=NOW)
    with pytest.raises(NotAllowed):
        operations.block_theirs(cast.sam, theirs, NOW)


def test_a_taken_name_is_found_in_any_list_and_in_any_case(file: CompanyFile, theirs: Link) -> None:
    assert queries.taken_names(file, ["NORTHWIND", "Fabrikam"]) == {"northwind": theirs}


def test_what_is_not_published_is_not_seen(file: CompanyFile) -> None:
    batch = Batch.objects.create(company_file=file, made_at=NOW)
    Link.objects.create(company_file=file, kind="customer", list_id="80-7", full_name="Hidden", batch_id=batch.pk)
    assert not Link.objects.filter(list_id="80-7").exists()
    Batch.objects.update(published_at=timezone.now())
    assert Link.objects.filter(list_id="80-7").exists()


def test_a_record_that_is_being_imported_is_linked_afterwards(cast: SimpleNamespace, file: CompanyFile) -> None:
    batch = Batch.objects.create(company_file=file, made_at=NOW)
    Link.objects.create(company_file=file, kind="customer", list_id="80-7", full_name="Hidden", batch_id=batch.pk)
    with pytest.raises(Refused, match="Hidden is being imported just now"):
        operations.link_by_hand(cast.mia, file, "customer", "client", 1, list_id="80-7", now=NOW)
    Batch.objects.update(published_at=NOW)
    link = operations.link_by_hand(cast.mia, file, "customer", "client", 1, list_id="80-7", now=NOW)
    assert (link.full_name, link.subject_id) == ("Hidden", 1)


def test_a_record_that_nobody_knows_is_not_made_up(cast: SimpleNamespace, file: CompanyFile) -> None:
    with pytest.raises(Refused, match="knows no such record"):
        operations.link_by_hand(cast.mia, file, "customer", "client", 1, list_id="80-404", now=NOW)
    assert not Link.objects.exists()


def test_two_clicks_on_unblock_are_answered_by_a_sentence(cast: SimpleNamespace, file: CompanyFile) -> None:
    link = operations.block_ours(cast.mia, file, "customer", "client", 1, title="Northwind", now=NOW)
    assert operations.unblock(cast.mia, link, NOW) is None
    link = Link(pk=10_001, company_file=file, kind="customer", full_name="Northwind")
    with pytest.raises(Refused, match="Northwind is not on this list any more"):
        operations.unblock(cast.mia, link, NOW)
