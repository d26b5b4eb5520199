"""The .qwc file, and what pages and commands say of a Web Connector."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from daybook.companyfile.webconnector import NoService, read_qwc
from daybook.connections import webconnectors
from daybook.connections.models import CompanyFile, WebConnector
from daybook.monitor.chores import tell_what_is_late
from daybook.notices.models import Notice
from daybook.people.errors import Refused
from tests.conftest import RunDaybook
from tests.monitor.harness import START, House
from tests.webconnector.pc import PC, Session

GUID = re.compile(r"\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}", re.IGNORECASE)


def elements(pc: PC) -> dict[str, str]:
    root = etree.fromstring(webconnectors.qwc(pc.connector).encode())
    assert root.tag == "QBWCXML"
    return {str(child.tag): child.text or "" for child in root}


def test_it_has_everything_that_the_web_connector_wants(pc: PC, settings: object) -> None:
    found = elements(pc)
    assert found["UserName"] == pc.connector.user_name
    assert GUID.fullmatch(found["OwnerID"]) and GUID.fullmatch(found["FileID"])
    assert found["OwnerID"] != found["FileID"]
    assert (found["QBType"], found["Style"], found["IsReadOnly"]) == ("QBFS", "Document", "false")
    assert (found["UnattendedModePref"], found["PersonalDataPref"]) == ("umpRequired", "pdpOptional")
    assert found["AppURL"].endswith("/webconnector/") and len(found["AppDescription"]) <= 80
    assert found["AppSupport"].startswith(found["AppURL"])
    assert pc.password not in webconnectors.qwc(pc.connector)


def test_the_schedule_is_in_seconds(house: House, pc: PC) -> None:
    webconnectors.change(house.cast.ada, pc.connector, hold_open=False, schedule_seconds=45, now=house.clock())
    pc.connector.refresh_from_db()
    root = etree.fromstring(webconnectors.qwc(pc.connector).encode())
    assert root.findtext("Scheduler/RunEveryNSeconds") == "45"
    assert pc.update().every_seconds == 45  # a Web Connector that is there already hears of it


@pytest.mark.parametrize("seconds", [0, 29, 90_000])
def test_a_schedule_out_of_all_reason_is_refused(house: House, pc: PC, seconds: int) -> None:
    with pytest.raises(Refused, match="every 30 seconds at most"):
        webconnectors.change(house.cast.ada, pc.connector, hold_open=False, schedule_seconds=seconds, now=START)


def test_all_company_files_of_a_daybook_have_one_owner_and_each_its_own_file_id(house: House, pc: PC) -> None:
    second = CompanyFile.objects.create(name="Second", way="webconnector", made_at=START)
    other, _ = webconnectors.make(house.cast.ada, second, house.clock())
    assert other.owner_guid == pc.connector.owner_guid
    assert other.file_guid != pc.connector.file_guid
    assert other.user_name != pc.connector.user_name
    before = pc.connector.file_guid
    again, _ = webconnectors.make(house.cast.ada, house.file, house.clock())
    assert again.file_guid == before  # it is stamped into the company file, and stays


def test_this_machine_is_called_localhost_and_another_needs_https(pc: PC, settings: object) -> None:
    for site, address, fine in (
        ("http://127.0.0.1:8000", "http://localhost:8000/webconnector/", True),
        ("https://daybook.example.com", "https://daybook.example.com/webconnector/", True),
        ("http://daybook.example.com", "http://daybook.example.com/webconnector/", False),
    ):
        settings.SITE_URL = site  # type: ignore[attr-defined]
        assert webconnectors.address() == address
        assert (webconnectors.trouble_with_address() == "") is fine


def test_the_link_that_asks_now_names_the_application(pc: PC) -> None:
    name = elements(pc)["AppName"].replace(" ", "%20")
    assert webconnectors.update_now_link(pc.connector) == f"qbwc://docontrol/UpdateNow?AppName={name}&async=true"


def test_it_is_told_when_it_was_last_seen_and_what_is_waited_for(house: House, pc: PC) -> None:
    def word() -> str:
        return webconnectors.standing(pc.fresh(), house.clock()).word

    assert word() == "Not seen yet"
    pc.update()
    assert word() == "Asks"
    due_at = webconnectors.standing(pc.fresh(), house.clock()).due_at
    assert due_at is not None and timedelta(0) < due_at - house.clock() <= timedelta(seconds=60)
    CompanyFile.objects.update(state="cannot_open")
    stopped = webconnectors.standing(pc.fresh(), house.clock())
    assert "nothing goes until the company file can be opened" in stopped.sentence and stopped.due_at is None
    CompanyFile.objects.update(state="active")
    WebConnector.objects.update(password_at=house.clock())
    assert word() == "New password"
    WebConnector.objects.update(password_at=START)
    house.ask("Zenith")
    session = Session(pc)
    assert word() == "In session"
    session.close()
    house.clock.pass_by(minutes=10)
    assert word() == "Not seen"
    pc.authenticate("wrong")
    assert word() == "Wrong password"
    for _ in range(20):
        pc.authenticate("wrong")
        house.clock.pass_by(minutes=16)
    assert word() == "Locked"


def test_a_posting_says_that_it_waits_for_the_web_connector(house: House, pc: PC) -> None:
    def sentence() -> str:
        return webconnectors.waited_for(house.file, house.clock())

    assert sentence().startswith("It waits for the Web Connector. It was not seen yet.")
    pc.update()
    house.clock.pass_by(seconds=20)
    assert sentence() == "It goes when the Web Connector asks next, in 40 s. It was last seen 20 s ago."
    house.ask("Zenith")
    session = Session(pc)
    assert "takes it within seconds" in sentence()
    session.close()


def test_administrators_are_told_once_when_it_stays_away_while_something_waits(house: House, pc: PC) -> None:
    def told() -> int:
        tell_what_is_late(house.clock())
        return Notice.objects.filter(kind="connection.waiting", user=house.cast.ada).count()

    pc.update()
    house.clock.pass_by(hours=1)
    assert told() == 0  # nothing waits
    house.ask("Zenith")
    assert told() == 0
    house.clock.pass_by(minutes=11)
    assert (told(), told()) == (1, 1)
    assert Notice.objects.get(kind="connection.waiting").title == "The Web Connector of Tidewater does not come"


def test_a_qwc_file_of_anybody_is_read(tmp_path: Path) -> None:
    file = tmp_path / "some.qwc"
    file.write_text(
        "<QBWCXML><AppURL>http://localhost/x</AppURL><UserName>u</UserName>"
        "<Scheduler><RunEveryNMinutes>2</RunEveryNMinutes></Scheduler></QBWCXML>"
    )
    found = read_qwc(file)
    assert (found.url, found.user, found.every_seconds) == ("http://localhost/x", "u", 120)
    file.write_text("<QBWCXML/>")
    with pytest.raises(NoService):
        read_qwc(file)


def test_everything_is_set_up_by_command(run_daybook: RunDaybook) -> None:
    done = run_daybook("connection", "add", "--webconnector", "--name", "Rock", "--json")
    made = json.loads(done.stdout)
    assert (made["way"], made["path"]) == ("webconnector", "")
    assert made["address"].endswith("/webconnector/")
    assert made["user"] in made["qwc"] and made["password"] not in made["qwc"]
    in_words = run_daybook("connection", "password", "Rock").stdout
    assert "it is not shown again" in in_words and "<QBWCXML>" in in_words
    assert made["user"] in in_words and made["password"] not in in_words
