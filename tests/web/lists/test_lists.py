"""Lists: our own by one form each, those of the books on one page for all kinds."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from daybook.books.lists import LISTS
from daybook.directory.models import ExpenseCategory, LaborCode, ListEntry, ProductionStatus, Project
from daybook.web.lists.own import OWN_LISTS
from tests.directory.conftest import add_client, add_project, company_file

__all__ = ["add_client", "add_project", "company_file"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(client: Browser, cast: Any) -> Browser:
    """A browser without a screen, signed in as Ben, who may change lists."""
    client.force_login(cast.ben)
    return client


def entry(company_file: Any, kind: str, name: str, **fields: Any) -> ListEntry:
    """An entry of a list of the books."""
    number = ListEntry.objects.count()
    return ListEntry.objects.create(
        company_file=company_file, kind=kind, list_id=f"8{number}", name=name, full_name=name, **fields
    )


@pytest.mark.parametrize("kind", [kind.key for kind in LISTS.values() if not kind.two_way])
def test_every_list_of_the_books_has_its_page(ben: Browser, company_file: Any, kind: str) -> None:
    made = entry(company_file, kind, "Diving", fields={"description": "Below water", "price": "120.00"})
    page = ben.get(f"/lists/books/{kind}/").content.decode()
    if not LISTS[kind].people:
        assert "Diving" in page
        assert "Below water" in ben.get(f"/lists/books/{kind}/{made.pk}/").content.decode()


@pytest.mark.parametrize("key", list(OWN_LISTS))
def test_every_list_of_ours_is_shown_and_has_a_form(ben: Browser, key: str) -> None:
    assert ben.get(f"/lists/own/{key}/").status_code == 200
    assert ben.get(f"/lists/own/{key}/new/").status_code == 200
    assert ben.post(f"/lists/own/{key}/new/", {"key": str(uuid4())}).status_code == 422


def test_a_labor_code_stands_for_a_service_item(ben: Browser, company_file: Any) -> None:
    service, account = entry(company_file, "item_service", "Survey"), entry(company_file, "account", "Travel")
    typed = {"key": str(uuid4()), "name": "Surveying", "code": "S", "item": service.pk, "is_active": "on"}
    assert b"Surveying" in ben.post("/lists/own/labor-codes/new/", typed, follow=True).content
    assert LaborCode.objects.get().item == service
    assert ben.post("/lists/own/labor-codes/new/", {**typed, "item": account.pk}).status_code == 422


def test_an_expense_category_stands_for_an_account_or_an_item_never_both(ben: Browser, company_file: Any) -> None:
    account, item = entry(company_file, "account", "Travel"), entry(company_file, "item_other_charge", "Mileage")
    typed = {"key": str(uuid4()), "name": "Travel", "account": account.pk, "item": item.pk, "is_active": "on"}
    answer = ben.post("/lists/own/expense-categories/new/", typed)
    assert b"Choose an account or an item, not both." in answer.content
    typed.pop("item")
    assert ben.post("/lists/own/expense-categories/new/", typed).status_code == 302
    assert ExpenseCategory.objects.get().account == account


def test_an_id_is_used_once(ben: Browser) -> None:
    typed = {"key": str(uuid4()), "name": "Surveying", "code": "S", "is_active": "on"}
    ben.post("/lists/own/labor-codes/new/", typed)
    answer = ben.post("/lists/own/labor-codes/new/", {**typed, "name": "Other"})
    assert b"There is a labor code with the ID S already." in answer.content


def test_projects_become_inactive_with_their_status(ben: Browser, add_client: Any, add_project: Any) -> None:
    project = add_project(add_client())
    hold = ProductionStatus.objects.exclude(pk=project.status_id).filter(is_active=True).first()
    if hold is None:
        hold = ProductionStatus.objects.create(code=2, name="On hold")
    Project.objects.update(status=hold)
    typed = {"key": str(uuid4()), "code": hold.code, "name": hold.name, "billing_open": "on"}
    assert ben.post(f"/lists/own/statuses/{hold.pk}/", typed).status_code == 302
    project.refresh_from_db()
    assert not project.is_active


def test_one_status_is_always_the_default(ben: Browser, add_client: Any, add_project: Any) -> None:
    status = add_project(add_client()).status
    typed = {"key": str(uuid4()), "code": status.code, "name": status.name, "is_active": "on"}
    answer = ben.post(f"/lists/own/statuses/{status.pk}/", typed)
    assert b"Make another one the default instead." in answer.content


def test_many_entries_are_taken_out_of_use_and_stay(ben: Browser) -> None:
    chosen = [LaborCode.objects.create(name=f"Code {number}").pk for number in range(3)]
    ben.post("/lists/own/labor-codes/together/", {"action": "deactivate", "selected": chosen[:2]})
    assert list(LaborCode.objects.filter(is_active=False).values_list("pk", flat=True)) == chosen[:2]


def test_who_may_only_see_lists_changes_none(client: Browser, cast: Any) -> None:
    client.force_login(cast.mia)
    assert client.get("/lists/").status_code == 200
    assert client.get("/lists/own/labor-codes/new/").status_code == 403
    client.force_login(cast.sam)
    assert client.get("/lists/").status_code == 403


def test_a_list_nobody_knows_is_not_found(ben: Browser) -> None:
    assert ben.get("/lists/books/secrets/").status_code == 404
    assert ben.get("/lists/own/secrets/").status_code == 404


def test_card_and_bank_accounts_are_found_by_their_type(ben: Browser, company_file: Any) -> None:
    entry(company_file, "account", "Checking", fields={"type": "Bank"})
    card = entry(company_file, "account", "Company card", fields={"type": "CreditCard"})
    answer = ben.get("/lists/books/account/", {"fields__type": "CreditCard"})
    assert answer.context["listing"].rows == [card]
    assert b">Credit card</option>" in answer.content
