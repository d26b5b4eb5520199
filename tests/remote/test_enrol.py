"""A PC is let in by a code that works once, and is known by its own key from then on."""

import json
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from daybook.connections import agents
from daybook.connections.models import Agent, EnrolmentCode
from daybook.history.models import Change
from daybook.people.errors import NotAllowed
from tests.conftest import RunDaybook
from tests.monitor.harness import House
from tests.remote.conftest import MakePc
from tests.remote.places import STAND_IN, Door, Hand, Pc
from tests.waiting import wait_for

KEY = "k" * 43


def code(house: House) -> str:
    return agents.make_code(house.cast.ada, house.file, timezone.now())[1]


def enrol(door: Door, typed: str, key: str = KEY) -> httpx.Response:
    body = {"code": typed, "key": key, "machine": "OFFICE-PC", "path": "C:\\Books\\tidewater.qbw"}
    return httpx.post(f"{door.url}/remote/v1/enrol", json=body)


def test_only_who_manages_the_connection_makes_codes(house: House) -> None:
    with pytest.raises(NotAllowed):
        agents.make_code(house.cast.mia, house.file, timezone.now())


def test_a_code_lets_one_pc_in_and_its_key_and_code_are_stored_nowhere(door: Door, house: House) -> None:
    typed = code(house)
    assert enrol(door, typed.lower().replace("-", " ")).status_code == 200
    agent = Agent.objects.get()
    house.file.refresh_from_db()
    assert (agent.machine, house.file.path) == ("OFFICE-PC", "C:\\Books\\tidewater.qbw")
    assert KEY not in json.dumps(list(Agent.objects.values()), default=str)
    assert typed not in json.dumps(list(EnrolmentCode.objects.values()), default=str)
    assert {"code", "enrolled"} <= set(Change.objects.values_list("action", flat=True))
    assert enrol(door, typed, key="x" * 43).status_code == 403


def test_a_pc_that_did_not_hear_the_answer_asks_again_with_the_same_key(door: Door, house: House) -> None:
    typed = code(house)
    first, second = enrol(door, typed), enrol(door, typed)
    assert first.json() == second.json()
    assert Agent.objects.count() == 1


def test_an_old_code_and_one_that_was_replaced_open_nothing(door: Door, house: House) -> None:
    replaced, typed = code(house), code(house)
    EnrolmentCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for one in (replaced, typed):
        answer = enrol(door, one)
        assert answer.status_code == 403
        assert "Make a new one" in answer.json()["error"]
    assert not Agent.objects.exists()


def test_a_key_that_nobody_has_opens_nothing(door: Door, pc: Pc) -> None:
    assert httpx.post(f"{door.url}/remote/v1/work", json={"instance": "x"}).status_code == 401
    assert Hand(door.url, "z" * 43).post("work").status_code == 401


def test_a_revoked_agent_is_turned_away_even_while_it_waits(door: Door, pc: Pc, house: House) -> None:
    pc.start()
    wait_for(lambda: pc.state() == "Active", seconds=30)
    agents.revoke(house.cast.ada, Agent.objects.get(), timezone.now())
    wait_for(lambda: "was revoked" in pc.console())
    assert pc.state() == "Revoked"
    asked = house.ask("Zenith")
    assert Hand(door.url, pc.key()).post("work").status_code == 401
    assert house.state(asked) == "queued"


def test_an_agent_that_runs_goes_on_with_the_key_of_a_new_enrolment(door: Door, pc: Pc, house: House) -> None:
    patient = "from daybook_agent import carrier, main; carrier.SHUT_OUT_PAUSE = 5; main.run()"
    pc.agent("run", "--stand-in", STAND_IN, program=("-c", patient))
    wait_for(lambda: pc.state() == "Active", seconds=30)
    agents.revoke(house.cast.ada, Agent.objects.get(), timezone.now())
    wait_for(lambda: "was revoked" in pc.console())
    pc.enrol(door.url)
    wait_for(lambda: pc.state() == "Active", seconds=90)  # each try with the old key makes the address wait longer
    assert f"This PC was enrolled anew, for Daybook at {door.url}." in pc.console()
    asked = house.ask("Zenith")
    wait_for(lambda: house.state(asked) == "posted", seconds=30)


def test_the_key_is_changed_when_it_is_old_and_the_old_one_opens_nothing(door: Door, pc: Pc) -> None:
    old = pc.key()
    settings = pc.folder / "agent.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"key_since": 0}))
    pc.start()
    wait_for(lambda: "The key of this agent was changed" in pc.console(), seconds=30)
    assert pc.key() != old
    assert Hand(door.url, old).post("hello").status_code == 401
    wait_for(lambda: pc.state() == "Active", seconds=30)


@pytest.mark.parametrize("taken", [False, True])
def test_a_change_of_the_key_that_was_interrupted_is_ended(door: Door, pc: Pc, taken: bool) -> None:
    old, new = pc.key(), "n" * 43
    if taken:
        Hand(door.url, old).ask("rotate-key", key=new)
    (pc.folder / "agent.key").write_text(json.dumps({"keys": [new, old]}))
    pc.start()
    wait_for(lambda: pc.state() == "Active", seconds=30)
    assert json.loads((pc.folder / "agent.key").read_text()) == {"keys": [new]}
    assert Hand(door.url, old).post("hello").status_code == 401


def test_it_can_all_be_set_up_by_command(house: House, door: Door, run_daybook: RunDaybook, make_pc: MakePc) -> None:
    added = json.loads(run_daybook("connection", "add", "--agent", "--name", "Rock Castle", "--json").stdout)
    assert (added["way"], added["address"]) == ("agent", door.url)
    pc = make_pc("BACK-OFFICE")
    typed = ("enrol", "--url", added["address"], "--code", added["code"], "--file", str(house.path))
    assert pc.agent(*typed).wait(60) == 0, pc.console()
    pc.start()
    opened = run_daybook("connection", "test", "Rock Castle", "--json", "--seconds", "30")
    assert json.loads(opened.stdout)["state"] == "active", opened.stderr
    [shown] = json.loads(run_daybook("connection", "agents", "Rock Castle", "--json").stdout)
    assert (shown["state"], shown["version"]) == ("Active", "0.1.0")
    assert run_daybook("connection", "revoke", str(shown["id"])).returncode == 0
    assert run_daybook("connection", "code", "Rock Castle").returncode == 0


def test_whoever_tries_codes_is_slowed(door: Door, house: House) -> None:
    typed = code(house)
    door.kill()  # so that the tries of other tests are forgotten
    door.open()
    answers = [enrol(door, "AAAA-AAAA-AAAA-AAAA").status_code for _ in range(8)]
    assert answers[:5] == [403] * 5
    assert set(answers[6:]) == {429}
    assert enrol(door, typed).status_code == 429  # not even looked at
    wait_for(lambda: enrol(door, typed).status_code == 200, seconds=30, every=0.5)
    door.kill()
