"""The sync after the first import: what changed there comes here, and nothing else is touched."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daybook.directory.models import Client, ProductionStatus, Project
from daybook.history.models import Change
from daybook.intake.models import Conflict, Watermark
from daybook.notices.models import Notice
from daybook.outbox.models import Link, Posting
from tests.intake.house import KEPT, House, counted_rows, writes_to

CUSTOMERS = ["customers"]


@pytest.fixture
def synced(house: House) -> House:
    """A house whose customers came in some time ago."""
    house.clock.pass_by(days=2)
    house.bring(CUSTOMERS, trigger="first")
    house.clock.pass_by(hours=12)
    return house


def a_job(house: House) -> Link:
    found = Link.objects.filter(kind="customer", sublevel=1, state="shared").order_by("full_name").first()
    assert found is not None
    return found


def test_a_sync_in_which_nothing_changed_asks_once_a_list_and_writes_nothing(synced: House) -> None:
    before = counted_rows()
    synced.sent.clear()
    with CaptureQueriesContext(connection) as queries:
        run = synced.bring(CUSTOMERS)
    assert run.state == "published"
    assert writes_to(queries, *KEPT) == []
    assert counted_rows() == before
    assert len([text for text in synced.sent if "CustomerQueryRq" in text]) == 1


def test_a_new_customer_with_a_job_comes_in(synced: House) -> None:
    with synced.bookkeeper() as books:
        books.add("customer", "Zenith", values={"Phone": "503-555-0100"})
        books.add("customer", "Harbour", parent="Zenith")
    run = synced.bring(CUSTOMERS)
    assert run.counts["customer"]["new"] == 2
    project = synced.project("Harbour")
    assert project.client == synced.client("Zenith")
    assert project.client.billing_contact is not None
    assert project.client.billing_contact.phone == "503-555-0100"


def test_a_job_under_a_job_that_was_here_before_stands_below_it(synced: House) -> None:
    job = a_job(synced)
    with synced.bookkeeper() as books:
        books.add("customer", "Pier", parent=job.full_name)
    synced.bring(CUSTOMERS)
    project = synced.project("Pier")
    assert project.parent_id == job.subject_id
    assert synced.link(f"{job.full_name}:Pier").root_list_id == job.root_list_id


def test_a_change_in_the_books_is_taken_and_written_down(synced: House) -> None:
    job = a_job(synced)
    customer = Link.objects.get(list_id=job.root_list_id)
    with synced.bookkeeper() as books:
        books.change("customer", customer.list_id, {"Phone": "207-555-9999", "CompanyName": "Renamed Inc"})
    run = synced.bring(CUSTOMERS)
    client = Client.objects.get(pk=customer.subject_id)
    assert run.counts["customer"]["changed"] == 1
    assert client.company_name == "Renamed Inc"
    assert client.billing_contact is not None and client.billing_contact.phone == "207-555-9999"
    line = Change.objects.filter(action="updated_from_books", subject_id=client.pk).latest("id")
    assert line.differences["phone"][1] == "207-555-9999"
    customer.refresh_from_db()
    assert customer.base["phone"] == "207-555-9999"
    assert not Posting.objects.exists()


def test_a_rename_in_the_books_is_followed_by_the_full_names_of_all_its_jobs(synced: House) -> None:
    job = a_job(synced)
    customer = Link.objects.get(list_id=job.root_list_id)
    with synced.bookkeeper() as books:
        books.rename("customer", customer.list_id, "Aardvark")
    synced.bring(CUSTOMERS)
    assert Client.objects.get(pk=customer.subject_id).name == "Aardvark"
    full_names = Link.objects.filter(root_list_id=job.root_list_id, sublevel__gt=0).values_list("full_name", flat=True)
    assert full_names and all(name.startswith("Aardvark:") for name in full_names)


def test_a_job_that_was_moved_in_the_books_moves_here(synced: House) -> None:
    job = a_job(synced)
    with synced.bookkeeper() as books:
        books.add("customer", "Zenith")
        books.change("customer", job.list_id, {"ParentRef": {"FullName": "Zenith"}})
    synced.bring(CUSTOMERS)
    assert Project.objects.get(pk=job.subject_id).client.name == "Zenith"
    job.refresh_from_db()
    assert job.full_name == f"Zenith:{job.name}"
    assert job.root_list_id == synced.link("Zenith").list_id


def test_what_was_changed_here_only_stays(synced: House) -> None:
    job = a_job(synced)
    Project.objects.filter(pk=job.subject_id).update(name="Ours now")
    with synced.bookkeeper() as books:
        books.change("customer", job.list_id, {"Notes": "seen"})
    synced.bring(CUSTOMERS)
    assert Project.objects.get(pk=job.subject_id).name == "Ours now"
    assert not Conflict.objects.exists()


def test_what_both_changed_is_shown_and_not_overwritten(synced: House) -> None:
    job = a_job(synced)
    client = Client.objects.get(pk=Link.objects.get(list_id=job.root_list_id).subject_id)
    link = Link.objects.get(list_id=job.root_list_id)
    Client.objects.filter(pk=client.pk).update(company_name="Ours Inc")
    with synced.bookkeeper() as books:
        books.change("customer", link.list_id, {"CompanyName": "Theirs Inc"})
    synced.bring(CUSTOMERS)
    client.refresh_from_db()
    conflict = Conflict.objects.get()
    assert client.company_name == "Ours Inc"
    assert (conflict.field, conflict.ours, conflict.theirs) == ("company_name", "Ours Inc", "Theirs Inc")
    assert Notice.objects.filter(kind="conflict.found", user=synced.cast.ada).exists()
    with synced.bookkeeper() as books:
        books.change("customer", link.list_id, {"CompanyName": "Theirs Ltd"})
    synced.bring(CUSTOMERS)
    assert Conflict.objects.get().theirs == "Theirs Ltd"


def test_a_record_with_an_open_posting_is_left_to_the_posting_and_looked_at_again_later(synced: House) -> None:
    job = a_job(synced)
    link = Link.objects.get(list_id=job.root_list_id)
    Client.objects.filter(pk=link.subject_id).update(company_name="Ours Inc")
    posting = synced.ask(
        link.name,
        number=link.subject_id,
        action="mod",
        snapshot={"company_name": "Ours Inc"},
        not_before=synced.clock() + timedelta(days=30),
    )
    mark = Watermark.objects.get(kind="customer").modified_from
    with synced.bookkeeper() as books:
        books.change("customer", link.list_id, {"CompanyName": "Theirs Inc"})
    run = synced.bring(CUSTOMERS)
    link.refresh_from_db()
    assert run.counts["customer"]["ours"] == 1
    assert link.base.get("company_name") != "Theirs Inc"
    assert not Conflict.objects.exists()
    assert Watermark.objects.get(kind="customer").modified_from == mark
    Posting.objects.filter(pk=posting.pk).update(state="withdrawn")
    synced.bring(CUSTOMERS)
    assert Conflict.objects.get().theirs == "Theirs Inc"


def test_what_an_open_posting_does_not_clash_with_is_taken_at_once(synced: House) -> None:
    link = Link.objects.get(list_id=a_job(synced).root_list_id)
    Client.objects.filter(pk=link.subject_id).update(company_name="Ours Inc")
    later = synced.clock() + timedelta(days=30)
    ours = {"company_name": "Ours Inc"}
    posting = synced.ask(link.name, number=link.subject_id, action="mod", snapshot=ours, not_before=later)
    with synced.bookkeeper() as books:
        books.change("customer", link.list_id, {"CompanyName": "Theirs Inc", "Name": "Renamed there"})
    synced.bring(CUSTOMERS)
    client = Client.objects.get(pk=link.subject_id)
    assert (client.name, client.company_name) == ("Renamed there", "Ours Inc")
    posting.refresh_from_db()
    assert posting.snapshot == ours
    Posting.objects.filter(pk=posting.pk).update(state="withdrawn")
    synced.bring(CUSTOMERS)
    assert [conflict.field for conflict in Conflict.objects.all()] == ["company_name"]


def test_what_is_taken_goes_along_in_the_posting_that_waits(synced: House) -> None:
    link = Link.objects.get(list_id=a_job(synced).root_list_id)
    later = synced.clock() + timedelta(days=30)
    whole = {"name": link.name, "fax": "503-555-0777"}
    posting = synced.ask(link.name, number=link.subject_id, action="mod", snapshot=whole, not_before=later)
    with synced.bookkeeper() as books:
        books.change("customer", link.list_id, {"Name": "Renamed there"})
    synced.bring(CUSTOMERS)
    posting.refresh_from_db()
    assert posting.snapshot == {"name": "Renamed there", "fax": "503-555-0777"}


def test_our_own_posting_that_comes_back_changes_nothing(synced: House) -> None:
    synced.ask("Zenith", number=synced_client(synced).pk)
    synced.run()
    before = counted_rows()
    run = synced.bring(CUSTOMERS)
    assert counted_rows() == before
    assert not run.counts["customer"].get("new")


def synced_client(house: House) -> Client:
    return Client.objects.create(name="Zenith", created_at=house.clock(), changed_at=house.clock())


def test_what_is_posted_in_the_middle_of_an_import_is_not_undone_by_a_page_read_before(synced: House) -> None:
    job = a_job(synced)
    link = Link.objects.get(list_id=job.root_list_id)
    client = Client.objects.get(pk=link.subject_id)
    run = synced.ask_for(CUSTOMERS, trigger="reconcile")
    asked = []

    def meanwhile(sent: str, answer: str) -> str:
        if "CustomerQueryRq" in sent and not asked:
            Client.objects.filter(pk=client.pk).update(company_name="New Inc")
            asked.append(synced.ask(link.name, number=client.pk, action="mod", snapshot={"company_name": "New Inc"}))
        return answer

    synced.spoil.append(meanwhile)
    synced.run()
    assert synced.again(run).state == "published"
    assert synced.state(asked[0]) == "posted"
    client.refresh_from_db()
    link.refresh_from_db()
    assert (client.company_name, link.base["company_name"]) == ("New Inc", "New Inc")


def test_updates_can_be_switched_off_so_that_only_new_records_come_in(synced: House) -> None:
    job = a_job(synced)
    link = Link.objects.get(list_id=job.root_list_id)
    name = Client.objects.get(pk=link.subject_id).name
    synced.file.enable_updates = False
    synced.file.save()
    with synced.bookkeeper() as books:
        books.rename("customer", link.list_id, "Aardvark")
        books.add("customer", "Zenith")
    synced.bring(CUSTOMERS)
    assert Client.objects.get(pk=link.subject_id).name == name
    assert synced.client("Zenith")


def test_an_inactive_job_keeps_its_link_and_comes_back_by_itself(synced: House) -> None:
    job = a_job(synced)
    with synced.bookkeeper() as books:
        books.set_active("customer", job.list_id, False)
    synced.bring(CUSTOMERS)
    job.refresh_from_db()
    assert (job.state, job.is_active) == ("shared", False)
    assert Project.objects.get(pk=job.subject_id).is_active
    with synced.bookkeeper() as books:
        books.set_active("customer", job.list_id, True)
    synced.bring(CUSTOMERS)
    job.refresh_from_db()
    assert (job.state, job.is_active) == ("shared", True)


def test_the_status_of_a_project_follows_its_job_if_the_firm_chose_a_status_for_that(synced: House) -> None:
    job = a_job(synced)
    asleep = ProductionStatus.objects.get(code=9)
    hold = ProductionStatus.objects.get(code=2)
    Project.objects.filter(pk=job.subject_id).update(status=hold)
    synced.file.auto_inactive_status = asleep.pk
    synced.file.save()
    with synced.bookkeeper() as books:
        books.set_active("customer", job.list_id, False)
    synced.bring(CUSTOMERS)
    project = Project.objects.get(pk=job.subject_id)
    assert (project.status, project.is_active) == (asleep, False)
    with synced.bookkeeper() as books:
        books.set_active("customer", job.list_id, True)
    synced.bring(CUSTOMERS)
    project = Project.objects.get(pk=job.subject_id)
    assert (project.status, project.is_active) == (hold, True)


def test_a_customer_that_was_left_out_as_inactive_comes_in_when_it_wakes_up(synced: House) -> None:
    asleep = Link.objects.filter(kind="customer", sublevel=0, is_active=False, state="theirs_only").first()
    assert asleep is not None
    with synced.bookkeeper() as books:
        books.set_active("customer", asleep.list_id, True)
    synced.bring(CUSTOMERS)
    asleep.refresh_from_db()
    assert asleep.state == "shared"
    assert Client.objects.get(pk=asleep.subject_id).name == asleep.name


def test_a_lookup_that_changed_is_changed_here(house: House) -> None:
    house.bring(["account", "class"], trigger="first")
    with house.bookkeeper() as books:
        entry = books.entries("class")[0]
        books.rename("class", entry.list_id, "Elsewhere")
        books.set_active("account", books.entries("account")[0].list_id, False)
    run = house.bring(["account", "class"])
    from daybook.directory.models import ListEntry

    assert ListEntry.objects.get(list_id=entry.list_id, kind="class").name == "Elsewhere"
    assert ListEntry.objects.filter(kind="account", is_active=False).exists()
    assert run.counts["account"]["changed"] == 1


def test_the_number_of_queries_does_not_grow_with_the_number_of_records(synced: House) -> None:
    links = list(Link.objects.filter(kind="customer", sublevel=0, state="shared").order_by("id")[:21])

    def queries_for(some: list[Link], word: str) -> int:
        with synced.bookkeeper(minutes=200) as books:
            for number, link in enumerate(some):
                books.change("customer", link.list_id, {"CompanyName": f"{word} {number}"})
                books.add("customer", f"{word} new {number}")
        with CaptureQueriesContext(connection) as queries:
            run = synced.bring(CUSTOMERS)
        assert run.counts["customer"]["changed"] >= len(some)
        return len(queries)

    assert queries_for(links[1:], "Many") - queries_for(links[:1], "One") <= 2


def test_every_list_is_asked_from_the_newest_time_seen_with_an_overlap(synced: House) -> None:
    mark = Watermark.objects.get(kind="customer").modified_from
    synced.sent.clear()
    synced.bring(CUSTOMERS)
    text = next(text for text in synced.sent if "CustomerQueryRq" in text)
    from daybook.qbxml.types import to_datetime

    asked = to_datetime(text.partition("<FromModifiedDate>")[2].partition("<")[0])
    newest = to_datetime(mark)
    assert asked is not None and newest is not None
    assert newest - asked == timedelta(hours=2)
    assert "<ActiveStatus>All</ActiveStatus>" in text


def test_what_was_linked_while_it_was_read_or_by_a_clock_that_is_ahead_is_taken_all_the_same(synced: House) -> None:
    """It seems to be agreed on later than it was read; the EditSequence says which of the two is newer."""
    customer = Link.objects.get(list_id=a_job(synced).root_list_id)
    Link.objects.filter(pk=customer.pk).update(agreed_at=synced.clock() + timedelta(hours=1))
    with synced.bookkeeper() as books:
        books.change("customer", customer.list_id, {"CompanyName": "Renamed Inc"})
    run = synced.bring(CUSTOMERS)
    assert run.counts["customer"]["changed"] == 1
    assert Client.objects.get(pk=customer.subject_id).company_name == "Renamed Inc"


def test_after_a_posting_and_a_merge_a_sync_writes_nothing(synced: House) -> None:
    """What an answer brought and what an import reads are the same text in the database."""
    synced.ask("Zenith", snapshot={"name": "Zenith", "phone": "503-555-0100"}, number=0)
    synced.settle()
    link = a_job(synced)
    Project.objects.filter(pk=link.subject_id).update(name="Ours")
    with synced.bookkeeper() as books:
        books.change("customer", link.list_id, {"Phone": "207-555-9999"})
    synced.bring(CUSTOMERS)
    assert synced.link("Zenith").state == "shared"
    synced.clock.pass_by(hours=1)
    with CaptureQueriesContext(connection) as queries:
        run = synced.bring(CUSTOMERS)
    assert run.counts["customer"] == {"same": 2}, "both came again, being so new"
    assert writes_to(queries, *KEPT) == []
