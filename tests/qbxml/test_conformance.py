"""What we write, Intuit's schemas take; what they refuse, we refuse; our tables agree with Intuit's field table."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from functools import lru_cache
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from daybook.qbxml.envelope import (
    Answer,
    Record,
    Request,
    SchemaViolation,
    iter_records,
    read_answers,
    read_set,
    write_answers,
    write_set,
)
from daybook.qbxml.fields import Field
from daybook.qbxml.kinds import KINDS
from daybook.qbxml.messages import REQUEST_NAMES, REQUESTS, Message
from tests.oracle import oracle, schema, schema_errors
from tests.qbxml.making import values_for

pytestmark = pytest.mark.conformance

VERSIONS = ("13.0", "16.0")
FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def _cases() -> list[tuple[Message, str]]:
    return [(m, version) for m in REQUESTS.values() for version in VERSIONS if float(m.since) <= float(version)]


def _name(value: object) -> str | None:
    return value.name if isinstance(value, Message) else None


@pytest.mark.parametrize(("message", "version"), _cases(), ids=_name)
def test_every_request_we_write_is_valid_and_comes_back_the_same(message: Message, version: str) -> None:
    schema(version)

    @FEW
    @given(st.data())
    def check(data: st.DataObject) -> None:
        body = data.draw(values_for(message.fields, version))
        text = write_set([Request(message.name, "7", {}, body)], version=version)
        assert schema_errors(text, version) == []
        assert text.isascii()
        assert read_set(text).requests == [Request(message.name, "7", {}, body)]

    check()


@pytest.mark.parametrize(("message", "version"), _cases(), ids=_name)
def test_every_answer_we_write_is_valid_and_comes_back_the_same(message: Message, version: str) -> None:
    schema(version)

    @FEW
    @given(st.data())
    def check(data: st.DataObject) -> None:
        values = data.draw(values_for(message.ret, version, desktop_only=False))
        answer = Answer(message.answer_name, "7", 0, "Info", "Status OK", {}, [Record(message.ret_name, values)])
        text = write_answers([answer], version=version)
        assert schema_errors(text, version) == []
        if values:
            assert read_answers(text).answers == [answer]

    check()


@pytest.mark.parametrize(("message", "version"), _cases(), ids=_name)
def test_what_the_schema_refuses_we_refuse_and_what_it_takes_we_take(message: Message, version: str) -> None:
    schema(version)

    @FEW
    @given(st.data())
    def check(data: st.DataObject) -> None:
        body = data.draw(values_for(message.fields, version))
        text = write_set([Request(message.name, "7", {}, body)], version=version)
        spoiled = _spoil(text, random.Random(data.draw(st.integers(0, 2**32))))
        errors = schema_errors(spoiled, version)
        if errors:
            with pytest.raises(SchemaViolation):
                read_set(spoiled)
        else:
            read_set(spoiled)

    check()


def _spoil(text: str, chance: random.Random) -> str:
    root = etree.fromstring(text.encode())
    elements = [element for element in root.iter() if isinstance(element.tag, str)][2:]
    element = chance.choice(elements)
    parent = element.getparent()
    assert parent is not None
    match chance.randrange(7):
        case 0:
            parent.remove(element)
        case 1:
            parent.append(element)
        case 2:
            parent.insert(0, element)
        case 3:
            etree.SubElement(element, chance.choice(["Name", "ListID", "Phone", "IsActive", "Nonsense"])).text = "1"
        case 4:
            element.text = chance.choice(["", "x" * 200, "12.5", "true", "2026-02-30", "2026-02-28", " 1 ", "{0}", "0"])
        case 5:
            element.set("useMacro", "x")
        case _:
            parent.append(etree.fromstring(etree.tostring(element)))
    body = etree.tostring(root.getroottree(), encoding="unicode")
    return body if body.startswith("<?qbxml") else body[body.index("<?qbxml") :]


def test_all_official_sample_requests_can_be_read() -> None:
    files = sorted((oracle() / "samples" / "official-intuit").rglob("*.xml"))
    assert len(files) == 50
    for file in files:
        message_set = read_set(file.read_bytes())
        assert all(request.name in REQUEST_NAMES for request in message_set.requests), file.name


def test_all_recorded_answers_can_be_read() -> None:
    folder = oracle() / "samples" / "recorded-qbxml"
    records = [
        (record.name, record.values["ListID"])
        for file in sorted(folder.glob("*.response.xml"))
        for answer in read_answers(file.read_bytes()).answers
        for record in answer.records
    ]
    assert ("AccountRet", "80000035-1785958998") in records
    assert len(records) == 8


def test_all_answers_recorded_from_a_web_connector_can_be_read() -> None:
    for file in sorted((oracle() / "samples" / "recorded-qbwc-soap").glob("*.xml")):
        text = file.read_text(encoding="utf-8")
        if "&lt;QBXML" in text:
            text = unescape(text)
        text = text[text.index("<QBXML>") : text.index("</QBXML>") + len("</QBXML>")]
        whole = read_answers(text).answers
        assert whole, file.name
        streamed = list(iter_records(text))
        assert [one for one in streamed if isinstance(one, Record)] == [
            one for answer in whole for one in answer.records
        ]


def test_the_list_of_request_names_is_that_of_the_schemas() -> None:
    for version in VERSIONS:
        tree = etree.parse(oracle() / "qbxml" / f"v{version}" / f"qbxmlops{version.replace('.', '')}.xsd")
        space = {"x": "http://www.w3.org/2001/XMLSchema"}
        names = set(tree.xpath("//x:element[@name='QBXMLMsgsRq']//x:element/@name", namespaces=space))
        assert {name for name, since in REQUEST_NAMES.items() if float(since) <= float(version)} == names


@lru_cache(maxsize=1)
def _field_table() -> dict[tuple[str, str], dict[str, str]]:
    with (oracle() / "qbxml" / "fieldlimits-qbxml14-QBD.tsv").open(encoding="utf-8") as file:
        return {(row["message"], row["path"]): row for row in csv.DictReader(file, delimiter="\t")}


def _paths(fields: tuple[Field, ...], prefix: str = "") -> Iterator[tuple[str, Field]]:
    for field in fields:
        if field.type in ("either", "all"):
            yield from _paths(field.children, prefix)
        else:
            yield prefix + field.name, field
            yield from _paths(field.children, f"{prefix}{field.name}/")


@pytest.mark.parametrize("message", REQUESTS.values(), ids=_name)
def test_our_tables_agree_with_the_field_table_on_lengths_and_the_us_desktop(message: Message) -> None:
    facts = _field_table()
    tables = [(message.name, message.fields, "")]
    if not message.bare:
        tables.append((message.answer_name, message.ret, f"{message.ret_name}/"))
    compared = 0
    for name, fields, prefix in tables:
        for path, field in _paths(fields):
            row = facts.get((name, prefix + path))
            if row is None:
                continue
            compared += 1
            assert field.desktop == (row["in_US_desktop"] == "yes"), (name, path)
            if row["max_length_US_desktop"] and field.type == "str":
                assert field.max_length == int(row["max_length_US_desktop"]), (name, path)
    assert compared or message.since != "13.0"


def test_every_field_of_the_us_desktop_is_in_our_tables() -> None:
    facts = _field_table()
    for message in REQUESTS.values():
        ours = {path for path, _ in _paths(message.fields)}
        theirs = {path for (name, path), row in facts.items() if name == message.name and row["in_US_desktop"] == "yes"}
        assert theirs <= ours, message.name


def test_the_kinds_that_iterate_are_those_of_the_schema() -> None:
    for kind in KINDS.values():
        text = write_set([Request(f"{kind.name}QueryRq", "1")])
        with_iterator = text.replace('requestID="1"', 'requestID="1" iterator="Start"')
        assert (schema_errors(with_iterator, "13.0") == []) == kind.iterates, kind.name
