"""Staff: added, posted as employees, given a sign-in; contractors by their vendor account."""

import re
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from daybook.directory.models import Staff
from daybook.outbox.models import Link, Posting
from daybook.people.models import SecurityGroup
from daybook.people.queries import find
from daybook.people.rights import Right
from daybook.people.shipped import DIRECTORS
from tests.directory.conftest import company_file

__all__ = ["company_file"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast_client: Browser) -> Browser:
    """A browser without a screen, signed in as Ada."""
    return cast_client


def typed(**values: str) -> dict[str, str]:
    """What the form sends."""
    return {"key": str(uuid4()), "first_name": "Ana", "last_name": "Kim", **values}


def test_somebody_is_added_and_posted_as_an_employee(ada: Browser, company_file: Any) -> None:
    page = ada.post("/staff/new/", typed(title="Surveyor", post="on"), follow=True).content.decode()
    posting = Posting.objects.get()
    assert (posting.kind, posting.title, posting.snapshot["job_title"]) == ("employee", "Ana Kim", "Surveyor")
    assert "Saved Ana Kim." in page and 'data-state="queued"' in page


def test_a_contractor_is_linked_to_a_vendor_account_instead(ada: Browser, company_file: Any) -> None:
    Link.objects.create(company_file=company_file, kind="vendor", list_id="90-1", name="Kim LLC", full_name="Kim LLC")
    page = ada.post("/staff/new/", typed(vendor_list_id="90-1"), follow=True).content.decode()
    assert "Kim LLC" in page and not Posting.objects.exists()


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"middle_name": "Alexandra"}, "middle_name", "QuickBooks takes 5"),
        ({"last_name": "Kim:Ruiz"}, "last_name", "colon"),
        ({"title": "x" * 50}, "title", "QuickBooks takes"),
        ({"first_name": "Łucja"}, "first_name", "cannot keep"),
        ({"hired": "2026-02-01", "released": "2026-01-01"}, "released", "before the first day"),
    ],
)
def test_what_the_books_refuse_is_told_on_its_field(
    ada: Browser, company_file: Any, values: dict[str, str], field: str, sentence: str
) -> None:
    answer = ada.post("/staff/new/", typed(post="on", **values))
    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors[field][0]
    assert not Staff.objects.exists()


def test_a_name_that_a_vendor_has_is_taken(ada: Browser, company_file: Any) -> None:
    Link.objects.create(company_file=company_file, kind="vendor", list_id="90-1", name="Ana Kim", full_name="Ana Kim")
    answer = ada.post("/staff/new/", typed(post="on"))
    assert "QuickBooks has a vendor called Ana Kim already" in answer.context["form"].errors["last_name"][0]


def test_a_sign_in_comes_with_a_link_that_works_once(ada: Browser, client: Browser, cast: Any) -> None:
    page = ada.post("/staff/new/", typed(email="ana@example.test", invite="on"), follow=True).content.decode()
    found = re.search(r"http://testserver(/account/password/reset/key/[^\s<]+)", page)
    assert found, page
    person = Browser()
    form = person.get(found[1], follow=True)
    password = {"password1": "staple horse battery", "password2": "staple horse battery"}
    person.post(form.redirect_chain[-1][0], password)
    assert person.login(email="ana@example.test", password="staple horse battery")
    assert b"This link does not work any more" in Browser().get(found[1], follow=True).content
    ana = find("ana@example.test")
    assert ana is not None and ana.staff == Staff.objects.get()


def test_somebody_without_the_right_to_manage_people_gives_no_sign_ins(client: Browser, cast: Any) -> None:
    client.force_login(cast.ben)
    assert b'name="invite"' not in client.get("/staff/new/").content
    client.post("/staff/new/", typed(email="ana@example.test", invite="on"))
    assert Staff.objects.get().user is None and find("ana@example.test") is None


def test_a_change_keeps_what_is_not_on_the_form(ada: Browser, cast: Any, company_file: Any) -> None:
    ada.post("/staff/new/", typed())
    staff = Staff.objects.get()
    Staff.objects.update(vendor_list_id="90-1")
    form = ada.get(f"/staff/{staff.pk}/edit/").context["form"]
    ada.post(f"/staff/{staff.pk}/edit/", typed(version=form["version"].value(), title="Surveyor"))
    staff.refresh_from_db()
    assert (staff.title, staff.vendor_list_id, staff.version) == ("Surveyor", "90-1", 2)


def test_mia_sees_staff_and_changes_nobody(client: Browser, cast: Any) -> None:
    client.force_login(cast.mia)
    assert client.get("/staff/").status_code == 200
    for address in ("/staff/new/", "/people/", "/people/groups/", "/people/new/"):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize(("taken", "told"), [([], True), ([Right.STAFF_ADD], False), ([Right.INTEGRATION_VIEW], False)])
def test_new_employees_are_told_of_to_those_who_may_decide_about_them(
    client: Browser, cast: SimpleNamespace, company_file: Any, taken: list[Right], told: bool
) -> None:
    Link.objects.create(company_file=company_file, kind="employee", list_id="80-9", name="New One", full_name="New One")
    group = SecurityGroup.objects.get(name=DIRECTORS)
    group.rights = [right for right in group.rights if right not in taken]
    group.save()
    client.force_login(cast.ben)
    assert ("for a yes or no" in client.get("/staff/").content.decode()) is told
