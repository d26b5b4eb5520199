"""What QuickBooks would refuse is found before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from daybook.books.preflight import problems_of_customer, problems_of_employee

PLAIN: dict[str, Any] = {"name": "Harbour survey", "bill_address": {"lines": ["1 Main St"], "city": "Bayshore"}}


def codes(**values: Any) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in problems_of_customer(PLAIN | values)]


def test_a_plain_job_has_no_problems() -> None:
    assert problems_of_customer(PLAIN, ancestors=["Northwind"], taken=["Other survey"]) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": "a:b"}, ("name", "colon")),
        ({"phone": "1" * 22}, ("phone", "too_long")),
        ({"company_name": "Łódź"}, ("company_name", "letters")),
        ({"bill_address": {"lines": ["a"] * 6}}, ("lines", "too_many_lines")),
        ({"bill_address": {"lines": ["x" * 42]}}, ("lines", "too_long")),
        ({"bill_address": {"lines": [], "state": "x" * 22}}, ("state", "too_long")),
        ({"job_description": "x" * 100}, ("job_description", "too_long")),
    ],
)
def test_each_field_is_checked_against_its_limit(values: dict[str, Any], expected: tuple[str, str]) -> None:
    assert codes(**values) == [expected]


def test_a_taken_name_is_found_with_an_offer() -> None:
    (problem,) = problems_of_customer(PLAIN, taken=["HARBOUR SURVEY"])
    assert (problem.code, problem.offer) == ("taken", "Harbour survey 2")


def test_a_sixth_level_is_refused_and_a_fifth_is_not() -> None:
    assert problems_of_customer(PLAIN, ancestors=["a", "b", "c", "d"]) == []
    (problem,) = problems_of_customer(PLAIN, ancestors=["a", "b", "c", "d", "e"])
    assert problem.sentence == "QuickBooks allows 5 levels below one another; this would be level 6."


def test_a_class_needs_class_tracking() -> None:
    with_class = PLAIN | {"class_": {"list_id": "1-1"}}
    assert problems_of_customer(with_class, preferences={"class_tracking": True}) == []
    (problem,) = problems_of_customer(with_class, preferences={"class_tracking": False})
    assert problem.code == "class_off"


def test_an_employee_is_checked_by_the_parts_of_the_name() -> None:
    sam = {"first_name": "Sam", "last_name": "Lind", "address": {"lines": ["1 Main St"], "city": "Bayshore"}}
    assert problems_of_employee(sam) == []
    assert [one.code for one in problems_of_employee({})] == ["empty"]
    assert [one.field for one in problems_of_employee(sam | {"middle_name": "Jonathan"})] == ["middle_name"]
    assert [one.code for one in problems_of_employee(sam, taken=["sam lind"])] == ["taken"]
    assert [one.code for one in problems_of_employee(sam | {"address": {"lines": ["a", "b", "c"]}})] == [
        "too_many_lines"
    ]


def test_what_is_offered_for_a_part_of_a_name_is_that_part_alone() -> None:
    zoe = {"first_name": "Zoë", "last_name": "Ng:uyen"}
    (problem,) = problems_of_employee(zoe)
    assert (problem.field, problem.code, problem.offer) == ("last_name", "colon", "Ng - uyen")
    (problem,) = problems_of_employee({"first_name": "A" * 25, "last_name": "B" * 25})
    assert (problem.field, problem.code, problem.offer) == ("last_name", "too_long", "B" * 15)
