"""The first import: what of theirs becomes what of ours."""

from daybook.connections.models import Batch
from daybook.directory.models import (
    Client,
    ClientType,
    Contact,
    ExpenseCategory,
    LaborCode,
    ListEntry,
    Project,
    ProjectType,
    Staff,
)
from daybook.history.models import Change
from daybook.intake.models import Arrival, ImportRun, Watermark
from daybook.outbox.models import Link, Posting
from tests.intake.house import House, counted_rows


def test_customers_become_clients_and_jobs_become_projects(house: House) -> None:
    run = house.first()
    assert run.state == ImportRun.State.PUBLISHED, run.problem
    with house.books() as books:
        active = books.entries("customer", limit=1000)
    tops = [entry for entry in active if entry.sublevel == 0]
    assert sorted(client.name for client in Client.objects.all()) == sorted(entry.name for entry in tops)
    assert Project.objects.count() == len(active) - len(tops)
    for entry in active:
        link = Link.objects.get(kind="customer", list_id=entry.list_id)
        assert (link.state, link.edit_sequence, link.full_name) == ("shared", entry.edit_sequence, entry.full_name)


def test_sub_jobs_stand_below_the_project_of_their_job(house: House) -> None:
    house.first(sub_jobs="nested")
    deep = Link.objects.filter(kind="customer", sublevel=2, is_active=True).first()
    assert deep is not None
    project = Project.objects.get(pk=deep.subject_id)
    above = Link.objects.get(kind="customer", list_id=deep.parent_list_id)
    top = Link.objects.get(kind="customer", list_id=deep.root_list_id)
    assert (project.parent_id, project.client_id) == (above.subject_id, top.subject_id)


def test_sub_jobs_stand_beside_the_project_of_their_job_if_the_firm_likes_it_flat(house: House) -> None:
    house.first(sub_jobs="flat")
    assert not Project.objects.exclude(parent=None).exists()
    assert Link.objects.filter(kind="customer", sublevel=2, state="shared").exists()


def test_a_customer_without_jobs_is_a_project_too_if_the_firm_likes_it_so(house: House) -> None:
    house.first(customers_without_jobs="client_and_project")
    itself = Project.objects.filter(is_client_itself=True)
    without = [client for client in Client.objects.all() if not client.projects.filter(is_client_itself=False).exists()]
    assert without
    assert sorted(project.client_id for project in itself) == sorted(client.pk for client in without)
    assert not Link.objects.filter(subject_kind="project", subject_id__in=itself.values("pk")).exists()


def test_without_that_answer_only_jobs_are_projects(house: House) -> None:
    house.first(customers_without_jobs="client")
    assert not Project.objects.filter(is_client_itself=True).exists()


def test_each_customer_and_job_with_an_address_has_a_contact_of_its_own(house: House) -> None:
    house.first()
    link = Link.objects.filter(kind="customer", sublevel=0, base__has_key="phone").order_by("id").first()
    assert link is not None
    client = Client.objects.get(pk=link.subject_id)
    contact = client.billing_contact
    assert contact is not None
    assert (contact.phone, contact.city, contact.client_id) == (
        link.base["phone"],
        link.base["bill_address"]["city"],
        client.pk,
    )
    assert contact.address_lines.splitlines() == link.base["bill_address"]["lines"]
    assert not contact.use_main_address
    used = [*Client.objects.exclude(billing_contact=None), *Project.objects.exclude(billing_contact=None)]
    assert len({row.billing_contact_id for row in used}) == len(used) == Contact.objects.count()


def test_active_employees_become_staff_and_inactive_ones_are_known_by_name_only(house: House) -> None:
    house.first()
    with house.books() as books:
        everybody = books.entries("employee", show="all")
    assert Staff.objects.count() == sum(entry.is_active for entry in everybody)
    for entry in everybody:
        link = Link.objects.get(kind="employee", list_id=entry.list_id)
        assert link.state == ("shared" if entry.is_active else "theirs_only")


