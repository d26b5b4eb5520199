"""The project form in a real Chromium: with and without scripts, and with the keyboard alone."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from daybook import companyfile
from daybook.connections import operations as connections
from daybook.directory.models import Project
from daybook.outbox.models import Posting
from daybook.people.queries import operator
from tests.directory.conftest import NOW, linked
from tests.web.browser import SignIn, check_access, look, watch_console

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_a_project_is_added_with_scripts_and_shown_in_place(
    page: Page, site: str, cast: Any, sign_in: SignIn, company_file: Any, add_client: Callable[..., Any]
) -> None:
    linked(company_file, "customer", "client", add_client())
    complaints = watch_console(page)
    sign_in(page, cast.mia)
    page.goto(f"{site}/projects/new/")
    page.get_by_label("Client", exact=True).press_sequentially("trad")
    expect(page.locator("#id_client_options option")).to_have_attribute("value", "Northwind Traders")
    page.get_by_label("Client", exact=True).fill("Northwind Traders")
    page.get_by_label("Name", exact=True).fill("Harbour survey")
    expect(page.locator("#preflight")).to_contain_text("Will create Northwind Traders:Harbour survey")
    expect(page.locator("#preflight")).to_contain_text("The client is linked.")
    look(page, "project-new")
    check_access(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1, name="Harbour survey")).to_be_visible()
    assert page.url == f"{site}/projects/{Project.objects.get().pk}/"
    expect(page.locator(".posting-status")).to_contain_text("Queued")
    check_access(page)
    look(page, "project-saved")
    assert complaints == []


def test_a_wrong_name_is_told_while_typing_and_on_saving(
    page: Page, site: str, cast: Any, sign_in: SignIn, company_file: Any, add_client: Callable[..., Any]
) -> None:
    linked(company_file, "customer", "client", add_client())
    sign_in(page, cast.mia)
    page.goto(f"{site}/projects/new/")
    page.get_by_label("Client", exact=True).fill("Northwind Traders")
    page.get_by_label("Name", exact=True).fill("Harbour: survey")
    expect(page.locator("#preflight")).to_contain_text("A name cannot hold a colon")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#id_name_error")).to_contain_text("Suggested: Harbour - survey")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Harbour: survey")
    expect(page.locator("#preflight")).not_to_contain_text("Will create")
    look(page, "project-refused")
    check_access(page)
    page.locator("#id_name_error + button").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Harbour - survey")
    expect(page.locator("#preflight")).to_contain_text("Will create Northwind Traders:Harbour - survey")
    page.get_by_label("Name", exact=True).fill("Harbour: survey")
    page.locator("#preflight button").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Harbour - survey")
    page.get_by_label("Name", exact=True).fill("Harbour survey")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1, name="Harbour survey")).to_be_visible()


def test_typing_faster_than_the_check_answers_and_saving_meanwhile_complains_of_nothing(
    page: Page, site: str, cast: Any, sign_in: SignIn, company_file: Any, add_client: Callable[..., Any]
) -> None:
    linked(company_file, "customer", "client", add_client())
    complaints = watch_console(page)
    sign_in(page, cast.mia)
    page.goto(f"{site}/projects/new/")
    page.get_by_label("Client", exact=True).fill("Northwind Traders")
    for _ in range(3):
        page.locator("#id_post").uncheck()
        page.locator("#id_post").check()
    page.get_by_label("Name", exact=True).fill("Harbour survey")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Harbour survey")).to_be_visible()
    assert complaints == []


def test_the_check_is_not_asked_the_same_question_twice(
    page: Page, site: str, cast: Any, sign_in: SignIn, company_file: Any, add_client: Callable[..., Any]
) -> None:
    linked(company_file, "customer", "client", add_client())
    sign_in(page, cast.mia)
    page.goto(f"{site}/projects/new/")
    questions: list[str | None] = []
    page.on("request", lambda request: questions.append(request.post_data) if "preflight" in request.url else None)
    page.get_by_label("Client", exact=True).fill("Northwind Traders")
    name, check = page.get_by_label("Name", exact=True), page.locator("#preflight")
    for typed in ("Harbour survey", "Quay survey"):
        name.fill(typed)
        expect(check).to_contain_text(f"Will create Northwind Traders:{typed}")
        name.blur()
    name.fill("Harbour survey")
    expect(check).to_contain_text("Will create Northwind Traders:Harbour survey")
    assert all(question != before for before, question in pairwise(questions))


def test_a_project_is_added_without_scripts(
    plain_page: Page, site: str, cast: Any, sign_in: SignIn, company_file: Any, add_client: Callable[..., Any]
) -> None:
    linked(company_file, "customer", "client", add_client())
    sign_in(plain_page, cast.mia)
    plain_page.goto(f"{site}/projects/new/")
    plain_page.get_by_label("Client", exact=True).fill("northw")
    plain_page.get_by_label("Name", exact=True).fill("Harbour: survey")
    plain_page.get_by_role("button", name="Save").click()
    expect(plain_page.locator("#id_name_error")).to_contain_text("colon")
    plain_page.get_by_label("Name", exact=True).fill("Harbour survey")
    plain_page.get_by_role("button", name="Save").click()
    expect(plain_page.locator("#detail h2")).to_contain_text("Harbour survey")
    assert Posting.objects.get().title == "Northwind Traders:Harbour survey"


def test_a_project_is_added_with_the_keyboard_alone(
    page: Page, site: str, cast: Any, sign_in: SignIn, company_file: Any, add_client: Callable[..., Any]
) -> None:
    linked(company_file, "customer", "client", add_client())
    sign_in(page, cast.mia)
    page.goto(f"{site}/")
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", level=1, name="Projects")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1, name="New project")).to_be_visible()
    press_until(page, "id_client")
    page.keyboard.type("Northwind Traders")
    press_until(page, "id_name")
    page.keyboard.type("Harbour survey")
    press_until(page, "id_post")
    expect(page.locator("#id_post")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Harbour survey")).to_be_visible()
    assert Posting.objects.get().state == "queued"


def press_until(page: Page, element_id: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == element_id:
            return
    raise AssertionError(f"Tab never reaches {element_id}")


def test_the_words_posted_appear_by_themselves(
    page: Page, site: str, cast: Any, sign_in: SignIn, start_process: Any, tmp_path: Path, add_client: Any
) -> None:
    path = tmp_path / "rock-castle.qbw"
    companyfile.create(path, customers=3)
    connections.add_company_file(operator(), name="Rock Castle", path=str(path), now=NOW)
    start_process("monitor")
    add_client("Harbour Board")
    sign_in(page, cast.mia)
    page.goto(f"{site}/projects/new/")
    page.get_by_label("Client", exact=True).fill("Harbour Board")
    page.get_by_label("Name", exact=True).fill("Quay survey")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".posting-status")).to_contain_text("Posted to QuickBooks")
    expect(page.locator(".posting-status")).to_contain_text("ListID")
    look(page, "project-posted")


def test_the_way_back_to_the_form_is_without_complaints(
    page: Page, site: str, cast: Any, sign_in: SignIn, add_client: Any
) -> None:
    add_client("Harbour Board")
    complaints = watch_console(page)
    sign_in(page, cast.mia)
    page.goto(f"{site}/projects/new/")
    page.get_by_label("Client", exact=True).fill("Harbour Board")
    page.get_by_label("Name", exact=True).fill("Quay survey")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1, name="Quay survey")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="New project")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    assert complaints == []
