"""From the click on Post to the person told, in a real Chromium, with site and Monitor as processes of their own.

The clock starts at the click event in the page and stops when the words are visible there, whatever pages lie between.
The click comes when the check that runs while the form is filled has said its word, as a person reads it first.
"""

import json
import os
import shutil
import sqlite3
from contextlib import closing

from playwright.sync_api import Page, sync_playwright

from bench.figures import percentile
from bench.stage import QUICK, database, running
from daybook.cli.story import Person, Stage, first_customer

CLICKS = 10 if QUICK else 60
WARM_UP = 3
READING_MS = 700  # the check on the form asks 300 ms after the last stroke; a person reads its word before she clicks
# Runs in each page before its own scripts: notes the click, and the first frame in which the words are visible.
WATCH = """
const now = () => performance.timeOrigin + performance.now();
addEventListener("click", (event) => {
  if (event.target.closest("[data-measured]")) sessionStorage.setItem("clicked", now());
}, true);
const look = () => {
  const shown = document.querySelector(".posting-status[data-state=posted] .state-sentence");
  if (shown && sessionStorage.getItem("clicked") && !sessionStorage.getItem("told") && shown.checkVisibility()
      && shown.textContent.includes("Posted to QuickBooks")) sessionStorage.setItem("told", now());
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
MARK = "button => { sessionStorage.clear(); button.dataset.measured = '1'; }"
TOOK = "() => sessionStorage.getItem('told') && sessionStorage.getItem('told') - sessionStorage.getItem('clicked')"


def sign_in(page: Page, url: str, person: Person) -> None:
    """Sign in as a person does."""
    page.goto(f"{url}/account/login/")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", person.password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "/login" not in address)


def told_after(page: Page, url: str, client: str, name: str) -> float:
    """Milliseconds from the click on the button that saves and posts to the words on the page."""
    page.goto(f"{url}/projects/new/")
    page.fill("input[name=client]", client)
    page.fill("input[name=name]", name)
    page.check("input[name=post]")
    button = page.locator("main form button[type=submit], main form button:not([type])").last
    page.wait_for_timeout(READING_MS)
    button.evaluate(MARK)
    button.click()
    return float(page.wait_for_function(TOOK, timeout=30_000).json_value())


def claimed_after_ms() -> list[float]:
    """For each posting, the time from the moment it was asked for to the moment the Monitor wrote it down as sent."""
    days = "SELECT (julianday(sent_at) - julianday(asked_at)) * 86400000 FROM outbox_posting WHERE state = 'posted'"
    with closing(sqlite3.connect(database())) as connection:
        return [row[0] for row in connection.execute(days)]


def times_of_clicks(stage: Stage, manager: Person, clicks: int = CLICKS) -> list[float]:
    """Post one project after the other, and time each."""
    chromium = os.environ.get("DAYBOOK_CHROMIUM") or shutil.which("chromium")
    client = first_customer(stage.file)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.add_init_script(WATCH)
        sign_in(page, stage.url, manager)
        times = [told_after(page, stage.url, client, f"Survey {number}") for number in range(WARM_UP + clicks)]
        browser.close()
    return times[WARM_UP:]


def main() -> None:
    """Measure with the Monitor beside the company file."""
    with running() as (stage, cast, _):
        measured = times_of_clicks(stage, cast["manager"])
    claimed = claimed_after_ms()[WARM_UP:]
    figures = {
        "told_p50_ms": percentile(measured, 0.5),
        "told_p95_ms": percentile(measured, 0.95),
        "claim_p95_ms": percentile(claimed, 0.95),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
