"""Message sets: going on or stopping after an error, and asking again for an answer that was lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from daybook.companyfile import CompanyFile, HResult
from daybook.qbxml.envelope import Request, read_answers, write_set
from tests.companyfile.talk import Clock, Talk, customer

THREE = (customer("1", "Foxglove"), customer("2", "Juniper Legal"), customer("3", "Hawthorn"))


def codes(talk: Talk, on_error: str) -> list[int]:
    return [answer.status_code for answer in talk.ask_all(*THREE, on_error=on_error).answers]


def test_continue_on_error_goes_on(talk: Talk) -> None:
    assert codes(talk, "continueOnError") == [0, 3100, 0]


def test_stop_on_error_leaves_the_rest_undone_and_takes_nothing_back(talk: Talk) -> None:
    assert codes(talk, "stopOnError") == [0, 3100, 3231]
    assert talk.names("Customer", FullName=["Foxglove"]) == ["Foxglove"]
    assert talk.ask("CustomerQueryRq", {"FullName": ["Hawthorn"]}).status_code == 500


def test_a_warning_stops_nothing(talk: Talk) -> None:
    asked = Request("CustomerQueryRq", "1", body={"FullName": ["Nobody"]})
    answers = talk.ask_all(asked, customer("2", "Foxglove"), on_error="stopOnError").answers
    assert [answer.status_code for answer in answers] == [500, 0]


def test_rolling_back_is_not_to_be_had(talk: Talk) -> None:
    assert codes(talk, "rollbackOnError") == [3250, 3250, 3250]


def test_the_same_set_sent_again_is_answered_from_the_file_and_not_done_again(talk: Talk, clock: Clock) -> None:
    text = write_set([customer("1", "Foxglove")], new_set_id="DB-1")
    first = talk.say(text)
    clock.pass_by(hours=1)
    assert talk.say(text) == first
    assert read_answers(first).set_status_code == 0
    assert talk.names("Customer", NameFilter={"MatchCriterion": "StartsWith", "Name": "Foxglove"}) == ["Foxglove"]


def test_the_same_id_with_other_requests_is_refused(talk: Talk) -> None:
    talk.ask_all(customer("1", "Foxglove"), new_set_id="DB-1")
    answers = talk.ask_all(customer("1", "Hawthorn"), new_set_id="DB-1")
    assert (answers.set_status_code, answers.answers) == (9001, [])
    assert talk.ask("CustomerQueryRq", {"FullName": ["Hawthorn"]}).status_code == 500


def test_an_answer_is_asked_for_by_its_id_in_another_session(path: Path, talk: Talk, clock: Clock) -> None:
    first = talk.say(write_set([customer("1", "Foxglove")], new_set_id="DB-1"))
    talk.end()
    again = Talk(path, clock)
    assert again.say(write_set([], new_set_id="DB-1", old_set_id="DB-1")) == first
    again.end()


def test_an_id_that_was_never_stored_is_said_to_be(talk: Talk) -> None:
    assert talk.ask_all(new_set_id="DB-9", old_set_id="DB-9").set_status_code == 9002


def test_a_set_can_be_forgotten(talk: Talk) -> None:
    talk.ask_all(customer("1", "Foxglove"), new_set_id="DB-1")
    assert talk.ask_all(old_set_id="DB-1").set_status_code == 0
    assert talk.ask_all(new_set_id="DB-1", old_set_id="DB-1").set_status_code == 9002
    assert talk.ask_all(old_set_id="DB-1").set_status_code == 600


def test_a_new_set_can_forget_the_one_before(talk: Talk) -> None:
    talk.ask_all(customer("1", "Foxglove"), new_set_id="DB-1")
    answers = talk.ask_all(customer("1", "Hawthorn"), new_set_id="DB-2", old_set_id="DB-1")
    assert (answers.set_status_code, answers.answers[0].status_code) == (0, 0)
    assert talk.ask_all(new_set_id="DB-1", old_set_id="DB-1").set_status_code == 9002
    assert talk.ask_all(new_set_id="DB-2", old_set_id="DB-2").answers[0].status_code == 0


def test_all_sets_can_be_forgotten_at_once(talk: Talk, books: CompanyFile) -> None:
    for number in range(3):
        talk.ask_all(customer("1", f"Foxglove {number}"), new_set_id=f"DB-{number}")
    assert books.status()["stored_answers"] == 3
    assert talk.ask_all(old_set_id="ClearAllMessageSets").set_status_code == 0
    assert books.status()["stored_answers"] == 0


@pytest.mark.parametrize("set_id", ["x" * 25, ""])
def test_an_id_that_is_too_long_or_empty_is_refused_and_nothing_is_done(talk: Talk, set_id: str) -> None:
    assert talk.ask_all(customer("1", "Foxglove"), new_set_id=set_id).set_status_code == 9004
    assert talk.ask("CustomerQueryRq", {"FullName": ["Foxglove"]}).status_code == 500


def test_an_answer_that_could_not_be_stored_still_counts(path: Path, clock: Clock) -> None:
    talk = Talk(path, clock, "fail:store_answer")
    answers = talk.ask_all(customer("1", "Foxglove"), new_set_id="DB-1")
    assert (answers.set_status_code, answers.answers[0].status_code) == (9005, 0)
    assert talk.ask_all(new_set_id="DB-1", old_set_id="DB-1").set_status_code == 9002
    talk.end()


def test_a_lost_answer_is_found_again(path: Path, clock: Clock) -> None:
    talk = Talk(path, clock, "lose:lose_answer")
    with pytest.raises(HResult) as caught:
        talk.ask_all(customer("1", "Foxglove"), new_set_id="DB-1")
    assert caught.value.code == 0x80010105
    talk.end()
    again = Talk(path, clock)
    assert again.ask_all(new_set_id="DB-1", old_set_id="DB-1").answers[0].status_code == 0
    again.end()


def test_a_set_without_ids_says_nothing_of_sets(talk: Talk) -> None:
    answers = talk.ask_all(Request("HostQueryRq", "1"))
    assert (answers.set_status_code, answers.new_set_id) == (None, None)
