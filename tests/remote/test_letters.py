"""An agent moved by hand: answers that come late, twice, or from nowhere change nothing."""

from typing import Any

import httpx
import pytest
from django.utils import timezone

from daybook.companyfile.standin import StandIn
from daybook.connections import agents, operations
from daybook.connections.models import Lease, Session
from daybook.intake.models import Arrival, ImportRun
from daybook.intake.operations import ask_import
from daybook.outbox.models import Letter
from daybook.people.queries import operator
from tests.monitor.harness import House, State
from tests.remote.places import Door, Hand


class HandWithBooks(Hand):
    """An agent by hand, with the company file before it."""

    def enrolled(self, house: House) -> "HandWithBooks":
        _, code = agents.make_code(operator(), house.file, timezone.now())
        self.ask("enrol", code=code, key=self.key, machine="HAND")
        self.books = StandIn()
        return self

    def open(self) -> dict[str, Any]:
        """Ask for work and open the file; the first letter."""
        said = self.ask("work", visit="", wait=5)
        assert said["do"] == "open", said
        self.books.open_connection("", "Daybook")
        self.ticket = self.books.begin_session(said["path"])
        return self.ask("opened", epoch=said["epoch"])

    def answer(self, letter: dict[str, Any]) -> dict[str, Any]:
        """What is delivered for a letter that was carried."""
        came = self.books.process_request(self.ticket, letter["text"])
        return {"visit": letter["visit"], "letter": letter["letter"], "answer": came}

    def until(self, words: str, letter: dict[str, Any]) -> dict[str, Any]:
        """Carry letters until one with these words is there, which is not carried yet."""
        while words not in letter.get("text", words):
            letter = self.ask("answer", **self.answer(letter))
        assert letter["do"] == "carry", letter
        return letter

    def hang_up(self) -> None:
        self.books.end_session(self.ticket)


@pytest.fixture
def hand(door: Door, house: House) -> HandWithBooks:
    return HandWithBooks(door.url, "h" * 43).enrolled(house)


def test_an_answer_that_comes_twice_is_taken_once(hand: HandWithBooks, house: House) -> None:
    asked = house.ask("Zenith")
    came = hand.answer(hand.until("CustomerAddRq", hand.open()))
    hand.ask("answer", **came)
    version = house.fresh(asked).version
    assert house.state(asked) == State.POSTED
    hand.ask("answer", **came)
    assert house.fresh(asked).version == version
    assert len(house.found("Zenith")) == 1


def test_an_answer_to_another_letter_is_not_taken_for_this_one(hand: HandWithBooks, house: House) -> None:
    house.ask("Zenith")
    letter = hand.until("CustomerAddRq", hand.open())
    wrong = {"visit": letter["visit"], "letter": "1.1.77.0", "answer": "<QBXML/>"}
    said = hand.ask("answer", **wrong)
    assert said["do"] in ("carry", "ask")
    assert Letter.objects.filter(purpose="post", outcome="taken").count() == 0


def test_an_answer_after_somebody_took_over_changes_nothing(hand: HandWithBooks, house: House) -> None:
    asked = house.ask("Zenith")
    came = hand.answer(hand.until("CustomerAddRq", hand.open()))
    hand.hang_up()
    Lease.objects.update(expires_at=timezone.now())
    other = HandWithBooks(hand.url, "o" * 43, instance="other").enrolled(house)
    letter = other.open()
    said = hand.ask("answer", **came)
    assert said["do"] == "close"
    assert house.state(asked) == State.IN_DOUBT
    while letter["do"] == "carry":
        letter = other.ask("answer", **other.answer(letter))
        if house.state(asked) == State.POSTED:
            break
    assert house.state(asked) == State.POSTED
    assert len(house.found("Zenith")) == 1


def test_a_page_of_an_import_that_comes_twice_is_one_page(hand: HandWithBooks, house: House) -> None:
    with house.books() as books:
        for number in range(600):
            books.add("customer", f"Customer {number:04}")
    run = ask_import(None, house.file, None, trigger=ImportRun.Trigger.MANUAL, now=timezone.now())
    letter = hand.open()
    many = 0
    while letter["do"] == "carry":
        came = hand.answer(letter)
        letter, again = hand.ask("answer", **came), came
        many += 1
        late = hand.ask("answer", **again, open=False)  # while the next page is on its way
        assert late["do"] in ("ask", "close")
    assert many > 10
    wanted = 600
    assert Arrival.objects.filter(run=run, full_name__startswith="Customer ").count() in (0, wanted)
    assert ImportRun.objects.get(pk=run.pk).state in ("published", "deciding", "publishing")


def test_an_agent_that_comes_back_without_its_letter_has_it_found_out(hand: HandWithBooks, house: House) -> None:
    asked = house.ask("Zenith")
    letter = hand.until("CustomerAddRq", hand.open())
    hand.answer(letter)  # done there, and the agent forgets it
    hand.hang_up()
    said = hand.open()
    assert house.state(asked) == State.IN_DOUBT
    while house.state(asked) != State.POSTED:
        assert said["do"] == "carry", said
        said = hand.ask("answer", **hand.answer(said))
    assert len(house.found("Zenith")) == 1
    assert Session.objects.get().number == 2


def test_what_is_not_said_properly_is_refused_with_a_sentence(hand: HandWithBooks) -> None:
    assert hand.post("answer", visit="1.1", letter=5, answer="x").status_code == 400
    assert hand.post("opened", epoch="one").status_code == 400
    assert hand.post("work", wait="soon").status_code == 400
    assert hand.post("work", wait=1e9).status_code == 400
    assert hand.post("work", before="run").status_code == 400
    assert hand.post("nothing").status_code == 404
    assert "POST" in httpx.get(f"{hand.url}/remote/v1/work").json()["error"]


def test_an_agent_that_closes_the_file_without_an_answer_leaves_nothing_hanging(
    hand: HandWithBooks, house: House
) -> None:
    asked = house.ask("Zenith")
    letter = hand.until("CustomerAddRq", hand.open())
    hand.answer(letter)  # done there
    hand.hang_up()
    operations.release_file(house.cast.ada, house.file, timezone.now())
    assert hand.ask("work", visit=letter["visit"], wait=0)["do"] == "close"
    hand.ask("closed", visit=letter["visit"])
    operations.try_connection(house.cast.ada, house.file, timezone.now())
    said = hand.open()
    while house.state(asked) != State.POSTED:
        assert said["do"] == "carry", said
        said = hand.ask("answer", **hand.answer(said))
    assert len(house.found("Zenith")) == 1


def test_a_heartbeat_holds_the_file_for_the_one_who_has_it_alone(hand: HandWithBooks, house: House) -> None:
    house.ask("Zenith")
    epoch = int(hand.open()["visit"].partition(".")[0])
    other = HandWithBooks(hand.url, "o" * 43, instance="other").enrolled(house)
    assert hand.ask("heartbeat", epoch=epoch)["state"] == "active"
    assert other.ask("heartbeat", epoch=epoch)["state"] == "standby"
    assert hand.ask("heartbeat", epoch=epoch + 1)["state"] == "standby"
    hand.hang_up()
