"""Agents: how soon a click is told through one, and what two hundred that wait cost, themselves and the site beside."""

import asyncio
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import django
import httpx
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daybook.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from bench.figures import percentile  # noqa: E402
from bench.idle import pss_mib  # noqa: E402
from bench.stage import QUICK, running  # noqa: E402
from bench.told import times_of_clicks  # noqa: E402
from daybook.cli.processes import Family  # noqa: E402
from daybook.cli.story import Person, Stage  # noqa: E402
from daybook.cli.visitor import Visitor  # noqa: E402
from daybook.connections import agents  # noqa: E402
from daybook.connections.models import Agent, CompanyFile, Lease  # noqa: E402

MANY = 200
WAIT_SECONDS = 20 if QUICK else 110  # at least two whole polls of each
PAGES = 40 if QUICK else 200


def enrolled(many: int, now: datetime) -> list[str]:
    """Agents of as many company files, as if each had been let in; their keys."""
    keys = [f"{number:043}" for number in range(many)]
    files = CompanyFile.objects.bulk_create(
        CompanyFile(name=f"Firm {number}", way=agents.WAY, path=f"C:\\{number}.qbw", made_at=now, sync_on=False)
        for number in range(many)
    )
    Lease.objects.bulk_create(Lease(company_file=file, expires_at=now - timedelta(days=1)) for file in files)
    Agent.objects.bulk_create(
        Agent(
            company_file=file, machine=f"PC-{place}", key_hash=agents.hashed(key), enrolled_at=now, key_changed_at=now
        )
        for place, (file, key) in enumerate(zip(files, keys, strict=True))
    )
    return keys


async def wait_for_work(client: httpx.AsyncClient, key: str, ending: threading.Event) -> None:
    """What an agent without work does: ask, and ask again."""
    said: dict[str, Any] = {"instance": "bench", "visit": "", "machine": "PC", "version": "0.1.0"}
    while not ending.is_set():
        await client.post("/remote/v1/work", json=said, headers={"authorization": f"Bearer {key}"})


async def crowd(url: str, keys: list[str], ending: threading.Event) -> None:
    """All of them at once, come within a few seconds, until it ends."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=70, limits=limits) as client:
        waiting = []
        for key in keys:
            waiting.append(asyncio.create_task(wait_for_work(client, key, ending)))
            await asyncio.sleep(0.02)
        while not ending.is_set():
            await asyncio.sleep(0.2)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


@contextmanager
def waiting(url: str, keys: list[str]) -> Iterator[None]:
    """A crowd that waits, in a thread of this process."""
    ending = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(crowd(url, keys, ending)))
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def door(family: Family) -> list[psutil.Process]:
    """The processes of the door."""
    every = psutil.Process(family.members["web"].pid).children(recursive=True)
    return [process for process in every if "daybook.remote.asgi:application" in process.cmdline()]


def page_times(stage: Stage, person: Person) -> list[float]:
    """How long the list of projects takes, again and again."""
    visitor, times = Visitor(stage.url, person.email, person.password), []
    for _ in range(PAGES):
        began = time.perf_counter()
        visitor.open("/projects/")
        times.append((time.perf_counter() - began) * 1000)
    return times


def main() -> None:
    """Click first, then let the crowd come."""
    with running("agent") as (stage, cast, family):
        told = times_of_clicks(stage, cast["manager"])
        page_times(stage, cast["manager"])
        without = page_times(stage, cast["manager"])
        with waiting(agents.address(), enrolled(MANY, timezone.now())):
            threading.Event().wait(15)
            seconds_before = sum(sum(process.cpu_times()[:2]) for process in door(family))
            threading.Event().wait(WAIT_SECONDS)
            used = sum(sum(process.cpu_times()[:2]) for process in door(family)) - seconds_before
            memory = sum(pss_mib(process) for process in door(family))
            threads = max(process.num_threads() for process in door(family))
            seen = Agent.objects.filter(last_seen_at__gte=timezone.now() - agents.SEEN_WITHIN).count()
            beside = page_times(stage, cast["manager"])
    if seen < MANY:
        raise RuntimeError(f"Only {seen} of {MANY} agents were there.")
    figures = {
        "agent_told_p50_ms": percentile(told, 0.5),
        "agents_200_core_percent": 100 * used / WAIT_SECONDS,
        "agents_200_mb": memory,
        "agents_200_threads": float(threads),
        "site_beside_agents_ratio": percentile(beside, 0.5) / percentile(without, 0.5),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
