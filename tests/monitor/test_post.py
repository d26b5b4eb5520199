"""What is queued goes into the books, in order, and people are told."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from daybook.monitor import waiting
from daybook.monitor.posting import due
from daybook.notices.models import Mail, MailSettings, Notice
from daybook.outbox import operations
from daybook.outbox.models import Attempt, Letter, Link, Posting
from tests.monitor.harness import House, State


def test_a_client_becomes_a_customer_and_the_link_keeps_what_both_agree_on(house: House) -> None:
    posting = house.ask("Zenith", snapshot={"name": "Zenith", "phone": "503-555-0100"})
    house.run()
    (there,) = house.found("Zenith")
    link = Link.objects.get(subject_kind="client", subject_id=posting.subject_id)
    posted = house.fresh(posting)
    assert (posted.state, posted.list_id) == (State.POSTED, there.list_id)
    assert (link.list_id, link.edit_sequence, link.state) == (there.list_id, there.edit_sequence, "shared")
    assert (link.full_name, link.root_list_id, link.base["phone"]) == ("Zenith", there.list_id, "503-555-0100")


def test_the_one_who_asked_is_told_and_nobody_else(house: House) -> None:
    house.ask("Zenith")
    house.run()
    (notice,) = Notice.objects.all()
    assert (notice.user, notice.kind, notice.title) == (house.cast.mia, "posting.done", "Zenith is in QuickBooks")


def test_what_was_sent_and_answered_is_kept_word_for_word(house: House) -> None:
    posting = house.ask("Zenith")
    house.run()
    letter = house.fresh(posting).letter
    assert letter is not None and letter.sent_text in house.sent
    assert "CustomerAddRs" in letter.answer_text
    assert Attempt.objects.get(posting=posting).outcome == State.POSTED


def test_a_job_waits_for_its_client_and_goes_under_it(house: House) -> None:
    client = house.ask("Zenith")
    job = house.job("Harbour", client, after=client)
    sub_job = house.job("Pier", job, after=job)
    house.run()
    (there,) = house.found("Pier")
    assert there.full_name == "Zenith:Harbour:Pier"
    link = Link.objects.get(subject_id=sub_job.subject_id)
    assert (link.sublevel, link.root_list_id) == (2, house.fresh(client).list_id)


def test_staff_becomes_an_employee(house: House) -> None:
    snapshot = {"first_name": "Ana", "middle_name": "", "last_name": "Kim", "email": "ana@example.test"}
    posting = house.ask("Ana Kim", kind="employee", subject_kind="staff", snapshot=snapshot)
    house.run()
    assert house.state(posting) == State.POSTED
    assert house.found("Ana Kim", "employee")


def test_a_change_goes_out_on_the_edit_sequence_of_the_link(house: House) -> None:
    posting = house.ask("Zenith")
    house.run()
    change = house.change(posting, phone="503-555-0199", name="Zenith Ltd")
    house.run()
    (there,) = house.found("Zenith Ltd")
    assert (house.state(change), there.values["Phone"]) == (State.POSTED, "503-555-0199")
    assert Link.objects.get(subject_id=posting.subject_id).edit_sequence == there.edit_sequence


def test_a_record_is_made_inactive(house: House) -> None:
    posting = house.ask("Zenith")
    house.run()
    house.ask("Zenith", number=posting.subject_id, action="deactivate", snapshot={})
    house.run()
    (there,) = house.found("Zenith")
    assert not there.is_active


def test_postings_go_in_the_order_in_which_they_were_asked_for(house: House) -> None:
    names = [f"Client {number:02d}" for number in range(45)]
    for name in names:
        house.ask(name)
    house.run()
    assert len(house.posts()) == 3  # sets of 20
    with house.books() as books:
        added = [one.name for one in books.entries("customer", text="Client ", limit=100)]
    assert sorted(added) == names
    numbers = list(Posting.objects.order_by("list_id").values_list("title", flat=True))
    assert numbers == names


def test_a_refused_record_does_not_hold_up_the_others(house: House) -> None:
    before, bad, after = house.ask("Before"), house.ask("A:B"), house.ask("After")
    house.run()
    assert [house.state(one) for one in (before, bad, after)] == [State.POSTED, State.PARKED, State.POSTED]
    parked = house.fresh(bad)
    assert parked.problem_code in ("3090", "field") and "colon" in parked.problem
    assert Notice.objects.filter(kind="posting.needs_you", user=house.cast.mia).exists()
    assert Notice.objects.filter(kind="posting.needs_you", user=house.cast.ada).exists()


def test_a_value_that_qbxml_cannot_carry_parks_its_own_posting_only(house: House) -> None:
    bad, good = house.ask("x" * 60), house.ask("Good")
    house.run()
    assert (house.state(bad), house.state(good)) == (State.PARKED, State.POSTED)
    assert "Name" in house.fresh(bad).problem


def test_what_depends_on_a_refused_posting_waits_for_it_and_then_goes_by_itself(house: House) -> None:
    client = house.ask("Bad:Name")
    job = house.job("Harbour", client, after=client)
    house.run()
    assert (house.state(job), house.fresh(job).problem_code) == (State.PARKED, "waits")
    house.ask("Good Name", number=client.subject_id)
    house.run(2)
    assert (house.state(client), house.state(job)) == (State.POSTED, State.POSTED)


def test_a_job_whose_client_is_not_linked_is_parked(house: House) -> None:
    client = house.ask("Zenith", proposed=True)
    job = house.job("Harbour", client)
    house.run()
    assert house.state(job) == State.PARKED
    assert "not in QuickBooks yet" in house.fresh(job).problem


def test_a_posting_waits_for_its_time(house: House) -> None:
    posting = house.ask("Zenith", not_before=house.clock().replace(hour=18))
    house.run()
    assert house.state(posting) == State.QUEUED
    house.clock.pass_by(hours=4)
    house.run()
    assert house.state(posting) == State.POSTED


def test_a_proposed_posting_goes_only_after_a_yes(house: House) -> None:
    posting = house.ask("Zenith", proposed=True, who=house.cast.sam)
    house.run()
    assert house.state(posting) == State.PROPOSED
    assert Notice.objects.filter(kind="posting.proposed", user=house.cast.ada).count() == 1
    operations.approve(house.cast.ada, posting, house.clock())
    house.run()
    assert house.state(posting) == State.POSTED


def test_ten_quick_edits_are_one_sending(house: House) -> None:
    for number in range(10):
        posting = house.ask(f"Zenith {number}", number=77)
    house.run()
    assert (house.state(posting), len(house.posts())) == (State.POSTED, 1)
    assert house.found("Zenith 9") and not house.found("Zenith 0")


def test_one_mail_and_one_notice_for_a_batch(house: House) -> None:
    for number in range(25):
        house.ask(f"Client {number:02d}", batch_key=UUID(int=9))
    house.run()
    (notice,) = Notice.objects.filter(kind="posting.done")
    assert notice.count == 25


def test_a_set_of_twenty_takes_as_many_queries_as_a_set_of_two_and_two_commits(house: House) -> None:
    house.file.hold_seconds = 60
    house.file.save()
    house.ask("First")
    house.run()
    counts = []
    for many in (2, 20):
        for number in range(many):
            house.ask(f"Client {many} {number:02d}", batch_key=UUID(int=9))
        with CaptureQueriesContext(connection) as seen:
            ask = house.line.engine.next_request(house.file.pk, house.line._epoch)
            assert ask is not None
            house.line._carry(ask)
        statements = [one["sql"] for one in seen.captured_queries]
        counts.append(len(statements))
        leases = [one for one in statements if one.startswith("UPDATE connections_lease")]
        assert len(leases) == 2  # each commit of the Monitor begins with the lease
    assert counts[0] == counts[1]


def test_a_set_is_forgotten_only_after_its_outcome_is_kept(house: House) -> None:
    house.ask("First")
    house.run()
    assert not Letter.objects.filter(purpose="post", forgotten=False).exists()
    assert any('oldMessageSetID="S00001"' in text and "newMessageSetID" not in text for text in house.sent)


def test_the_next_set_carries_the_forgetting_of_the_last(house: House) -> None:
    house.file.hold_seconds = 60
    house.file.save()
    house.ask("First")
    house.run()
    house.ask("Second")
    house.run()
    assert 'newMessageSetID="S00002" oldMessageSetID="S00001"' in house.posts()[1]
    assert list(Letter.objects.filter(purpose="post", forgotten=False).values_list("set_id", flat=True)) == ["S00002"]


def test_a_proposal_that_nobody_saw_for_an_hour_is_told_once(house: House) -> None:
    house.ask("Zenith", proposed=True, who=house.cast.sam)
    house.clock.pass_by(hours=1)
    house.settle()
    assert Notice.objects.filter(kind="posting.proposed", user=house.cast.ada).count() == 1


def test_forty_proposals_of_one_batch_are_one_notice_and_one_mail(house: House) -> None:
    MailSettings.objects.update_or_create(pk=1, defaults={"host": "mail.test", "from_address": "daybook@example.test"})
    for number in range(40):
        house.ask(f"Client {number:02d}", proposed=True, who=house.cast.sam, batch_key=UUID(int=9))
        if number == 20:
            house.run()  # the Monitor comes by in the middle
    house.settle()
    notice = Notice.objects.get(kind="posting.proposed", user=house.cast.ada)
    assert notice.count == 40
    assert Mail.objects.filter(to_address=house.cast.ada.email).count() == 1


def test_whoever_asked_for_what_waits_is_told_when_the_other_is_refused(house: House) -> None:
    client = house.ask("Bad:Name")
    job = house.job("Harbour", client, after=client, who=house.cast.ben)
    house.settle()
    assert house.state(job) == State.PARKED
    notice = Notice.objects.get(kind="posting.needs_you", user=house.cast.ben, subject_kind="project")
    assert "which needs you first" in notice.text


def test_whoever_asked_for_what_waits_is_told_when_the_other_is_taken_back(house: House) -> None:
    client = house.ask("Zenith", proposed=True)
    job = house.job("Harbour", client, after=client, who=house.cast.ben)
    operations.withdraw(house.cast.mia, client, "Not our client.", house.clock())
    house.settle()
    assert house.state(job) == State.PARKED
    assert Notice.objects.get(kind="posting.needs_you", user=house.cast.ben).text.endswith("which was withdrawn.")


def plans(house: House, act: Callable[[], object], table: str) -> list[list[str]]:
    """How the database looks into a table while this is done, a list of lines for each statement."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, statement: str, values: Any, many: bool, context: dict[str, Any]) -> Any:
        asked.append((statement, values))
        return execute(statement, values, many, context)

    with connection.execute_wrapper(note), transaction.atomic():
        act()
    plan = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    found = []
    for statement, values in asked:
        if table in statement and not statement.startswith("INSERT"):
            with connection.cursor() as cursor:
                cursor.execute(f"{plan} {statement}", values)
                found.append([str(row[-1]) for row in cursor.fetchall()])
    return found


