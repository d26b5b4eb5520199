"""Adding list records: what is kept, and by which rules it is refused."""

from __future__ import annotations

import re

import pytest

from daybook.companyfile import CompanyFile
from tests.companyfile.talk import Clock, Talk


def test_a_new_customer_comes_back_with_ids_and_times(talk: Talk, clock: Clock) -> None:
    answer = talk.add("Customer", Name="Foxglove Dairy", BillAddress={"Addr1": "1 Lane", "City": "Bath"}, Phone="555")
    values = answer.records[0].values
    now = int(clock.now.timestamp())
    assert (answer.status_code, answer.message) == (0, "Status OK")
    assert re.fullmatch(f"8[0-9A-F]{{7}}-{now}", values["ListID"])
    assert values["EditSequence"] == str(now)
    assert values["TimeCreated"] == values["TimeModified"] == "2026-11-23T10:00:00-05:00"
    assert values["BillAddress"] == {"Addr1": "1 Lane", "City": "Bath"}
    assert (values["FullName"], values["Sublevel"], values["IsActive"]) == ("Foxglove Dairy", "0", "true")
    assert (values["Balance"], values["TotalBalance"]) == ("0.00", "0.00")


def test_a_job_stands_under_its_customer(talk: Talk) -> None:
    parent = talk.get("Customer", "juniper legal")
    values = talk.add("Customer", Name="Annex", ParentRef={"FullName": "JUNIPER LEGAL"}).records[0].values
    assert values["FullName"] == "Juniper Legal:Annex"
    assert values["ParentRef"] == {"ListID": parent["ListID"], "FullName": "Juniper Legal"}
    assert values["Sublevel"] == "1"


def test_the_list_id_wins_over_the_full_name(talk: Talk) -> None:
    chosen = talk.get("Customer", "Juniper Legal")["ListID"]
    values = talk.add("Customer", Name="Annex", ParentRef={"ListID": chosen, "FullName": "Sandbar Rentals"}).records[0]
    assert values.values["FullName"] == "Juniper Legal:Annex"


def test_an_unknown_parent_is_refused(talk: Talk) -> None:
    answer = talk.add("Customer", Name="Annex", ParentRef={"FullName": "Nobody & Co"})
    assert answer.status_code == 3130
    assert '"Nobody & Co" in the Customers list' in answer.message


def test_five_levels_and_no_more(talk: Talk) -> None:
    above = "Thistle & Rye"
    for level in ("Two", "Three", "Four", "Five"):
        assert talk.add("Customer", Name=level, ParentRef={"FullName": above}).status_code == 0
        above += f":{level}"
    answer = talk.add("Customer", Name="Six", ParentRef={"FullName": above})
    assert (answer.status_code, "five levels" in answer.message) == (3130, True)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("Customer", {"Name": "beacon structural ENGINEERS"}),
        ("Vendor", {"Name": "Juniper Legal"}),
        ("OtherName", {"Name": "Mia Ruiz"}),
        ("Employee", {"FirstName": "Walter", "LastName": "Simms"}),
        ("Customer", {"Name": "Vance Textiles"}),
    ],
    ids=[
        "customer like a vendor",
        "vendor like a customer",
        "other name like an employee",
        "inactive employee",
        "inactive",
    ],
)
def test_customers_vendors_employees_and_other_names_share_one_namespace(
    talk: Talk, kind: str, values: dict[str, str]
) -> None:
    answer = talk.add(kind, **values)
    name = values.get("Name") or "Walter Simms"
    assert (answer.status_code, answer.severity) == (3100, "Error")
    assert answer.message == f'The name "{name}" of the list element is already in use.'


def test_two_customers_may_have_jobs_of_one_name(talk: Talk) -> None:
    assert talk.add("Customer", Name="Kitchen", ParentRef={"FullName": "Thistle & Rye"}).status_code == 0
    assert talk.add("Customer", Name="Kitchen", ParentRef={"FullName": "Ravenscroft Hotel"}).status_code == 0
    assert talk.add("Customer", Name="kitchen", ParentRef={"FullName": "Ravenscroft Hotel"}).status_code == 3100


def test_items_of_all_kinds_share_one_namespace(talk: Talk) -> None:
    answer = talk.add("ItemNonInventory", Name="Survey", SalesOrPurchase={"Price": "1.00"})
    assert answer.status_code == 3100


def test_a_colon_is_no_part_of_a_name(talk: Talk) -> None:
    answer = talk.add("Customer", Name="A:B")
    assert answer.status_code == 3090


def test_a_name_of_blanks_is_missing(talk: Talk) -> None:
    assert talk.add("Customer", Name="  ").status_code == 3150


def test_blanks_around_a_name_go(talk: Talk) -> None:
    assert talk.add("Customer", Name="  Foxglove ").records[0].values["Name"] == "Foxglove"


def test_letters_outside_windows_1252_become_question_marks(talk: Talk) -> None:
    values = talk.add("Customer", Name="Müller € 東京", CompanyName="Łódź").records[0].values
    assert (values["Name"], values["CompanyName"]) == ("Müller € ??", "?ód?")


