"""The agent looks after itself: it examines the chain, takes a new version when told, and says why it cannot start."""

import zipfile
from io import BytesIO

import httpx
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from daybook.connections import agents, shipped_agent
from daybook.connections.models import Agent
from tests.conftest import RunDaybook
from tests.monitor.harness import House
from tests.remote.conftest import MakePc
from tests.remote.places import STAND_IN, Door, Pc
from tests.waiting import wait_for


def said_by(pc: Pc, *typed: str) -> tuple[int, str]:
    """What a command of the agent says, and how it ends."""
    before = len(pc.console()) if (pc.folder / "console.txt").exists() else 0
    code = pc.agent(*typed).wait(60)
    return code, pc.console()[before:]


def test_the_doctor_finds_every_link_in_order(door: Door, pc: Pc, house: House) -> None:
    code, said = said_by(pc, "doctor", "--stand-in", STAND_IN)
    assert (code, "NOT YET" in said) == (0, False), said
    assert house.file.name in said and str(house.path) in said
    assert "It does not run on this PC just now; `daybook-agent run` starts it." in said and "Standby" not in said, said


def test_the_doctor_leaves_the_file_to_an_agent_that_runs(door: Door, pc: Pc) -> None:
    pc.start()
    wait_for(lambda: pc.state() == "Active", seconds=30)
    code, said = said_by(pc, "doctor", "--stand-in", STAND_IN)
    assert (code, "Not tried, because the agent runs" in said, "It is Active" in said) == (0, True, True), said


def test_the_doctor_finds_an_agent_that_runs_and_does_not_ask(door: Door, pc: Pc) -> None:
    pc.start()
    wait_for(lambda: pc.state() == "Active", seconds=30)
    pc.enrol(door.url)  # the key before was not revoked, so that the agent goes on with it
    code, said = said_by(pc, "doctor", "--stand-in", STAND_IN)
    assert (code, "end the agent and start it again" in said) == (1, True), said


def test_an_address_at_which_agents_are_not_served_is_told_from_the_right_one(pc: Pc, live_server: LiveServer) -> None:
    code, said = said_by(pc, "enrol", "--url", live_server.url, "--code", "AAAA-AAAA-AAAA-AAAA")
    assert (code, "Agents are not served at this address." in said) == (1, True), said


def test_the_doctor_says_who_can_act_where_quickbooks_does_not_open(door: Door, pc: Pc, house: House) -> None:
    with house.books() as books:
        books.set_mode("single")
        code, said = said_by(pc, "doctor", "--stand-in", STAND_IN)
    assert code == 1
    assert "NOT YET" in said and "Who can act: whoever works in QuickBooks on this PC" in said, said


def test_the_doctor_knows_a_revoked_agent_and_a_door_that_is_closed(door: Door, pc: Pc, house: House) -> None:
    agents.revoke(house.cast.ada, Agent.objects.get(), timezone.now())
    code, said = said_by(pc, "doctor", "--stand-in", STAND_IN)
    assert code == 1 and "Who can act: an administrator of Daybook" in said, said
    door.kill()
    code, said = said_by(pc, "doctor", "--stand-in", STAND_IN)
    assert code == 1 and "on the network" in said, said


def test_a_pc_that_is_not_enrolled_says_what_to_do(make_pc: MakePc, house: House) -> None:
    code, said = said_by(make_pc("NEW-PC"), "run", "--stand-in", STAND_IN)
    assert (code, "not enrolled yet" in said) == (1, True), said


def test_a_second_agent_on_one_folder_does_not_start(door: Door, pc: Pc) -> None:
    pc.start()
    wait_for(lambda: pc.state() == "Active", seconds=30)
    code, said = said_by(pc, "run", "--stand-in", STAND_IN)
    assert (code, "runs on" in said) == (1, True), said


def test_an_update_is_taken_from_daybook_and_only_if_there_is_one(door: Door, pc: Pc) -> None:
    code, said = said_by(pc, "update")
    assert (code, shipped_agent.version() in said) == (0, True), said
    wheel = httpx.get(f"{door.url}/remote/v1/{shipped_agent.file_name()}")
    assert wheel.status_code == 200
    assert zipfile.ZipFile(BytesIO(wheel.content)).testzip() is None


def test_an_agent_says_when_daybook_has_a_newer_one(door: Door, pc: Pc) -> None:
    older = "import daybook_agent; daybook_agent.__version__ = '0.0.9'; from daybook_agent.main import run; run()"
    pc.agent("run", "--stand-in", STAND_IN, program=("-c", older))
    wait_for(lambda: "`daybook-agent update` takes it" in pc.console(), seconds=30)
    wait_for(lambda: Agent.objects.get().version == "0.0.9", seconds=30)


def test_daybooks_own_doctor_looks_at_the_door_and_at_the_agent(
    door: Door, pc: Pc, house: House, run_daybook: RunDaybook
) -> None:
    assert "No agent asks for work" in run_daybook("doctor").stdout
    pc.start()
    wait_for(lambda: pc.state() == "Active", seconds=30)
    said = run_daybook("doctor").stdout
    assert f"The door of the agents answers at {door.url}" in said
    assert "It asks for work: " in said
