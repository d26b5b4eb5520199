"""The whole story by keyboard alone, on a real site with a real Monitor: save, posted, import, it is there."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from daybook import companyfile
from daybook.connections import operations as connections
from daybook.people.queries import operator
from tests.conftest import StartProcess
from tests.directory.conftest import NOW, add_client
from tests.web.browser import watch_console
from tests.web.conftest import PASSWORD

__all__ = ["add_client"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Says what is wrong with the focus: it has no outline, or it is off the screen or under something else.
UNSEEN = """() => {
  const element = document.activeElement;
  if (element === document.body) return "";
  const { outlineWidth, outlineStyle, boxShadow } = getComputedStyle(element);
  const marked = (parseFloat(outlineWidth) > 0 && outlineStyle !== "none") || boxShadow !== "none";
  const box = element.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2);
  const own = [element, ...(element.labels || [])];
  const seen = at && own.some((one) => one.contains(at) || at.contains(one));
  const what = element.outerHTML.slice(0, 120);
  return !marked ? `${what} has no mark` : seen ? "" : `${what} is covered by ${at && at.outerHTML.slice(0, 80)}`;
}"""


def test_the_whole_story_by_keyboard_alone(
    page: Page,
    site: str,
    cast: SimpleNamespace,
    start_process: StartProcess,
    tmp_path: Path,
    add_client: Callable[..., object],
) -> None:
    path = tmp_path / "rock-castle.qbw"
    companyfile.create(path, customers=3).close()
    connections.add_company_file(operator(), name="Rock Castle", path=str(path), now=NOW)
    add_client("Harbour Board")
    start_process("monitor")
    complaints = watch_console(page)
    page.goto(f"{site}/")
    sign_in_by_keys(page, cast.ben.email)
    add_a_project(page)
    expect(page.locator(".posting-status")).to_contain_text("Posted to QuickBooks")
    with companyfile.CompanyFile.open(path) as books:
        assert books.find("customer", "Harbour Board:Quay survey")
        books.add("customer", "Lighthouse Trust")
    import_everything(page)
    go(page, "c", "Clients")
    expect(page.get_by_role("link", name="Lighthouse Trust")).to_be_visible()
    assert complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_tab_and_enter_alone_post_a_project_and_the_focus_is_always_seen(
    page: Page,
    site: str,
    cast: SimpleNamespace,
    start_process: StartProcess,
    tmp_path: Path,
    add_client: Callable[..., object],
    width: int,
) -> None:
    path = tmp_path / "rock-castle.qbw"
    companyfile.create(path, customers=3).close()
    connections.add_company_file(operator(), name="Rock Castle", path=str(path), now=NOW)
    add_client("Harbour Board")
    start_process("monitor")
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{site}/")
    sign_in_by_keys(page, cast.mia.email)
    press_enter_on(page, "a[href='/projects/']", "Projects")
    press_enter_on(page, "a[href='/projects/new/']", "New project")
    tab_to(page, "#id_client")
    page.keyboard.type("Harbour Board")
    tab_to(page, "#id_name")
    page.keyboard.type("Quay survey")
    tab_to(page, "#id_post")
    expect(page.locator("#id_post")).to_be_checked()
    tab_to(page, ".form-actions .btn-primary")
    page.keyboard.press("Enter")
    expect(page.locator(".posting-status")).to_contain_text("Posted to QuickBooks")


def press_enter_on(page: Page, selector: str, heading: str) -> None:
    """Tab to a link and follow it."""
    tab_to(page, selector)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()


def sign_in_by_keys(page: Page, email: str) -> None:
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    tab_to(page, "#id_login")
    page.keyboard.type(email)
    tab_to(page, "#id_password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_have_count(0)


def add_a_project(page: Page) -> None:
    go(page, "p", "Projects")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1, name="New project")).to_be_visible()
    tab_to(page, "#id_client")
    page.keyboard.type("Harbour Board")
    tab_to(page, "#id_name")
    page.keyboard.type("Quay survey")
    tab_to(page, "#id_post")
    for ticked in (False, True):
        page.keyboard.press("Space")
        expect(page.locator("#id_post")).to_be_checked(checked=ticked)
    tab_to(page, ".form-actions .btn-primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Quay survey")).to_be_visible()


def import_everything(page: Page) -> None:
    go(page, "m", "Monitor")
    page.keyboard.press("i")
    tab_to(page, "#import-now button[name=all]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The import is asked for.")).to_be_visible()
    expect(page.locator("#runs")).to_contain_text("Done")


def go(page: Page, key: str, heading: str) -> None:
    """Go to a page by its two keys."""
    page.keyboard.press("g")
    page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; a person sees where that is."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
        # A check of the form that has just answered may still be moving what is below it.
        expect_seen(page, f"on the way to {selector}")
    raise AssertionError(f"Tab never reaches {selector}")


def expect_seen(page: Page, where: str) -> None:
    """The element with the focus is marked and in sight, at once or when the page has come to rest."""
    try:
        page.wait_for_function(f"() => ({UNSEEN})() === ''")
    except TimeoutError as error:
        raise AssertionError(f"{where}: {page.evaluate(UNSEEN)}") from error
