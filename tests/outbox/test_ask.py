"""Asking that a record be posted."""

from types import SimpleNamespace
from uuid import UUID

import pytest

from daybook.connections.models import CompanyFile
from daybook.history.queries import of_subject
from daybook.outbox import operations, queries
from daybook.outbox.models import Link, Posting
from daybook.people.errors import NotAllowed, Refused
from tests.outbox.conftest import NOW, Ask

State = Posting.State


def test_a_posting_is_queued_with_its_snapshot_and_a_line_of_history(ask: Ask, cast: SimpleNamespace) -> None:
    posting = ask("Northwind")
    assert (posting.state, posting.snapshot, posting.asked_by) == (State.QUEUED, {"name": "Northwind"}, cast.mia)
    assert "Northwind" in of_subject("client", 1)[0].summary


def test_somebody_without_the_right_is_refused_and_nothing_is_written(ask: Ask, cast: SimpleNamespace) -> None:
    with pytest.raises(NotAllowed):
        ask(who=cast.sam)
    assert Posting.objects.count() == 0


def test_anybody_may_propose_and_it_waits_for_a_yes(ask: Ask, cast: SimpleNamespace) -> None:
    assert ask(who=cast.sam, proposed=True).state == State.PROPOSED


def test_the_same_form_sent_twice_gives_the_same_posting(ask: Ask) -> None:
    first = ask(key=UUID(int=7))
    again = ask(key=UUID(int=7))
    assert (again.pk, Posting.objects.count()) == (first.pk, 1)


def test_a_form_replayed_for_another_record_is_refused(ask: Ask) -> None:
    ask(key=UUID(int=7))
    with pytest.raises(Refused):
        ask(key=UUID(int=7), subject_id=2)


def test_ten_quick_edits_of_a_waiting_record_become_one_sending(ask: Ask) -> None:
    first = ask("Northwind")
    for number in range(10):
        last = ask(f"Northwind {number}")
    assert (last.pk, last.key, last.snapshot) == (first.pk, first.key, {"name": "Northwind 9"})
    assert Posting.objects.count() == 1


def test_an_edit_of_a_waiting_add_stays_an_add(ask: Ask) -> None:
    ask("Northwind")
    edited = ask(action="mod", snapshot={"phone": "1"})
    assert (edited.action, edited.snapshot) == ("add", {"name": "Northwind", "phone": "1"})


def test_an_edit_of_what_was_sent_waits_behind_it(ask: Ask) -> None:
    first = ask("Northwind")
    Posting.objects.update(state=State.SENT)
    second = ask("Northwind Ltd")
    assert (second.after_id, second.action, second.state) == (first.pk, "mod", State.QUEUED)


def test_the_same_content_while_it_is_sent_is_not_sent_again(ask: Ask) -> None:
    first = ask("Northwind")
    Posting.objects.update(state=State.IN_DOUBT)
    assert ask("Northwind").pk == first.pk


def test_a_wish_that_needs_a_yes_does_not_change_one_that_waits_already(ask: Ask, cast: SimpleNamespace) -> None:
    queued = ask("Northwind")
    proposed = ask("Southwind", who=cast.sam, proposed=True)
    queued.refresh_from_db()
    assert (queued.snapshot, queued.state) == ({"name": "Northwind"}, State.QUEUED)
    assert (proposed.after_id, proposed.state) == (queued.pk, State.PROPOSED)


def test_a_proposal_behind_the_addition_of_its_record_stays_a_change_when_the_record_is_asked_for_again(
    ask: Ask, cast: SimpleNamespace
) -> None:
    above, first = ask("Parent", subject_id=9), ask("Northwind")
    proposed = ask("Southwind", who=cast.sam, proposed=True)
    again = ask("Eastwind", after=above)
    assert (again.pk, again.state, again.action) == (proposed.pk, State.QUEUED, "mod")
    assert again.after_id == first.pk, "it goes after the addition, which waits for what is above"


def test_asking_again_after_a_refusal_sends_the_new_content(ask: Ask) -> None:
    first = ask("A:B")
    Posting.objects.update(state=State.PARKED, problem="It has a colon.", problem_code="3090")
    mended = ask("A-B")
    assert (mended.pk, mended.state, mended.problem, mended.snapshot) == (first.pk, State.QUEUED, "", {"name": "A-B"})


def test_a_record_that_is_linked_is_not_added_again(ask: Ask, file: CompanyFile) -> None:
    Link.objects.create(
        company_file=file, kind="customer", list_id="80-1", state="shared", subject_kind="client", subject_id=1
    )
    with pytest.raises(Refused, match="in QuickBooks already"):
        ask()


def test_a_record_that_is_linked_is_not_added_again_behind_an_open_change_either(ask: Ask, file: CompanyFile) -> None:
    Link.objects.create(
        company_file=file, kind="customer", list_id="80-1", state="shared", subject_kind="client", subject_id=1
    )
    waiting = ask(action="mod", snapshot={"phone": "1"})
    with pytest.raises(Refused, match="in QuickBooks already"):
        ask()
    waiting.refresh_from_db()
    assert (waiting.action, waiting.snapshot) == ("mod", {"phone": "1"})


def test_a_blocked_record_is_not_posted(ask: Ask, cast: SimpleNamespace, file: CompanyFile) -> None:
    operations.block_ours(cast.mia, file, "customer", "client", 1, title="Northwind", now=NOW)
    with pytest.raises(Refused, match="blocked"):
        ask()


def test_the_newest_state_of_many_records_is_one_question(ask: Ask, django_assert_num_queries: object) -> None:
    ask(subject_id=1)
    ask(subject_id=2)
    Posting.objects.filter(subject_id=1).update(state=State.POSTED)
    ask("Later", subject_id=1, action="mod")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert queries.states_of("client", [1, 2, 3]) == {1: State.QUEUED, 2: State.QUEUED}
