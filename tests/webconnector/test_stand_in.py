"""Our stand-in for the Web Connector, at a server that is not ours and at our own."""

import shutil
from pathlib import Path

import pytest

from daybook.companyfile.webconnector import Connector, NoService, Service
from daybook.intake.models import ImportRun
from daybook.intake.operations import ask_import
from daybook.qbxml.answers import read_answers
from daybook.qbxml.documents import Request
from daybook.qbxml.requests import write_set
from tests.companyfile.conftest import path, sample_file
from tests.conftest import RunDaybook
from tests.monitor.harness import State
from tests.waiting import wait_for
from tests.webconnector.minimal import Minimal, serving
from tests.webconnector.served import Site, cast, site

__all__ = ["cast", "path", "sample_file", "site"]

HOST = write_set([Request("HostQueryRq", "h")])
CUSTOMER = write_set([Request("CustomerAddRq", "1", {}, {"CustomerAdd": {"Name": "Zenith"}})], new_set_id="S1")


class Stage:
    """The stand-in at a minimal server."""

    def __init__(self, wanted: Minimal, path: Path) -> None:
        self.wanted = wanted
        self.path = path
        self.waited: list[float] = []

    def update(self, password: str = "p", *, is_open: bool = True) -> str:
        """One update, with the company file open in QuickBooks or with none open."""
        with serving(self.wanted) as url:
            file = self.path if is_open else None
            connector = Connector(Service(url), "u", password, file, wait=self.waited.append)
            self.found = connector.update()
        return self.found.ended


def test_it_calls_in_the_order_of_the_real_one(path: Path) -> None:
    wanted = Minimal([HOST, CUSTOMER])
    assert Stage(wanted, path).update() == "done"
    assert wanted.calls == [
        "serverVersion", "clientVersion", "authenticate", "sendRequestXML", "receiveResponseXML", "sendRequestXML",
        "receiveResponseXML", "closeConnection",
    ]  # fmt: skip
    (added,) = read_answers(wanted.answers[1]).answers
    assert (added.status_code, added.records[0].values["Name"]) == (0, "Zenith")


def test_the_first_request_comes_with_what_quickbooks_says_of_itself(path: Path) -> None:
    wanted = Minimal([HOST, CUSTOMER])
    Stage(wanted, path).update()
    asked = [given for call, given in zip(wanted.calls, wanted.given, strict=True) if call == "sendRequestXML"]
    found = read_answers(asked[0]["strHCPResponse"])
    assert [answer.name for answer in found.answers] == ["HostQueryRs", "CompanyQueryRs", "PreferencesQueryRs"]
    assert asked[1]["strHCPResponse"] == ""
    assert (asked[0]["qbXMLCountry"], asked[0]["qbXMLMajorVers"], asked[0]["qbXMLMinorVers"]) == ("US", "16", "0")
    assert asked[0]["strCompanyFileName"] == str(path)


def test_it_keeps_cookies(path: Path) -> None:
    wanted = Minimal([HOST])
    Stage(wanted, path).update()
    assert wanted.cookies[0] == "" and set(wanted.cookies[1:]) == {"ASP.NET_SessionId=abc"}


def test_it_waits_five_seconds_after_a_no_op(path: Path) -> None:
    wanted = Minimal([HOST])
    wanted.says_no_op = 2
    stage = Stage(wanted, path)
    assert (stage.update(), stage.waited) == ("done", [5.0, 5.0])
    assert wanted.calls.count("getLastError") == 2


def test_an_empty_request_ends_the_session_with_what_the_server_says(path: Path) -> None:
    stage = Stage(Minimal([]), path)
    assert (stage.update(), stage.found.message) == ("done", "Nothing to do.")
    assert stage.wanted.calls[-2:] == ["getLastError", "closeConnection"]


def test_a_negative_number_ends_the_session_with_what_the_server_says(path: Path) -> None:
    wanted = Minimal([HOST, HOST])
    wanted.receive_says = -7
    stage = Stage(wanted, path)
    assert (stage.update(), stage.found.message) == ("stopped", "It went wrong.")


def test_a_request_that_quickbooks_cannot_read_comes_back_as_an_error_number(path: Path) -> None:
    wanted = Minimal(["<QBXML>", HOST])
    assert Stage(wanted, path).update() == "done"
    assert (wanted.answers[0], wanted.errors) == ("", ["0x80040400", ""])


