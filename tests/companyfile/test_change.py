"""Changing, merging and deleting list records, by an application and by the bookkeeper."""

from __future__ import annotations

import pytest

from daybook.companyfile import CompanyFile, NotPossible
from tests.companyfile.talk import Clock, Talk


def test_elements_left_out_stay_and_empty_ones_are_cleared(talk: Talk, clock: Clock) -> None:
    before = talk.get("Customer", "Juniper Legal")
    clock.pass_by(seconds=5)
    after = talk.mod("Customer", before, Phone="", Fax="77", BillAddress={"City": "Bath"}).records[0].values
    assert "Phone" not in after
    assert (after["Fax"], after["Email"]) == ("77", before["Email"])
    assert after["BillAddress"] == {**before["BillAddress"], "City": "Bath"}
    assert after["EditSequence"] == str(int(clock.now.timestamp()))
    assert after["TimeCreated"] == before["TimeCreated"] != after["TimeModified"]


def test_a_stale_edit_sequence_is_refused(talk: Talk) -> None:
    before = talk.get("Customer", "Juniper Legal")
    talk.mod("Customer", before, Fax="1")
    answer = talk.mod("Customer", before, Fax="2")
    assert answer.status_code == 3200
    assert answer.message == f'The provided edit sequence "{before["EditSequence"]}" is out-of-date.'
    assert talk.get("Customer", "Juniper Legal")["Fax"] == "1"


def test_two_changes_in_one_second_have_two_edit_sequences_unless_told_as_in_quickbooks(
    talk: Talk, books: CompanyFile
) -> None:
    first = talk.mod("Customer", talk.get("Customer", "Juniper Legal"), Fax="1").records[0].values
    second = talk.mod("Customer", first, Fax="2").records[0].values
    assert first["EditSequence"] != second["EditSequence"]
    books.repeat_edit_sequences(True)
    other = talk.mod("Customer", talk.get("Customer", "Sandbar Rentals"), Fax="1").records[0].values
    assert talk.mod("Customer", other, Fax="2").records[0].values["EditSequence"] == other["EditSequence"]


def test_an_unknown_list_id_is_not_found(talk: Talk) -> None:
    answer = talk.mod("Customer", {"ListID": "80000001-1", "EditSequence": "1"}, Fax="1")
    assert answer.status_code == 3120
    assert answer.message.startswith('Object "80000001-1" specified in the request cannot be found.  QuickBooks error')


def test_a_renamed_customer_is_renamed_wherever_it_is_named(talk: Talk) -> None:
    talk.mod("Customer", talk.get("Customer", "Alder & Finch Publishing"), Name="Alder Books")
    lowest = talk.get("Customer", "Alder Books:Office move:Fit-out:Furniture")
    assert lowest["ParentRef"]["FullName"] == "Alder Books:Office move:Fit-out"
    employee = talk.get("Employee", "Mia Ruiz")
    talk.mod("Employee", employee, LastName="Ruiz-Lopez")
    assert talk.get("SalesRep", "MR")["SalesRepEntityRef"]["FullName"] == "Mia Ruiz-Lopez"


def test_a_rename_into_a_taken_name_is_refused_and_into_its_own_is_not(talk: Talk) -> None:
    record = talk.get("Customer", "Juniper Legal")
    assert talk.mod("Customer", record, Name="Sandbar Rentals").status_code == 3100
    assert talk.mod("Customer", record, Name="JUNIPER LEGAL").records[0].values["Name"] == "JUNIPER LEGAL"


def test_a_job_can_move_but_not_under_itself_nor_too_deep(talk: Talk) -> None:
    moving = talk.get("Customer", "Chapman Estates:Orchard Lane")
    below = "Chapman Estates:Orchard Lane:Lot survey"
    assert talk.mod("Customer", moving, ParentRef={"FullName": below}).status_code == 3130
    deep = "Alder & Finch Publishing:Office move:Fit-out"
    assert talk.mod("Customer", moving, ParentRef={"FullName": deep}).status_code == 3130
    assert talk.mod("Customer", moving, ParentRef={"FullName": "Juniper Legal"}).status_code == 0
    assert talk.get("Customer", "Juniper Legal:Orchard Lane:Lot survey:East boundary")["Sublevel"] == "3"


def test_one_of_two_choices_puts_the_other_out(talk: Talk) -> None:
    item = talk.get("ItemService", "Drafting")
    both = {"SalesPrice": "10.00", "PurchaseCost": "4.00", "ExpenseAccountRef": {"FullName": "Consultants"}}
    after = talk.mod("ItemService", item, SalesAndPurchaseMod=both).records[0].values
    assert "SalesOrPurchase" not in after
    assert after["SalesAndPurchase"]["PurchaseCost"] == "4.00"


