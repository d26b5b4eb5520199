"""What waits for a person: new employees, records to be taken one by one, conflicts."""

import pytest

from daybook.directory.models import Client, Project, Staff
from daybook.intake import operations, queries
from daybook.intake.models import Conflict
from daybook.notices.models import Notice
from daybook.outbox.models import Link, Posting
from daybook.outbox.operations import block_theirs
from daybook.people.errors import NotAllowed, Refused
from tests.intake.house import House

CUSTOMERS = ["customers"]


@pytest.fixture
def newcomer(house: House) -> Link:
    """Ana Kim, who began after the first import."""
    house.bring(["employees"], trigger="first")
    with house.bookkeeper() as books:
        books.add("employee", values={"FirstName": "Ana", "LastName": "Kim", "Email": "ana@kim.example"})
    house.bring(["employees"])
    return Link.objects.get(kind="employee", full_name="Ana Kim")


def test_a_new_employee_waits_for_a_yes_or_no_and_people_are_told_once(house: House, newcomer: Link) -> None:
    assert newcomer.state == "theirs_only"
    assert not Staff.objects.filter(last_name="Kim").exists()
    assert list(queries.waiting_employees(house.file)) == [newcomer]
    house.bring(["employees"], trigger="reconcile")
    assert Notice.objects.filter(kind="staff.new_in_books", user=house.cast.ada).count() == 1
    assert Notice.objects.get(kind="staff.new_in_books", user=house.cast.ada).title == "Ana Kim is new in QuickBooks"


def test_many_new_employees_of_one_import_come_in_one_notice(house: House) -> None:
    house.bring(["employees"], trigger="first")
    with house.bookkeeper() as books:
        for number in range(15):
            books.add("employee", values={"FirstName": "Ana", "LastName": f"Kim{number:02}"})
    house.bring(["employees"])
    notice = Notice.objects.get(kind="staff.new_in_books", user=house.cast.ada)
    assert (notice.count, notice.title) == (15, "15 new employees in QuickBooks wait for a yes or no")
    assert len(notice.titles) == 15 and "Ana Kim00 is new in QuickBooks" in notice.titles


def test_a_yes_adds_the_employee_to_the_staff(house: House, newcomer: Link) -> None:
    operations.decide_new_employee(house.cast.ada, newcomer, True, house.clock())
    staff = Staff.objects.get(last_name="Kim")
    newcomer.refresh_from_db()
    assert (staff.first_name, staff.email) == ("Ana", "ana@kim.example")
    assert (newcomer.state, newcomer.subject_id, newcomer.wanted_by_person) == ("shared", staff.pk, "yes")
    assert not queries.waiting_employees().exists()


def test_a_no_keeps_the_employee_out_also_when_it_comes_again(house: House, newcomer: Link) -> None:
    operations.decide_new_employee(house.cast.ada, newcomer, False, house.clock())
    with house.bookkeeper() as books:
        books.change("employee", newcomer.list_id, {"Phone": "207-555-0101"})
    house.bring(["employees"])
    newcomer.refresh_from_db()
    assert (newcomer.state, newcomer.subject_id) == ("blocked", None)
    assert newcomer.base["phone"] == "207-555-0101"
    assert not Staff.objects.filter(last_name="Kim").exists()
    assert not queries.waiting_employees().exists()


def test_a_manager_without_the_right_decides_nothing(house: House, newcomer: Link) -> None:
    with pytest.raises(NotAllowed):
        operations.decide_new_employee(house.cast.sam, newcomer, True, house.clock())


def test_a_former_employee_makes_the_staff_member_inactive(house: House) -> None:
    house.bring(["employees"], trigger="first")
    link = Link.objects.filter(kind="employee", state="shared").first()
    assert link is not None
    with house.bookkeeper() as books:
        books.set_active("employee", link.list_id, False)
    house.bring(["employees"])
    assert not Staff.objects.get(pk=link.subject_id).is_active


