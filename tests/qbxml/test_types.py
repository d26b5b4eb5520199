"""Texts of qbXML become Python values and come back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.qbxml import types
from daybook.qbxml.fields import table


@given(st.integers(0, 10_000))
def test_minutes_come_back(minutes: int) -> None:
    assert types.to_minutes(types.from_minutes(minutes)) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("PT8H30M", 510), ("PT8H30M0S", 510), ("PT45M", 45), ("PT2H", 120), ("PT90S", 2), ("-PT1H30M", -90), ("", None)],
)
def test_a_duration_is_read_in_minutes(text: str, minutes: int | None) -> None:
    assert types.to_minutes(text) == minutes


@given(st.integers(0, 4_000_000_000), st.integers(-14, 14))
def test_an_instant_comes_back_to_the_second(seconds: int, hours: int) -> None:
    moment = datetime.fromtimestamp(seconds, timezone(timedelta(hours=hours)))
    assert types.to_datetime(types.from_datetime(moment)) == moment


def test_a_time_without_offset_is_aware_all_the_same() -> None:
    assert types.to_datetime("2026-08-05T16:43:30") == datetime(2026, 8, 5, 16, 43, 30, tzinfo=UTC)
    assert types.to_datetime("2026-8-5") == datetime(2026, 8, 5, tzinfo=UTC)
    assert types.to_datetime("") is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_money_comes_back(amount: Decimal) -> None:
    assert types.to_decimal(types.from_amount(amount)) == amount


def test_days_percentages_and_yes_or_no_are_read() -> None:
    assert types.to_date("2026-03-01") == date(2026, 3, 1)
    assert types.to_date("") is None
    assert types.to_decimal("7.25%") == Decimal("7.25")
    assert types.to_decimal("") is None
    assert [types.to_bool(text) for text in ("true", "1", "false", "0", "")] == [True, True, False, False, False]


@pytest.mark.parametrize("read", [types.to_minutes, types.to_decimal, types.to_datetime, types.to_date])
def test_a_text_that_is_no_value_is_an_error(read: object) -> None:
    assert callable(read)
    with pytest.raises(ValueError, match="nonsense"):
        read("nonsense")


def test_a_table_is_read_by_its_columns() -> None:
    text = """
    Amr Name          41
    a-r Lines         group *3
    A-r     Line      =One|Two
    --r Gender        int1..2 @16.0 ~
    """
    (name, lines) = table(text, "a")
    assert (name.required, name.max_length) == (True, 41)
    assert (lines.most, lines.children[0].values, lines.children[0].required) == (3, ("One", "Two"), True)
    assert not table(text, "m")[0].required
    gender = table(text, "r")[2]
    assert (gender.since, gender.desktop, gender.bounds) == ("16.0", False, (1, 2))


@pytest.mark.parametrize("text", ["amr", "amr Name 41 odd", "amr     Name 41"])
def test_a_mistake_in_a_table_is_found(text: str) -> None:
    with pytest.raises(ValueError, match=r"table line|unknown mark"):
        table(text, "a")
