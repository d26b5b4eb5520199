"""What we write, QuickBooks can take; what it could not take is refused by us, with the place and the reason."""

from __future__ import annotations

import pytest

from daybook.qbxml.envelope import FieldRefused, Request, Values, read_set, write_set


def customer(**values: object) -> Request:
    return Request("CustomerAddRq", "1", {}, {"CustomerAdd": {"Name": "Ada", **values}})


def test_elements_are_put_in_schema_order_whatever_the_order_of_the_dict() -> None:
    text = write_set(
        [Request("CustomerAddRq", "1", {}, {"CustomerAdd": {"Phone": "1", "IsActive": "true", "Name": "A"}})]
    )
    assert "<Name>A</Name><IsActive>true</IsActive><Phone>1</Phone>" in text


def test_the_text_is_ascii_and_letters_survive() -> None:
    text = write_set([customer(CompanyName='Löwe & "Söhne" <GmbH> €')])
    assert text.isascii()
    assert read_set(text).requests[0].record["CompanyName"] == 'Löwe & "Söhne" <GmbH> €'


def test_line_breaks_survive_both_kinds() -> None:
    notes = "one\r\ntwo\nthree\tfour"
    assert read_set(write_set([customer(Notes=notes)])).requests[0].record["Notes"] == notes


def test_a_host_query_has_nothing_inside_it() -> None:
    assert "<HostQueryRq></HostQueryRq>" in write_set([Request("HostQueryRq")])


def test_a_set_can_be_asked_for_by_its_id_without_requests() -> None:
    found = read_set(write_set([], new_set_id="A1", old_set_id="A1", on_error="stopOnError"))
    assert (found.requests, found.new_set_id, found.old_set_id) == ([], "A1", "A1")


@pytest.mark.parametrize(
    ("values", "path", "why"),
    [
        ({"Name": "x" * 42}, "CustomerAddRq/CustomerAdd/Name", "42 characters"),
        ({"Nickname": "A"}, "CustomerAddRq/CustomerAdd/Nickname", "not an element"),
        ({"PrintAs": "A"}, "CustomerAddRq/CustomerAdd/PrintAs", "US desktop"),
        ({"CreditLimit": "12.5"}, "CustomerAddRq/CustomerAdd/CreditLimit", "amount"),
        ({"JobStatus": "Lost"}, "CustomerAddRq/CustomerAdd/JobStatus", "none of"),
        ({"Notes": "bell\x07"}, "CustomerAddRq/CustomerAdd/Notes", "character"),
        ({"IsActive": True}, "CustomerAddRq/CustomerAdd/IsActive", "must be text"),
        ({"BillAddress": "here"}, "CustomerAddRq/CustomerAdd/BillAddress", "elements of its own"),
        (
            {"AdditionalContactRef": [{"ContactName": "a", "ContactValue": "b"}] * 9},
            "CustomerAddRq/CustomerAdd",
            "more than 8",
        ),
    ],
)
def test_a_value_that_quickbooks_would_refuse_is_named(values: Values, path: str, why: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        write_set([customer(**values)])
    assert refused.value.path == path
    assert why in refused.value.why


def test_a_missing_required_element_is_named() -> None:
    with pytest.raises(FieldRefused, match="lacks Name"):
        write_set([Request("CustomerAddRq", "1", {}, {"CustomerAdd": {"Phone": "1"}})])


def test_alternatives_cannot_be_mixed() -> None:
    with pytest.raises(FieldRefused, match="together"):
        write_set([Request("CustomerQueryRq", "1", {}, {"ListID": ["1"], "ActiveStatus": "All"})])


@pytest.mark.parametrize(
    "request_",
    [
        Request("InvoiceAddRq", "1"),
        Request("CustomerQueryRq", "x" * 51),
        Request("EmployeeQueryRq", "1", {"iterator": "Start"}),
        Request("CustomerQueryRq", "1", {"iterator": "Begin"}),
    ],
)
def test_a_request_that_we_do_not_know_or_that_is_malformed_is_refused(request_: Request) -> None:
    with pytest.raises(FieldRefused):
        write_set([request_])


def test_a_request_of_a_later_version_is_refused_in_an_earlier_one() -> None:
    request = Request("PayrollItemWageModRq", "1", {}, {"PayrollItemWageMod": {"ListID": "1", "EditSequence": "1"}})
    with pytest.raises(FieldRefused, match=r"13\.0"):
        write_set([request])
    assert "PayrollItemWageModRq" in write_set([request], version="16.0")
