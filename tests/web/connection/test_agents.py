"""The agents of a connection on its page: a code that is shown once, how each agent stands, and shutting one out."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from daybook.connections import agents, operations, shipped_agent
from daybook.connections.models import Agent, CompanyFile, EnrolmentCode, Lease
from tests.web.browser import SignIn, check_access, look, watch_console

pytestmark = pytest.mark.django_db(transaction=True)
CODE = re.compile(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}")


@pytest.fixture
def file(cast: SimpleNamespace) -> CompanyFile:
    return operations.add_company_file(cast.ada, name="Rock Castle", way="agent", path="", now=timezone.now())


def let_in(cast: SimpleNamespace, file: CompanyFile, machine: str) -> Agent:
    now = timezone.now()
    _, code = agents.make_code(cast.ada, file, now)
    return agents.enrol(code, agents.hashed(machine), machine=machine, version="0.1.0", now=now)


def test_only_who_manages_the_connection_sees_agents(client: Client, cast: SimpleNamespace, file: CompanyFile) -> None:
    agent = let_in(cast, file, "OFFICE-PC")
    for user in (cast.mia, cast.sam):
        client.force_login(user)
        assert client.get(f"/connection/{file.pk}/agents/").status_code == 403
        assert client.post(f"/connection/{file.pk}/agents/{agent.pk}/revoke/").status_code == 403


def test_a_code_is_shown_once(client: Client, cast: SimpleNamespace, file: CompanyFile) -> None:
    client.force_login(cast.ada)
    address = f"/connection/{file.pk}/agents/"
    assert not CODE.search(client.get(address).content.decode())
    shown = client.post(address).content.decode()
    [code] = set(CODE.findall(shown))
    assert f"daybook-agent enrol --url {agents.address()} --code {code}" in shown
    assert EnrolmentCode.objects.get().code_hash == agents.hashed(code.replace("-", ""))
    assert code not in client.get(address).content.decode()


def test_nothing_is_shown_to_type_before_agents_are_answered_and_that_is_asked_for(
    client: Client, cast: SimpleNamespace, file: CompanyFile
) -> None:
    client.force_login(cast.ada)
    (settings.HOME / agents.ADDRESS_FILE).unlink()
    for address in (f"/connection/{file.pk}/agents/", f"/connection/{file.pk}/test/"):
        (settings.HOME / agents.WANTED_FILE).unlink(missing_ok=True)
        shown = client.get(address).content.decode()
        assert "Nothing answers agents yet." in shown and "Show a code</button>" not in shown
        assert "pip install" not in shown
        assert 'hx-trigger="load delay:1s"' in shown, "the page goes on by itself"
        assert (settings.HOME / agents.WANTED_FILE).exists()
    agents.note_address("http://127.0.0.1:8002")
    assert "http://127.0.0.1:8002/remote/v1/" in client.get(f"/connection/{file.pk}/agents/").content.decode()


def test_the_page_says_how_each_agent_stands(client: Client, cast: SimpleNamespace, file: CompanyFile) -> None:
    active, standby, away = (let_in(cast, file, name) for name in ("OFFICE-PC", "BACK-OFFICE", "OLD-PC"))
    now = timezone.now()
    Lease.objects.filter(company_file=file).update(
        holder=agents.holder_of(active, "run"), expires_at=now + timedelta(seconds=30)
    )
    for agent, ago in ((active, 1), (standby, 1), (away, 3600)):
        agents.note_seen([agent.pk], now - timedelta(seconds=ago))
    let_in(cast, file, "NEW-PC")
    client.force_login(cast.ada)
    text = re.sub(r"<[^>]+>|\s+", " ", client.get(f"/connection/{file.pk}/agents/").content.decode())
    for words in (
        "OFFICE-PC Active",
        "BACK-OFFICE Standby It takes over",
        "OLD-PC Not seen It does not ask for work. Is the PC on",
        "NEW-PC Not seen It was let in and did not ask for work yet. Start the agent there.",
    ):
        assert words in re.sub(r" +", " ", text)
    Lease.objects.filter(company_file=file).update(holder="")
    assert "No agent is Active just now" in client.get(f"/connection/{file.pk}/agents/").content.decode()


def test_the_page_says_what_to_type_when_daybook_has_a_newer_agent(
    client: Client, cast: SimpleNamespace, file: CompanyFile
) -> None:
    agent, words = let_in(cast, file, "OFFICE-PC"), f"Daybook has version {shipped_agent.version()} of the agent"
    client.force_login(cast.ada)
    address = f"/connection/{file.pk}/agents/"
    Agent.objects.update(version=shipped_agent.version())
    assert words not in client.get(address).content.decode()
    Agent.objects.update(version="0.0.9")
    shown = client.get(address).content.decode()
    assert words in shown and "daybook-agent update" in shown
    agents.revoke(cast.ada, agent, timezone.now())
    assert words not in client.get(address).content.decode()


def test_the_steps_of_the_connection_look_for_the_agent(
    client: Client, cast: SimpleNamespace, file: CompanyFile
) -> None:
    client.force_login(cast.ada)
    steps = f"/connection/{file.pk}/test/"
    assert "No PC was let in yet" in client.get(steps).content.decode()
    agent = let_in(cast, file, "OFFICE-PC")
    assert "It was let in and did not ask for work yet" in client.get(steps).content.decode()
    agents.note_seen([agent.pk], timezone.now())
    assert "The one on OFFICE-PC is Standby" in client.get(steps).content.decode()
    agents.note_seen([agent.pk], timezone.now() - timedelta(hours=1))
    assert "Is the PC on, and the agent running?" in client.get(steps).content.decode()


def test_an_agent_is_shut_out_by_a_button(client: Client, cast: SimpleNamespace, file: CompanyFile) -> None:
    agent = let_in(cast, file, "OFFICE-PC")
    client.force_login(cast.ada)
    answer = client.post(f"/connection/{file.pk}/agents/{agent.pk}/revoke/", follow=True)
    assert "is shut out" in answer.content.decode()
    agent.refresh_from_db()
    assert (agent.revoked_by, agent.revoked_at is not None) == (cast.ada, True)
    assert agents.who_has(agents.hashed("OFFICE-PC")) is None


def test_a_connection_that_needs_no_agent_has_no_such_page(client: Client, cast: SimpleNamespace) -> None:
    file = operations.add_company_file(cast.ada, name="Sample", path="/tmp/sample.sandbox", now=timezone.now())
    client.force_login(cast.ada)
    assert client.get(f"/connection/{file.pk}/agents/").status_code == 404
    assert "/agents/" not in client.get("/connection/").content.decode()


@pytest.mark.browser
def test_the_page_is_clean_in_a_browser(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, file: CompanyFile
) -> None:
    agent = let_in(cast, file, "OFFICE-PC")
    Agent.objects.update(version="0.0.9")
    said = watch_console(page)
    sign_in(page, cast.ada)
    page.goto(f"{site}/connection/")
    page.get_by_role("link", name="Agents").click()
    expect(page.get_by_role("heading", name="OFFICE-PC")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    typed = page.get_by_text("py -m pip install")
    assert typed.evaluate("line => line.scrollWidth <= line.clientWidth")
    look(page, "agents-before")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Show a code").click()
    expect(page.get_by_text("The code is shown only now")).to_be_visible()
    check_access(page)
    look(page, "agents")
    assert said == []
    assert agent.pk
