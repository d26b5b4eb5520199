"""Every page of the directory in a real Chromium: nothing serious for axe, no complaint, pictures kept."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from daybook.directory import operations
from daybook.directory.data import ContactData, LaborCodeData, StaffData, TaskData
from daybook.directory.models import ListEntry
from daybook.directory.operations import Post
from daybook.directory.snapshots import snapshot_of
from daybook.outbox.models import Posting
from tests.directory.conftest import NOW, add_client, add_project, company_file, linked
from tests.web.browser import SignIn, check_access, look, watch_console

__all__ = ["add_client", "add_project", "company_file"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CLIENTS = ("Northwind Traders", "Fabrikam Works", "Contoso Roofing", "Adatum Shipping", "Litware Bridges")
JOBS = ("Harbour survey", "Old quay", "Audit 2026")


@pytest.fixture
def firm(cast: SimpleNamespace, company_file: Any, add_client: Any, add_project: Any) -> SimpleNamespace:
    """A small firm at work: some records linked, one posting refused, some on the way."""
    people = {}
    for first, last in (("Mia", "Ruiz"), ("Ana", "Kim"), ("Sam", "Lind")):
        data = StaffData(first_name=first, last_name=last, title="Surveyor", email=f"{first.lower()}@example.test")
        people[first] = operations.add_staff(cast.ada, data, key=uuid4(), now=NOW)
    linked(company_file, "employee", "staff", people["Ana"], base=snapshot_of(people["Ana"]))
    contact = ContactData(first_name="Lee", last_name="Oh", phone="555 0100", address_lines="1 Quay", city="Bayshore")
    clients = [add_client(name, contact=contact) for name in CLIENTS]
    for client in clients[:3]:
        linked(company_file, "customer", "client", client)
    projects = [add_project(clients[0], name, manager_id=people["Mia"].pk) for name in JOBS]
    linked(company_file, "customer", "project", projects[1], is_active=False)
    add_project(clients[1], "Crane", post=Post.NOW)
    Posting.objects.update(state="parked", problem="QuickBooks has a job called Crane already.")
    add_project(clients[2], "Roof", post=Post.NOW)
    item = ListEntry.objects.create(
        company_file=company_file, kind="item_service", list_id="1-1", full_name="Survey", fields={"price": "120.00"}
    )
    operations.save_labor_code(cast.ada, None, LaborCodeData(name="Surveying", code="S", item_id=item.pk))
    operations.save_task(cast.ada, projects[0], None, TaskData(name="Soundings", item_id=item.pk))
    return SimpleNamespace(client=clients[0], project=projects[0], staff=people["Ana"], people=cast)


PAGES = {
    "home": "/",
    "clients": "/clients/",
    "client": "/clients/{client}/",
    "client-new": "/clients/new/",
    "contacts": "/contacts/",
    "projects": "/projects/",
    "project": "/projects/{project}/",
    "project-edit": "/projects/{project}/edit/",
    "staff": "/staff/",
    "staff-one": "/staff/{staff}/",
    "staff-new": "/staff/new/",
    "lists": "/lists/",
    "list-items": "/lists/books/item_service/",
    "labor-codes": "/lists/own/labor-codes/",
    "expense-category-new": "/lists/own/expense-categories/new/",
    "people": "/people/",
    "person-edit": "/people/{person}/edit/",
    "security-groups": "/people/groups/",
    "management-groups": "/people/management/",
}


def test_every_page_is_fit_to_be_used(page: Page, site: str, firm: SimpleNamespace, sign_in: SignIn) -> None:
    complaints = watch_console(page)
    sign_in(page, firm.people.ada)
    keys = {"client": firm.client.pk, "project": firm.project.pk, "staff": firm.staff.pk, "person": firm.people.mia.pk}
    for name, address in PAGES.items():
        page.goto(site + address.format(**keys))
        assert page.locator("h1").count() == 1, address
        check_access(page)
        look(page, name)
    assert complaints == []


def test_the_pages_before_signing_in_are_fit_to_be_used(page: Page, site: str, cast: SimpleNamespace) -> None:
    complaints = watch_console(page)
    for name, address in {"sign-in": "/account/login/", "no-sign-up": "/account/signup/"}.items():
        page.goto(site + address)
        check_access(page)
        look(page, name)
    assert complaints == []
