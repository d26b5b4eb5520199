"""Three-way comparison of the fields that two sides share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from daybook.books.merge import merge

OWNERS = {"name": "both", "phone": "both", "terms": "theirs", "job_description": "ours", "bill_address": "both"}
BASE = {"name": "Ada", "phone": "1", "terms": {"list_id": "1", "full_name": "Net 30"}, "job_description": "old"}


def test_sides_that_agree_need_nothing() -> None:
    assert merge(BASE, BASE, BASE, OWNERS).is_empty


def test_what_only_they_changed_is_taken() -> None:
    assert merge(BASE, BASE, BASE | {"phone": "2"}, OWNERS).take == {"phone": "2"}


def test_what_only_we_changed_is_sent() -> None:
    assert merge(BASE, BASE | {"phone": "2"}, BASE, OWNERS).send == {"phone": "2"}


def test_what_both_changed_is_a_conflict_unless_they_changed_it_alike() -> None:
    found = merge(BASE, BASE | {"phone": "2"}, BASE | {"phone": "3"}, OWNERS)
    assert found.conflicts == {"phone": ("1", "2", "3")}
    assert merge(BASE, BASE | {"phone": "2"}, BASE | {"phone": "2"}, OWNERS).is_empty


def test_a_field_of_theirs_is_never_sent_and_one_of_ours_never_taken() -> None:
    net_15 = {"list_id": "2", "full_name": "Net 15"}
    found = merge(BASE, BASE | {"terms": net_15}, BASE | {"job_description": "theirs"}, OWNERS)
    assert found.is_empty
    found = merge(BASE, BASE | {"job_description": "new"}, BASE | {"terms": net_15, "job_description": "x"}, OWNERS)
    assert (found.take, found.send) == ({"terms": net_15}, {"job_description": "new"})


def test_a_field_that_a_side_does_not_speak_of_did_not_change_there() -> None:
    assert merge(BASE, {"phone": "2"}, BASE, OWNERS).send == {"phone": "2"}
    assert merge(BASE, {}, {"name": "Ada B"}, OWNERS).take == {"name": "Ada B"}


def test_nothing_and_an_empty_value_are_the_same() -> None:
    empty = {"lines": [], "city": "", "state": "", "postal_code": "", "country": ""}
    assert merge({}, {"phone": "", "bill_address": empty}, {"phone": None}, OWNERS).is_empty
    assert merge({"bill_address": empty}, {"bill_address": None}, {}, OWNERS).is_empty


def test_a_renamed_reference_is_no_change() -> None:
    renamed = BASE | {"terms": {"list_id": "1", "full_name": "30 days"}}
    assert merge(BASE, BASE, renamed, OWNERS).is_empty


_VALUES = st.fixed_dictionaries({}, optional={name: st.sampled_from(["", "a", "b", "c"]) for name in OWNERS})


@given(_VALUES, _VALUES, _VALUES)
def test_applying_a_merge_without_conflicts_makes_both_sides_agree(base: dict, ours: dict, theirs: dict) -> None:  # type: ignore[type-arg]
    both = dict.fromkeys(OWNERS, "both")
    found = merge(base, ours, theirs, both)
    here = {**base, **ours, **found.take}
    there = {**base, **theirs, **found.send}
    assert merge(base, here, there, both).conflicts == found.conflicts
    assert all(here.get(name, "") == there.get(name, "") for name in OWNERS if name not in found.conflicts)
