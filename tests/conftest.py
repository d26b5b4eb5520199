"""What every test may ask for: the oracle, a browser, processes of their own, and the database they share."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate
from hypothesis import HealthCheck
from hypothesis import settings as chances
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.fixtures import _set_suffix_to_test_databases
from pytest_django.lazy_django import django_settings_is_configured

from daybook.directory import shipped as directory
from daybook.people import shipped as people
from tests.skips import pytest_make_collect_report, pytest_runtest_makereport

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]
REPOSITORY = Path(__file__).resolve().parent.parent
# The browser's own event loop makes Django believe that the tests were asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# No test is timed: a machine at other work is slow, and nothing is broken.
chances.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
chances.load_profile("untimed")


# --- database -------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(request: pytest.FixtureRequest) -> None:
    """On PostgreSQL one database a worker; on SQLite each worker has a home folder, and so a file, of its own."""
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    if worker and django_settings_is_configured() and "postgresql" in settings.DATABASES["default"]["ENGINE"]:
        _set_suffix_to_test_databases(suffix=worker)


@pytest.fixture(scope="session", autouse=True)
def shipped_again() -> None:
    """A test with transactions of its own empties every table after it; what a new database has is put back."""
    for room in (people, directory):
        config = apps.get_app_config(room.__name__.split(".")[1])
        post_migrate.connect(partial(_ship, room.ship), sender=config, weak=False)


def _ship(ship: Callable[[Any], None], **_: object) -> None:
    ship(apps)


@pytest.fixture
def process_env(transactional_db: None) -> dict[str, str]:
    """The environment of a process that shares this test's home folder and database."""
    return shared_env()


def shared_env() -> dict[str, str]:
    """The environment of a process that shares home folder and database with this one."""
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    env |= {"DAYBOOK_HOME": str(settings.HOME), "DJANGO_SETTINGS_MODULE": "daybook.settings"}
    if connection.vendor == "postgresql":
        env["DATABASE_URL"] = database_url(connection.settings_dict)
    return env


def database_url(described: Mapping[str, Any]) -> str:
    """The postgres:// address of a database that Django describes."""
    user = quote(described["USER"], safe="") + (
        ":" + quote(described["PASSWORD"], safe="") if described["PASSWORD"] else ""
    )
    host, port = described["HOST"], described["PORT"]
    if host.startswith("/"):
        return f"postgresql://{user}@/{described['NAME']}?host={quote(host, safe='')}" + (
            f"&port={port}" if port else ""
        )
    return f"postgresql://{user}@{host}:{port or 5432}/{described['NAME']}"


# --- processes ------------------------------------------------------------------------------------------------------
StartProcess = Callable[..., "subprocess.Popen[str]"]
RunDaybook = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def start_process(process_env: dict[str, str], tmp_path: Path) -> Iterator[StartProcess]:
    """Starts `daybook …` beside the test, and ends it with the test; what it printed is in tmp_path/<n>.log."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **env: str) -> "subprocess.Popen[str]":
        with (tmp_path / f"{len(started)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "daybook", *arguments],
                env=process_env | env,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=tmp_path,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
    for process in started:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def run_daybook(process_env: dict[str, str], tmp_path: Path) -> RunDaybook:
    """Runs `daybook …` to its end as a process, and gives its exit code and both outputs."""

    def run(*arguments: str, input: str | None = None, **env: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "daybook", *arguments],
            env=process_env | env,
            input=input,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=120,
            check=False,
        )

    return run


# --- the oracle and the browser ---------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def oracle() -> Path:
    """The folder of Intuit's schemas and samples, which is not part of the repository."""
    named = os.environ.get("DAYBOOK_ORACLE")
    if not named:
        pytest.skip("DAYBOOK_ORACLE names no folder")
    return Path(named)


PATIENCE = 30_000  # milliseconds before a page is given up; on a machine at other work everything takes longer
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, as one finds it on the machine."""
    path = os.environ.get("DAYBOOK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new page in a browser that knows nobody yet."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US", timezone_id="UTC")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()
