"""A client or project goes out as a customer or job, and comes back with the same values."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from daybook.connectors.errors import FixRecord
from daybook.connectors.qbd import customer, queries
from daybook.connectors.qbd.reading import head_of, mapped_fields
from daybook.qbxml.envelope import FieldRefused, Record, write_set
from tests.connectors.sandbox import Books

KEY = UUID("3f2504e0-4f89-11d3-9a0c-0305e82c3301")
CLIENT: dict[str, Any] = {
    "name": "Löwe & Söhne",
    "parent": None,
    "is_active": True,
    "company_name": "Löwe & Söhne",
    "first_name": "Ada",
    "last_name": "Berg",
    "bill_address": {"lines": ["1 Main St", "Suite 5"], "city": "Bayshore", "state": "CA", "postal_code": "94326",
                     "country": "USA"},
    "phone": "555-0100",
    "email": "ada@example.test",
    "notes": "first\nsecond",
}  # fmt: skip


def nobody(reference: object) -> None:
    """No record of ours is linked."""


def added(books: Books, snapshot: dict[str, Any], resolve: Any = nobody) -> Record:
    """The record that came of an Add."""
    (answer,) = books.ask(customer.add_request(snapshot, KEY, resolve=resolve))
    assert answer.status_code == 0, answer.message
    return answer.records[0]


def test_a_client_comes_back_as_it_was_sent(books: Books) -> None:
    fields = mapped_fields("customer", added(books, CLIENT))
    assert {name: fields[name] for name in CLIENT} == CLIENT
    assert fields["terms"] is None
    assert fields["job_start_date"] == ""


def test_the_posting_key_comes_back(books: Books) -> None:
    assert head_of(added(books, CLIENT)).external_guid.lower() == f"{{{KEY}}}"


def test_a_project_is_put_under_the_client_it_belongs_to(books: Books) -> None:
    client = head_of(added(books, CLIENT))
    project = {
        "name": "Harbour survey",
        "parent": {"subject_kind": "client", "subject_id": 5},
        "job_start_date": "2026-03-01",
        "job_projected_end_date": "2026-09-30",
        "job_description": "Survey of the harbour",
    }
    asked: list[Any] = []

    def resolve(reference: Any) -> str:
        asked.append(reference)
        return client.list_id

    record = added(books, project, resolve)
    assert asked == [{"subject_kind": "client", "subject_id": 5}]
    head = head_of(record)
    assert (head.full_name, head.parent_list_id, head.sublevel) == (
        "Löwe & Söhne:Harbour survey",
        client.list_id,
        1,
    )
    value = customer.value_from(record)
    assert (value.job_start_date, value.job_projected_end_date) == (date(2026, 3, 1), date(2026, 9, 30))
    assert value.parent is not None
    assert value.parent.full_name == "Löwe & Söhne"


def test_a_project_whose_client_is_not_linked_waits_for_a_person() -> None:
    with pytest.raises(FixRecord) as refused:
        customer.add_request({"name": "A", "parent": {"subject_kind": "client", "subject_id": 5}}, KEY, resolve=nobody)
    assert refused.value.code == "unlinked"


def test_a_change_touches_only_what_it_names_and_can_clear(books: Books) -> None:
    record = added(books, CLIENT)
    head = head_of(record)
    changes = {"phone": "", "email": "new@example.test", "bill_address": {"lines": ["2 Main St"], "city": "Eastport"}}
    (answer,) = books.ask(customer.mod_request(changes, head.list_id, head.edit_sequence, resolve=nobody))
    assert answer.status_code == 0, answer.message
    before, after = mapped_fields("customer", record), mapped_fields("customer", answer.records[0])
    assert (after["phone"], after["email"]) == ("", "new@example.test")
    assert after["bill_address"] == {
        "lines": ["2 Main St"],
        "city": "Eastport",
        "state": "",
        "postal_code": "",
        "country": "",
    }
    same = before.keys() - changes.keys()
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_a_reference_can_be_set_and_cleared(books: Books) -> None:
    (types,) = books.ask(queries.whole_list("customer_type"))
    kind = head_of(types.records[0])
    reference = {"list_id": kind.list_id, "full_name": kind.full_name}
    record = added(books, CLIENT | {"customer_type": reference})
    assert mapped_fields("customer", record)["customer_type"] == reference
    head = head_of(record)
    request = customer.mod_request({"customer_type": None}, head.list_id, head.edit_sequence, resolve=nobody)
    (answer,) = books.ask(request)
    assert answer.status_code == 0, answer.message
    assert mapped_fields("customer", answer.records[0])["customer_type"] is None


def test_a_client_can_be_made_inactive(books: Books) -> None:
    head = head_of(added(books, CLIENT))
    (answer,) = books.ask(customer.mod_request({"is_active": False}, head.list_id, head.edit_sequence, resolve=nobody))
    assert not head_of(answer.records[0]).is_active


def test_a_name_that_is_too_long_is_refused_before_it_is_sent() -> None:
    with pytest.raises(FieldRefused, match="Name has 42 characters"):
        write_set([customer.add_request({"name": "x" * 42}, KEY, resolve=nobody)])
