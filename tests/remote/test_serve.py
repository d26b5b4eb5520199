"""The site brings the door of the agents along, from the first code on."""

from typing import Any

import httpx
import pytest
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from daybook.cli.processes import free_port
from daybook.connections import agents, operations
from daybook.people import shipped
from daybook.people.queries import operator
from tests.conftest import StartProcess
from tests.waiting import wait_for


def answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize(
    ("site", "agents_ask"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8001"),
        ("http://[::1]:9000", "http://[::1]:9001"),
        ("https://daybook.example.com", "https://daybook.example.com"),
        ("http://daybook.example.com:8000", "http://daybook.example.com:8000"),
    ],
)
def test_before_the_door_ran_agents_are_told_where_it_will_be(settings: Any, site: str, agents_ask: str) -> None:
    (settings.HOME / agents.ADDRESS_FILE).unlink(missing_ok=True)
    settings.SITE_URL = site
    assert agents.address() == agents_ask


def test_the_first_code_opens_the_door_beside_the_site(transactional_db: None, start_process: StartProcess) -> None:
    shipped.ship(apps)
    agents.want_address()  # as an earlier connection left it
    (settings.HOME / agents.ADDRESS_FILE).unlink(missing_ok=True)
    port = free_port()
    serve = start_process("serve", "--port", str(port))
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/health/"), seconds=90, what="a site")
    assert not agents.door_was_opened() and not (settings.HOME / agents.WANTED_FILE).exists()
    file = operations.add_company_file(operator(), name="Rock Castle", way="agent", path="", now=timezone.now())
    agents.make_code(operator(), file, timezone.now())
    wait_for(agents.door_was_opened, seconds=60, what="the address of the door")
    wait_for(lambda: answers(f"{agents.address()}/remote/v1/health"), seconds=60, what="a door")
    serve.terminate()
    assert serve.wait(30) == 0
    wait_for(lambda: not answers(f"{agents.address()}/remote/v1/health"))
