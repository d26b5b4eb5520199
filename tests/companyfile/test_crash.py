"""kill -9 of the process that talks to the file, at every step of a message set."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from daybook.qbxml.envelope import write_set
from tests.companyfile.talk import Clock, Talk, customer

SEND = """
import sys
from daybook.companyfile import RequestProcessor
processor = RequestProcessor()
processor.open_connection("", "Doomed")
ticket = processor.begin_session(sys.argv[1], "multi")
processor.process_request(ticket, sys.stdin.read())
"""
SET = write_set([customer("1", "One"), customer("2", "Two"), customer("3", "Three")], new_set_id="DB-1")


def killed_at(fault: str, path: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", SEND, str(path)],
        input=SET, text=True, env={"DAYBOOK_SANDBOX_FAULT": fault}, capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode


@pytest.mark.parametrize(
    ("fault", "done", "set_status"),
    [
        ("kill:before_request:1", [], 9002),
        ("kill:before_commit:1", [], 9002),
        ("kill:after_request:1", ["One"], 9002),
        ("kill:before_commit:2", ["One"], 9002),
        ("kill:after_request:2", ["One", "Two"], 9002),
        ("kill:before_store_answer", ["One", "Two", "Three"], 9002),
        ("kill:after_store_answer", ["One", "Two", "Three"], 0),
        ("kill:lose_answer", ["One", "Two", "Three"], 0),
    ],
)
def test_what_was_committed_stays_and_the_answer_is_there_only_if_it_was_stored(
    path: Path, clock: Clock, fault: str, done: list[str], set_status: int
) -> None:
    assert killed_at(fault, path) == -signal.SIGKILL
    talk = Talk(path, clock)
    found = [
        name for name in ("One", "Two", "Three") if talk.ask("CustomerQueryRq", {"FullName": [name]}).status_code == 0
    ]
    answers = talk.ask_all(new_set_id="DB-1", old_set_id="DB-1")
    talk.end()
    assert found == done
    assert answers.set_status_code == set_status
    assert len(answers.answers) == (3 if set_status == 0 else 0)


def test_without_the_variable_nothing_happens(path: Path, clock: Clock) -> None:
    assert killed_at("", path) == 0
    talk = Talk(path, clock)
    assert talk.ask_all(new_set_id="DB-1", old_set_id="DB-1").set_status_code == 0
    talk.end()
