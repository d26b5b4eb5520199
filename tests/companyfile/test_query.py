"""Asking for list records: filters, order, iterators, what was deleted, and what the file says of itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from daybook.companyfile import CompanyFile
from daybook.qbxml.envelope import Answer, Request
from daybook.qbxml.kinds import KINDS
from tests.companyfile.talk import Clock, Talk


def test_only_active_records_come_unless_asked(talk: Talk, books: CompanyFile) -> None:
    active = talk.names("Customer")
    everything = talk.names("Customer", ActiveStatus="All")
    inactive = talk.names("Customer", ActiveStatus="InactiveOnly")
    assert "Vance Textiles" not in active
    assert "Vance Textiles" in inactive
    assert sorted(active + inactive) == sorted(everything)
    assert len(everything) == books.count("customer", show="all")


def test_records_come_in_the_order_of_the_list_with_jobs_under_their_customer(talk: Talk) -> None:
    names = talk.names("Customer", ActiveStatus="All")
    assert names[:4] == [
        "Alder & Finch Publishing",
        "Alder & Finch Publishing:Office move",
        "Alder & Finch Publishing:Office move:Fit-out",
        "Alder & Finch Publishing:Office move:Fit-out:Furniture",
    ]


def test_inactive_records_are_found_by_name_and_id(talk: Talk) -> None:
    record = talk.get("Customer", "vance textiles")
    assert record["IsActive"] == "false"
    assert talk.ask("CustomerQueryRq", {"ListID": [record["ListID"]]}).records[0].values == record


def test_what_is_not_there_is_said_and_the_rest_is_given(talk: Talk) -> None:
    answer = talk.ask("CustomerQueryRq", {"FullName": ["Juniper Legal", "Nobody"]})
    assert (answer.status_code, answer.severity, len(answer.records)) == (500, "Warn", 1)
    assert "Nobody" in answer.message


def test_nothing_found_is_a_success(talk: Talk) -> None:
    answer = talk.ask("CustomerQueryRq", {"NameFilter": {"MatchCriterion": "StartsWith", "Name": "qqq"}})
    assert (answer.status_code, answer.severity, answer.records) == (1, "Info", [])


@pytest.mark.parametrize(
    ("how", "text", "expected"),
    [
        ("StartsWith", "cas", ["Casco Rowing Club"]),
        ("Contains", "OWING", ["Casco Rowing Club"]),
        ("EndsWith", "club", ["Casco Rowing Club"]),
    ],
)
def test_names_can_be_filtered(talk: Talk, how: str, text: str, expected: list[str]) -> None:
    assert talk.names("Customer", NameFilter={"MatchCriterion": how, "Name": text}) == expected


def test_a_range_of_names_includes_both_ends(talk: Talk) -> None:
    names = talk.names(
        "Vendor", NameRangeFilter={"FromName": "Lumen Lighting Consultants", "ToName": "Old Wharf Office Supply"}
    )
    assert names == ["Lumen Lighting Consultants", "Maine Coastal Power", "Old Wharf Office Supply"]


def test_from_modified_date_is_inclusive_and_local_without_an_offset(
    talk: Talk, books: CompanyFile, clock: Clock
) -> None:
    books.rename("customer", "Juniper Legal", "Juniper Law")
    for moment in ("2026-11-23T15:00:00+00:00", "2026-11-23T10:00:00", "2026-11-23"):
        assert talk.names("Customer", FromModifiedDate=moment) == [
            "Juniper Law", "Juniper Law:Expert opinion Dow", "Juniper Law:Expert opinion Reyes",
        ]  # fmt: skip
    assert talk.names("Customer", FromModifiedDate="2026-11-23T10:00:01") == []
    assert "Juniper Law" not in talk.names("Customer", ToModifiedDate="2026-11-23T09:59:59")


def test_a_balance_can_be_asked_for(talk: Talk) -> None:
    talk.add("Customer", Name="Owes", OpenBalance="12345.60")
    found = talk.names("Customer", TotalBalanceFilter={"Operator": "GreaterThanEqual", "Amount": "12345.60"})
    assert found == ["Owes"]


def test_accounts_can_be_asked_for_by_type(talk: Talk) -> None:
    assert talk.names("Account", AccountType=["CreditCard"]) == ["Company Card", "Travel Card"]


def test_only_wanted_elements_come_back(talk: Talk) -> None:
    (record,) = talk.ask(
        "CustomerQueryRq", {"FullName": ["Juniper Legal"], "IncludeRetElement": ["ListID", "FullName"]}
    ).records
    assert record.values.keys() == {"ListID", "FullName"}


def test_the_number_alone_can_be_asked_for(talk: Talk, books: CompanyFile) -> None:
    answer = talk.ask("EmployeeQueryRq", metaData="MetaDataOnly")
    assert (answer.attributes["retCount"], answer.records) == (str(books.count("employee")), [])


def test_response_data_can_be_left_out(talk: Talk) -> None:
    answers = talk.ask_all(Request("EmployeeQueryRq", "1"), response_data="includeNone")
    assert (answers.answers[0].status_code, answers.answers[0].records) == (0, [])


# Iterators


def page(talk: Talk, step: str, most: int = 50, iterator_id: str = "", **body: Any) -> Answer:
    attributes = {"iterator": step} | ({"iteratorID": iterator_id} if iterator_id else {})
    return talk.ask("CustomerQueryRq", {"MaxReturned": str(most), "ActiveStatus": "All", **body}, **attributes)


def test_an_iterator_gives_every_record_once(talk: Talk, books: CompanyFile) -> None:
    answer = page(talk, "Start")
    names = [record.values["FullName"] for record in answer.records]
    while answer.attributes["iteratorRemainingCount"] != "0":
        answer = page(talk, "Continue", iterator_id=answer.attributes["iteratorID"])
        names += [record.values["FullName"] for record in answer.records]
    assert answer.attributes["iteratorID"]
    assert names == [entry.full_name for entry in books.entries("customer", show="all", limit=1000)]


def test_a_record_deleted_between_two_pages_is_left_out(talk: Talk, books: CompanyFile) -> None:
    books.add("customer", "Zz last")
    answer = page(talk, "Start", 100)
    books.delete("customer", "Zz last")
    last = page(talk, "Continue", 100, answer.attributes["iteratorID"])
    assert "Zz last" not in [record.values["FullName"] for record in last.records]
    assert last.attributes["iteratorRemainingCount"] == "0"


def test_an_iterator_needs_max_returned(talk: Talk) -> None:
    answer = talk.ask("CustomerQueryRq", iterator="Start")
    assert (answer.status_code, answer.message) == (3150, 'There is a missing element: "MaxReturned".')


@pytest.mark.parametrize("case", ["another session", "finished", "stopped", "other filters", "made up"])
def test_an_iterator_that_is_not_valid_is_refused(talk: Talk, path: Any, clock: Clock, case: str) -> None:
    started = page(talk, "Start", 1000 if case == "finished" else 50)
    iterator_id = "{made-up}" if case == "made up" else started.attributes["iteratorID"]
    body = {"ActiveStatus": "ActiveOnly"} if case == "other filters" else {}
    if case == "stopped":
        page(talk, "Stop", iterator_id=iterator_id)
    if case == "another session":
        talk.end()
        talk = Talk(path, clock)
    answer = page(talk, "Continue", 50, iterator_id, **body)
    talk.processor.close_connection()
    assert (answer.status_code, answer.message) == (3391, f'The iteratorID "{iterator_id}" is not valid.')


# What was deleted, and what the file says of itself


def test_deleted_records_are_told_for_ninety_days(talk: Talk, books: CompanyFile, clock: Clock) -> None:
    books.delete("vendor", "Northgate Couriers")
    clock.pass_by(days=1)
    books.delete("payment_method", "American Express")
    both = {"ListDelType": ["Vendor", "PaymentMethod"]}
    found = [record.values["FullName"] for record in talk.ask("ListDeletedQueryRq", both).records]
    assert found == ["Northgate Couriers", "American Express"]
    since = {**both, "DeletedDateRangeFilter": {"FromDeletedDate": "2026-11-24"}}
    assert len(talk.ask("ListDeletedQueryRq", since).records) == 1
    assert talk.ask("ListDeletedQueryRq", {"ListDelType": ["Class"]}).status_code == 1
    clock.pass_by(days=89.5)
    assert len(talk.ask("ListDeletedQueryRq", both).records) == 1
    clock.pass_by(days=1)
    assert talk.ask("ListDeletedQueryRq", both).status_code == 1


def test_host_says_who_answers_and_in_which_mode(talk: Talk) -> None:
    values = talk.ask("HostQueryRq").records[0].values
    assert values["QBFileMode"] == "MultiUser"
    assert {"13.0", "16.0"} <= set(values["SupportedQBXMLVersion"])


def test_company_gives_the_identity_of_the_file_on_request(talk: Talk, books: CompanyFile) -> None:
    assert "DataExtRet" not in talk.ask("CompanyQueryRq").records[0].values
    values = talk.ask("CompanyQueryRq", {"OwnerID": ["0"]}).records[0].values
    assert values["CompanyName"] == "Tidewater Design Partners"
    assert values["DataExtRet"][0]["DataExtValue"] == books.status()["file_id"]


def test_preferences_tell_the_closing_date(talk: Talk, books: CompanyFile) -> None:
    assert "ClosingDate" not in talk.ask("PreferencesQueryRq").records[0].values["AccountingPreferences"]
    books.set_closing_date(date(2025, 12, 31))
    values = talk.ask("PreferencesQueryRq").records[0].values
    assert values["AccountingPreferences"]["ClosingDate"] == "2025-12-31"
    assert values["AccountingPreferences"]["IsUsingClassTracking"] == "true"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.key)
def test_every_list_of_the_sample_firm_can_be_asked_for(talk: Talk, books: CompanyFile, kind: Any) -> None:
    answer = talk.ask(f"{kind.name}QueryRq", {"ActiveStatus": "All"})
    assert answer.status_code in (0, 1)
    assert len(answer.records) == books.count(kind.key, show="all")
