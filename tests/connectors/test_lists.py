"""Every list of the company file can be read whole, and each kind gives the facts we keep of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from daybook.books.lists import LISTS
from daybook.connectors.qbd import company, lists, queries
from daybook.connectors.qbd.reading import head_of, mapped_fields
from daybook.qbxml.kinds import KINDS
from tests.connectors.sandbox import Books


def test_every_kind_with_a_table_has_a_name_that_people_read() -> None:
    assert LISTS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_list_can_be_read_and_mapped(kind: str, books: Books) -> None:
    (answer,) = books.ask(queries.whole_list(kind))
    assert answer.status_code in (0, 1), answer.message
    for record in answer.records:
        head = head_of(record)
        assert head.list_id
        assert head.name
        fields = mapped_fields(kind, record)
        assert isinstance(fields, dict)
        assert lists.value_from(kind, record).full_name == head.full_name


def test_a_list_that_iterates_comes_page_by_page(books: Books) -> None:
    names: list[str] = []
    (answer,) = books.ask(queries.whole_list("customer", page=5))
    names += [head_of(record).full_name for record in answer.records]
    pages = 1
    while int(answer.attributes["iteratorRemainingCount"]):
        (answer,) = books.ask(queries.next_page("customer", answer.attributes["iteratorID"], page=5))
        names += [head_of(record).full_name for record in answer.records]
        pages += 1
    (whole,) = books.ask(queries.modified_since("customer", datetime(2000, 1, 1, tzinfo=UTC)))
    assert names == [head_of(record).full_name for record in whole.records]
    assert pages == -(-len(names) // 5)


def test_single_records_are_found_by_id_and_by_full_name(books: Books) -> None:
    (answer,) = books.ask(queries.whole_list("customer"))
    wanted = head_of(answer.records[-1])
    by_id, by_name, gone = books.ask(
        queries.by_list_id("customer", wanted.list_id),
        queries.by_full_name("customer", wanted.full_name),
        queries.by_list_id("customer", "80009999-1"),
    )
    assert [head_of(record) for record in by_id.records] == [head_of(record) for record in by_name.records] == [wanted]
    assert gone.status_code == 500


def test_nothing_is_modified_in_the_future(books: Books) -> None:
    (answer,) = books.ask(queries.modified_since("customer", datetime.now(UTC) + timedelta(days=2)))
    assert (answer.status_code, answer.records) == (1, [])


def test_service_items_and_accounts_keep_what_projects_and_expenses_need(books: Books) -> None:
    services, accounts, terms = books.ask(
        queries.whole_list("item_service"), queries.whole_list("account"), queries.whole_list("terms_standard")
    )
    facts = mapped_fields("item_service", services.records[0])
    assert {"description", "price", "account"} <= facts.keys()
    assert all(mapped_fields("account", record)["type"] for record in accounts.records)
    assert any("due_days" in mapped_fields("terms_standard", record) for record in terms.records)


def test_the_company_file_says_who_it_is(books: Books) -> None:
    host, firm, preferences = books.ask(queries.host(), queries.company(), queries.preferences())
    assert "16.0" in company.host_facts(host.records[0])["qbxml_versions"]
    assert company.company_facts(firm.records[0])["company_name"]
    assert company.company_facts(firm.records[0])["file_id"]
    facts = company.preference_facts(preferences.records[0])
    assert isinstance(facts["class_tracking"], bool)
    assert {"closing_date", "sales_tax_on", "multi_currency"} <= facts.keys()


def test_deleted_records_are_listed(books: Books) -> None:
    (answer,) = books.ask(queries.deleted_since(["customer", "employee"], None))
    assert answer.status_code in (0, 1), answer.message
    assert all(company.deletion_of(record)["list_id"] for record in answer.records)