def test_a_job_that_waits_brings_the_customer_above_it_along(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    now = house.clock()
    Client.objects.create(name="Zenith", created_at=now, changed_at=now)
    with house.bookkeeper() as books:
        books.add("customer", "Zenith", values={"Phone": "1"})
        books.add("customer", "Harbour", parent="Zenith", values={"JobDesc": "The quay"})
    house.bring(CUSTOMERS)
    operations.add_from_books(house.cast.ada, house.link("Zenith:Harbour"), house.clock())
    project = house.project("Harbour")
    assert project.description == "The quay"
    assert house.link("Zenith").subject_id == project.client_id
    assert project.client.billing_contact is not None and project.client.billing_contact.phone == "1"
    with pytest.raises(Refused, match="in Daybook already"):
        operations.add_from_books(house.cast.ada, house.link("Zenith:Harbour"), house.clock())


def test_a_blocked_record_is_not_taken(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    asleep = Link.objects.filter(kind="customer", state="theirs_only").first()
    assert asleep is not None
    block_theirs(house.cast.ada, asleep, house.clock())
    with pytest.raises(Refused, match="blocked"):
        operations.add_from_books(house.cast.ada, asleep, house.clock())


def test_jobs_under_a_blocked_customer_stay_out(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    with house.bookkeeper() as books:
        books.add("customer", "Zenith")
    Client.objects.create(name="Zenith", created_at=house.clock(), changed_at=house.clock())
    house.bring(CUSTOMERS)
    block_theirs(house.cast.ada, house.link("Zenith"), house.clock())
    with house.bookkeeper() as books:
        books.add("customer", "Harbour", parent="Zenith")
    house.bring(CUSTOMERS)
    assert house.link("Zenith:Harbour").state == "theirs_only"
    assert not Project.objects.filter(name="Harbour").exists()


@pytest.fixture
def disagreement(house: House) -> Conflict:
    """A customer whose company name both sides changed."""
    house.bring(CUSTOMERS, trigger="first")
    link = Link.objects.filter(kind="customer", sublevel=0, state="shared").order_by("full_name").first()
    assert link is not None
    Client.objects.filter(pk=link.subject_id).update(company_name="Ours Inc")
    with house.bookkeeper() as books:
        books.change("customer", link.list_id, {"CompanyName": "Theirs Inc"})
    house.bring(CUSTOMERS)
    return Conflict.objects.get()


def test_theirs_is_taken_if_a_person_says_so(house: House, disagreement: Conflict) -> None:
    operations.settle_conflict(house.cast.ada, disagreement, "theirs", house.clock())
    assert Client.objects.get(pk=disagreement.link.subject_id).company_name == "Theirs Inc"
    assert not queries.conflicts().exists()
    assert not Posting.objects.exists()


def test_ours_goes_to_the_books_if_a_person_says_so(house: House, disagreement: Conflict) -> None:
    operations.settle_conflict(house.cast.ada, disagreement, "ours", house.clock())
    house.settle()
    posting = Posting.objects.get()
    assert (posting.state, posting.snapshot) == ("posted", {"company_name": "Ours Inc"})
    with house.books() as books:
        assert books.find("customer", disagreement.link.list_id).values["CompanyName"] == "Ours Inc"
    house.clock.pass_by(minutes=1)
    house.bring(CUSTOMERS)
    assert not queries.conflicts().exists()


def test_a_conflict_is_settled_once_and_only_by_who_may(house: House, disagreement: Conflict) -> None:
    with pytest.raises(NotAllowed):
        operations.settle_conflict(house.cast.mia, disagreement, "ours", house.clock())
    with pytest.raises(Refused):
        operations.settle_conflict(house.cast.ada, disagreement, "neither", house.clock())
    operations.settle_conflict(house.cast.ada, disagreement, "theirs", house.clock())
    with pytest.raises(Refused, match="settled already"):
        operations.settle_conflict(house.cast.ada, disagreement, "ours", house.clock())


def test_a_posting_that_finds_the_record_changed_takes_theirs_and_sends_ours(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    link = Link.objects.filter(kind="customer", sublevel=0, state="shared").order_by("full_name").first()
    assert link is not None
    Client.objects.filter(pk=link.subject_id).update(company_name="Ours Inc")
    with house.bookkeeper() as books:
        books.change("customer", link.list_id, {"Phone": "207-555-0999"})
    posting = house.ask(link.name, number=link.subject_id, action="mod", snapshot={"company_name": "Ours Inc"})
    house.settle()
    client = Client.objects.get(pk=link.subject_id)
    assert house.state(posting) == "posted"
    assert client.billing_contact is not None and client.billing_contact.phone == "207-555-0999"
    with house.books() as books:
        there = books.find("customer", link.list_id).values
    assert (there["CompanyName"], there["Phone"]) == ("Ours Inc", "207-555-0999")


def test_a_posting_in_conflict_waits_until_a_person_has_settled_it(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    link = Link.objects.filter(kind="customer", sublevel=0, state="shared").order_by("full_name").first()
    assert link is not None
    Client.objects.filter(pk=link.subject_id).update(company_name="Ours Inc")
    with house.bookkeeper() as books:
        books.change("customer", link.list_id, {"CompanyName": "Theirs Inc"})
    posting = house.ask(link.name, number=link.subject_id, action="mod", snapshot={"company_name": "Ours Inc"})
    house.settle()
    assert house.state(posting) == "parked"
    conflict = queries.conflicts().get()
    operations.settle_conflict(house.cast.ada, conflict, "theirs", house.clock())
    assert house.state(posting) == "withdrawn"
    assert Client.objects.get(pk=link.subject_id).company_name == "Theirs Inc"
