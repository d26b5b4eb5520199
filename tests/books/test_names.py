"""Names: what the books take, which are the same, and what is offered instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.books.letters import fits_windows_1252
from daybook.books.names import (
    PersonName,
    acceptable,
    name_key,
    normalise,
    person_name,
    problems_of_name,
    same_person,
    suggest_name,
)


@pytest.mark.parametrize("name", ["Northwind", "Löwe & Söhne", "O'Neill", "x" * 41, "Harbour survey (2)", "€uro"])
def test_a_plain_name_has_no_problems(name: str) -> None:
    assert problems_of_name(name, 41) == []


@pytest.mark.parametrize(
    ("name", "code", "offer"),
    [
        ("Northwind:Harbour", "colon", "Northwind - Harbour"),
        (" Northwind ", "blanks", "Northwind"),
        ("North\nwind", "control", "North wind"),
        ("Łódź Bridge", "letters", "Lódz Bridge"),
        ("x" * 42, "too_long", "x" * 41),
        ("", "empty", ""),
        ("   ", "empty", ""),
    ],
)
def test_each_problem_is_named_with_an_offer(name: str, code: str, offer: str) -> None:
    (problem,) = problems_of_name(name, 41)
    assert (problem.code, problem.offer) == (code, offer)


def test_the_letters_that_cannot_be_kept_are_shown() -> None:
    (problem,) = problems_of_name("Żubr Łódź", 41)
    assert problem.sentence == "QuickBooks cannot keep “Ż”, “Ł” and “ź”."


@pytest.mark.parametrize(
    ("name", "offer"),
    [
        ("Дмитрий", "Dmitriy"),
        ("Ελλάδα", "Ellada"),
        ("東京", "DongJing"),
        ("😀 Pier", "Pier"),
        ("\u200bPier", "Pier"),
        ("Ngô Bảo", "Ngô Bao"),
        ("a‑b", "a-b"),
    ],
)
def test_other_alphabets_are_spelled_where_there_is_a_spelling(name: str, offer: str) -> None:
    (problem,) = problems_of_name(name, 41)
    assert problem.offer == offer


def test_characters_that_cannot_be_seen_are_called_by_their_names() -> None:
    (problem,) = problems_of_name("Pier\u200b \u202e5", 41)
    assert problem.sentence == "QuickBooks cannot keep U+200B (zero width space) and U+202E (right-to-left override)."


def test_a_taken_name_is_found_whatever_its_case_and_a_free_one_is_offered() -> None:
    (problem,) = problems_of_name("northwind", 41, taken=["Northwind", "Northwind 2"])
    assert (problem.code, problem.offer) == ("taken", "northwind 3")


def test_a_suggestion_carries_the_hint_and_keeps_the_limit() -> None:
    assert suggest_name("Ada Berg", ["Ada Berg"], "Northwind") == "Ada Berg (Northwind)"
    assert suggest_name("Ada Berg", ["Ada Berg", "Ada Berg (Northwind)"], "Northwind") == "Ada Berg 2"
    assert suggest_name("x" * 41, ["x" * 41]) == "x" * 39 + " 2"


@given(st.text(max_size=80))
def test_an_offered_name_has_no_problems_itself(name: str) -> None:
    offer = acceptable(name, 41)
    assert offer == "" or problems_of_name(offer, 41) == []
    assert fits_windows_1252(offer)


@given(st.text(max_size=60), st.lists(st.text(max_size=41), max_size=5))
def test_a_suggested_name_is_free(name: str, taken: list[str]) -> None:
    offered = suggest_name(name, taken)
    assert len(offered) <= 41
    assert name_key(offered) not in {name_key(other) for other in taken}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Smith & Sons", "smith and sons"),
        ("Northwind  Inc.", "Northwind, Inc"),
        ("Café Löwe", "Cafe Lowe"),
        ("O'Neill", "ONeill"),
        (" Harbour ", "harbour"),
    ],
)
def test_names_that_a_person_takes_for_the_same_are_matched(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_different_names_are_not_matched() -> None:
    assert normalise("Northwind 1") != normalise("Northwind 2")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Mike Smith", PersonName("Mike", "", "Smith")),
        ("Smith, Mike", PersonName("Mike", "", "Smith")),
        ("Mike J. Smith", PersonName("Mike", "J.", "Smith")),
        ("Smith, Mike J.", PersonName("Mike", "J.", "Smith")),
        ("van der Berg, Ada", PersonName("Ada", "", "van der Berg")),
        ("Cher", PersonName("", "", "Cher")),
        ("", PersonName()),
    ],
)
def test_the_name_of_a_person_comes_apart(text: str, parts: PersonName) -> None:
    assert person_name(text) == parts


def test_the_name_of_a_person_is_written_in_either_order() -> None:
    ada = PersonName("Ada", "M", "Berg")
    assert (ada.written(), ada.written("last_first")) == ("Ada M Berg", "Berg, Ada M")
    assert PersonName("", "", "Cher").written("last_first") == "Cher"
    assert same_person("Mike Smith", "SMITH, Mike")
    assert not same_person("Mike Smith", "Mike Smythe")
