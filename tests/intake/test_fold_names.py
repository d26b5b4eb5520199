"""Names are the same whatever their case, in every script and on both databases."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daybook.books.names import name_key
from daybook.directory.models import Client, ClientType, LaborCode, Project
from daybook.directory.queries import client_named, project_named
from daybook.outbox.models import Link
from daybook.outbox.queries import taken_names
from tests.intake.house import House

CUSTOMERS = ["customers"]


@pytest.fixture
def imported(house: House) -> House:
    """With a customer and a job in letters that only a full fold finds."""
    with house.books() as books:
        books.add("customer", "ÄRZTEHAUS Groß")
        books.add("customer", "Übergabe", parent="ÄRZTEHAUS Groß")
    house.first()
    return house


@pytest.mark.parametrize("written", ["ärztehaus groß", "Ärztehaus GROSS", "ÄRZTEHAUS Groß"])
def test_a_name_that_differs_in_case_only_is_taken(imported: House, written: str) -> None:
    assert taken_names(imported.file, [written])[name_key(written)] == imported.link("ÄRZTEHAUS Groß")
    assert name_key(f"{written}:übergabe") in taken_names(imported.file, [f"{written}:übergabe"])


def test_all_names_are_asked_for_at_once_by_the_index(imported: House) -> None:
    names = list(Link.objects.values_list("full_name", flat=True)[:50])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert taken_names(imported.file, [name.upper() for name in names]).keys() >= {name_key(name) for name in names}
    assert len(queries) == 1
    if connection.vendor == "sqlite":
        found = Link.objects.filter(company_file=imported.file, folded_name__in=["a", "b"]).explain()
        assert "outbox_link_folded_name" in found


def test_clients_and_projects_are_found_whatever_the_case(imported: House) -> None:
    client = imported.client("ÄRZTEHAUS Groß")
    assert client_named("ärztehaus gross") == client
    assert project_named(client, "ÜBERGABE") == imported.project("Übergabe")


def test_every_record_keeps_its_name_folded(imported: House) -> None:
    for model, column in ((Link, "full_name"), (Client, "name"), (Project, "name")):
        rows = list(model.everything.values_list(column, "folded_name"))
        assert rows and all(folded == name_key(name) for name, folded in rows)


def test_a_rename_in_the_books_folds_the_names_below_it_anew(imported: House) -> None:
    with imported.bookkeeper() as books:
        books.rename("customer", "ÄRZTEHAUS Groß", "Haus ÖST")
    imported.bring(CUSTOMERS)
    assert imported.link("Haus ÖST:Übergabe").folded_name == "haus öst:übergabe"
    assert client_named("HAUS öst") is not None
    assert not taken_names(imported.file, ["ärztehaus groß:übergabe"])


def test_types_and_codes_of_the_same_name_become_one_whatever_the_case(house: House) -> None:
    ClientType.objects.create(name="GROSS")
    LaborCode.objects.create(name="ärger")
    with house.books() as books:
        books.add("customer_type", "groß")
        books.add("item_service", "ÄRGER")
    house.first(service_items="link")
    assert ClientType.objects.get(name="GROSS").list_entry is not None
    assert not ClientType.objects.filter(name="groß").exists()
    assert LaborCode.objects.get(name="ärger").item is not None
