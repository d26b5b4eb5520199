"""kill -9 of the site or of the connector at any moment: nothing is lost and nothing is posted twice."""

import random
import signal
import subprocess
import time

import pytest

from daybook.connections.models import Lease
from daybook.intake.models import ImportRun
from daybook.intake.operations import ask_import
from daybook.outbox.models import Link, Posting
from tests.monitor.harness import State
from tests.waiting import wait_for
from tests.webconnector.served import Site, cast, path, sample_file, site

__all__ = ["cast", "path", "sample_file", "site"]

ROUNDS = 6
# Places of the engine that a session passes on the side of the site.
PLACES = ("session.after_commit", "request.after_commit", "answer.before_commit", "answer.after_commit")


def let_time_pass() -> None:
    """The patience with whoever carried a write is over."""
    Lease.objects.update(expires_at=Lease.objects.values_list("expires_at", flat=True)[0].replace(year=2020))


def ask_now(site: Site, connector: "subprocess.Popen[str]") -> None:
    """What a person does whose Web Connector was told to come again in a minute: press *Update Selected*."""
    connector.kill()
    connector.wait()
    let_time_pass()
    site.connector("--every", "1")


def check(site: Site, postings: list[Posting]) -> None:
    """Everything is in the books exactly once, and linked."""
    with site.house.books() as books:
        entries = books.entries("customer", show="all", text="Client ", limit=9999)
    there = {entry.name: entry.list_id for entry in entries}
    assert sorted(entry.name for entry in entries) == sorted(posting.title for posting in postings)
    for posting in postings:
        fresh = site.house.fresh(posting)
        assert (fresh.state, fresh.list_id) == (State.POSTED, there[posting.title])
        link = Link.objects.get(subject_kind="client", subject_id=posting.subject_id)
        assert link.list_id == fresh.list_id


def all_posted() -> bool:
    if Posting.objects.filter(state=State.IN_DOUBT).exists() or Posting.objects.filter(state=State.SENT).exists():
        let_time_pass()
    return not Posting.objects.exclude(state=State.POSTED).exists()


@pytest.mark.parametrize("point", PLACES)
def test_the_site_is_killed_at_a_step_of_a_session(site: Site, point: str) -> None:
    site.kill()
    site.env = {"DAYBOOK_FAULT": f"kill:{point}"}
    site.up()
    postings = [site.house.ask(f"Client {number:02d}") for number in range(25)]
    connector = site.connector("--every", "1")
    wait_for(lambda: not site.is_alive(), seconds=30, what="the end of the site")
    site.kill()
    site.env = {}
    site.up()
    ask_now(site, connector)
    wait_for(all_posted, seconds=60, every=0.3, what="all postings")
    check(site, postings)


@pytest.mark.parametrize("victim", ["site", "connector"])
def test_one_of_the_two_is_killed_at_random_moments(site: Site, victim: str) -> None:
    chance = random.Random(7)
    postings = []
    run = ask_import(site.house.cast.ada, site.house.file, None, now=site.house.clock())
    connector = site.connector("--every", "1")
    for number in range(ROUNDS):
        # What is imported meanwhile has numbers of its own.
        first = 100_000 + 100 * number
        postings += [site.house.ask(f"Client {number} {place}", number=first + place) for place in range(30)]
        time.sleep(chance.uniform(0.2, 1.5))
        if victim == "site":
            site.kill()
            site.up()
        else:
            connector.send_signal(signal.SIGKILL)
            connector.wait()
            connector = site.connector("--every", "1")
    ask_now(site, connector)
    wait_for(all_posted, seconds=90, every=0.3, what="all postings")
    check(site, postings)
    wait_for(lambda: ImportRun.objects.get(pk=run.pk).state == "published", seconds=60, what="the import")
