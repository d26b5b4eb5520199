"""The forms that a button opens in place: wholly seen and pressed by mouse, on a phone and on a wide screen."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, TimeoutError, expect

from daybook.companyfile import CompanyFile, create
from daybook.connectors.qbd.errors import RESEND
from daybook.outbox.models import Posting
from tests.web.browser import SignIn, look
from tests.web.integration.conftest import NOW, firm
from tests.web.transactions.test_transactions import posted

__all__ = ["firm"]
pytestmark = pytest.mark.browser
SIZES = {390: 844, 800: 900, 1280: 800, 1920: 1080}
# How far the form juts out of what can be seen of it, in pixels, for each of the four edges.
HIDDEN = """form => {
  const box = form.getBoundingClientRect();
  const seen = {left: 0, top: 0, right: document.documentElement.clientWidth, bottom: innerHeight};
  for (let above = form.parentElement; above; above = above.parentElement) {
    if (above === document.body || getComputedStyle(above).overflowX === "visible") continue;
    const edge = above.getBoundingClientRect();
    seen.left = Math.max(seen.left, edge.left); seen.right = Math.min(seen.right, edge.right);
    seen.top = Math.max(seen.top, edge.top); seen.bottom = Math.min(seen.bottom, edge.bottom);
  }
  return [seen.left - box.left, seen.top - box.top, box.right - seen.right, box.bottom - seen.bottom];
}"""
# The pop-ups with the page each is on and the label or id of each.
POP_UPS: dict[str, Callable[[SimpleNamespace], str]] = {
    "withdraw": lambda firm: f"/transactions/{firm.refused.pk}/",
    "decline": lambda firm: f"/transactions/{firm.proposed.pk}/",
    "add": lambda firm: f"/quickbooks-side/{firm.file.pk}/customer/",
    "delete": lambda firm: f"/quickbooks-side/{firm.file.pk}/customer/{firm.list_id}/",
    "merge": lambda firm: f"/quickbooks-side/{firm.file.pk}/customer/{firm.list_id}/",
    "import-now": lambda firm: "/monitor/",
    "pause": lambda firm: "/monitor/",
    "restored": lambda firm: "/connection/",
}


@pytest.fixture
def books(firm: SimpleNamespace, cast: SimpleNamespace, tmp_path: Path) -> SimpleNamespace:
    """The firm with a company file that is there, a posting that was refused and one that waits for a yes."""
    firm.file.path = str(tmp_path / "rock.sandbox")
    firm.file.last_sync_at = timezone.now()
    firm.file.save()
    create(firm.file.path, customers=5, seed=1).close()
    with CompanyFile.open(firm.file.path) as opened:
        firm.list_id = opened.entries("customer", show="all", text="")[0].list_id
    ways = [{"way": "fix", "sentence": RESEND["sentence"]}]
    firm.refused = posted(firm.file, cast.mia, "Northwind Traders:Pier", Posting.State.PARKED, ways_out=ways)
    firm.proposed = posted(firm.file, cast.mia, "Northwind Traders:Quay", Posting.State.PROPOSED, asked_at=NOW)
    return firm


def take(route: Route) -> None:
    """What is sent is taken and nothing comes of it, so that the next size finds the page as it was."""
    route.fulfill(status=204)


def open_by_mouse(page: Page, name: str) -> None:
    page.locator(f'.confirm[id^="{name}"] > summary').click()
    expect(page.locator(f'.confirm[id^="{name}"] > form')).to_be_visible()


@pytest.mark.parametrize("name", POP_UPS)
def test_a_form_that_a_button_opens_is_wholly_seen_and_sent_by_mouse(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, books: SimpleNamespace, name: str
) -> None:
    sign_in(page, cast.ada)
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(site + POP_UPS[name](books))
        open_by_mouse(page, name)
        form = page.locator(f'.confirm[id^="{name}"] > form')
        whole = f"form => Math.max(...({HIDDEN})(form)) <= 1"
        try:
            page.wait_for_function(whole, arg=form.element_handle())
        except TimeoutError:
            pytest.fail(f"{name} at {width}: hidden by {form.evaluate(HIDDEN)}")
        for field in form.locator("input[required]").all():
            field.fill("Juniper")
        page.route(site + str(form.get_attribute("action")), take)
        with page.expect_request(lambda request: request.method == "POST") as sent:
            form.get_by_role("button").first.click()
        assert sent.value.url == site + str(form.get_attribute("action")), f"{name} at {width}"


def test_an_open_form_is_looked_at_wide_and_narrow_light_and_dark(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, books: SimpleNamespace
) -> None:
    sign_in(page, cast.ada)
    for name, address in POP_UPS.items():
        page.goto(site + address(books))
        open_by_mouse(page, name)
        look(page, f"open-{name}")
