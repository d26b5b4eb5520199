"""Every code of QuickBooks says who can act, in one sentence."""

from __future__ import annotations

import re

import pytest

from daybook.connectors.errors import ConnectorError, FixConnection, FixRecord, InDoubt, OurFault, TryLater
from daybook.connectors.qbd.errors import HRESULTS, STATUS_CODES, from_hresult, from_status

FAMILY = (TryLater, FixConnection, FixRecord, InDoubt, OurFault)

KNOWN_STATUS = """
    500 501 510 530 531 540 550 560 570 600 1000 1010 1030 1060 3000 3010 3020 3030 3031 3035 3040 3045 3050 3060 3065
    3070 3080 3085 3090 3100 3101 3110 3120 3130 3140 3150 3151 3152 3160 3161 3162 3170 3171 3172 3173 3175 3176 3177
    3180 3185 3190 3200 3205 3210 3220 3230 3231 3240 3250 3260 3261 3262 3263 3264 3270 3280 3290 3391 3500 9001 9002
    9003 9004 9005
""".split()
KNOWN_HRESULTS = """
    80040154 80040308 80010105 80040400 80040401 80040402 80040408 80040409 8004040A 8004040D 80040410 80040414 80040416
    80040418 8004041A 8004041D 80040420 80040421 80040422
""".split()


def all_errors() -> list[ConnectorError]:
    return [from_status(code) for code in STATUS_CODES] + [from_hresult(code) for code in HRESULTS]


def test_every_documented_code_has_a_meaning() -> None:
    assert {int(code) for code in KNOWN_STATUS} <= STATUS_CODES.keys()
    assert {int(code, 16) for code in KNOWN_HRESULTS} <= HRESULTS.keys()


@pytest.mark.parametrize("error", all_errors(), ids=lambda error: str(error.code))
def test_each_meaning_is_a_plain_sentence_with_somebody_who_can_act(error: ConnectorError) -> None:
    assert isinstance(error, FAMILY)
    assert re.fullmatch(r"[A-Z].*[.?]", error.sentence)
    assert error.who_can_act
    assert len(error.who_can_act) <= 100
    assert all(way["way"] and way["sentence"].endswith(".") for way in error.ways_out)
    assert error.ways_out or not isinstance(error, FixRecord)


@pytest.mark.parametrize(
    ("code", "family"),
    [(0x80040408, TryLater), (0x8004040A, TryLater), (0x80040410, TryLater), (0x80040414, TryLater),
     (0x80040416, TryLater), (0x80040422, TryLater), (0x80040400, OurFault), (0x80040418, FixConnection),
     (0x8004041A, FixConnection), (0x8004041D, FixConnection), (0x80040420, FixConnection), (0x80010105, InDoubt),
     (0, InDoubt), (0x80049999, InDoubt), (0x80040400 - (1 << 32), OurFault)],
)  # fmt: skip
def test_a_failed_call_belongs_to_the_right_family(code: int, family: type[ConnectorError]) -> None:
    assert type(from_hresult(code)) is family


def test_a_taken_name_offers_the_link_and_keeps_the_words_of_quickbooks() -> None:
    words = 'The name "Ada" of the list element is already in use.'
    error = from_status(3100, words, "customer")
    assert isinstance(error, FixRecord)
    assert (error.code, error.detail) == ("3100", words)
    assert [way["way"] for way in error.ways_out] == ["link", "rename", "withdraw"]


def test_an_unknown_refusal_is_one_of_the_record_with_its_words_kept() -> None:
    error = from_status(3999, "Something new.", "customer")
    assert isinstance(error, FixRecord)
    assert (error.code, error.detail) == ("3999", "Something new.")
    assert error.sentence == "QuickBooks refused this. It said: “Something new.”"
    assert from_status(3999).sentence == "QuickBooks refused this and gave no reason but the code 3999."


@pytest.mark.parametrize("code", [0, 1])
def test_success_and_nothing_found_are_no_errors(code: int) -> None:
    with pytest.raises(ValueError, match="no error"):
        from_status(code)
