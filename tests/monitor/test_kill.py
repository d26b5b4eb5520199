"""kill -9 of the real Monitor at every step: nothing is lost and nothing is posted twice."""

import itertools
import signal
import subprocess

import pytest

from daybook.connections.models import Lease, MonitorSeat
from daybook.monitor.faults import POINTS
from daybook.outbox.models import Letter, Link, Posting
from tests.conftest import StartProcess
from tests.monitor.harness import House, State
from tests.monitor.processes import cast, open_house, path, sample_file
from tests.waiting import wait_for

__all__ = ["cast", "open_house", "path", "sample_file"]

IN_THE_FILE = (
    "before_commit:1",
    "before_commit:2",
    "before_store_answer",
    "after_store_answer",
)


class Round:
    """Postings of every sort, given a mark so that they are found again."""

    def __init__(self, house: House, mark: str) -> None:
        client = house.ask(f"Client {mark}")
        job = house.job(f"Job {mark}", client, after=client)
        other = house.ask(f"Other {mark}")
        snapshot = {"first_name": "Ana", "last_name": f"Kim{mark}"}
        staff = house.ask(f"Ana Kim{mark}", kind="employee", subject_kind="staff", snapshot=snapshot)
        self.house = house
        self.postings = [client, job, other, staff]
        self.names = [
            ("customer", f"Client {mark}"),
            ("customer", f"Job {mark}"),
            ("customer", f"Other {mark}"),
            ("employee", f"Ana Kim{mark}"),
        ]

    def done(self) -> bool:
        return not Posting.objects.exclude(state=State.POSTED).exists()

    def check(self) -> None:
        for kind, name in self.names:
            assert len(self.house.found(name, kind)) == 1, name
        for posting in self.postings:
            fresh = self.house.fresh(posting)
            assert (
                Link.objects.get(subject_kind=fresh.subject_kind, subject_id=fresh.subject_id).list_id == fresh.list_id
            )


def ended(process: "subprocess.Popen[str]") -> bool:
    return process.poll() is not None


def killed_again_and_again(house: House, start_process: StartProcess, faults: list[dict[str, str]]) -> None:
    rounds = []
    for number, fault in enumerate(faults, 1):
        rounds.append(Round(house, f"R{number}"))
        process = start_process("monitor", **fault)
        wait_for(lambda: ended(process) or rounds[-1].done(), seconds=60, what=f"{fault} or the end of the work")  # noqa: B023
        if ended(process):
            assert process.returncode == -signal.SIGKILL, fault
        process.kill()
        process.wait()
    rounds.append(Round(house, "Last"))
    process = start_process("monitor")
    wait_for(lambda: MonitorSeat.objects.filter(pid=process.pid).exists(), seconds=60, what="a Monitor that runs")
    wait_for(lambda: all(one.done() for one in rounds), seconds=60, what="everything posted")
    process.terminate()
    assert process.wait(30) == 0
    for one in rounds:
        one.check()
    assert not Letter.objects.filter(purpose="post", forgotten=False).exists()
    assert Lease.objects.get().holder == ""


@pytest.mark.parametrize("points", [POINTS[:5], POINTS[5:10], POINTS[10:]], ids=["open", "send", "close"])
@pytest.mark.parametrize("times", [1, 2])
def test_the_monitor_is_killed_at_every_point_one_after_the_other(
    open_house: House, start_process: StartProcess, times: int, points: tuple[str, ...]
) -> None:
    faults = [{"DAYBOOK_FAULT": f"kill:{point}:{times}"} for point in points]
    killed_again_and_again(open_house, start_process, faults)


def test_the_monitor_is_killed_while_the_file_works(open_house: House, start_process: StartProcess) -> None:
    faults = [{"DAYBOOK_SANDBOX_FAULT": f"kill:{point}"} for point in IN_THE_FILE]
    killed_again_and_again(open_house, start_process, faults)


def test_the_monitor_is_killed_while_it_finds_out_what_an_earlier_death_left(
    open_house: House, start_process: StartProcess
) -> None:
    deaths = itertools.product(("send.before", "answer.before_commit"), (2, 3))
    faults = [{"DAYBOOK_SANDBOX_FAULT": "kill:before_store_answer"}]
    for point, times in deaths:
        faults.append({"DAYBOOK_FAULT": f"kill:{point}:{times}"})
    killed_again_and_again(open_house, start_process, faults)


def test_nothing_happens_at_the_points_unless_a_test_names_one(open_house: House, start_process: StartProcess) -> None:
    one = Round(open_house, "calm")
    process = start_process("monitor")
    wait_for(lambda: MonitorSeat.objects.filter(pid=process.pid).exists(), seconds=60)
    wait_for(one.done, seconds=60)
    process.terminate()
    assert process.wait(30) == 0
    one.check()
