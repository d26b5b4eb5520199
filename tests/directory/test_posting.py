"""What a click on Post puts into the outbox, and what an edit sends after it."""

from typing import Any
from uuid import uuid4

import pytest

from daybook.connections.models import CompanyFile
from daybook.directory import operations
from daybook.directory.data import ClientData, ContactData, ProjectData, StaffData
from daybook.directory.errors import Invalid
from daybook.directory.operations import Post
from daybook.directory.snapshots import customer_snapshot
from daybook.history.queries import of_subject
from daybook.outbox.models import Posting
from daybook.people.errors import NotAllowed, Refused
from daybook.people.models import SecurityGroup
from daybook.people.shipped import SALES
from tests.directory.conftest import NOW, linked

pytestmark = pytest.mark.django_db


def test_a_project_posted_right_away_is_queued_after_its_client(
    company_file: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    project = add_project(client, post=Post.NOW)
    first, second = Posting.objects.order_by("id")
    assert (first.subject_kind, first.subject_id, first.state) == ("client", client.pk, "queued")
    assert (second.subject_kind, second.subject_id, second.state) == ("project", project.pk, "queued")
    assert second.after == first
    assert second.title == "Northwind Traders:Harbour survey"
    assert second.snapshot["parent"] == {"subject_kind": "client", "subject_id": client.pk}


def test_a_project_of_a_linked_client_goes_alone(company_file: Any, add_client: Any, add_project: Any) -> None:
    client = add_client()
    linked(company_file, "customer", "client", client)
    add_project(client, post=Post.NOW)
    assert [posting.after for posting in Posting.objects.all()] == [None]


def test_a_sub_job_waits_for_the_project_above_it(company_file: Any, add_client: Any, add_project: Any) -> None:
    client = add_client()
    above = add_project(client, post=Post.NOW)
    add_project(client, "Depth soundings", parent_id=above.pk, post=Post.NOW)
    third = Posting.objects.order_by("id").last()
    assert third is not None and third.after is not None
    assert third.after.subject_id == above.pk
    assert third.title == "Northwind Traders:Harbour survey:Depth soundings"


def test_an_unticked_project_is_only_saved(company_file: Any, add_client: Any, add_project: Any) -> None:
    add_project(add_client())
    assert not Posting.objects.exists()


def test_the_same_form_sent_twice_makes_one_project_and_one_posting(
    company_file: Any, cast: Any, add_client: Any
) -> None:
    client, key = add_client(), uuid4()
    data = ProjectData(client_id=client.pk, name="Harbour survey")
    first = operations.add_project(cast.mia, data, post=Post.NOW, key=key, now=NOW)
    second = operations.add_project(cast.mia, data, post=Post.NOW, key=key, now=NOW)
    assert first == second
    assert Posting.objects.filter(subject_kind="project").count() == 1


def test_somebody_without_the_right_to_post_proposes(company_file: Any, cast: Any, add_client: Any) -> None:
    client = add_client()
    linked(company_file, "customer", "client", client)
    cast.mia.groups.set([group for group in cast.mia.groups.all() if group.name != "Project Managers"])
    sales = cast.mia.groups.model.objects.get(name="Sales")
    cast.mia.groups.add(sales)
    data = ProjectData(client_id=client.pk, name="Harbour survey")
    with pytest.raises(NotAllowed):
        operations.add_project(cast.mia, data, post=Post.NOW, key=uuid4(), now=NOW)
    operations.add_project(cast.mia, data, post=Post.PROPOSE, key=uuid4(), now=NOW)
    assert Posting.objects.get().state == "proposed"


def test_nothing_is_posted_without_a_company_file(add_client: Any, add_project: Any) -> None:
    with pytest.raises(Refused, match="No company file is connected yet"):
        add_project(add_client(), post=Post.NOW)


def test_what_the_books_would_refuse_is_not_even_saved(company_file: Any, add_client: Any, add_project: Any) -> None:
    client = add_client()
    with pytest.raises(Invalid, match="colon"):
        add_project(client, "Harbour: survey", post=Post.NOW)
    assert not client.projects.exists()


def test_an_edit_of_a_linked_project_sends_only_what_changed(
    company_file: Any, cast: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    linked(company_file, "customer", "client", client)
    project = add_project(client)
    linked(company_file, "customer", "project", project, base=customer_snapshot(project))
    data = ProjectData(client_id=client.pk, name="Harbour survey", description="North basin", code=project.code)
    operations.change_project(cast.mia, project, data, key=uuid4(), now=NOW)
    posting = Posting.objects.get()
    assert (posting.action, posting.snapshot) == ("mod", {"job_description": "North basin"})


def test_what_only_daybook_keeps_is_not_sent(company_file: Any, cast: Any, add_client: Any, add_project: Any) -> None:
    client = add_client()
    project = add_project(client)
    linked(company_file, "customer", "project", project, base=customer_snapshot(project))
    data = ProjectData(client_id=client.pk, name="Harbour survey", notes="Ask for Ana", code=project.code)
    operations.change_project(cast.mia, project, data, key=uuid4(), now=NOW)
    assert not Posting.objects.exists()


def test_two_edits_of_a_waiting_project_become_one_sending(
    company_file: Any, cast: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    project = add_project(client)
    linked(company_file, "customer", "project", project, base=customer_snapshot(project))
    for changes in ({"description": "North basin"}, {"description": "North basin", "name": "Harbour"}):
        data = ProjectData(**{"client_id": client.pk, "name": "Harbour survey", "code": project.code, **changes})
        operations.change_project(cast.mia, project, data, key=uuid4(), now=NOW)
    assert Posting.objects.get().snapshot == {"job_description": "North basin", "name": "Harbour"}


def test_an_edit_that_goes_back_takes_the_sending_back(
    company_file: Any, cast: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    project = add_project(client)
    linked(company_file, "customer", "project", project, base=customer_snapshot(project))
    for name in ("Harbour", "Harbour survey"):
        data = ProjectData(client_id=client.pk, name=name, code=project.code)
        operations.change_project(cast.mia, project, data, key=uuid4(), now=NOW)
    assert Posting.objects.get().state == "withdrawn"


def test_an_edit_that_goes_back_takes_back_what_somebody_else_proposed(
    company_file: Any, cast: Any, add_client: Any
) -> None:
    client = add_client()
    linked(company_file, "customer", "client", client, base=customer_snapshot(client))
    cast.sam.groups.set([SecurityGroup.objects.get(name=SALES)])  # may change clients, and not post
    for actor, name in ((cast.sam, "Northwind Holding"), (cast.mia, client.name)):
        data = ClientData(name=name, code=client.code, company_name=client.company_name)
        operations.change_client(actor, client, data, key=uuid4(), now=NOW)
    posting = Posting.objects.get()
    assert (posting.asked_by, posting.state) == (cast.sam, "withdrawn")


def test_an_edit_of_a_project_that_waits_to_be_added_changes_what_is_added(
    company_file: Any, cast: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    linked(company_file, "customer", "client", client)
    project = add_project(client, post=Post.NOW)
    data = ProjectData(client_id=client.pk, name="Harbour", code=project.code)
    operations.change_project(cast.mia, project, data, key=uuid4(), now=NOW)
    posting = Posting.objects.get()
    assert (posting.action, posting.snapshot["name"], posting.title) == ("add", "Harbour", "Northwind Traders:Harbour")


def test_an_edit_by_somebody_without_the_right_to_post_waits_for_a_yes(
    company_file: Any, cast: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    linked(company_file, "customer", "client", client, base=customer_snapshot(client))
    cast.sam.groups.set([cast.sam.groups.model.objects.get(name="Sales")])
    operations.change_client(cast.sam, client, ClientData(name="Northwind", code=client.code), key=uuid4(), now=NOW)
    assert Posting.objects.get().state == "proposed"


def test_a_changed_contact_follows_to_every_job_that_shows_it(
    company_file: Any, cast: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client(contact=ContactData(first_name="Ana", last_name="Kim", phone="1"))
    project = add_project(client)
    for kind, subject in (("client", client), ("project", project)):
        linked(company_file, "customer", kind, subject, base=customer_snapshot(subject))
    contact = client.billing_contact
    data = ContactData(client_id=client.pk, first_name="Ana", last_name="Kim", phone="2")
    operations.change_contact(cast.mia, contact, data, key=uuid4(), now=NOW)
    sent = list(Posting.objects.order_by("id"))
    assert [(posting.subject_kind, posting.snapshot) for posting in sent] == [
        ("client", {"phone": "2"}),
        ("project", {"phone": "2"}),
    ]
    assert sent[0].batch_key == sent[1].batch_key is not None


def test_a_project_that_stands_for_its_client_posts_the_client(
    company_file: Any, cast: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    project = add_project(client)
    project.is_client_itself = True
    project.save()
    posting = operations.post(cast.mia, project, key=uuid4(), now=NOW)
    assert (posting.subject_kind, posting.subject_id) == ("client", client.pk)


def test_staff_are_posted_as_employees(company_file: Any, cast: Any) -> None:
    data = StaffData(first_name="Ana", last_name="Kim", title="Surveyor", email="ana@example.test")
    staff = operations.add_staff(cast.ben, data, post=Post.NOW, key=uuid4(), now=NOW)
    posting = Posting.objects.get()
    assert (posting.kind, posting.subject_kind, posting.subject_id) == ("employee", "staff", staff.pk)
    assert posting.snapshot["job_title"] == "Surveyor"


def test_one_refused_record_does_not_stop_the_others(
    company_file: Any, cast: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    good, bad = add_project(client, "Quay"), add_project(client, "Old: quay")
    asked, refused = operations.post_many(cast.mia, [bad, good], propose=False, batch_key=uuid4(), now=NOW)
    assert [posting.subject_id for posting in asked] == [good.pk]
    assert refused[0][0] == bad and "colon" in refused[0][1]


def test_what_was_done_is_written_down(company_file: Any, add_client: Any, add_project: Any) -> None:
    project = add_project(add_client(), post=Post.NOW)
    lines = of_subject("project", project.pk)
    assert [line.action for line in lines] == ["posting asked", "added"]
    assert {line.actor_name for line in lines} == {"Mia Ruiz"}


def test_a_firm_that_shares_customers_only_posts_no_project(
    company_file: Any, add_client: Any, add_project: Any, cast: Any
) -> None:
    client = add_client()
    linked(company_file, "customer", "client", client)
    project = add_project(client)
    linked(company_file, "customer", "project", project, base=customer_snapshot(project))
    CompanyFile.objects.update(use_jobs=False)
    with pytest.raises(Invalid) as refused:
        operations.post(cast.mia, add_project(client, "Roof"), key=uuid4(), now=NOW)
    assert "shares customers only" in refused.value.sentence
    data = ProjectData(client_id=client.pk, name="Harbour survey", description="Two days more")
    operations.change_project(cast.mia, project, data, key=uuid4(), now=NOW)
    assert not Posting.objects.exists()
    operations.post(cast.mia, add_client("Fabrikam"), key=uuid4(), now=NOW)
    assert Posting.objects.get().title == "Fabrikam"
