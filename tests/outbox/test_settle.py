"""Approving, declining, withdrawing, sending again, linking instead, and deciding what is in doubt."""

from types import SimpleNamespace

import pytest

from daybook.connections.models import CompanyFile
from daybook.outbox import operations, queries
from daybook.outbox.models import Link, Posting
from daybook.people.errors import NotAllowed, Refused
from tests.outbox.conftest import NOW, Ask

State = Posting.State


def parked(posting: Posting, **more: object) -> Posting:
    Posting.objects.filter(pk=posting.pk).update(state=State.PARKED, problem="No.", **more)
    posting.refresh_from_db()
    return posting


def test_an_administrators_yes_queues_a_proposal(ask: Ask, cast: SimpleNamespace) -> None:
    posting = operations.approve(cast.ada, ask(who=cast.sam, proposed=True), NOW)
    assert (posting.state, posting.approved_by) == (State.QUEUED, cast.ada)


def test_a_manager_cannot_approve(ask: Ask, cast: SimpleNamespace) -> None:
    with pytest.raises(NotAllowed):
        operations.approve(cast.mia, ask(proposed=True), NOW)


def test_a_proposal_is_approved_only_once(ask: Ask, cast: SimpleNamespace) -> None:
    posting = ask(proposed=True)
    operations.approve(cast.ada, posting, NOW)
    with pytest.raises(Refused, match="queued by now"):
        operations.approve(cast.ada, posting, NOW)


def test_a_no_carries_its_reason(ask: Ask, cast: SimpleNamespace) -> None:
    posting = operations.decline(cast.ada, ask(proposed=True), "Twice the same client.", NOW)
    assert (posting.state, posting.withdrawn_reason) == (State.WITHDRAWN, "Twice the same client.")


def test_what_follows_a_declined_proposal_needs_somebody(ask: Ask, cast: SimpleNamespace) -> None:
    above = ask("Northwind", proposed=True)
    below = ask("Harbour", subject_id=2, after=above)
    operations.decline(cast.ada, above, "No.", NOW)
    below.refresh_from_db()
    assert (below.state, below.problem_code) == (State.PARKED, operations.WAITS_FOR_ANOTHER)
    assert "Northwind" in below.problem


def test_a_person_takes_back_their_own_posting_with_a_reason(ask: Ask, cast: SimpleNamespace) -> None:
    posting = ask()
    with pytest.raises(Refused, match="why"):
        operations.withdraw(cast.mia, posting, " ", NOW)
    assert operations.withdraw(cast.mia, posting, "A mistake.", NOW).state == State.WITHDRAWN


def test_nobody_takes_back_what_is_on_its_way(ask: Ask, cast: SimpleNamespace) -> None:
    posting = ask()
    for state in (State.SENT, State.IN_DOUBT, State.POSTED):
        Posting.objects.update(state=state)
        with pytest.raises(Refused):
            operations.withdraw(cast.mia, posting, "A mistake.", NOW)


def test_others_withdraw_only_with_the_right(ask: Ask, cast: SimpleNamespace) -> None:
    posting = ask(who=cast.ben)
    with pytest.raises(NotAllowed):
        operations.withdraw(cast.mia, posting, "A mistake.", NOW)
    assert operations.withdraw(cast.ada, posting, "A mistake.", NOW).state == State.WITHDRAWN


def test_sending_again_keeps_the_key(ask: Ask, cast: SimpleNamespace) -> None:
    posting = parked(ask())
    again = operations.resend(cast.mia, posting, NOW, snapshot={"name": "Other"})
    assert (again.state, again.key, again.snapshot, again.problem) == (State.QUEUED, posting.key, {"name": "Other"}, "")


def test_only_what_needs_somebody_is_sent_again(ask: Ask, cast: SimpleNamespace) -> None:
    with pytest.raises(Refused):
        operations.resend(cast.mia, ask(), NOW)


def test_linking_to_the_record_that_is_there_settles_a_name_clash(
    ask: Ask, cast: SimpleNamespace, file: CompanyFile
) -> None:
    way = {"way": "link", "list_id": "80-9", "full_name": "Northwind", "name": "Northwind", "edit_sequence": "5"}
    below = ask("Harbour", subject_id=2, after=(above := ask()))
    operations.park_followers([above.pk], "It waits.", NOW)
    posting = operations.link_instead(cast.mia, parked(above, ways_out=[way]), "80-9", NOW)
    link = Link.objects.get(list_id="80-9")
    below.refresh_from_db()
    assert (posting.state, posting.list_id) == (State.POSTED, "80-9")
    assert (link.state, link.subject_id, link.edit_sequence, link.full_name) == ("shared", 1, "5", "Northwind")
    assert below.state == State.QUEUED  # it waited for nothing else


def test_a_record_of_theirs_is_linked_to_one_of_ours_only(ask: Ask, cast: SimpleNamespace, file: CompanyFile) -> None:
    Link.objects.create(company_file=file, kind="customer", list_id="80-9", full_name="Northwind")
    operations.link_by_hand(cast.mia, file, "customer", "client", 5, list_id="80-9", now=NOW)
    with pytest.raises(Refused, match="linked to another"):
        operations.link_instead(cast.mia, parked(ask()), "80-9", NOW)


@pytest.mark.parametrize(("decision", "state"), [("posted", State.POSTED), ("not_posted", State.QUEUED)])
def test_a_person_decides_what_no_read_can_tell(ask: Ask, cast: SimpleNamespace, decision: str, state: str) -> None:
    posting = ask()
    Posting.objects.update(state=State.IN_DOUBT)
    decided = operations.decide_in_doubt(cast.ada, posting, decision, NOW)
    assert (decided.state, decided.letter) == (state, None)


def test_the_record_a_person_found_becomes_the_link(ask: Ask, cast: SimpleNamespace, file: CompanyFile) -> None:
    posting = ask()
    Link.objects.create(company_file=file, kind="customer", list_id="80-3", full_name="Northwind")
    Posting.objects.update(state=State.IN_DOUBT)
    operations.decide_in_doubt(cast.ada, posting, "posted", NOW, list_id="80-3")
    assert Link.objects.get(list_id="80-3").subject_id == posting.subject_id


def test_the_open_states_are_counted(ask: Ask, file: CompanyFile) -> None:
    ask()
    parked(ask(subject_id=2))
    counted = queries.counts(file)
    assert (counted["queued"], counted["parked"], counted["in_doubt"]) == (1, 1, 0)


def test_a_no_without_a_reason_is_refused(ask: Ask, cast: SimpleNamespace) -> None:
    posting = ask(proposed=True)
    with pytest.raises(Refused, match="why it is declined"):
        operations.decline(cast.ada, posting, "  ", NOW)


def test_a_record_that_nobody_knows_is_not_linked(ask: Ask, cast: SimpleNamespace) -> None:
    posting = parked(ask())
    for list_id in ("", "80-404"):
        with pytest.raises(Refused, match="knows no such record"):
            operations.link_instead(cast.mia, posting, list_id, NOW)
    Posting.objects.update(state=State.IN_DOUBT)
    with pytest.raises(Refused, match="knows no such record"):
        operations.decide_in_doubt(cast.ada, posting, "posted", NOW, list_id="80-404")
    assert not Link.objects.exists()


def test_sending_again_forgets_the_yes_of_before(ask: Ask, cast: SimpleNamespace) -> None:
    posting = operations.approve(cast.ada, ask(who=cast.sam, proposed=True), NOW)
    again = operations.resend(cast.mia, parked(posting), NOW)
    assert (again.asked_by, again.approved_by, again.approved_at) == (cast.mia, None, None)
