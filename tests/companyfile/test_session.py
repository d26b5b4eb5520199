"""Opening a company file as an application, and every way in which it says no."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from daybook.companyfile import CompanyFile, FileInUse, HResult, RequestProcessor
from daybook.companyfile.lock import holder
from tests.companyfile.talk import Clock, Talk

HOLD = """
import sys
from daybook.companyfile import RequestProcessor
processor = RequestProcessor()
processor.open_connection("", "Other program")
processor.begin_session(sys.argv[1], "multi")
print("open", flush=True)
sys.stdin.read()
"""

NO_ROOM = """
import resource, sys
from pathlib import Path
from daybook.companyfile.lock import Hold, holder
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
hold = Hold(Path(sys.argv[1]), "Daybook Monitor")
print(holder(Path(sys.argv[1])))
hold.release()
print(holder(Path(sys.argv[1])))
"""


def refused(path: Path | str, mode: str = "multi", app: str = "Daybook Monitor") -> str:
    processor = RequestProcessor()
    processor.open_connection("", app)
    with pytest.raises(HResult) as caught:
        processor.begin_session(str(path), mode)  # type: ignore[arg-type]
    return f"{caught.value.code:08X}"


def test_a_file_that_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    assert refused(tmp_path / "missing.qbw") == "80040403"


def test_a_file_of_another_make_cannot_be_opened_and_is_left_as_it_was(tmp_path: Path) -> None:
    other = tmp_path / "notes.qbw"
    other.write_text("these are notes, no company file")
    assert refused(other) == "80040403"
    assert other.read_text() == "these are notes, no company file"


def test_a_folder_that_may_not_be_written_is_said_to_be_in_the_way(path: Path, clock: Clock) -> None:
    path.with_name(path.name + ".lock").mkdir()
    assert refused(path) == "80040403"


def test_without_a_file_name_nothing_is_open() -> None:
    assert refused("") == "80040416"


def test_a_second_application_is_kept_out_until_the_first_ends_its_session(
    path: Path, talk: Talk, clock: Clock
) -> None:
    assert refused(path, app="Other program") == "80040422"
    talk.end()
    Talk(path, clock, app="Other program").end()


def test_another_process_keeps_the_file_and_a_dead_one_lets_it_go(path: Path, clock: Clock) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        processor = RequestProcessor()
        with pytest.raises(HResult, match="in use by Other program") as caught:
            processor.begin_session(str(path), "multi")
        assert caught.value.code == 0x80040422
    finally:
        other.kill()
        other.communicate()
    Talk(path, clock).end()


def test_on_a_full_disk_the_file_is_held_without_a_name_and_let_go_again(path: Path) -> None:
    said = subprocess.run([sys.executable, "-c", NO_ROOM, str(path)], capture_output=True, text=True, check=True)
    assert said.stdout.split("\n")[:2] == ["another program", "None"]


def test_looking_who_holds_the_file_keeps_nobody_out(path: Path, books: CompanyFile, clock: Clock) -> None:
    seen: list[str | None] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.append(holder(path))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(40):
            Talk(path, clock).end()
    finally:
        done.set()
        looking.join()
    assert set(seen) <= {None, "Daybook Monitor", "another program"}
    assert len(seen) > 40


def test_a_ticket_is_good_until_its_session_ends(talk: Talk) -> None:
    talk.end()
    with pytest.raises(HResult, match="ticket") as caught:
        talk.ask("HostQueryRq")
    assert caught.value.code == 0x8004040D


def test_an_open_dialog_keeps_applications_out_before_and_during_a_session(
    path: Path, talk: Talk, books: CompanyFile
) -> None:
    books.open_dialog()
    with pytest.raises(HResult) as caught:
        talk.ask("HostQueryRq")
    assert caught.value.code == 0x80040414
    talk.end()
    assert refused(path) == "80040414"
    books.close_dialog()
    processor = RequestProcessor()
    processor.end_session(processor.begin_session(str(path), "multi"))


@pytest.mark.parametrize(("mode", "code"), [("multi", "80040410"), ("do_not_care", "80040410"), ("single", "80040422")])
def test_a_bookkeeper_who_works_alone_keeps_applications_out(
    path: Path, books: CompanyFile, mode: str, code: str
) -> None:
    books.set_mode("single")
    assert refused(path, mode) == code


def test_a_file_shared_by_several_people_cannot_be_had_alone(path: Path) -> None:
    assert refused(path, "single") == "80040410"


def test_the_bookkeeper_cannot_work_alone_while_an_application_has_the_file(talk: Talk, books: CompanyFile) -> None:
    with pytest.raises(FileInUse, match="in use by Daybook Monitor"):
        books.set_mode("single")
    talk.end()
    books.set_mode("single")
    assert books.status()["mode"] == "single"


def test_another_company_may_be_open(path: Path, books: CompanyFile) -> None:
    books.set_other_company_open("Hillside Bakery")
    assert refused(path) == "8004040A"


def test_a_file_of_another_version_is_not_opened(path: Path, books: CompanyFile) -> None:
    books.set_other_version(True)
    assert refused(path) == "80040409"


def test_the_administrator_says_yes_the_first_time(path: Path, books: CompanyFile, clock: Clock) -> None:
    books.ask_administrator(True)
    assert refused(path) == "80040418"
    books.authorize("Daybook Monitor")
    assert refused(path, app="Another app") == "80040418"
    Talk(path, clock).end()


def test_logging_in_automatically_may_be_forbidden(path: Path, books: CompanyFile) -> None:
    books.set_automatic_login(False)
    assert refused(path) == "8004041D"


def test_a_running_backup_holds_the_file(path: Path, books: CompanyFile, clock: Clock) -> None:
    with books.backing_up():
        assert refused(path) == "80040422"
    Talk(path, clock).end()


def test_a_slow_company_file_takes_its_time_and_counts_it_as_its_own(talk: Talk, books: CompanyFile) -> None:
    talk.ask("HostQueryRq")
    assert talk.slept == []
    books.slow(250)
    talk.ask("HostQueryRq")
    assert talk.slept == [0.25]
    assert talk.processor.own_seconds > 0


@pytest.mark.parametrize(
    "text",
    [
        "not XML",
        "<QBXML/>",
        '<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><PizzaQueryRq/></QBXMLMsgsRq></QBXML>',
        '<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq><HostQueryRq/></QBXMLMsgsRq></QBXML>',
        '<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><CustomerAddRq><CustomerAdd>'
        "<IsActive>true</IsActive><Name>Order matters</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>",
        '<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><CustomerAddRq><CustomerAdd>'
        "<Name>A name that is longer than forty-one letters</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>",
        '<!DOCTYPE x [<!ENTITY a "b">]><?qbxml version="13.0"?><QBXML/>',
    ],
)
def test_a_text_against_the_schema_is_refused_without_detail(talk: Talk, text: str) -> None:
    with pytest.raises(HResult) as caught:
        talk.say(text)
    assert str(caught.value) == "0x80040400: QuickBooks found an error when parsing the provided XML text stream."
    assert talk.names("Customer", FullName=["Juniper Legal"]) == ["Juniper Legal"]
