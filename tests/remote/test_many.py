"""Two hundred agents wait at once: without a thread each, without work for the processor, and each is woken alone."""

import time

import psutil
from django.utils import timezone

from bench.agents import MANY, enrolled, waiting
from daybook.connections import agents
from daybook.connections.models import Agent, CompanyFile, Lease
from tests.monitor.harness import House
from tests.remote.places import Door, Pc, all_posted
from tests.waiting import wait_for

WATCHED_SECONDS = 12
MOST_PERCENT = 20  # the promise is five; others may be at work on this machine too


def worker(door: Door) -> psutil.Process:
    """The process in which they wait."""
    assert door.process is not None
    [child] = psutil.Process(door.process.pid).children()
    return child


def used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def test_two_hundred_wait_and_one_is_served_at_once(door: Door, pc: Pc, house: House) -> None:
    keys = enrolled(MANY, timezone.now())
    with waiting(door.url, keys):
        held = Lease.objects.filter(expires_at__gt=timezone.now()).exclude(holder="")
        wait_for(lambda: held.count() >= MANY, seconds=60, what="all of them Active")
        process = worker(door)
        assert process.num_threads() < 20
        before, began = used(process), time.monotonic()
        wait_for(lambda: time.monotonic() - began > WATCHED_SECONDS, seconds=60, every=0.5)
        assert 100 * (used(process) - before) / (time.monotonic() - began) < MOST_PERCENT
        pc.start()
        wait_for(lambda: pc.state() == "Active", seconds=30)
        house.ask("Zenith")
        wait_for(lambda: all_posted(house), seconds=30)
        assert len(house.found("Zenith")) == 1
        seen = Agent.objects.filter(last_seen_at__gt=timezone.now() - agents.SEEN_WITHIN)
        assert seen.count() == MANY + 1
    assert CompanyFile.objects.filter(state="cannot_open").count() == 0
