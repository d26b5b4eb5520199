"""Processes that are started together end together, however it comes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from daybook.cli.processes import Family, NotReady, Stopped, free_port, stoppable
from tests.waiting import wait_for

SERVE = ("serve", "--port", "0")


@pytest.fixture
def where(tmp_path: Path) -> dict[str, str]:
    return {
        "DAYBOOK_HOME": str(tmp_path / "home"),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "daybook.settings",
    }


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_stopping_ends_every_member(where: dict[str, str], tmp_path: Path) -> None:
    family = Family(where, tmp_path)
    family.start("web", *SERVE)
    family.wait_until((tmp_path / "home" / "web.json").exists, seconds=30, what="no address")
    process = family.members["web"]
    family.stop()
    assert process.poll() is not None
    assert not alive(process.pid)


def test_a_member_that_ends_is_named(where: dict[str, str], tmp_path: Path) -> None:
    family = Family(where, tmp_path)
    family.start("web", "serve", "--no-such-option")
    with pytest.raises(NotReady, match="web ended"):
        family.wait_until(lambda: False, seconds=30, what="never")
    assert "--no-such-option" in (tmp_path / "web.out").read_text()


def test_what_is_never_ready_is_told_when_the_time_is_up(where: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="The site did not answer within 0 seconds"):
        Family(where, tmp_path).wait_until(lambda: False, seconds=0, what="The site did not answer")


def test_members_end_when_the_one_who_started_them_is_killed(where: dict[str, str], tmp_path: Path) -> None:
    code = (
        "from daybook.cli.processes import Family; f = Family({}); f.start('web', 'serve', '--port', '0');"
        "print(f.members['web'].pid, flush=True); f.wait()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], env=os.environ | where, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    member = int(parent.stdout.readline())
    wait_for((tmp_path / "home" / "web.json").exists, seconds=30)
    parent.kill()
    parent.wait()
    wait_for(lambda: not alive(member))
    assert not alive(member)


def test_a_request_to_end_is_raised_where_it_can_be_cleaned_up() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Stopped, match="SIGTERM"), stoppable():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_free_port_is_free() -> None:
    assert free_port() != free_port()
