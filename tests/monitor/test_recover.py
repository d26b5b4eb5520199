"""A lost answer is resolved by reading, never by sending again in hope: the books have each record once."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from daybook.connections.models import Session
from daybook.directory.data import ClientData
from daybook.directory.operations.clients import add_client, change_client
from daybook.directory.operations.common import Post
from daybook.monitor import policy
from daybook.notices.models import Notice
from daybook.outbox import operations, queries
from daybook.outbox.models import Letter, Link
from daybook.qbxml.types import to_datetime
from tests.companyfile.talk import Talk
from tests.monitor.harness import House, State

LOST = [
    "lose:before_request:1",
    "lose:before_commit:1",
    "lose:after_request:1",
    "lose:before_request:2",
    "lose:before_commit:2",
    "lose:after_request:3",
    "lose:before_store_answer",
    "lose:after_store_answer",
    "lose:lose_answer",
]


def once(house: House, *names: str) -> bool:
    return all(len(house.found(name)) == 1 for name in names)


@pytest.mark.parametrize("fault", LOST)
def test_an_answer_lost_at_any_place_leaves_each_record_in_the_books_once(house: House, fault: str) -> None:
    postings = [house.ask(name) for name in ("Ada Works", "Ben Works", "Cid Works")]
    house.lose(fault)
    house.line._hold()
    house.line._open(house.file)
    for _ in range(2):  # who are you; the set
        house.line._carry(house.line.engine.next_request(house.file.pk, house.line._epoch) or pytest.fail("no request"))
    assert State.SENT not in [house.state(one) for one in postings]
    house.line.drop()
    house.lose()
    house.settle()
    assert [house.state(one) for one in postings] == [State.POSTED] * 3
    assert once(house, "Ada Works", "Ben Works", "Cid Works")
    assert Link.objects.filter(subject_kind="client").count() == 3


def test_while_nobody_knows_the_posting_is_in_doubt_and_is_not_sent_again(house: House) -> None:
    posting = house.ask("Zenith")
    house.lose("lose:lose_answer")
    house.run()
    assert house.state(posting) == State.IN_DOUBT
    house.run()  # the file rests a moment after a failure
    assert len(house.posts()) == 1
    house.settle()
    assert len(house.posts()) == 1 and house.state(posting) == State.POSTED


def test_a_stored_answer_is_taken_as_if_it_had_just_come(house: House) -> None:
    posting = house.ask("Zenith")
    house.lose("lose:lose_answer")
    house.run()
    house.lose()
    house.settle()
    asked = Letter.objects.get(purpose="ask")
    assert 'newMessageSetID="S00001" oldMessageSetID="S00001"' in asked.sent_text
    assert not Letter.objects.filter(purpose="look").exists()
    assert {letter.purpose for letter in queries.letters_of(house.fresh(posting))} >= {"post", "ask"}


def test_without_a_stored_answer_daybook_looks_for_its_key(house: House) -> None:
    posting = house.ask("Zenith")
    house.lose("lose:before_store_answer")
    house.run()
    house.lose()
    house.settle()
    assert house.state(posting) == State.POSTED and once(house, "Zenith")
    look = Letter.objects.get(purpose="look")
    assert "FromModifiedDate" in look.sent_text and "ActiveStatus" in look.sent_text


def test_a_record_that_was_renamed_meanwhile_is_known_by_its_key(house: House) -> None:
    posting = house.ask("Zenith")
    house.lose("lose:before_store_answer")
    house.run()
    with house.books() as books:
        books.rename("customer", "Zenith", "Zenith Renamed")
        books.set_active("customer", "Zenith Renamed", False)
    house.lose()
    house.settle()
    assert house.state(posting) == State.POSTED
    assert once(house, "Zenith Renamed") and not house.found("Zenith")


def test_what_the_bookkeeper_changed_before_the_look_is_taken_over(house: House) -> None:
    data = ClientData(name="Zenith", company_name="Zenith Group")
    client = add_client(house.cast.mia, data, post=Post.NOW, key=UUID(int=99), now=house.clock())
    house.lose("lose:before_store_answer")
    house.run()
    with house.books() as books:
        books.rename("customer", "Zenith", "Zenith Renamed")
    house.lose()
    house.settle()
    client.refresh_from_db()
    assert (client.name, client.company_name) == ("Zenith Renamed", "Zenith Group")
    assert Link.objects.get(subject_kind="client").base["name"] == "Zenith Renamed"


def test_a_lost_change_takes_what_the_bookkeeper_changed_beside_it_before_the_look(house: House) -> None:
    data = ClientData(name="Zenith", company_name="Zenith Group")
    client = add_client(house.cast.mia, data, post=Post.NOW, key=UUID(int=99), now=house.clock())
    house.settle()
    client.refresh_from_db()
    change_client(
        house.cast.mia, client, replace(data, company_name="Zenith Holding"), key=UUID(int=98), now=house.clock()
    )
    house.lose("lose:before_store_answer")
    house.run()
    with house.books() as books:
        books.rename("customer", "Zenith", "Zenith Renamed")
    house.lose()
    house.settle()
    client.refresh_from_db()
    assert (client.name, client.company_name) == ("Zenith Renamed", "Zenith Holding")


def test_the_same_name_without_our_key_needs_somebody(house: House) -> None:
    posting = house.ask("Zenith")
    house.lose("lose:before_request:1")
    house.run()
    with house.books() as books:
        theirs = books.add("customer", "Zenith")
    house.lose()
    house.settle()
    parked = house.fresh(posting)
    assert (parked.state, parked.ways_out[0]["list_id"]) == (State.PARKED, theirs.list_id)
    operations.link_instead(house.cast.mia, parked, theirs.list_id, house.clock())
    assert house.state(posting) == State.POSTED and once(house, "Zenith")


def test_what_did_not_arrive_goes_again_under_another_set_id(house: House) -> None:
    posting = house.ask("Zenith")
    house.lose("lose:before_request:1")
    house.run()
    house.lose()
    house.settle()
    first, second = house.posts()
    assert 'newMessageSetID="S00001"' in first and 'newMessageSetID="S00002"' in second
    assert house.state(posting) == State.POSTED


@pytest.mark.parametrize("fault", LOST[:3] + LOST[-3:])
def test_a_lost_change_is_looked_up_by_its_list_id(house: House, fault: str) -> None:
    posting = house.ask("Zenith")
    house.run()
    change = house.change(posting, phone="503-555-0101")
    house.lose(fault)
    house.run()
    assert house.state(change) == State.IN_DOUBT
    house.lose()
    house.settle()
    assert house.state(change) == State.POSTED
    assert house.found("Zenith")[0].values["Phone"] == "503-555-0101"


def test_a_lost_change_beside_one_of_the_bookkeeper_is_merged(house: House) -> None:
    posting = house.ask("Zenith")
    house.run()
    change = house.change(posting, phone="503-555-0101")
    house.lose("lose:before_commit:1")
    house.run()
    with house.books() as books:
        books.change("customer", "Zenith", {"Fax": "503-555-0777"})
    house.lose()
    house.settle()
    (there,) = house.found("Zenith")
    assert house.state(change) == State.POSTED
    assert (there.values["Phone"], there.values["Fax"]) == ("503-555-0101", "503-555-0777")


def test_the_store_of_answers_may_be_cleared_at_any_time(house: House) -> None:
    posting = house.ask("Zenith")
    house.lose("lose:lose_answer")
    house.run()
    house.lose()
    talk = Talk(house.path, house.clock)
    talk.ask_all(old_set_id="ClearAllMessageSets")
    talk.end()
    house.settle()
    assert house.state(posting) == State.POSTED and once(house, "Zenith")


def test_an_answer_that_could_not_be_stored_counts_all_the_same(house: House) -> None:
    posting = house.ask("Zenith")
    house.lose("fail:store_answer")
    house.run()
    assert house.state(posting) == State.POSTED and once(house, "Zenith")


GARBAGE = {
    "cut off": lambda answer: answer[: len(answer) // 2],
    "empty": lambda answer: "",
    "not XML": lambda answer: "The server is busy.",
    "other XML": lambda answer: "<html><body>Sign in</body></html>",
    "another set": lambda answer: answer.replace("S00001", "X99999"),
    "no status": lambda answer: answer.replace('statusCode="0"', 'statusCode="fine"'),
    "no record": lambda answer: answer.replace("CustomerRet", "CustomerSomething").replace("ListID", "ListNo"),
    "wrong request": lambda answer: answer.replace('requestID="', 'requestID="9'),
}


@pytest.mark.parametrize("how", GARBAGE)
def test_a_spoilt_answer_is_never_half_believed(house: House, how: str) -> None:
    postings = [house.ask("Zenith"), house.ask("Apex")]

    def spoil(sent: str, answer: str) -> str:
        return GARBAGE[how](answer) if "AddRq" in sent else answer

    house.spoil.append(spoil)
    house.settle()
    house.spoil.clear()
    house.settle()
    assert [house.state(one) for one in postings] == [State.POSTED] * 2
    assert once(house, "Zenith", "Apex") and len(house.posts()) == 1


def test_gibberish_after_every_question_leaves_it_in_doubt_and_tells(house: House) -> None:
    posting = house.ask("Zenith")
    house.spoil.append(lambda sent, answer: answer if "HostQueryRq" in sent else "gibberish")
    house.settle(minutes=20)
    assert house.state(posting) == State.IN_DOUBT and len(house.posts()) == 1
    assert Notice.objects.filter(kind="posting.in_doubt", user=house.cast.ada).count() == 1
    house.spoil.clear()
    house.settle()
    assert house.state(posting) == State.POSTED and once(house, "Zenith")


def test_an_answer_that_comes_twice_changes_nothing_the_second_time(house: House) -> None:
    posting = house.ask("Zenith")
    engine, pk = house.line.engine, house.file.pk
    house.line._hold()
    house.line._open(house.file)
    epoch = house.line._epoch
    house.line._carry(engine.next_request(pk, epoch) or pytest.fail("no question"))
    ask = engine.next_request(pk, epoch)
    assert ask is not None
    answer = house.line._send(ask.text)
    engine.take_answer(pk, epoch, ask, answer)
    before = house.fresh(posting)
    engine.take_answer(pk, epoch, ask, answer)
    assert house.fresh(posting).version == before.version
    assert Link.objects.filter(subject_id=posting.subject_id).count() == 1


def test_who_we_are_is_not_taken_from_an_answer_of_an_earlier_session(house: House) -> None:
    """The file was swapped in between: the old answer would pass for it, and we would write into another company."""
    engine, pk, line = house.line.engine, house.file.pk, house.line
    line._hold()
    line._open(house.file)
    first = engine.next_request(pk, line._epoch) or pytest.fail("no question")
    late = line._send(first.text)
    line._close()
    line._open(house.file)
    second = engine.next_request(pk, line._epoch) or pytest.fail("no question")
    assert engine.take_answer(pk, line._epoch, second, late)
    assert "identified" not in Session.objects.get(company_file=pk).note
    assert engine.take_answer(pk, line._epoch, second, line._send(second.text))
    assert Session.objects.get(company_file=pk).note["identified"]


def test_a_late_refusal_does_not_free_a_record_that_is_on_its_way_again(house: House) -> None:
    """The answer of the first sending comes when the second is out: it belongs to another letter and is fenced out."""
    posting = house.ask("A:B")
    engine, pk = house.line.engine, house.file.pk
    house.line._hold()
    house.line._open(house.file)
    epoch = house.line._epoch
    house.line._carry(engine.next_request(pk, epoch) or pytest.fail("no question"))
    first = engine.next_request(pk, epoch)
    assert first is not None
    late = house.line._send(first.text)
    engine.take_answer(pk, epoch, first, late)
    house.ask("Good", number=posting.subject_id)
    second = engine.next_request(pk, epoch)
    assert second is not None and second.letter_id != first.letter_id
    engine.take_answer(pk, epoch, first, late)
    assert house.fresh(posting).letter_id == second.letter_id
    assert house.state(posting) == State.SENT


def test_a_restored_backup_forgets_a_posting_that_was_in_doubt_and_it_goes_once_more(house: House) -> None:
    with house.books() as books:
        backup = books.backup(house.path.with_suffix(".qbb"))
    posting = house.ask("Zenith")
    house.lose("lose:lose_answer")
    house.run()
    with house.books() as books:
        books.restore(backup)
    house.lose()
    house.settle()
    assert house.state(posting) == State.POSTED and once(house, "Zenith")


def test_where_no_read_is_possible_any_more_a_person_decides(house: House) -> None:
    posting = house.ask("Zenith")
    house.lose("lose:lose_answer")
    house.run()
    house.path.unlink()
    house.settle()
    assert house.state(posting) == State.IN_DOUBT
    decided = operations.decide_in_doubt(house.cast.ada, house.fresh(posting), "posted", house.clock())
    assert decided.state == State.POSTED


def test_followers_wait_until_the_doubt_is_settled(house: House) -> None:
    client = house.ask("Zenith")
    house.lose("lose:before_store_answer")
    house.run()
    job = house.job("Harbour", client, after=client)
    house.run()
    assert house.state(job) == State.QUEUED
    house.lose()
    house.settle()
    assert house.state(job) == State.POSTED


def test_the_waiting_grows_from_seconds_to_a_minute(house: House) -> None:
    now = house.clock()
    waits = [policy.try_again_at(now, failures) - now for failures in range(1, 9)]
    assert waits[0] <= timedelta(seconds=5) and waits == sorted(waits) and waits[-1] == timedelta(seconds=60)


def test_the_look_reaches_back_past_clocks_that_print_an_hour_too_much(house: House) -> None:
    posting = house.ask("Zenith")
    house.lose("lose:before_store_answer")
    house.run()
    house.lose()
    house.settle()
    look, sent_at = Letter.objects.get(purpose="look"), house.fresh(posting).sent_at
    found = re.search("<FromModifiedDate>(.+?)</FromModifiedDate>", look.sent_text)
    assert found and sent_at and (to_datetime(found[1]) or sent_at) <= sent_at - timedelta(minutes=70)
