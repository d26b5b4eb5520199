"""Lists: searched, filtered, sorted and paged by the address, with the same few queries whatever their size."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from daybook.directory.models import Client, Project
from daybook.web.listing import COUNT_LIMIT, Bulk, Column, Filter, Listing

COLUMNS = [
    Column("name", "Name", sort=("name",), phone="title"),
    Column("code", "ID", sort=("code",)),
    Column("company_name", "Company"),
    Column("made", "Made", sort=("-created_at",), kind="when", value="created_at", shown=False),
]
STATES = Filter("is_active", "State", (("True", "Active"), ("False", "Inactive")), default="True")


def a_request(query: str = "", post: dict[str, Any] | None = None) -> HttpRequest:
    """A request of somebody for the list."""
    address = f"/clients/?{query}"
    request = RequestFactory().get(address) if post is None else RequestFactory().post(address, post)
    request.user = AnonymousUser()
    return request


def a_list(query: str = "", **more: Any) -> Listing:
    """A list of clients, three rows a page."""
    given: dict[str, Any] = {
        "columns": COLUMNS,
        "filters": [STATES],
        "search": ("name", "code"),
        "default_sort": "name",
        "page_size": 3,
        "name": ("client", "clients"),
    }
    return Listing(a_request(query), Client.objects.all(), **(given | more))


@pytest.fixture
def clients(db: None) -> list[Client]:
    """Seven clients, one of them inactive."""
    now = timezone.now()
    names = ["Adams", "Berg & Sons", "Contoso", "Dover", "Evans", "Fabrikam", "Gone"]
    return [
        Client.objects.create(name=name, code=f"C-{9 - at}", is_active=name != "Gone", created_at=now, changed_at=now)
        for at, name in enumerate(names)
    ]


def names(listing: Listing) -> list[str]:
    """What the rows of the page are called."""
    return [row.name for row in listing.rows]


def test_pages_follow_one_another_without_a_gap(clients: list[Client]) -> None:
    first, second, third = a_list(), a_list("page=2"), a_list("page=3")
    assert names(first) == ["Adams", "Berg & Sons", "Contoso"]
    assert names(second) == ["Dover", "Evans", "Fabrikam"]
    assert names(third) == []
    assert (first.has_next, second.has_next) == (True, False)
    assert first.total == second.total == 6
    assert (second.first, second.last) == (4, 6)


def test_a_column_sorts_both_ways_and_an_unknown_one_as_usual(clients: list[Client]) -> None:
    assert names(a_list("sort=code"))[0] == "Fabrikam"
    assert names(a_list("sort=-code"))[0] == "Adams"
    assert names(a_list("sort=password"))[0] == "Adams"
    assert names(a_list("sort=company_name"))[0] == "Adams"
    heads = {head.column.key: (head.direction, head.query) for head in a_list("sort=code&page=2").headings}
    assert heads["code"] == ("ascending", "?sort=-code")
    assert heads["name"] == ("none", "?sort=name")
    assert heads["company_name"] == ("none", "")


def test_the_search_finds_every_word_in_any_field(clients: list[Client]) -> None:
    assert names(a_list("q=berg")) == ["Berg & Sons"]
    assert names(a_list("q=sons+c-8")) == ["Berg & Sons"]
    assert names(a_list("q=sons+dover")) == []
    assert a_list("q=berg").total_words == "1 client"


def test_a_filter_has_its_usual_value_and_a_made_up_one_counts_as_none(clients: list[Client]) -> None:
    assert "Gone" not in names(a_list("page=2"))
    assert names(a_list("is_active=False")) == ["Gone"]
    assert a_list("is_active=").total == 7
    assert a_list("is_active=perhaps").total == 6


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "²"])
def test_a_made_up_page_number_is_the_first_page(clients: list[Client], page: str) -> None:
    assert names(a_list(f"page={page}"))[:1] == ["Adams"]


def test_chosen_columns_are_kept_for_the_next_visit(clients: list[Client], settings: Any) -> None:
    listing = a_list("columns=name&columns=made")
    assert [column.key for column in listing.shown_columns] == ["name", "made"]
    later = a_list()
    later.request.COOKIES["columns_list"] = "name.made.nonsense"
    assert [column.key for column in later.shown_columns] == ["name", "made"]
    assert [column.key for column in a_list("columns=nonsense").shown_columns] == ["name", "code", "company_name"]


def test_a_bulk_action_is_done_to_the_ticked_rows_or_to_all_that_match(clients: list[Client]) -> None:
    def chosen(post: dict[str, Any], query: str = "") -> list[str]:
        listing = a_list(query, bulk=[Bulk("post", "Post")])
        listing.request = a_request(query, post)
        return sorted(listing.selected().values_list("name", flat=True))

    assert chosen({"selected": [clients[0].pk, clients[3].pk]}) == ["Adams", "Dover"]
    assert chosen({"all": "1"}, "q=a") == ["Adams", "Evans", "Fabrikam"]
    assert chosen({"selected": ["1 OR 1=1", ""]}) == []


def test_a_row_leads_to_its_page_and_takes_the_search_along(clients: list[Client]) -> None:
    line = a_list("q=dover&page=1", row_url=lambda row: f"/clients/{row.pk}/").lines[0]
    assert line.url == f"/clients/{clients[3].pk}/?q=dover&page=1"
    assert [cell.value for cell in line.cells] == ["Dover", "C-6", ""]


def test_the_number_of_queries_is_three_with_ten_rows_and_with_a_thousand(
    clients: list[Client], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    Client.objects.bulk_create(Client(name=f"Z {n}", created_at=now, changed_at=now) for n in range(1000))
    for query in ("", "q=z", "page=200", "sort=-code"):
        with django_assert_num_queries(3):
            listing = a_list(query)
            assert listing.lines and listing.total


def test_a_narrowed_list_is_counted_up_to_a_limit(monkeypatch: pytest.MonkeyPatch, clients: list[Client]) -> None:
    monkeypatch.setattr("daybook.web.listing.COUNT_LIMIT", 4)
    assert a_list("q=a").total == 3
    assert a_list("q=c-").total == 5
    assert a_list("q=c-").total_words == "more than 4 clients"
    assert COUNT_LIMIT == 10_000


@pytest.mark.parametrize("query", ["", "sort=-name", "page=20", "is_active="])
def test_a_page_is_walked_along_an_index_and_nothing_is_sorted(db: None, query: str) -> None:
    listing = Listing(
        a_request(query),
        Project.objects.select_related("client"),
        columns=[Column("name", "Name", sort=("display_name",)), Column("client", "Client", value="client.name")],
        filters=[STATES],
        default_sort="name",
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Asked for a table this small, the planner would read all of it.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        plan = listing.matching.order_by(*listing._order).values_list("pk", flat=True)[:51].explain()
    assert "INDEX" in plan.upper(), plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan


def test_a_search_that_is_a_function_has_its_box_too(clients: list[Client]) -> None:
    def by_code(rows: QuerySet[Client], text: str) -> QuerySet[Client]:
        return rows.filter(code=text)

    listing = a_list("q=C-6", search=by_code)
    assert names(listing) == ["Dover"]
    page = render_to_string("components/list.html", {"listing": listing, "request": listing.request})
    assert 'type="search"' in page
    assert 'value="C-6"' in page
