"""The pictures of README.md and of docs, taken of the demo's firm in a real Chromium: `make pictures`."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Locator, Page, sync_playwright

from bench.stage import running
from bench.told import sign_in
from daybook import companyfile, home
from daybook.cli.story import PROJECT, Person, Stage, first_customer

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"


def main() -> None:
    """A project posted a moment ago, both sides beside one another, the Monitor, and the pages that connect a file."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("DAYBOOK_CHROMIUM") or shutil.which("chromium")
    first_home = home.home()
    with running() as (stage, cast, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _manager(_page(browser, stage, cast["manager"]), stage)
        _administrator(_page(browser, stage, cast["administrator"]), stage)
        _connecting(_page(browser, stage, cast["administrator"]), stage)
        _reading(_page(browser, stage, cast["administrator"]), stage)
        browser.close()
    os.environ["DAYBOOK_HOME"] = f"{first_home}/webconnector"  # each way has a firm of its own
    with running("webconnector") as (stage, cast, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _web_connector(_page(browser, stage, cast["administrator"]), stage)
        browser.close()
    os.environ["DAYBOOK_HOME"] = f"{first_home}/agent"  # each way has a firm of its own
    with running("agent") as (stage, cast, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _agents(_page(browser, stage, cast["administrator"]), stage)
        browser.close()


def _connecting(page: Page, stage: Stage) -> None:
    """The choice of the way, the steps of one, and a copy of the file that was looked at."""
    page.goto(f"{stage.url}/connection/new/")
    page.screenshot(path=IMAGES / "connect-ways.png", clip=_top(540))
    page.get_by_role("link", name="Use the Web Connector").click()
    page.get_by_label("Name").fill("Rock Castle")
    page.get_by_role("button", name="Go on: set it up").click()
    page.get_by_role("button", name="Make the file and a password").click()
    with page.expect_download():
        page.get_by_role("link", name="Save the file").click()
    page.get_by_text("It was saved.").wait_for()
    page.screenshot(path=IMAGES / "connect-steps.png", full_page=True, clip=_top(1300))
    page.goto(f"{stage.url}/connection/")
    page.get_by_role("link", name="Move").first.click()
    copy = stage.file.with_name(f"copy-of-{stage.file.name}")
    shutil.copy(stage.file, copy)
    page.get_by_label("Where it is there").fill(str(copy))
    page.get_by_role("button", name="Look there").click()
    page.get_by_role("button", name="Yes, use this file from now on").wait_for()
    page.screenshot(path=IMAGES / "move.png", clip=_top(480))


def _reading(page: Page, stage: Stage) -> None:
    """The later steps of a first connection: read, questions, preview, done."""
    books = stage.file.with_name("tidewater.qbsandbox")
    companyfile.create(books, customers=200, seed=7).close()
    page.goto(f"{stage.url}/connection/new/sandbox/")
    page.get_by_label("A sandbox file that is there already").check()
    page.get_by_label("Name").fill("Tidewater")
    page.get_by_label("Where it is").fill(str(books))
    page.get_by_role("button", name="Connect and test").click()
    page.get_by_role("link", name="Go on: read the lists").click()
    page.get_by_role("button", name="Read the lists").wait_for()
    page.screenshot(path=IMAGES / "connect-read.png", clip=_top(420))
    page.get_by_role("button", name="Read the lists").click()
    _go_on_to(page, page.get_by_role("button", name="Show the preview"))
    page.screenshot(path=IMAGES / "connect-questions.png", full_page=True)
    page.get_by_role("button", name="Show the preview").click()
    _go_on_to(page, page.get_by_role("button", name="Yes, write it"))
    page.screenshot(path=IMAGES / "connect-preview.png", full_page=True, clip=_top(1000))
    page.get_by_role("button", name="Yes, write it").first.click()
    _go_on_to(page, page.get_by_text("Tidewater is connected"))
    page.screenshot(path=IMAGES / "connect-done.png", clip=_top(720))


def _go_on_to(page: Page, wanted: Locator) -> None:
    """Past the page that says how far it is, where there is one."""
    go_on = page.locator("#progress .btn-primary")
    wanted.or_(go_on).first.wait_for()
    if go_on.count():
        go_on.click()
    wanted.first.wait_for()


def _top(height: float) -> FloatRect:
    """The upper part of a page."""
    return {"x": 0, "y": 0, "width": 1280, "height": height}


def _agents(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/connection/")
    page.get_by_role("link", name="Agents").click()
    page.get_by_role("button", name="Show a code").click()
    page.get_by_text("The code is shown only now").wait_for()
    page.screenshot(path=IMAGES / "agents.png", full_page=True)


def _web_connector(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/connection/")
    page.locator("a[href$='/web-connector/']").first.click()
    page.locator("#new-password summary").click()
    page.locator("#new-password button").click()
    page.get_by_text("It is shown only now").wait_for()
    page.screenshot(path=IMAGES / "web-connector.png", full_page=True)


def _page(browser: Browser, stage: Stage, person: Person) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=1)
    sign_in(page, stage.url, person)
    return page


def _manager(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/projects/new/")
    page.fill("input[name=client]", first_customer(stage.file))
    page.fill("input[name=name]", PROJECT)
    page.check("input[name=post]")
    page.locator("main form button[type=submit], main form button:not([type])").last.click()
    page.locator(".posting-status[data-state=posted]").first.wait_for()
    page.screenshot(path=IMAGES / "project-posted.png")
    page.goto(f"{stage.url}/integration/projects/?show=all")
    page.screenshot(path=IMAGES / "integration.png")


def _administrator(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/monitor/")
    page.screenshot(path=IMAGES / "monitor.png")


if __name__ == "__main__":
    main()
