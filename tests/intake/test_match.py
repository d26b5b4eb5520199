"""Records of ours with the name of one that arrives."""

from daybook.directory.models import Client, Project, Staff
from daybook.directory.queries import default_status
from daybook.history.models import Change
from daybook.intake.models import Conflict
from daybook.outbox.models import Link, Posting
from tests.intake.house import House


def a_client(house: House, name: str, **more: object) -> Client:
    return Client.objects.create(name=name, created_at=house.clock(), changed_at=house.clock(), **more)


def a_project(house: House, client: Client, name: str) -> Project:
    now = house.clock()
    return Project.objects.create(
        client=client, name=name, display_name=name, status=default_status(), created_at=now, changed_at=now
    )


def a_customer_with_a_job(house: House) -> tuple[str, str]:
    with house.books() as books:
        job = next(one for one in books.entries("customer", limit=1000) if one.sublevel == 1 and "&" in one.full_name)
    customer, name = job.full_name.split(":")
    return customer, name


def test_in_the_first_import_records_of_the_same_name_become_one(house: House) -> None:
    customer, job = a_customer_with_a_job(house)
    client = a_client(house, customer.replace("&", "and").upper())
    project = a_project(house, client, job.lower())
    run = house.bring(["customers"], trigger="first")
    assert run.counts["customer"]["adopt"] == 2
    assert house.link(customer).subject_id == client.pk
    assert house.link(f"{customer}:{job}").subject_id == project.pk
    assert Client.objects.filter(name=customer).count() <= 1
    assert Change.objects.filter(action="linked", subject_kind="project", subject_id=project.pk).exists()


def test_the_books_win_where_the_two_differ_if_the_firm_chose_so(house: House) -> None:
    customer, _ = a_customer_with_a_job(house)
    client = a_client(house, customer.upper(), company_name="Something else")
    house.bring(["customers"], trigger="first", choices={"first_winner": "books"})
    client.refresh_from_db()
    link = house.link(customer)
    assert client.name == customer
    assert client.company_name == link.base.get("company_name", "")
    assert client.billing_contact is not None and client.billing_contact.phone == link.base["phone"]


def test_daybook_wins_where_the_two_differ_if_the_firm_chose_so(house: House) -> None:
    customer, _ = a_customer_with_a_job(house)
    client = a_client(house, customer.upper(), company_name="Something else")
    house.bring(["customers"], trigger="first", choices={"first_winner": "daybook"})
    client.refresh_from_db()
    assert (client.name, client.company_name) == (customer.upper(), "Something else")
    assert client.billing_contact is not None, "what Daybook did not know is filled in"
    assert not Conflict.objects.exists()
    assert not Posting.objects.exists()


def test_two_of_ours_with_the_name_wait_for_a_person(house: House) -> None:
    customer, job = a_customer_with_a_job(house)
    a_client(house, customer)
    a_client(house, customer.upper())
    run = house.bring(["customers"], trigger="first")
    assert run.counts["customer"]["clash"] == 1
    assert house.link(customer).state == "theirs_only"
    assert house.link(f"{customer}:{job}").state == "theirs_only"
    assert Client.objects.filter(name__iexact=customer).count() == 2


def test_after_the_first_import_a_name_that_we_have_waits_for_a_person(house: House) -> None:
    house.bring(["customers"], trigger="first")
    client = a_client(house, "Zenith")
    with house.bookkeeper() as books:
        books.add("customer", "Zenith")
        books.add("customer", "Harbour", parent="Zenith")
    run = house.bring(["customers"])
    assert (run.counts["customer"]["clash"], run.counts["customer"]["aside"]) == (1, 1)
    assert house.link("Zenith").subject_id is None
    assert Client.objects.get(name="Zenith") == client
    assert not Project.objects.filter(name="Harbour").exists()


def test_a_project_of_ours_with_the_name_of_a_new_job_waits_for_a_person(house: House) -> None:
    house.bring(["customers"], trigger="first")
    customer, _ = a_customer_with_a_job(house)
    client = house.client(customer)
    project = a_project(house, client, "Zephyr Study")
    with house.bookkeeper() as books:
        books.add("customer", "zephyr study", parent=customer)
        books.add("customer", "Part", parent=f"{customer}:zephyr study")
    run = house.bring(["customers"])
    assert (run.counts["customer"]["clash"], run.counts["customer"]["aside"]) == (1, 1)
    assert Project.objects.filter(client=client, name__iexact="zephyr study").get() == project


def test_what_a_posting_in_doubt_may_have_added_is_left_to_the_posting(house: House) -> None:
    house.bring(["customers"], trigger="first")
    client = a_client(house, "Zenith")
    house.lose("lose:after_request")
    posting = house.ask("Zenith", number=client.pk)
    house.run()
    house.lose()
    assert house.state(posting) == "in_doubt"
    house.ask_for(["customers"])
    house.settle()
    assert house.state(posting) == "posted"
    assert Client.objects.filter(name="Zenith").count() == 1
    assert Link.objects.get(full_name="Zenith", kind="customer").subject_id == client.pk


def test_blocked_records_of_ours_are_not_matched(house: House) -> None:
    from daybook.outbox.operations import block_ours

    customer, _ = a_customer_with_a_job(house)
    client = a_client(house, customer)
    block_ours(house.cast.ada, house.file, "customer", "client", client.pk, title=customer, now=house.clock())
    house.bring(["customers"], trigger="first")
    theirs = Link.objects.exclude(list_id="").get(kind="customer", full_name=customer)
    assert theirs.subject_id != client.pk
    assert Client.objects.filter(name=customer).count() == 2


def test_staff_of_the_same_name_become_one_with_the_employee(house: House) -> None:
    with house.books() as books:
        employee = books.entries("employee")[0]
    first, last = employee.values["FirstName"], employee.values["LastName"]
    now = house.clock()
    staff = Staff.objects.create(first_name=first.upper(), last_name=last, created_at=now, changed_at=now)
    house.bring(["employees"], trigger="first")
    assert Link.objects.get(kind="employee", list_id=employee.list_id).subject_id == staff.pk
    assert Staff.objects.filter(last_name=last, first_name__iexact=first).count() == 1
