"""The demo plays its story on a new firm, and leaves nothing running behind."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from daybook.cli.via import VIAS
from daybook.people.models import User
from daybook.people.queries import has_right
from daybook.people.rights import Right
from tests.conftest import RunDaybook
from tests.waiting import wait_for


def command(home: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "daybook", "demo", "--home", str(home), *options]


def still_running(home: Path) -> list[int]:
    """The processes whose home folder this is."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("DAYBOOK_HOME") == str(home):
                found.append(process.pid)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


@pytest.fixture(scope="module", params=sorted(VIAS))
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple["subprocess.CompletedProcess[str]", Path]:
    home = tmp_path_factory.mktemp("demo") / "home"
    done = subprocess.run(
        command(home, "--once", "--via", request.param), capture_output=True, text=True, check=False, timeout=300
    )
    return done, home


def test_the_story_holds(played: tuple["subprocess.CompletedProcess[str]", Path]) -> None:
    done, _ = played
    assert done.returncode == 0, done.stdout + done.stderr
    for words in ("The page tells her by itself: Posted", "once", "After the nightly sync", "The story holds."):
        assert words in done.stdout


def test_nothing_runs_after_it(played: tuple["subprocess.CompletedProcess[str]", Path]) -> None:
    assert still_running(played[1]) == []


@pytest.mark.django_db(transaction=True)
def test_the_bookkeeper_of_the_demo_may_open_the_quickbooks_side(run_daybook: RunDaybook) -> None:
    made = run_daybook("demo-firm")
    assert made.returncode == 0, made.stderr
    ben = User.objects.get(email="ben@example.test")
    assert has_right(ben, Right.CONNECTION_MANAGE) and has_right(ben, Right.IMPORT)
    assert not has_right(ben, Right.PEOPLE_MANAGE)


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "daybook.sqlite3").write_text("a firm's own data")
    done = subprocess.run(command(tmp_path, "--once"), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "was not made by a demo" in " ".join(done.stdout.split())
    assert (tmp_path / "daybook.sqlite3").read_text() == "a firm's own data"


def test_a_demo_that_runs_is_left_alone_by_a_second_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with (tmp_path / "said").open("w") as said:
        first = subprocess.Popen(command(home), stdout=said, stderr=said)
    try:
        wait_for((home / "logs").exists, seconds=60, what="the folder of the demo")
        (home / "of the first").touch()
        second = subprocess.run(command(home, "--once"), capture_output=True, text=True, check=False, timeout=60)
        assert second.returncode == 1
        assert second.stdout.strip() == f"The demo in {home} is running. End it, or name another folder with --home."
        assert (home / "of the first").exists()
    finally:
        first.send_signal(signal.SIGINT)
        first.wait(30)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_ended_ends_its_programs(tmp_path: Path, number: signal.Signals) -> None:
    home = tmp_path / "home"
    with (tmp_path / "said").open("w") as said:
        demo = subprocess.Popen(command(home), stdout=said, stderr=said)
    wait_for((home / "web.json").exists, seconds=90, what="the site of the demo")
    demo.send_signal(number)
    demo.wait(30)
    wait_for(lambda: still_running(home) == [])
    assert "Ended." in (tmp_path / "said").read_text()