def test_vendors_and_other_names_are_there_to_be_linked_and_nothing_more(house: House) -> None:
    house.first()
    found = Link.objects.filter(kind__in=["vendor", "other_name"])
    assert found.count() == 17
    assert {(link.state, link.subject_kind, link.subject_id) for link in found} == {("theirs_only", "", None)}


def test_lookups_arrive_with_their_facts(house: House) -> None:
    house.first()
    with house.books() as books:
        for kind in (
            "account",
            "class",
            "item_service",
            "terms_standard",
            "payroll_item_wage",
            "sales_rep",
            "currency",
        ):
            theirs = {entry.list_id: entry.full_name for entry in books.entries(kind, show="all")}
            assert dict(ListEntry.objects.filter(kind=kind).values_list("list_id", "full_name")) == theirs
    assert ListEntry.objects.filter(kind="account", fields__type="Bank").exists()


def test_types_of_customers_and_jobs_become_types_of_ours_and_are_set(house: House) -> None:
    ClientType.objects.create(name="commercial")
    house.first()
    assert ClientType.objects.get(name="commercial").list_entry is not None
    assert ClientType.objects.count() == ListEntry.objects.filter(kind="customer_type").count()
    assert ProjectType.objects.count() == ListEntry.objects.filter(kind="job_type").count()
    link = Link.objects.filter(sublevel=0, base__has_key="customer_type").first()
    assert link is not None
    client = Client.objects.get(pk=link.subject_id)
    assert client.client_type is not None and client.client_type.list_entry is not None
    assert client.client_type.list_entry.list_id == link.base["customer_type"]["list_id"]


def test_terms_and_tax_of_a_job_are_set(house: House) -> None:
    with house.books() as books:
        job = next(entry for entry in books.entries("customer") if entry.sublevel == 1)
        books.change("customer", job.list_id, {"TermsRef": {"FullName": "Net 30"}})
    house.first()
    project = Project.objects.get(pk=Link.objects.get(list_id=job.list_id).subject_id)
    assert project.terms is not None and project.terms.name == "Net 30"


def test_inactive_records_are_left_out_but_their_names_are_known(house: House) -> None:
    house.first(inactive="skip")
    asleep = Link.objects.filter(kind="customer", is_active=False)
    assert asleep.exists()
    assert {link.state for link in asleep} == {"theirs_only"}


def test_inactive_records_come_along_if_the_firm_wants_them(house: House) -> None:
    house.first(inactive="import")
    asleep = Link.objects.filter(kind="customer", is_active=False)
    assert {link.state for link in asleep} == {"shared"}
    jobs = Project.objects.filter(pk__in=asleep.filter(sublevel__gt=0).values("subject_id"))
    assert jobs.exists()
    assert all(not project.is_active and not project.status.is_active for project in jobs)


def test_a_firm_without_jobs_gets_customers_only(house: House) -> None:
    house.file.use_jobs = False
    house.file.save()
    house.first()
    assert Client.objects.exists()
    assert not Project.objects.exists()
    house.file.use_jobs = True
    house.file.save()
    house.bring(["customers"])
    assert Project.objects.exists()
    assert not Link.objects.filter(kind="customer", is_active=True, state="theirs_only").exists()


def test_items_are_linked_to_codes_of_the_same_name(house: House) -> None:
    with house.books() as books:
        name = books.entries("item_service")[0].name
    mine = LaborCode.objects.create(name=name.upper())
    other = LaborCode.objects.create(name="Thinking")
    house.first(service_items="link")
    mine.refresh_from_db()
    assert mine.item is not None and mine.item.name == name
    assert set(LaborCode.objects.values_list("pk", flat=True)) == {mine.pk, other.pk}


