"""Staff go out as employees and come back with the same values."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from daybook.books.employee import name_of
from daybook.connectors.qbd import employee
from daybook.connectors.qbd.reading import head_of, mapped_fields
from tests.connectors.sandbox import Books

KEY = UUID("3f2504e0-4f89-11d3-9a0c-0305e82c3302")
SAM: dict[str, Any] = {
    "first_name": "Sam",
    "middle_name": "J",
    "last_name": "Lind",
    "salutation": "Mr.",
    "address": {"lines": ["1 Main St", "Flat 2"], "city": "Bayshore", "state": "CA", "postal_code": "94326",
                "country": ""},
    "phone": "555-0101",
    "mobile": "555-0102",
    "email": "sam@example.test",
    "job_title": "Surveyor",
    "hired_date": "2026-01-05",
    "released_date": "",
}  # fmt: skip


def test_a_member_of_staff_comes_back_as_sent_with_a_name_made_by_quickbooks(books: Books) -> None:
    (answer,) = books.ask(employee.add_request(SAM, KEY, resolve=lambda reference: None))
    assert answer.status_code == 0, answer.message
    record = answer.records[0]
    fields = mapped_fields("employee", record)
    assert {name: fields[name] for name in SAM} == SAM
    assert head_of(record).name == name_of("Sam", "J", "Lind") == "Sam J Lind"
    assert employee.value_from(record).hired_date == date(2026, 1, 5)


def test_a_long_address_is_put_into_the_two_lines_there_are(books: Books) -> None:
    snapshot = SAM | {"address": {"lines": ["House", "1 Main St", "Flat 2"], "city": "Bayshore"}}
    (answer,) = books.ask(employee.add_request(snapshot, KEY, resolve=lambda reference: None))
    assert mapped_fields("employee", answer.records[0])["address"]["lines"] == ["House", "1 Main St, Flat 2"]


def test_a_release_is_a_change_of_its_own(books: Books) -> None:
    (answer,) = books.ask(employee.add_request(SAM, KEY, resolve=lambda reference: None))
    head = head_of(answer.records[0])
    request = employee.mod_request(
        {"released_date": "2026-06-30"}, head.list_id, head.edit_sequence, resolve=lambda reference: None
    )
    (answer,) = books.ask(request)
    assert answer.status_code == 0, answer.message
    assert mapped_fields("employee", answer.records[0])["released_date"] == "2026-06-30"
    assert mapped_fields("employee", answer.records[0])["phone"] == SAM["phone"]