def test_jobs_of_an_inactive_customer_are_inactive(talk: Talk, books: CompanyFile) -> None:
    books.set_active("customer", "Union Wharf Partners", False)
    found = talk.names(
        "Customer", NameFilter={"MatchCriterion": "Contains", "Name": "Wharf"}, ActiveStatus="InactiveOnly"
    )
    assert found == ["Union Wharf Partners", "Union Wharf Partners:Wharf 1", "Union Wharf Partners:Wharf 2"]
    books.set_active("customer", "Union Wharf Partners", True)
    assert books.find("customer", "Union Wharf Partners").is_active
    assert not books.find("customer", "Union Wharf Partners:Wharf 1").is_active


def test_a_record_that_the_bookkeeper_has_open_cannot_be_changed(talk: Talk, books: CompanyFile) -> None:
    books.use_record("customer", "Juniper Legal", True)
    assert talk.mod("Customer", talk.get("Customer", "Juniper Legal"), Fax="1").status_code == 3175
    books.use_record("customer", "Juniper Legal", False)
    assert talk.mod("Customer", talk.get("Customer", "Juniper Legal"), Fax="1").status_code == 0


def test_an_unused_record_can_be_deleted(talk: Talk) -> None:
    record = talk.get("Customer", "Quill & Compass Books")
    if record["Balance"] != "0.00":
        record = talk.add("Customer", Name="Short-lived").records[0].values
    body = {"ListDelType": "Customer", "ListID": record["ListID"]}
    answer = talk.ask("ListDelRq", body)
    assert answer.status_code == 0
    assert answer.records[0].values["FullName"] == record["FullName"]
    assert talk.ask("ListDelRq", body).status_code == 3120


@pytest.mark.parametrize(
    ("kind", "type_", "name"),
    [
        ("Customer", "Customer", "Thistle & Rye"),
        ("StandardTerms", "StandardTerms", "Net 30"),
        ("Account", "Account", "Operating Account"),
    ],
    ids=["has jobs", "is referred to", "has a balance"],
)
def test_a_used_record_cannot_be_deleted(talk: Talk, kind: str, type_: str, name: str) -> None:
    record = talk.get(kind, name)
    assert talk.ask("ListDelRq", {"ListDelType": type_, "ListID": record["ListID"]}).status_code == 3160


def test_a_merged_record_is_gone_and_what_was_under_it_went_over(talk: Talk, books: CompanyFile, clock: Clock) -> None:
    away = books.find("customer", "Iron Bridge Lofts")
    clock.pass_by(minutes=1)
    books.merge("customer", "Iron Bridge Lofts", "Kestrel Capital")
    assert talk.get("Customer", "Kestrel Capital:Conversion:Survey")
    deleted = talk.ask("ListDeletedQueryRq", {"ListDelType": ["Customer"]}).records
    assert [record.values["ListID"] for record in deleted] == [away.list_id]
    assert deleted[0].values["FullName"] == "Iron Bridge Lofts"
    assert talk.ask("CustomerQueryRq", {"ListID": [away.list_id]}).status_code == 500


def test_what_referred_to_a_merged_record_refers_to_the_other(talk: Talk, books: CompanyFile) -> None:
    books.merge("terms_standard", "Net 10", "Net 15")
    assert talk.get("Vendor", "Old Wharf Office Supply")["TermsRef"]["FullName"] == "Net 15"


def test_a_merge_into_its_own_job_is_not_possible(books: CompanyFile) -> None:
    with pytest.raises(NotPossible):
        books.merge("customer", "Chapman Estates", "Chapman Estates:Orchard Lane")
    with pytest.raises(NotPossible):
        books.merge("customer", "Chapman Estates", "Chapman Estates")


def test_a_merge_that_would_double_the_name_of_a_job_is_not_possible(books: CompanyFile) -> None:
    books.add("customer", "Restaurant", parent="Ravenscroft Hotel")
    with pytest.raises(NotPossible, match="already in use"):
        books.merge("customer", "Thistle & Rye", "Ravenscroft Hotel")
    assert books.find("customer", "Thistle & Rye:Restaurant")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"Colour": "red"}, "Colour is no element of this list."),
        ({"JobStatus": "Dreaming"}, "JobStatus is 'Dreaming', which is none of"),
        ({"BillAddress": {"City": "x" * 32}}, "BillAddress/City has 32 characters"),
        ({"BillAddress": "Bath"}, "BillAddress has elements of its own."),
        ({"Fax": {"City": "Bath"}}, "Fax has no elements of its own."),
    ],
)
def test_the_bookkeeper_cannot_write_what_the_list_does_not_hold(
    books: CompanyFile, values: dict[str, object], why: str
) -> None:
    with pytest.raises(NotPossible, match=why):
        books.change("customer", "Juniper Legal", values)
    with pytest.raises(NotPossible, match=why):
        books.add("customer", "Foxglove", values=values)


def test_the_bookkeeper_gets_a_sentence_for_what_is_not_possible(books: CompanyFile) -> None:
    with pytest.raises(NotPossible, match="already in use") as caught:
        books.add("customer", "Juniper Legal")
    assert caught.value.code == 3100
    with pytest.raises(NotPossible, match='There is no "Nobody"'):
        books.rename("customer", "Nobody", "Somebody")
