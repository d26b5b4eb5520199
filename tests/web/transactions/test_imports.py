"""Imports in the browser, and what they leave for a person to decide."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from daybook.connections.models import CompanyFile
from daybook.directory.models import Staff
from daybook.intake.models import Conflict, ImportRun
from daybook.notices.models import Mail, MailSettings
from daybook.outbox.models import Letter, Link
from tests.web.browser import SignIn, check_access, look, watch_console

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


@pytest.fixture
def company_file(db: None) -> CompanyFile:
    return CompanyFile.objects.create(name="Rock Castle", path="/books/rock.qbw", made_at=NOW, is_default=True)


def run_of(company_file: CompanyFile, **values: Any) -> ImportRun:
    fields: dict[str, Any] = {
        "company_file": company_file,
        "trigger": "nightly",
        "lists": ["class", "customer"],
        "asked_at": NOW,
        "state": "published",
        "started_at": NOW,
        "finished_at": NOW,
        "counts": {"customer": {"new": 3, "changed": 1}, "class": {"same": 7}},
    }
    return ImportRun.objects.create(**fields | values)


def new_employee(company_file: CompanyFile) -> Link:
    base = {"first_name": "Ana", "last_name": "Kim", "name": "Ana Kim"}
    return Link.objects.create(
        company_file=company_file, kind="employee", list_id="8-1", name="Ana Kim", full_name="Ana Kim", base=base
    )


def both_changed(company_file: CompanyFile) -> Conflict:
    link = Link.objects.create(company_file=company_file, kind="customer", list_id="8-2", full_name="Northwind:Pier")
    return Conflict.objects.create(link=link, field="phone", base="1", ours="2", theirs="3", found_at=NOW)


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_an_import_shows_what_it_brought_and_what_went_wrong(cast_client: Client, company_file: CompanyFile) -> None:
    run = run_of(
        company_file, state="failed", problem="The answer was cut off.", who_can_act="Ada Berg", interruptions=2
    )
    assert "Nightly sync" in page_of(cast_client, "/transactions/imports/")
    page = page_of(cast_client, f"/transactions/imports/{run.pk}/")
    for words in ("The answer was cut off.", "Who can act: Ada Berg", "2 times", "Customers and jobs", "the schedule"):
        assert words in page


def test_imports_are_narrowed_by_state(cast_client: Client, company_file: CompanyFile) -> None:
    run_of(company_file, trigger="reconcile", state="stopped")
    run_of(company_file, trigger="command")
    table = page_of(cast_client, "/transactions/imports/?state=stopped").split("<tbody>")[1]
    assert "Full comparison" in table
    assert "Command" not in table


def test_an_import_that_goes_on_can_be_stopped_here_too(
    client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    run = run_of(company_file, state="running", finished_at=None)
    client.force_login(cast.mia)
    assert client.post(f"/transactions/imports/{run.pk}/stop/").status_code == 403
    client.force_login(cast.ben)
    client.post(f"/transactions/imports/{run.pk}/stop/")
    run.refresh_from_db()
    assert run.state == "stopped"


def test_the_texts_of_an_import_go_to_support(cast_client: Client, company_file: CompanyFile) -> None:
    run = run_of(company_file)
    Letter.objects.create(company_file=company_file, purpose="read", sent_text="<a/>", answer_text="<b/>", sent_at=NOW)
    assert "&lt;b/&gt;" in page_of(cast_client, f"/transactions/imports/{run.pk}/")
    streamed = cast_client.get(f"/transactions/imports/{run.pk}/download/")
    assert b"<b/>" in b"".join(streamed.streaming_content)  # type: ignore[attr-defined]
    MailSettings.objects.create(pk=1, host="h", from_address="d@e.test", support_address="help@e.test")
    cast_client.post(f"/transactions/imports/{run.pk}/support/")
    assert "<b/>" in Mail.objects.get().attachment


def test_a_new_employee_gets_a_yes_and_is_staff(cast_client: Client, company_file: CompanyFile) -> None:
    link = new_employee(company_file)
    assert "Ana Kim" in page_of(cast_client, "/transactions/decisions/")
    cast_client.post(f"/transactions/decisions/employees/{link.pk}/", {"choice": "yes"})
    assert Staff.objects.get().last_name == "Kim"


def test_a_new_employee_gets_a_no_and_is_not_asked_about_again(cast_client: Client, company_file: CompanyFile) -> None:
    link = new_employee(company_file)
    cast_client.post(f"/transactions/decisions/employees/{link.pk}/", {"choice": "no"})
    assert not Staff.objects.exists()
    assert "No new employee waits" in page_of(cast_client, "/transactions/decisions/")


def test_who_may_not_add_staff_does_not_decide_about_them(
    client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    link = new_employee(company_file)
    client.force_login(cast.mia)
    assert ">Add<" not in page_of(client, "/transactions/decisions/")
    assert client.post(f"/transactions/decisions/employees/{link.pk}/", {"choice": "yes"}).status_code == 403


def test_a_field_changed_on_both_sides_is_shown_with_all_three_values(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    conflict = both_changed(company_file)
    page = page_of(cast_client, "/transactions/decisions/")
    for words in ("Northwind:Pier", "Phone", "Keep Daybook's", "Keep QuickBooks'"):
        assert words in page
    assert cast_client.post(f"/transactions/decisions/fields/{conflict.pk}/", {"choice": "sideways"}).status_code == 404
    conflict.refresh_from_db()
    assert conflict.settled_at is None


def test_a_decision_does_not_lead_to_another_site(cast_client: Client, company_file: CompanyFile) -> None:
    link = new_employee(company_file)
    answer = cast_client.post(
        f"/transactions/decisions/employees/{link.pk}/", {"choice": "no", "back": "//evil.example/"}
    )
    assert answer["Location"] == "/transactions/decisions/"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_decisions_can_be_read_and_used_by_everybody(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    new_employee(company_file)
    both_changed(company_file)
    sign_in(page, cast.ada)
    complaints = watch_console(page)
    page.goto(f"{site}/transactions/decisions/")
    check_access(page)
    look(page, "decisions")
    page.click("text=Leave out")
    page.wait_for_selector("text=No new employee waits")
    assert complaints == []
