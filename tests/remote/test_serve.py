"""The site brings the door of the agents along, from the first code on."""

import httpx
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
