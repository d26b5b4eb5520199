"""Answers are read whole or as a stream, with the same result, and a broken one is never taken for a whole one."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from daybook.qbxml.envelope import (
    Answer,
    BrokenAnswer,
    Record,
    Values,
    iter_records,
    read_answers,
    write_answers,
)
from daybook.qbxml.kinds import KINDS
from tests.qbxml.making import values_for


def page(*records: Values, attributes: dict[str, str] | None = None) -> Answer:
    found = [Record("CustomerRet", values) for values in records]
    return Answer("CustomerQueryRs", "1", 0, "Info", "Status OK", attributes or {}, found)


ADA: Values = {
    "ListID": "80000001-1785964190",
    "Name": "Löwe & Söhne <GmbH>",
    "ParentRef": {"ListID": "80000002-1785964190", "FullName": "Löwe"},
    "BillAddress": {"Addr1": "1 Main St", "City": "Bayshore"},
    "Notes": "one\r\ntwo",
    "AdditionalContactRef": [{"ContactName": "Skype", "ContactValue": "ada"}],
}


def streamed(text: str | bytes) -> list[Answer]:
    """The answers of a stream, put together again."""
    found: list[Answer] = []
    for one in iter_records(text):
        if isinstance(one, Answer):
            found.append(one)
        else:
            found[-1].records.append(one)
    return found


def test_what_is_written_is_read_back_whole_and_as_a_stream() -> None:
    answer = page(ADA, {"Name": "Ada"}, attributes={"iteratorRemainingCount": "3", "iteratorID": "{1}"})
    text = write_answers([answer])
    assert text.isascii()
    assert read_answers(text).answers == [answer]
    assert streamed(text) == [answer]
    assert streamed(text.encode()) == [answer]


def test_the_set_status_and_id_are_read() -> None:
    found = read_answers(write_answers([], new_set_id="A1", set_status_code=9002))
    assert (found.set_status_code, found.new_set_id, found.answers) == (9002, "A1", [])


def test_a_refusal_has_no_records() -> None:
    refusal = Answer("CustomerAddRs", "1", 3100, "Error", 'The name "Ada" of the list element is already in use.')
    text = write_answers([refusal, page(ADA)])
    assert streamed(text) == read_answers(text).answers == [refusal, page(ADA)]


def test_a_message_may_hold_any_character() -> None:
    refusal = Answer("CustomerAddRs", "1", 3140, "Error", "a > b / 'c' \"d\" & <e>")
    text = write_answers([refusal]).replace("&gt;", ">")
    assert streamed(text) == read_answers(text).answers == [refusal]


def test_a_deletion_and_an_error_recovery_are_read() -> None:
    deletion = {"ListDelType": "Customer", "ListID": "1-1", "TimeDeleted": "2026-08-05T16:43:30-04:00", "FullName": "A"}
    answers = [
        Answer("ListDelRs", "1", 0, "Info", "Status OK", {}, [Record("ListDelRs", deletion)]),
        Answer("CustomerAddRs", "2", 1000, "Error", "Broken", {}, [], {"ListID": "1-1", "EditSequence": "5"}),
    ]
    text = write_answers(answers)
    assert read_answers(text).answers == answers
    assert streamed(text) == answers


@pytest.mark.parametrize(
    "odd",
    [
        "<Name>Ada</Name><!-- a comment --><Phone>1</Phone>",
        "<Name><![CDATA[Ada]]></Name><Phone>1</Phone>",
        '<Name xml:lang="en">Ada</Name><Phone>1</Phone>',
        "<Name >Ada</Name ><Phone>1</Phone>",
        "<Name>&#65;d&#x61;</Name>\n   <Phone>1</Phone>",
    ],
)
def test_unusual_xml_means_the_same_in_a_stream(odd: str) -> None:
    text = write_answers([page({"Name": "Ada"})]).replace("<Name>Ada</Name>", odd)
    assert streamed(text) == read_answers(text).answers == [page({"Name": "Ada", "Phone": "1"})]


def test_an_element_that_we_do_not_know_is_kept() -> None:
    text = write_answers([page({"Name": "Ada"})]).replace("</CustomerRet>", "<New><Inner>1</Inner></New></CustomerRet>")
    assert streamed(text) == read_answers(text).answers == [page({"Name": "Ada", "New": {"Inner": "1"}})]


def test_an_empty_element_and_an_empty_group_are_kept() -> None:
    text = write_answers([page({"Name": "", "BillAddress": {}, "Phone": "1"})])
    assert streamed(text) == read_answers(text).answers == [page({"Name": "", "BillAddress": {}, "Phone": "1"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_bytes_are_read_in_the_encoding_they_declare(encoding: str) -> None:
    text = write_answers([page({"Name": "L&we"})]).replace("L&amp;we", "Löwe")
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    data = text.replace('version="1.0" ?', f'version="1.0" encoding="{declared}"?').encode(encoding)
    assert streamed(data) == read_answers(data).answers == [page({"Name": "Löwe"})]


def test_bytes_in_an_undeclared_encoding_are_broken() -> None:
    data = write_answers([page({"Name": "Lowe"})]).replace("Lowe", "Löwe").encode("windows-1252")
    for read in (read_answers, lambda source: list(iter_records(source))):
        with pytest.raises(BrokenAnswer):
            read(data)


def test_an_answer_cut_off_anywhere_is_broken() -> None:
    text = write_answers([page(ADA, {"Name": "Ada"})]).rstrip()
    for length in range(len(text)):
        with pytest.raises(BrokenAnswer):
            read_answers(text[:length])
        with pytest.raises(BrokenAnswer):
            list(iter_records(text[:length]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html><body>502 Bad Gateway</body></html>",
        "<QBXML/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><QBXML><QBXMLMsgsRs/></QBXML>",
        "<QBXML><QBXMLMsgsRs><CustomerQueryRs/></QBXMLMsgsRs></QBXML>",
        '<QBXML><QBXMLMsgsRs><CustomerQueryRs statusCode="?"/></QBXMLMsgsRs></QBXML>',
        '<QBXML><QBXMLMsgsRs><CustomerQueryRs statusCode="0"><CustomerRet><Name>&bad;</Name></CustomerRet>'
        "</CustomerQueryRs></QBXMLMsgsRs></QBXML>",
        '<QBXML><QBXMLMsgsRs><CustomerQueryRs statusCode="0"><CustomerRet><Name>A</Phone></CustomerRet>'
        "</CustomerQueryRs></QBXMLMsgsRs></QBXML>",
        '<QBXML><QBXMLMsgsRs><CustomerQueryRs statusCode="0"><CustomerRet><Name>\x01</Name></CustomerRet>'
        "</CustomerQueryRs></QBXMLMsgsRs></QBXML>",
    ],
)
def test_what_is_no_answer_is_broken(text: str) -> None:
    with pytest.raises(BrokenAnswer):
        read_answers(text)
    with pytest.raises(BrokenAnswer):
        list(iter_records(text))


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: str(kind.key))
def test_every_kind_of_record_reads_the_same_both_ways(kind: object) -> None:
    found = next(one for one in KINDS.values() if one is kind)

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(values_for(found.ret, "16.0", desktop_only=False))
    def check(values: Values) -> None:
        record = Record(f"{found.name}Ret", {"ListID": "1-1"} | values)
        answer = Answer(f"{found.name}QueryRs", "1", 0, "Info", "Status OK", {}, [record])
        text = write_answers([answer], version="16.0")
        assert streamed(text) == read_answers(text).answers == [answer]

    check()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.integers(0, 400))
@example("\n", 128)
def test_noise_in_an_answer_never_gives_two_different_readings(noise: str, place: int) -> None:
    text = write_answers([page({"Name": "Ada", "BillAddress": {"City": "B"}, "Phone": "1"})])
    text = text[:place] + noise + text[place:]
    readings = []
    for read in (lambda: read_answers(text).answers, lambda: streamed(text)):
        try:
            readings.append(read())
        except BrokenAnswer:
            continue
    assert all(reading == readings[0] for reading in readings)


def test_a_long_answer_is_streamed_in_flat_memory() -> None:
    text = write_answers([page(*[ADA] * 10_000)])
    tracemalloc.start()
    count = sum(1 for one in iter_records(text) if isinstance(one, Record))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 4 * len(text)
