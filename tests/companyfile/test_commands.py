"""`daybook sandbox …`: the bookkeeper by command, and qbXML from the shell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from daybook.cli.sandbox import app
from daybook.companyfile import CompanyFile
from daybook.qbxml.envelope import Request, read_answers, write_set
from tests.companyfile.talk import Clock, Talk

HOST = write_set([Request("HostQueryRq", "1")])


def sandbox(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def query(path: Path, text: str) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "daybook", "sandbox", "query", str(path)],
        input=text, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_create_makes_a_firm_and_overwrites_nothing(tmp_path: Path) -> None:
    made = sandbox("create", tmp_path / "rock.qbw", "--customers", "300", "--seed", "3")
    assert made.exit_code == 0, made.output
    again = sandbox("create", tmp_path / "rock.qbw")
    assert (again.exit_code, "exists already" in again.stderr) == (1, True)
    with CompanyFile.open(tmp_path / "rock.qbw") as file:
        assert file.count("customer", show="all") == 300


def test_query_answers_on_standard_output(path: Path) -> None:
    answered = query(path, HOST)
    assert (answered.returncode, answered.stderr) == (0, "")
    assert read_answers(answered.stdout).answers[0].records[0].values["QBFileMode"] == "MultiUser"


def test_query_says_an_hresult_on_standard_error_and_nothing_else(path: Path, tmp_path: Path) -> None:
    for file, text, code in ((path, "not XML", "0x80040400"), (tmp_path / "none.qbw", HOST, "0x80040403")):
        answered = query(file, text)
        assert (answered.returncode, answered.stdout) == (1, "")
        assert answered.stderr.startswith(code)
        assert len(answered.stderr.splitlines()) == 1


def test_the_bookkeeper_adds_renames_deactivates_merges_and_deletes(path: Path, books: CompanyFile) -> None:
    steps = [
        ("add", path, "customer", "Foxglove", "--set", "Phone=555", "--set", "BillAddress/City=Bath"),
        ("add", path, "customer", "Barn", "--parent", "Foxglove"),
        ("rename", path, "customer", "Foxglove", "Foxglove Dairy"),
        ("change", path, "customer", "Foxglove Dairy", "--set", "Fax=1"),
        ("deactivate", path, "customer", "Foxglove Dairy:Barn"),
        ("merge", path, "customer", "Foxglove Dairy", "Sandbar Rentals"),
        ("activate", path, "customer", "Sandbar Rentals:Barn"),
        ("delete", path, "customer", "Sandbar Rentals:Barn"),
        ("add", path, "employee", "Sam J Lind"),
    ]
    for step in steps[:4]:
        assert sandbox(*step).exit_code == 0
    found = books.find("customer", "Foxglove Dairy").values
    assert (found["Phone"], found["Fax"], found["BillAddress"]) == ("555", "1", {"City": "Bath"})
    for step in steps[4:]:
        assert sandbox(*step).exit_code == 0, step
    assert books.count("customer", show="all", text="Foxglove") == 0
    assert books.find("employee", "Sam J Lind").values["MiddleName"] == "J"


def test_what_is_not_possible_is_one_line_and_an_exit_code(path: Path) -> None:
    refused = sandbox("add", path, "customer", "Juniper Legal")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == 'The name "Juniper Legal" of the list element is already in use.\n'
    assert sandbox("show", path, "pizzas").exit_code == 2


def test_a_folder_that_is_not_there_and_a_day_that_is_none_are_told(path: Path, tmp_path: Path) -> None:
    made = sandbox("create", tmp_path / "nowhere" / "rock.qbw")
    assert made.exit_code == 1 and "There is no folder" in made.output
    copied = sandbox("backup", path, tmp_path / "nowhere" / "monday.qbb")
    assert (copied.exit_code, copied.stderr) == (1, f"There is no folder {tmp_path / 'nowhere'}.\n")
    closed = sandbox("closing-date", path, "someday")
    assert closed.exit_code == 2 and "is not a day" in closed.output


def test_a_firm_with_less_than_no_customers_is_not_made(tmp_path: Path) -> None:
    assert sandbox("create", tmp_path / "rock.qbw", "--customers", "-5").exit_code == 2
    assert not (tmp_path / "rock.qbw").exists()


def test_dialog_mode_and_the_rest_change_how_the_file_answers(path: Path, clock: Clock) -> None:
    for words, code in (
        (("dialog", path, "open"), "0x80040414"),
        (("dialog", path, "close"), ""),
        (("mode", path, "single"), "0x80040410"),
        (("mode", path, "multi"), ""),
        (("ask-administrator", path, "on"), "0x80040418"),
        (("authorize", path, "daybook sandbox query"), ""),
        (("automatic-login", path, "off"), "0x8004041D"),
        (("automatic-login", path, "on"), ""),
        (("other-company", path, "Hillside"), "0x8004040A"),
        (("other-company", path, ""), ""),
        (("other-version", path, "on"), "0x80040409"),
    ):
        assert sandbox(*words).exit_code == 0, words
        answered = CliRunner().invoke(app, ["query", str(path)], input=HOST)
        assert (answered.stderr[: len("0x80040414")], bool(answered.stdout)) == (code, not code)


def test_settings_for_single_requests(path: Path, talk: Talk) -> None:
    for words in (
        ("permission", path, "vendor", "write"),
        ("personal-data", path, "off"),
        ("closing-date", path, "2025-12-31"),
        ("use", path, "customer", "Juniper Legal", "on"),
        ("slow", path, "40"),
        ("refuse", path, "3180"),
    ):
        assert sandbox(*words).exit_code == 0, words
    assert talk.add("Vendor", Name="Foxglove").status_code == 3260
    assert talk.add("Customer", Name="Foxglove").status_code == 3180
    assert talk.mod("Customer", talk.get("Customer", "Juniper Legal"), Fax="1").status_code == 3175
    assert talk.add("Employee", FirstName="Sam", LastName="Lind", SSN="1").status_code == 3261
    values = talk.ask("PreferencesQueryRq").records[0].values
    assert values["AccountingPreferences"]["ClosingDate"] == "2025-12-31"
    assert set(talk.slept) == {0.04}


def test_backup_and_restore(path: Path, books: CompanyFile, tmp_path: Path) -> None:
    assert sandbox("backup", path, tmp_path / "monday.qbb").exit_code == 0
    books.rename("customer", "Juniper Legal", "Juniper Law")
    assert sandbox("restore", path, tmp_path / "monday.qbb").exit_code == 0
    assert books.find("customer", "Juniper Legal")


def test_load_fills_a_file_and_says_what_it_did(path: Path, tmp_path: Path) -> None:
    questions = Request("CustomerQueryRq", "1"), Request("HostQueryRq", "2")
    (tmp_path / "answers.xml").write_text(query(path, write_set(questions)).stdout)
    loaded = sandbox("load", tmp_path / "copy.qbw", tmp_path / "answers.xml")
    assert loaded.exit_code == 0, loaded.output
    assert "kept aside: 1 x HostRet" in loaded.stdout
    with CompanyFile.open(tmp_path / "copy.qbw") as copy, CompanyFile.open(path) as original:
        assert copy.count("customer") == original.count("customer")
    (tmp_path / "broken.xml").write_text("<QBXML><QBXMLMsgsRs>")
    broken = sandbox("load", tmp_path / "copy.qbw", tmp_path / "broken.xml")
    assert (broken.exit_code, "broken.xml cannot be read" in broken.stderr) == (1, True)


def test_load_from_a_file_that_is_not_there_makes_nothing(tmp_path: Path) -> None:
    refused = sandbox("load", tmp_path / "copy.qbw", tmp_path / "typo.xml")
    assert refused.exit_code == 1 and "there is no file" in refused.stderr
    assert not (tmp_path / "copy.qbw").exists()


def test_load_that_can_read_nothing_leaves_no_new_file_behind(path: Path, tmp_path: Path) -> None:
    answers, junk = tmp_path / "answers.xml", tmp_path / "junk.txt"
    answers.write_text(query(path, HOST).stdout)
    junk.write_text("No answers at all.")
    made = tmp_path / "made.qbw"
    refused = sandbox("load", made, junk)
    assert (refused.exit_code, refused.stderr) == (1, "junk.txt holds no qbXML document.\n")
    assert list(tmp_path.glob("made.qbw*")) == []
    assert (sandbox("load", made, answers, junk).exit_code, made.exists()) == (1, True)
    assert (sandbox("load", made, junk).exit_code, made.exists()) == (1, True)


def test_a_qwc_file_that_is_none_is_told(tmp_path: Path) -> None:
    missing = sandbox("webconnector", "--qwc", tmp_path / "no.qwc", "--password", "any", "--once")
    assert missing.exit_code == 1 and "no.qwc is no .qwc file" in missing.stderr


@pytest.mark.parametrize("as_json", [False, True])
def test_show_and_status_tell_what_is_there(path: Path, as_json: bool) -> None:
    option = ["--json"] if as_json else []
    shown = sandbox("show", path, "customer", "--show", "inactive", "--text", "vance", *option).stdout
    told = sandbox("status", path, *option).stdout
    assert "Vance Textiles" in shown
    assert "Tidewater Design Partners" in told
    if as_json:
        assert json.loads(shown)[0]["IsActive"] == "false"
        assert json.loads(told)["records"]["employee"] == 15
