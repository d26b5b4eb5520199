"""A process that a test starts shares the test's database; a browser can be had."""

import socket
import subprocess
import sys

import pytest
from playwright.sync_api import Page

from daybook.people.models import User


def test_a_process_beside_the_test_reads_what_the_test_wrote(process_env: dict[str, str]) -> None:
    person = User.objects.create(email="mia@example.test")
    look = f"print(User.objects.get(pk={person.pk}).email)"
    code = f"import django; django.setup(); from daybook.people.models import User; {look}"
    said = subprocess.run([sys.executable, "-c", code], env=process_env, capture_output=True, text=True, check=True)
    assert said.stdout == "mia@example.test\n"


@pytest.mark.browser
def test_a_browser_opens_the_sign_in_page(page: Page, live_server: object) -> None:
    page.goto(f"{live_server}/account/login/")
    assert page.locator("input[type=password]").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_port_that_is_taken_is_told_before_anything_starts(process_env: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "daybook", "serve", "--port", port]
        said = subprocess.run(command, check=False, env=process_env, capture_output=True, text=True, timeout=60)
    assert said.returncode == 1 and "is taken" in said.stderr
    assert "Daybook is at" not in said.stdout