@pytest.mark.parametrize("verdict", ["nvu", "none", "busy", "NVU"])
def test_without_work_the_file_is_not_opened(path: Path, verdict: str) -> None:
    wanted = Minimal([HOST], file=verdict)
    wanted.more = ["90", "120"]
    stage = Stage(wanted, path)
    assert stage.update() == verdict.lower()
    assert (stage.found.wait_seconds, stage.found.every_seconds) == (90, 120)
    assert "sendRequestXML" not in wanted.calls


def test_a_wrong_password_is_told(path: Path) -> None:
    assert Stage(Minimal([HOST]), path).update("wrong") == "nvu"


def test_a_file_that_cannot_be_opened_is_told_and_another_one_is_tried(path: Path, tmp_path: Path) -> None:
    wanted = Minimal([HOST], file=str(tmp_path / "gone.sandbox"))
    wanted.verdict = str(path)
    assert Stage(wanted, path).update(is_open=False) == "done"
    assert wanted.errors[0] == "0x80040403"
    wanted = Minimal([HOST], file=str(tmp_path / "gone.sandbox"))
    assert Stage(wanted, path).update(is_open=False) == "not opened"


def test_another_file_than_the_one_that_is_open_is_not_opened(path: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(path, tmp_path / "other.sandbox"))
    wanted = Minimal([HOST], file=str(other))
    assert Stage(wanted, path).update() == "not opened"
    assert wanted.errors == ["0x8004040A"]
    wanted = Minimal([HOST], file=str(path.parent / "." / path.name))
    assert Stage(wanted, path).update() == "done"


def test_an_open_file_that_is_not_there_is_refused_at_the_start(run_daybook: RunDaybook, tmp_path: Path) -> None:
    given = ("--url", "http://127.0.0.1:9/none", "--user", "u", "--password", "p", "--once")
    refused = run_daybook("sandbox", "webconnector", *given, "--file", str(tmp_path / "gone.sandbox"))
    assert refused.returncode == 1
    assert refused.stderr.strip().endswith("is not there. Name the company file that is open in QuickBooks.")


def test_a_server_without_the_question_for_versions_is_spoken_with(path: Path) -> None:
    wanted = Minimal([HOST])
    wanted.without = {"serverVersion", "clientVersion"}
    assert Stage(wanted, path).update() == "done"


def test_a_server_that_is_not_there_is_told_plainly(path: Path) -> None:
    with pytest.raises(NoService, match="cannot be reached"):
        Connector(Service("http://127.0.0.1:9/none"), "u", "p", path).update()


# --- as programs ------------------------------------------------------------------------------------------------------
def test_as_a_program_it_asks_our_site_again_and_again(site: Site) -> None:
    first = site.house.ask("Zenith")
    run = ask_import(site.house.cast.ada, site.house.file, None, now=site.house.clock())
    site.connector("--every", "1")
    wait_for(lambda: site.house.state(first) == State.POSTED, seconds=60, what="the first posting")
    wait_for(lambda: ImportRun.objects.get(pk=run.pk).state == "published", seconds=60, what="the import")
    later = site.house.ask("Apex")
    wait_for(lambda: site.house.state(later) == State.POSTED, seconds=30, what="the next posting")
    assert len(site.house.found("Zenith")) == len(site.house.found("Apex")) == 1


def test_the_command_asks_once_by_a_qwc_file(site: Site, run_daybook: RunDaybook, tmp_path: Path) -> None:
    posting = site.house.ask("Zenith")
    qwc = site.qwc(tmp_path)
    text = qwc.read_text().replace("http://testserver", site.url)
    qwc.write_text(text)
    given = ("sandbox", "webconnector", "--qwc", str(qwc), "--file", str(site.house.path), "--once")
    done = run_daybook(*given, "--password", site.password)
    assert (done.returncode, "Update: done" in done.stdout) == (0, True), done.stdout + done.stderr
    assert site.house.state(posting) == State.POSTED
    assert site.password not in done.stdout
    refused = run_daybook(*given, "--password", "wrong")
    assert (refused.returncode, "Update: nvu" in refused.stdout) == (1, True)
