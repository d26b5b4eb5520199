"""Requests are read as strictly as QuickBooks reads them, and nothing hostile gets through."""

from __future__ import annotations

import pytest

from daybook.qbxml.envelope import Request, SchemaViolation, read_set

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<?qbxml version="{version}"?>\n'


def document(inner: str, attributes: str = 'onError="continueOnError"', version: str = "13.0") -> str:
    return HEAD.format(version=version) + f"<QBXML><QBXMLMsgsRq {attributes}>{inner}</QBXMLMsgsRq></QBXML>"


def add(inner: str) -> str:
    return document(f'<CustomerAddRq requestID="1"><CustomerAdd>{inner}</CustomerAdd></CustomerAddRq>')


def test_a_request_keeps_its_id_attributes_and_values() -> None:
    text = document(
        '<CustomerQueryRq requestID="7" iterator="Start"><MaxReturned>500</MaxReturned>'
        "<ActiveStatus>All</ActiveStatus><OwnerID>0</OwnerID></CustomerQueryRq>"
    )
    body = {"MaxReturned": "500", "ActiveStatus": "All", "OwnerID": ["0"]}
    assert read_set(text).requests == [Request("CustomerQueryRq", "7", {"iterator": "Start"}, body)]


def test_an_empty_element_is_told_apart_from_one_that_is_left_out() -> None:
    record = read_set(add("<Name>Ada</Name><Phone/>")).requests[0].record
    assert record == {"Name": "Ada", "Phone": ""}


def test_message_set_ids_are_kept() -> None:
    found = read_set(document("", 'newMessageSetID="A1" oldMessageSetID="A0" onError="stopOnError"', "16.0"))
    assert (found.new_set_id, found.old_set_id, found.on_error, found.version) == ("A1", "A0", "stopOnError", "16.0")


def test_a_request_without_a_table_is_kept_as_unknown() -> None:
    (request,) = read_set(document('<InvoiceAddRq requestID="5"><InvoiceAdd/></InvoiceAddRq>')).requests
    assert (request.name, request.request_id, request.known) == ("InvoiceAddRq", "5", False)


@pytest.mark.parametrize(
    "inner",
    [
        "<Phone>1</Phone><Name>Ada</Name>",
        "<Name>Ada</Name><Nonsense>1</Nonsense>",
        "<Phone>1</Phone>",
        f"<Name>{'x' * 42}</Name>",
        "<Name>Ada</Name><CreditLimit>12.5</CreditLimit>",
        "<Name>Ada</Name><JobStatus>Lost</JobStatus>",
        "<Name>Ada</Name><JobStartDate>2026-02-30</JobStartDate>",
        '<Name lang="en">Ada</Name>',
        "<Name><b>Ada</b></Name>",
        "Ada<Name>Ada</Name>",
        "<Name>Ada</Name><Name>Ada</Name>",
        "<Name>Ada</Name><CreditCardInfo><ExpirationMonth>13</ExpirationMonth></CreditCardInfo>",
    ],
)
def test_what_breaks_the_schema_of_a_record_is_refused(inner: str) -> None:
    with pytest.raises(SchemaViolation):
        read_set(add(inner))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not XML at all",
        document("<HostQueryRq/>")[:-10],
        document("<HostQueryRq/>").replace('<?qbxml version="13.0"?>\n', ""),
        document("<HostQueryRq/>", version="99.0"),
        document("<HostQueryRq/>", attributes=""),
        document("<HostQueryRq/>", attributes='onError="shrug"'),
        document("<HostQueryRq/>", attributes='onError="stopOnError" more="1"'),
        document("<MadeUpQueryRq/>"),
        document('<EmployeeQueryRq iterator="Start"/>'),
        document('<CustomerQueryRq iterator="Begin"/>'),
        document("<CustomerQueryRq><MaxReturned>0</MaxReturned></CustomerQueryRq>"),
        document("<CustomerQueryRq><ListID>1</ListID><MaxReturned>5</MaxReturned></CustomerQueryRq>"),
        document("<PayrollItemWageModRq/>"),
        HEAD.format(version="13.0") + "<QBXML/>",
        HEAD.format(version="13.0") + "<Other/>",
        document("<CustomerAddRq>\x01</CustomerAddRq>"),
        document("<CustomerAddRq>\ud800</CustomerAddRq>"),
    ],
)
def test_a_document_that_is_not_a_valid_set_of_requests_is_refused(text: str) -> None:
    with pytest.raises(SchemaViolation):
        read_set(text)


def test_a_document_type_is_refused_before_anything_is_expanded() -> None:
    lol = '<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    text = add("<Name>&b;</Name>").replace("<QBXML>", lol + "<QBXML>")
    with pytest.raises(SchemaViolation, match="document type"):
        read_set(text)
    with pytest.raises(SchemaViolation):
        read_set(text.encode("utf-16"))


def test_an_undeclared_entity_is_refused() -> None:
    with pytest.raises(SchemaViolation):
        read_set(add("<Name>&secret;</Name>"))


def test_a_document_that_is_too_large_or_too_deep_is_refused() -> None:
    with pytest.raises(SchemaViolation, match="larger"):
        read_set(add("<Name>Ada</Name>"), largest=100)
    nested = "<a>" * 60 + "</a>" * 60
    with pytest.raises(SchemaViolation, match="deep"):
        read_set(document(f"<InvoiceAddRq>{nested}</InvoiceAddRq>"))


def test_a_version_older_than_ours_is_read_with_the_oldest_tables() -> None:
    found = read_set(document("<CustomerQueryRq><MaxReturned>5</MaxReturned></CustomerQueryRq>", version="2.0"))
    assert found.version == "2.0"
    assert found.requests[0].body == {"MaxReturned": "5"}


def test_a_field_of_a_later_version_is_refused_in_an_earlier_one() -> None:
    inner = "<EmployeeModRq><EmployeeMod><ListID>1</ListID><EditSequence>1</EditSequence><Gender>Female</Gender>"
    text = inner + "</EmployeeMod></EmployeeModRq>"
    with pytest.raises(SchemaViolation):
        read_set(document(text))
    assert read_set(document(text, version="16.0")).requests[0].record["Gender"] == "Female"
