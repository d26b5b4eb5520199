"""A posting goes to the company file through the agent, right away, and lists come in."""

import time

from django.utils import timezone

from daybook.connections.models import Session
from daybook.intake.models import ImportRun
from daybook.intake.operations import ask_import
from daybook.outbox.models import Letter, Link, Posting
from tests.monitor.harness import House
from tests.remote.places import Door, Pc, all_posted
from tests.waiting import wait_for


def test_what_is_asked_for_is_in_the_books_at_once(door: Door, pc: Pc, house: House) -> None:
    pc.start()
    wait_for(lambda: pc.state() == "Active", seconds=30)
    house.ask("Warm up")
    wait_for(lambda: all_posted(house), seconds=30)
    began = time.monotonic()
    asked = house.ask("Zenith")
    wait_for(lambda: all_posted(house), seconds=30)
    assert time.monotonic() - began < 5  # far from the long poll's fifty seconds
    assert len(house.found("Zenith")) == 1
    assert Link.objects.get(subject_id=asked.subject_id).list_id == house.found("Zenith")[0].list_id


def test_a_chain_of_postings_goes_in_order(door: Door, pc: Pc, house: House) -> None:
    client = house.ask("Quill")
    house.job("Survey", client, after=client)
    pc.start()
    wait_for(lambda: all_posted(house), seconds=30)
    assert "Quill:Survey" in [one.full_name for one in house.found("Survey")]


def test_lists_of_the_books_come_in_through_the_agent(door: Door, pc: Pc, house: House) -> None:
    with house.books() as books:
        books.add("customer", "Larkspur Ferries")
    run = ask_import(None, house.file, None, trigger=ImportRun.Trigger.MANUAL, now=timezone.now())
    pc.start()
    wait_for(lambda: ImportRun.objects.get(pk=run.pk).state == "published", seconds=60)
    assert Link.objects.filter(full_name="Larkspur Ferries").exists()


def test_the_file_is_let_go_when_there_was_no_work_for_a_while(door: Door, pc: Pc, house: House) -> None:
    house.file.hold_seconds = 1
    house.file.save()
    house.ask("Zenith")
    pc.start()
    wait_for(lambda: all_posted(house), seconds=30)
    wait_for(lambda: Session.objects.get().opened_at is None)
    assert "let go" in pc.console()
    assert not Letter.objects.filter(purpose="post", forgotten=False).exists()


def test_a_refusal_of_quickbooks_needs_a_person(door: Door, pc: Pc, house: House) -> None:
    with house.books() as books:
        books.add("customer", "Zenith")
    asked = house.ask("Zenith")
    pc.start()
    wait_for(lambda: house.state(asked) == Posting.State.PARKED, seconds=30)
    assert house.fresh(asked).problem_code == "3100"
