"""Adding records: automatic IDs, one record a form however often it is sent, nothing overwritten."""

import threading
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from daybook.directory import numbering, operations
from daybook.directory.data import ClientData, ProjectData
from daybook.directory.errors import ChangedMeanwhile, Invalid
from daybook.directory.models import Client, NumberSeries, ProductionStatus, Project
from daybook.directory.operations import Post
from daybook.directory.queries import default_status
from daybook.outbox import operations as outbox
from daybook.outbox.models import Posting
from tests.directory.conftest import NOW, linked


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "code"),
    [("Northwind Traders", "NT"), ("Contoso", "CON"), ("A to Z of the Sea Ltd", "ATZO"), ("東京", "C"), ("3M", "3M")],
)
def test_a_client_gets_an_id_made_of_its_name(name: str, code: str) -> None:
    assert numbering.client_code(name) == code


@pytest.mark.django_db
def test_an_id_that_is_taken_gets_a_number(add_client: Any) -> None:
    assert [add_client(name).code for name in ("New Town", "Nice Tailors")] == ["NT", "NT2"]


@pytest.mark.django_db
def test_projects_are_numbered_under_their_client_past_those_typed_by_hand(add_client: Any, add_project: Any) -> None:
    client = add_client()
    codes = [add_project(client, f"Job {number}", code=code).code for number, code in enumerate(["", "NT-002", "", ""])]
    assert codes == ["NT-001", "NT-002", "NT-003", "NT-004"]
    assert numbering.coming_project_code(client) == "NT-005"


@pytest.mark.django_db
def test_projects_of_a_client_without_an_id_are_numbered_together(add_client: Any, add_project: Any) -> None:
    for name in ("Contoso", "Fabrikam"):
        client = add_client(name)
        Client.objects.filter(pk=client.pk).update(code="")
        client.refresh_from_db()
        add_project(client)
    assert list(Project.objects.order_by("id").values_list("code", flat=True)) == ["P-001", "P-002"]
    assert NumberSeries.objects.get(prefix="P-").next_number == 3


@pytest.mark.django_db
def test_an_id_is_used_once(add_client: Any, add_project: Any) -> None:
    client = add_client()
    add_project(client, code="X1")
    with pytest.raises(Invalid, match="The ID X1 belongs to Harbour survey"):
        add_project(client, "Quay", code="X1")


@pytest.mark.django_db
def test_a_project_is_as_active_as_its_status(cast: Any, add_client: Any, add_project: Any) -> None:
    closed = ProductionStatus.objects.get_or_create(code=9, defaults={"name": "Closed", "is_active": False})[0]
    client = add_client()
    project = add_project(client)
    data = ProjectData(client_id=client.pk, name=project.name, code=project.code, status_id=closed.pk)
    project = operations.change_project(cast.mia, project, data, key=uuid4(), now=NOW)
    assert not project.is_active
    again = replace(data, status_id=default_status().pk)
    assert operations.change_project(cast.mia, project, again, key=uuid4(), now=NOW).is_active


@pytest.mark.django_db
def test_a_project_is_never_part_of_itself(cast: Any, add_client: Any, add_project: Any) -> None:
    client = add_client()
    above = add_project(client, "Above")
    below = add_project(client, "Below", parent_id=above.pk)
    data = ProjectData(client_id=client.pk, name="Above", code=above.code, parent_id=below.pk)
    with pytest.raises(Invalid, match="cannot be part of itself"):
        operations.change_project(cast.mia, above, data, key=uuid4(), now=NOW)


@pytest.mark.django_db
def test_what_somebody_saved_meanwhile_is_not_overwritten(cast: Any, add_client: Any) -> None:
    client = add_client()
    operations.change_client(cast.ben, client, ClientData(name="Northwind", code="NT"), version=1, key=uuid4(), now=NOW)
    with pytest.raises(ChangedMeanwhile, match=r"Ben Osei saved this at 14:02 UTC.*name is now Northwind") as refused:
        operations.change_client(cast.mia, client, ClientData(name="N", code="NT"), version=1, key=uuid4(), now=NOW)
    assert refused.value.version == 2
    client.refresh_from_db()
    assert client.name == "Northwind"


@pytest.mark.django_db
def test_approving_a_project_approves_the_client_it_waits_for(
    company_file: Any, cast: Any, add_client: Any, add_project: Any
) -> None:
    add_project(add_client(), post=Post.PROPOSE)
    outbox.approve(cast.ada, Posting.objects.get(subject_kind="project"), NOW)
    assert set(Posting.objects.values_list("state", flat=True)) == {"queued"}


@pytest.mark.django_db
def test_an_edit_mends_a_posting_that_was_refused(
    company_file: Any, cast: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    linked(company_file, "customer", "client", client)
    project = add_project(client, post=Post.NOW)
    Posting.objects.update(state="parked", problem="QuickBooks has a job of that name.")
    data = ProjectData(client_id=client.pk, name="Harbour survey 2", code=project.code)
    operations.change_project(cast.mia, project, data, key=uuid4(), now=NOW)
    posting = Posting.objects.get()
    assert (posting.state, posting.problem, posting.snapshot["name"]) == ("queued", "", "Harbour survey 2")


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_the_same_moment_makes_one_project(company_file: Any, cast: Any, add_client: Any) -> None:
    client, key, barrier = add_client(), uuid4(), threading.Barrier(4)
    default_status()
    made: list[int] = []

    def send() -> None:
        barrier.wait()
        try:
            data = ProjectData(client_id=client.pk, name="Harbour survey")
            made.append(operations.add_project(cast.mia, data, post=Post.NOW, key=key, now=NOW).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4 and len(set(made)) == 1
    assert Project.objects.count() == 1
    assert Posting.objects.filter(subject_kind="project").count() == 1


@pytest.mark.django_db
def test_a_name_that_differs_in_case_only_is_refused(add_client: Any, add_project: Any) -> None:
    client = add_client("Ärztehaus Groß")
    add_project(client, "Übergabe")
    with pytest.raises(Invalid, match="There is a client called Ärztehaus Groß already"):
        add_client("ÄRZTEHAUS GROSS")
    with pytest.raises(Invalid, match="called Übergabe already"):
        add_project(client, "übergabe")
