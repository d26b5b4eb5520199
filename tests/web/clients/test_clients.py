"""Clients and contacts: added, changed, found, deactivated; refused without the right."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from daybook.directory.models import Client, Contact
from daybook.directory.operations import Post
from daybook.directory.preflight import blocking
from daybook.outbox.models import Link, Posting
from tests.directory.conftest import add_client, add_project, company_file, linked
from tests.web.projects.conftest import mia

__all__ = ["add_client", "add_project", "company_file", "mia"]
pytestmark = pytest.mark.django_db


def test_a_client_is_added_with_its_billing_contact_and_posted(mia: Browser, company_file: Any) -> None:
    typed = {
        "key": str(uuid4()),
        "name": "Northwind Traders",
        "contact_first_name": "Ana",
        "contact_last_name": "Kim",
        "contact_address_lines": "1 Quay\r\nFloor 2",
        "contact_city": "Bayshore",
        "post": "on",
    }
    answer = mia.post("/clients/new/", typed, follow=True)
    client = Client.objects.get()
    assert (client.code, str(client.billing_contact)) == ("NT", "Ana Kim")
    assert b"1 Quay, Floor 2, Bayshore" in answer.content
    address = Posting.objects.get().snapshot["bill_address"]
    assert (address["lines"], address["city"]) == (["1 Quay", "Floor 2"], "Bayshore")


def test_a_phone_number_the_books_cannot_keep_is_told_on_its_field(mia: Browser, company_file: Any) -> None:
    typed = {
        "key": str(uuid4()),
        "name": "Contoso",
        "contact_last_name": "Kim",
        "contact_phone": "1" * 30,
        "post": "on",
    }
    answer = mia.post("/clients/new/", typed)
    assert answer.status_code == 422
    assert "QuickBooks takes 21" in answer.context["form"].errors["contact_phone"][0]
    assert not Client.objects.exists() and not Contact.objects.exists()


def test_names_and_ids_are_used_once_also_by_inactive_clients(mia: Browser, add_client: Any) -> None:
    client = add_client()
    Client.objects.filter(pk=client.pk).update(is_active=False)
    answer = mia.post("/clients/new/", {"key": str(uuid4()), "name": "NORTHWIND traders", "code": "nt"})
    assert b"There is an inactive client called Northwind Traders already" in answer.content
    assert f'href="/clients/{client.pk}/"' in answer.content.decode()
    answer = mia.post("/clients/new/", {"key": str(uuid4()), "name": "Contoso", "code": "NT"})
    assert b"The ID NT belongs to Northwind Traders" in answer.content


def test_a_client_is_changed_and_its_history_says_so(mia: Browser, add_client: Any) -> None:
    client = add_client()
    form = mia.get(f"/clients/{client.pk}/edit/").context["form"]
    typed = {"key": form["key"].value(), "version": form["version"].value(), "name": "Northwind", "code": "NT"}
    page = mia.post(f"/clients/{client.pk}/edit/", typed, follow=True).content.decode()
    assert "Saved Northwind." in page and "Changed Northwind: name" in page


def test_a_client_is_taken_out_of_the_list_and_back(mia: Browser, add_client: Any) -> None:
    client = add_client()
    mia.post(f"/clients/{client.pk}/active/", {"active": "0"})
    assert mia.get("/clients/").context["listing"].rows == []
    mia.post("/clients/together/?active=0", {"action": "activate", "selected": [client.pk]})
    assert mia.get("/clients/").context["listing"].rows == [client]


def test_who_may_only_see_clients_cannot_change_them(client: Browser, cast: Any, add_client: Any) -> None:
    kept = add_client()
    client.force_login(cast.sam)
    for address in ("/clients/", "/contacts/", "/clients/new/", f"/clients/{kept.pk}/edit/"):
        assert client.get(address).status_code == 403
    assert client.post("/clients/together/", {"action": "deactivate", "all": "1"}).status_code == 403


def test_a_contact_is_added_and_its_change_follows_into_the_books(
    mia: Browser, company_file: Any, add_client: Any, add_project: Any
) -> None:
    client = add_client()
    typed = {"key": str(uuid4()), "client": "NT", "first_name": "Ana", "last_name": "Kim", "is_active": "on"}
    mia.post("/contacts/new/", typed)
    contact = Contact.objects.get()
    Client.objects.filter(pk=client.pk).update(billing_contact=contact)
    linked(company_file, "customer", "client", client, base={"phone": ""})
    changed = {**typed, "key": str(uuid4()), "phone": "555 0100"}
    page = mia.post(f"/contacts/{contact.pk}/edit/", changed, follow=True).content.decode()
    assert "Shown on" in page and "Northwind Traders" in page
    assert Posting.objects.get().snapshot == {"phone": "555 0100"}


def test_a_contact_with_six_address_lines_is_refused(mia: Browser) -> None:
    typed = {"key": str(uuid4()), "last_name": "Kim", "address_lines": "\n".join("123456")}
    answer = mia.post("/contacts/new/", typed)
    assert "QuickBooks keeps five lines" in answer.context["form"].errors["address_lines"][0]


def finished(client: Client, company_file: Any, state: str, **known: Any) -> Posting:
    """A posting of a client that is over."""
    posting = Posting.objects.get(subject_kind="client", subject_id=client.pk)
    Posting.objects.filter(pk=posting.pk).update(state=state, finished_at=posting.asked_at, **known)
    return posting


def test_a_client_that_is_gone_from_quickbooks_is_not_called_posted_and_can_be_posted_again(
    mia: Browser, company_file: Any, add_client: Any
) -> None:
    client = add_client(post=Post.NOW)
    link = linked(company_file, "customer", "client", client)
    finished(client, company_file, "posted", list_id=link.list_id)
    assert "Posted to QuickBooks" in mia.get(f"/clients/{client.pk}/").content.decode()
    Link.objects.update(state="broken")
    page = mia.get(f"/clients/{client.pk}/").content.decode()
    assert "Gone from QuickBooks" in page and "Posted to QuickBooks" not in page
    assert "Post again" in page and f"/integration/projects/client-{client.pk}/" in page
    mia.post(f"/clients/{client.pk}/post/", {"key": str(uuid4())})
    assert Posting.objects.filter(state="queued", action="add").count() == 1


def test_a_linked_client_is_not_called_withdrawn_after_its_last_change_was(
    mia: Browser, company_file: Any, add_client: Any
) -> None:
    client = add_client(post=Post.NOW)
    linked(company_file, "customer", "client", client)
    finished(client, company_file, "withdrawn", withdrawn_reason="The value in QuickBooks holds.")
    page = mia.get(f"/clients/{client.pk}/").content.decode()
    assert "In QuickBooks" in page and "The value in QuickBooks holds." not in page


def test_the_name_of_a_record_that_is_gone_is_free_again(company_file: Any, add_client: Any) -> None:
    client = add_client()
    linked(company_file, "customer", "client", client, state="broken")
    Link.objects.update(subject_id=None, subject_kind="")
    assert blocking(client) == []