def test_items_replace_the_codes_and_what_was_there_is_switched_off_not_deleted(house: House) -> None:
    mine = LaborCode.objects.create(name="Thinking")
    category = ExpenseCategory.objects.create(name="Parking")
    house.first(service_items="replace", other_items="replace")
    items = ListEntry.objects.filter(kind="item_service", is_active=True)
    active = LaborCode.objects.filter(is_active=True)
    assert sorted(active.values_list("item_id", flat=True)) == sorted(items.values_list("pk", flat=True))
    others = ListEntry.objects.filter(
        kind__in=["item_other_charge", "item_non_inventory", "item_inventory"], is_active=True
    )
    assert ExpenseCategory.objects.filter(is_active=True).count() == others.count()
    for row in (mine, category):
        row.refresh_from_db()
        assert not row.is_active


def test_a_full_comparison_leaves_codes_of_the_firms_own_alone(house: House) -> None:
    house.first(service_items="replace", other_items="replace")
    mine = LaborCode.objects.create(name="Thinking")
    with house.bookkeeper() as books:
        books.add("item_service", "Diving")
    run = house.bring(trigger="reconcile")
    mine.refresh_from_db()
    assert (run.state, mine.is_active) == ("published", True)
    assert LaborCode.objects.filter(name="Diving", item__isnull=False).exists()


def test_history_says_where_each_record_came_from(house: House) -> None:
    house.first()
    assert Change.objects.filter(action="imported", subject_kind="client").count() == Client.objects.count()
    line = Change.objects.filter(action="imported", subject_kind="project").first()
    assert line is not None and line.summary.startswith("Imported from QuickBooks: ") and line.actor == house.cast.ada


def test_nothing_is_posted_back_and_nothing_is_left_behind(house: House) -> None:
    run = house.first()
    assert not Posting.objects.exists()
    assert not Arrival.objects.exists()
    assert not run.leftovers
    assert Batch.objects.get(pk=run.batch_id).published_at is not None
    assert Watermark.objects.filter(company_file=house.file).count() == len(run.lists)


def test_nothing_shows_before_the_pass_is_complete(house: House) -> None:
    house.ask_for(trigger="first")
    house.spoil.append(lambda sent, answer: answer[: len(answer) // 2] if "EmployeeQueryRq" in sent else answer)
    before = counted_rows()
    house.run()
    assert not Client.objects.exists()
    assert counted_rows() == before


def test_the_one_who_asked_is_told_in_plain_words(house: House) -> None:
    from daybook.notices.models import Notice

    house.first()
    notice = Notice.objects.get(user=house.cast.ada, kind="import.done")
    assert "customers and jobs" in notice.text.lower()


def test_records_that_arrive_before_their_parents_find_them_all_the_same(house: House) -> None:
    """QuickBooks sorts parents first, but nothing promises it."""
    ordered = house.first()
    expected = {
        link.list_id: (Project.objects.get(pk=link.subject_id).parent_id is not None)
        for link in Link.objects.filter(subject_kind="project")
    }
    assert ordered.counts["customer"]["new"]
    house.file.is_default = False
    house.file.save()
    other = House(house.cast, house.path.with_name("other.qbw"))
    with house.books() as books:
        books.copy(other.path)
    other.spoil.append(_turned_around)
    other.first()
    found = {
        link.list_id: (Project.objects.get(pk=link.subject_id).parent_id is not None)
        for link in Link.objects.filter(company_file=other.file, subject_kind="project")
    }
    other.line.drop()
    assert found == expected


def _turned_around(sent: str, answer: str) -> str:
    """The customers of a page in the opposite order."""
    if "<CustomerRet>" not in answer:
        return answer
    start, end = answer.index("<CustomerRet>"), answer.rindex("</CustomerRet>") + len("</CustomerRet>")
    records = answer[start:end].split("</CustomerRet>")[:-1]
    return answer[:start] + "".join(f"{record}</CustomerRet>" for record in reversed(records)) + answer[end:]
