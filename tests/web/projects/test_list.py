"""The list of projects: found, sorted, paged, opened beside the list; as many queries for many as for few."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from daybook.directory.models import Client, ListEntry, Project
from daybook.directory.queries import default_status
from daybook.outbox.models import Posting
from tests.directory.conftest import linked

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def many(clients: int, projects: int) -> None:
    """That many clients with that many projects each."""
    status = default_status()
    made = Client.objects.bulk_create(
        Client(name=f"Client {number:05d}", created_at=NOW, changed_at=NOW) for number in range(clients)
    )
    Project.objects.bulk_create(
        Project(
            client=client,
            name=f"Job {number}",
            display_name=f"{client.name} job {number}",
            status=status,
            created_at=NOW,
            changed_at=NOW,
        )
        for client in made
        for number in range(projects)
    )


def queries_of(browser: Browser, address: str) -> int:
    """How many queries one page costs."""
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("address", ["/projects/", "/projects/?q=job", "/projects/?sort=-client", "/clients/"])
def test_a_list_costs_as_many_queries_for_many_rows_as_for_few(mia: Browser, company_file: Any, address: str) -> None:
    many(60, 2)
    mia.get(address)  # the first visit notes in the session that the person is there
    few = queries_of(mia, address)
    many(100, 4)
    assert queries_of(mia, address) == few <= 18


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("harbour", ["Harbour survey"]),
        ("surv", ["Harbour survey", "Quay survey"]),
        ("nt-", ["Harbour survey", "Quay survey"]),
        ("contoso", ["Roof"]),
        ("northwind quay", ["Quay survey"]),
        ("nothing", []),
    ],
)
def test_projects_are_found_by_name_id_and_client(
    mia: Browser, add_client: Any, add_project: Any, text: str, found: list[str]
) -> None:
    northwind, contoso = add_client(), add_client("Contoso")
    for client, name in ((northwind, "Harbour survey"), (northwind, "Quay survey"), (contoso, "Roof")):
        add_project(client, name)
    listing = mia.get("/projects/", {"q": text}).context["listing"]
    assert [project.name for project in listing.rows] == found


def test_inactive_projects_are_shown_when_asked_for(mia: Browser, add_client: Any, add_project: Any) -> None:
    project = add_project(add_client())
    answer = mia.post("/projects/together/", {"action": "deactivate", "selected": [project.pk]}, follow=True)
    assert b"1 project deactivated." in answer.content
    project.refresh_from_db()
    assert (project.is_active, project.status.is_active) == (False, False)
    assert mia.get("/projects/").context["listing"].rows == []
    assert mia.get("/projects/", {"active": "0"}).context["listing"].rows == [project]


def test_many_are_posted_together_under_one_batch(
    mia: Browser, company_file: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    linked(company_file, "customer", "client", client)
    chosen = [add_project(client, f"Job {number}").pk for number in range(3)]
    answer = mia.post("/projects/together/", {"action": "post", "selected": chosen}, follow=True)
    assert b"3 postings are on the way" in answer.content
    assert Posting.objects.values("batch_key").distinct().count() == 1


def test_the_list_says_how_each_stands_to_the_books(
    mia: Browser, company_file: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    linked(company_file, "customer", "project", add_project(client, "Linked"))
    linked(company_file, "customer", "project", add_project(client, "Sleeping"), is_active=False)
    add_project(client, "Ours")
    page = mia.get("/projects/").content.decode()
    for words in ("In QuickBooks", "In QuickBooks, inactive there", "Only in Daybook"):
        assert words in page


def test_a_project_has_its_own_address_beside_the_list(mia: Browser, add_client: Any, add_project: Any) -> None:
    project = add_project(add_client())
    page = mia.get(f"/projects/{project.pk}/").content.decode()
    assert "Harbour survey" in page and "NT-001" in page and 'id="list"' in page


def test_who_may_not_change_projects_gets_no_buttons_and_no_way_around(
    client: Browser, cast: Any, add_client: Any, add_project: Any
) -> None:
    project = add_project(add_client())
    client.force_login(cast.sam)
    page = client.get(f"/projects/{project.pk}/").content.decode()
    assert "Deactivate" not in page and f"/projects/{project.pk}/edit/" not in page
    assert "Ask an administrator" not in page
    assert client.post(f"/projects/{project.pk}/post/").status_code == 403
    assert client.get(f"/projects/{project.pk}/edit/").status_code == 403
    assert client.post(f"/projects/{project.pk}/active/", {"active": "0"}).status_code == 403
    assert client.post("/projects/together/", {"action": "deactivate", "all": "1"}).status_code == 403
    project.refresh_from_db()
    assert project.is_active


def test_a_task_may_be_billed_as_a_service_item(
    mia: Browser, company_file: Any, add_client: Any, add_project: Any
) -> None:
    item = ListEntry.objects.create(company_file=company_file, kind="item_service", list_id="1", full_name="Survey")
    project = add_project(add_client())
    form = mia.get(f"/projects/{project.pk}/tasks/").context["form"]
    typed = {"key": form["key"].value(), "name": "Soundings", "item": item.pk, "is_active": "on"}
    assert b"billed as Survey" in mia.post(f"/projects/{project.pk}/tasks/", typed, follow=True).content
    answer = mia.post(f"/projects/{project.pk}/tasks/", typed)
    assert b"This project has a task called Soundings already." in answer.content