def test_the_name_of_an_employee_is_built_from_its_parts(talk: Talk) -> None:
    values = talk.add("Employee", FirstName="Sam", MiddleName="J", LastName="Lind").records[0].values
    assert values["Name"] == "Sam J Lind"
    assert talk.add("Employee", JobTitle="Nobody").status_code == 3150


def test_a_built_name_can_be_too_long(talk: Talk) -> None:
    answer = talk.add("Employee", FirstName="Maximiliana-Theodora", LastName="Featherstonehaugh-Winter")
    assert (answer.status_code, '"Name"' in answer.message) == (3070, True)


def test_references_are_looked_up_and_completed(talk: Talk) -> None:
    values = talk.add("Customer", Name="Foxglove", TermsRef={"FullName": "net 30"}).records[0].values
    assert values["TermsRef"]["FullName"] == "Net 30"
    assert values["TermsRef"]["ListID"]


def test_a_reference_that_finds_nothing_is_refused(talk: Talk) -> None:
    answer = talk.add("Customer", Name="Foxglove", TermsRef={"FullName": "Net 99"})
    assert answer.status_code == 3140
    assert 'invalid reference to QuickBooks Terms "Net 99" in the Customer' in answer.message
    assert talk.names("Customer", NameFilter={"MatchCriterion": "Contains", "Name": "Foxglove"}) == []


def test_a_reference_deep_inside_is_checked_too(talk: Talk) -> None:
    answer = talk.add("ItemService", Name="Extra", SalesOrPurchase={"AccountRef": {"FullName": "Nowhere"}})
    assert answer.status_code == 3140


def test_a_record_of_another_list_is_no_target(talk: Talk) -> None:
    customer = talk.get("Customer", "Juniper Legal")["ListID"]
    assert talk.add("Customer", Name="Foxglove", TermsRef={"ListID": customer}).status_code == 3140
    assert talk.add("SalesRep", Initial="ZZ", SalesRepEntityRef={"FullName": "Juniper Legal"}).status_code == 3140


def test_notes_and_contacts_come_back_under_their_own_names(talk: Talk) -> None:
    values = (
        talk.add(
            "Customer",
            Name="Foxglove",
            Contacts=[{"FirstName": "Ada", "LastName": "Moor"}],
            AdditionalNotes=[{"Note": "Call in the morning"}],
            OpenBalance="12.50",
        )
        .records[0]
        .values
    )
    assert values["ContactsRet"][0]["FirstName"] == "Ada"
    assert values["AdditionalNotesRet"][0]["Note"] == "Call in the morning"
    assert values["Balance"] == "12.50"


def test_the_external_guid_is_kept(talk: Talk) -> None:
    key = "{4f1d2b1e-0d3c-4a57-9a55-111111111111}"
    assert talk.add("Customer", Name="Foxglove", ExternalGUID=key).records[0].values["ExternalGUID"] == key
    assert talk.get("Customer", "Foxglove")["ExternalGUID"] == key


def test_a_login_user_without_the_permission_is_refused(talk: Talk, books: CompanyFile) -> None:
    books.set_login_permission("customer", "write")
    assert talk.add("Customer", Name="Foxglove").status_code == 3260
    assert talk.names("Customer", FullName=["Juniper Legal"]) == ["Juniper Legal"]
    books.set_login_permission("customer", "all")
    assert talk.ask("CustomerQueryRq").status_code == 3260
    books.set_login_permission("customer", "")
    assert talk.add("Customer", Name="Foxglove").status_code == 0


def test_personal_data_needs_a_grant_of_its_own(talk: Talk, books: CompanyFile) -> None:
    assert talk.add("Employee", FirstName="Sam", LastName="Lind", SSN="123-45-6789").records[0].values["SSN"]
    books.set_personal_data(False)
    assert talk.add("Employee", FirstName="Ida", LastName="Lind", SSN="123-45-6780").status_code == 3261
    assert "SSN" not in talk.ask("EmployeeQueryRq", {"FullName": ["Sam Lind"]}).records[0].values


def test_a_refusal_can_be_asked_for(talk: Talk, books: CompanyFile) -> None:
    books.refuse_next(3180, 3175)
    first, second, third = (talk.add("Customer", Name="Foxglove") for _ in range(3))
    assert (first.status_code, second.status_code, third.status_code) == (3180, 3175, 0)
    assert "has been modified by another user" in first.message


def test_a_kind_without_a_table_is_answered_with_3250(talk: Talk) -> None:
    text = (
        '<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="continueOnError"><VehicleQueryRq requestID="4"/>'
        '<HostQueryRq requestID="5"/></QBXMLMsgsRq></QBXML>'
    )
    assert 'VehicleQueryRs requestID="4" statusCode="3250"' in talk.say(text)
    assert 'HostQueryRs requestID="5" statusCode="0"' in talk.say(text)


def test_a_request_id_may_have_fifty_characters(talk: Talk) -> None:
    text = (
        '<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="continueOnError"><HostQueryRq requestID="{}"/>'
        "</QBXMLMsgsRq></QBXML>"
    )
    assert 'statusCode="0"' in talk.say(text.format("x" * 50))
    assert 'statusCode="1060"' in talk.say(text.format("x" * 51))
