"""A database that is not there yet, or not just now, is told and waited for."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from crash.server import Server
from tests.waiting import wait_for

NOWHERE = "postgresql://postgres@127.0.0.1:1/none"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    yield made
    if not made.is_up():
        made.start()
    made.stop()


def seats(server: Server) -> list[str]:
    try:
        with psycopg.connect(server.url) as connection:
            return [row[0] for row in connection.execute("SELECT machine FROM connections_monitorseat")]
    except psycopg.Error:
        return []


def test_a_command_says_it_in_a_sentence(tmp_path: Path) -> None:
    env = os.environ | {"DAYBOOK_HOME": str(tmp_path), "DATABASE_URL": NOWHERE}
    said = subprocess.run(
        [sys.executable, "-m", "daybook", "status"], env=env, check=False, capture_output=True, text=True
    )
    assert said.returncode == 1
    assert "The database did not do what it was asked" in said.stderr and "daybook doctor" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_monitor_that_starts_before_its_database_works_when_it_comes(server: Server, tmp_path: Path) -> None:
    """And takes its seat anew when others have forgotten it, as they do while a machine sleeps for long."""
    env = os.environ | {"DAYBOOK_HOME": str(tmp_path / "home"), "DATABASE_URL": server.url}
    server.kill()
    log = tmp_path / "monitor.out"
    with log.open("w") as out:
        monitor = subprocess.Popen([sys.executable, "-m", "daybook", "monitor"], env=env, stdout=out, stderr=out)
    try:
        wait_for(lambda: "it is tried again" in log.read_text(), seconds=60, what="the database is missed")
        server.start()
        wait_for(lambda: seats(server), seconds=120, what="the Monitor took its seat")
        with psycopg.connect(server.url) as connection:
            connection.execute("DELETE FROM connections_monitorseat")
        wait_for(lambda: seats(server), seconds=60, what="the Monitor took its seat again")
        assert monitor.poll() is None
    finally:
        monitor.terminate()
        monitor.wait(60)
    assert "Traceback" not in log.read_text().partition("The Monitor runs")[2]
