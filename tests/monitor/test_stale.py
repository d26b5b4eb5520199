"""Both sides changed a record: it is read anew and merged, or a person chooses."""

from datetime import UTC, datetime

import pytest

from daybook.directory.models import Client
from daybook.intake.models import Conflict
from daybook.intake.operations import ask_import, settle_conflict
from daybook.outbox.models import Posting
from daybook.outbox.operations import approve, resend, withdraw
from daybook.people.errors import Refused
from tests.monitor.harness import House, State

WHEN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def a_client(house: House, name: str = "Zenith") -> Client:
    client = Client.objects.create(name=name, company_name=name, created_at=WHEN, changed_at=WHEN)
    house.ask(name, number=client.pk, snapshot={"name": name, "company_name": name})
    house.run()
    return client


def a_clash(house: House) -> tuple[Client, Posting]:
    """Zenith is a Group in QuickBooks and a Holding here, and the change waits for a person."""
    client = a_client(house)
    with house.books() as books:
        books.change("customer", "Zenith", {"CompanyName": "Zenith Group"})
    Client.objects.filter(pk=client.pk).update(company_name="Zenith Holding")
    change = house.ask("Zenith", number=client.pk, action="mod", snapshot={"company_name": "Zenith Holding"})
    house.run()
    return client, change


def test_changes_of_different_fields_are_merged(house: House) -> None:
    client = a_client(house)
    with house.books() as books:
        books.change("customer", "Zenith", {"Fax": "503-555-0777"})
    Client.objects.filter(pk=client.pk).update(company_name="Zenith Holding")
    change = house.ask("Zenith", number=client.pk, action="mod", snapshot={"company_name": "Zenith Holding"})
    house.run()
    (there,) = house.found("Zenith")
    assert house.state(change) == State.POSTED
    assert (there.values["CompanyName"], there.values["Fax"]) == ("Zenith Holding", "503-555-0777")


def test_a_clash_in_the_same_field_is_shown_and_nothing_is_overwritten(house: House) -> None:
    _, change = a_clash(house)
    assert (house.state(change), house.fresh(change).problem_code) == (State.PARKED, "conflict")
    assert house.found("Zenith")[0].values["CompanyName"] == "Zenith Group"
    assert Conflict.objects.filter(field="company_name").count() == 1


def test_what_both_sides_changed_is_not_sent_again_before_somebody_chose(house: House) -> None:
    client, change = a_clash(house)
    with pytest.raises(Refused, match="Choose first which value counts"):
        resend(house.cast.ada, house.fresh(change), house.clock())
    once_more = house.ask("Zenith", number=client.pk, action="mod", snapshot={"company_name": "Zenith Trust"})
    house.run()
    assert (house.state(once_more), house.fresh(once_more).problem_code) == (State.PARKED, "conflict")
    assert house.found("Zenith")[0].values["CompanyName"] == "Zenith Group"


def test_another_field_goes_while_one_waits_for_the_choice(house: House) -> None:
    client, change = a_clash(house)
    withdraw(house.cast.ada, house.fresh(change), "Later.", house.clock())
    other = house.ask("Zenith", number=client.pk, action="mod", snapshot={"phone": "503-555-0100"})
    house.run()
    assert house.state(other) == State.POSTED
    assert house.found("Zenith")[0].values["CompanyName"] == "Zenith Group"


def test_when_daybooks_value_was_chosen_it_goes(house: House) -> None:
    _, change = a_clash(house)
    settle_conflict(house.cast.ada, Conflict.objects.get(), "ours", house.clock())
    house.run()
    assert house.state(change) == State.POSTED
    assert house.found("Zenith")[0].values["CompanyName"] == "Zenith Holding"


def test_the_value_of_quickbooks_that_is_chosen_is_the_one_that_stands_there_by_now(house: House) -> None:
    client, _ = a_clash(house)
    with house.books() as books:
        books.change("customer", "Zenith", {"CompanyName": "Zenith Holding"})
    ask_import(None, house.file, ["customer"], now=house.clock())
    house.run()
    settle_conflict(house.cast.ada, Conflict.objects.get(settled_at=None), "theirs", house.clock())
    house.run()
    client.refresh_from_db()
    assert client.company_name == house.found("Zenith")[0].values["CompanyName"] == "Zenith Holding"


def test_the_same_change_on_both_sides_is_done_already(house: House) -> None:
    client = a_client(house)
    with house.books() as books:
        books.change("customer", "Zenith", {"CompanyName": "Zenith Holding"})
    Client.objects.filter(pk=client.pk).update(company_name="Zenith Holding")
    change = house.ask("Zenith", number=client.pk, action="mod", snapshot={"company_name": "Zenith Holding"})
    house.run()
    assert house.state(change) == State.POSTED


def test_a_record_that_was_deleted_there_needs_somebody(house: House) -> None:
    client = a_client(house)
    with house.books() as books:
        books.delete("customer", "Zenith")
    change = house.ask("Zenith", number=client.pk, action="mod", snapshot={"company_name": "Zenith Holding"})
    house.run()
    parked = house.fresh(change)
    assert parked.state == State.PARKED and "deleted" in parked.problem


def test_a_change_that_waited_behind_another_goes_on_the_newest_edit_sequence(house: House) -> None:
    client = a_client(house)
    for name in ("One", "Two", "Three"):
        house.ask("Zenith", number=client.pk, action="mod", snapshot={"company_name": name})
        house.run()
    assert house.found("Zenith")[0].values["CompanyName"] == "Three"


def test_a_rename_there_is_not_written_over_by_a_posting_of_the_whole_record(house: House) -> None:
    client = a_client(house)
    with house.books() as books:
        books.change("customer", "Zenith", {"Name": "Renamed there"})
    Client.objects.filter(pk=client.pk).update(company_name="Zenith Holding")
    whole = {"name": "Zenith", "company_name": "Zenith Holding"}
    first = house.ask("Zenith", number=client.pk, action="mod", snapshot=whole)
    second = house.ask("Zenith", number=client.pk, action="mod", snapshot=whole | {"fax": "1"}, proposed=True)
    approve(house.cast.ada, second, house.clock())
    house.run()
    assert [house.state(change) for change in (first, second)] == [State.POSTED, State.POSTED]
    client.refresh_from_db()
    assert (client.name, len(house.found("Renamed there")), house.found("Zenith")) == ("Renamed there", 1, [])