def test_what_waits_is_found_without_reading_what_is_finished(house: House) -> None:
    """However many postings there are, only the small indexes of the open states are looked into."""

    def look() -> None:
        waiting.look(house.file.pk, timezone.now())
        due(house.file.pk, timezone.now(), 20)

    found = plans(house, look, "outbox_posting")
    assert found
    for lines in found:
        assert lines and not any("outbox_posting_finished" in line for line in lines), lines
        if connection.vendor == "sqlite":  # it reads as it plans; PostgreSQL plans by the sizes of the day
            assert any("outbox_posting_queued" in line for line in lines), lines


def test_an_answer_finds_its_links_without_reading_all_of_the_firm(house: House) -> None:
    """By ListID or by whose they are, each through the index that holds just that."""
    client = house.ask("Zenith")
    house.run()
    house.job("Harbour", client)
    house.change(client, phone="503-555-0199")
    found = plans(house, house.run, "outbox_link")
    assert len(house.found("Harbour")) == 1
    if connection.vendor == "sqlite":
        searched = [line for lines in found for line in lines if "outbox_link" in line]
        assert any("outbox_link_theirs" in line for line in searched)
        assert any("outbox_link_ours" in line for line in searched)
        of_all = ("(company_file_id=?)", "(company_file_id=? AND kind=?)")
        assert not [line for line in searched if "SCAN" in line or line.endswith(of_all)]
