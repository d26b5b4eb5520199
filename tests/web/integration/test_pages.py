"""What the integration pages show, and that they show it fast."""

from types import SimpleNamespace

import pytest
from django.test import Client as Browser
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import DjangoAssertNumQueries

from daybook.directory.models import Client, Staff
from daybook.outbox import queries as outbox
from daybook.outbox.models import Link, Posting
from daybook.web.integration.pairs import PROJECTS, STAFF, Table
from tests.web.browser import SignIn, check_access, look, watch_console
from tests.web.integration.conftest import a_link

HERE = "/integration/projects/"
# The words of an element that stand on more than one line.
BROKEN_WORDS = """element => [...element.childNodes].filter(node => node.nodeType === 3).flatMap(node =>
  [...node.data.matchAll(/[^ :]+/g)].filter(word => {
    const range = document.createRange();
    range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length);
    return new Set([...range.getClientRects()].map(box => box.top)).size > 1;
  }).map(word => word[0]))"""


def test_what_differs_is_shown_in_groups_and_linked_records_are_not(
    cast_client: Browser, firm: SimpleNamespace
) -> None:
    table = Table(PROJECTS, firm.file)
    shown = {heading: [pair.name for pair in pairs] for heading, _, pairs in table.blocks}
    assert shown == {
        "Only in Daybook": ["Fabrikam", "House", "Audit"],
        "Only in QuickBooks": ["Contoso", "Contoso:Roof 2", "Fabrikam"],
        "Linked, but inactive in QuickBooks": ["Old quay"],
    }
    assert table.counts["differ"] == 7
    page = cast_client.get(HERE).content.decode()
    assert "linked, inactive there" in page
    assert "Harbour" not in page


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("linked", ["Northwind Traders", "Harbour"]),
        ("blocked", ["Vacation"]),
        ("broken", []),
        ("inactive", ["Old quay"]),
    ],
)
def test_the_filter_shows_one_group(firm: SimpleNamespace, show: str, names: list[str]) -> None:
    assert [pair.name for pair in Table(PROJECTS, firm.file, show).pairs] == names


def test_everything_is_counted_once(firm: SimpleNamespace) -> None:
    table = Table(PROJECTS, firm.file, "all")
    assert len(table.pairs) == table.counts["all"] == 10


def test_the_search_finds_names_of_both_sides(firm: SimpleNamespace) -> None:
    assert [pair.name for pair in Table(PROJECTS, firm.file, "all", "fabri").pairs] == ["Fabrikam", "Audit", "Fabrikam"]
    Client.objects.filter(pk=firm.northwind.pk).update(name="Nordwind")
    assert "Nordwind" in [pair.name for pair in Table(PROJECTS, firm.file, "all", "nordw").pairs]


def test_a_record_with_the_same_name_is_offered_on_both_rows(firm: SimpleNamespace) -> None:
    pairs = {(pair.group, pair.name): pair for pair in Table(PROJECTS, firm.file).pairs}
    link = Link.objects.get(full_name="Fabrikam")
    value = f"client-{firm.fabrikam.pk}:{link.list_id}"
    assert [one.value for one in pairs["here", "Fabrikam"].same] == [value]
    assert [one.value for one in pairs["there", "Fabrikam"].same] == [value]
    assert pairs["there", "Contoso"].same == []


def test_pages_follow_one_another_without_a_gap(firm: SimpleNamespace) -> None:
    for number in range(120):
        a_link(firm.file, f"Customer {number:03}", is_active=number % 3 > 0)
    seen: list[str] = []
    at = ""
    for _ in range(5):
        table = Table(PROJECTS, firm.file, at=at)
        seen += [pair.key for pair in table.pairs]
        at = table.next_at
        if not at:
            break
    assert len(seen) == len(set(seen)) == 127


def test_going_back_shows_the_same_pages_again(firm: SimpleNamespace) -> None:
    for number in range(120):
        a_link(firm.file, f"Customer {number:03}", is_active=number % 3 > 0)
    first = Table(PROJECTS, firm.file)
    second = Table(PROJECTS, firm.file, at=first.next_at)
    third = Table(PROJECTS, firm.file, at=second.next_at)
    back = Table(PROJECTS, firm.file, before=third.previous_before)
    assert [pair.key for pair in back.pairs] == [pair.key for pair in second.pairs]
    assert (back.next_at, back.previous_before) == (second.next_at, second.previous_before)
    start = Table(PROJECTS, firm.file, before=back.previous_before)
    assert [pair.key for pair in start.pairs] == [pair.key for pair in first.pairs]
    assert start.previous_before == "" and start.next_at == first.next_at


def test_a_made_up_place_in_the_list_begins_at_the_start(cast_client: Browser, firm: SimpleNamespace) -> None:
    assert cast_client.get(f"{HERE}?at=%00%00zz").status_code == 200
    assert cast_client.get(f"{HERE}?at=WzEsIDIsIDNd").status_code == 200
    assert cast_client.get(f"{HERE}?before=WzEsIDIsIDNd").status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_rows(
    cast_client: Browser, firm: SimpleNamespace, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(50) as few:
        cast_client.get(HERE)
    now = timezone.now()
    Client.objects.bulk_create(
        Client(name=f"Client {number:04}", created_at=now, changed_at=now) for number in range(200)
    )
    for number in range(40):
        a_link(firm.file, f"Client {number:04}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        cast_client.get(HERE)


def test_new_employees_wait_for_a_yes_or_no(cast_client: Browser, firm: SimpleNamespace) -> None:
    now = timezone.now()
    Staff.objects.create(first_name="Ana", last_name="Kim", created_at=now, changed_at=now)
    a_link(firm.file, "Ana Kim", kind="employee")
    a_link(firm.file, "Leo Marsh", kind="employee", wanted_by_person="no")
    table = Table(STAFF, firm.file)
    assert [(pair.group, pair.name) for pair in table.pairs] == [
        ("new", "Ana Kim"),
        ("here", "Ana Kim"),
        ("there", "Leo Marsh"),
    ]
    page = cast_client.get("/integration/staff/").content.decode()
    assert "Yes, add" in page
    assert "same name:" in page


def test_whoever_may_not_see_it_does_not(client: Browser, cast: SimpleNamespace, firm: SimpleNamespace) -> None:
    client.force_login(cast.sam)
    assert client.get(HERE).status_code == 403


def test_without_a_company_file_the_page_says_what_comes_first(cast_client: Browser) -> None:
    assert "No company file is connected yet" in cast_client.get(HERE).content.decode()


@pytest.mark.browser
def test_a_posting_on_its_way_changes_its_row_in_place(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, firm: SimpleNamespace
) -> None:
    complaints = watch_console(page)
    sign_in(page, cast.ben)
    page.goto(f"{site}{HERE}")
    check_access(page)
    look(page, "integration-projects")
    row = page.locator(f"#row-client-{firm.house.pk}")
    row.get_by_role("button", name="Post").click()
    row = page.locator(f"#row-client-{firm.house.pk}")
    expect(row.locator(".state")).to_have_text("Queued")
    row.get_by_role("link", name="House").click()
    withdraw = page.locator("#detail").get_by_role("button", name="Withdraw")
    expect(withdraw).to_be_visible()
    look(page, "integration-on-its-way")
    posting = outbox.latest("client", firm.house.pk)
    assert posting is not None
    Posting.objects.filter(pk=posting.pk).update(state="posted", list_id="80009999-1700000000")
    a_link(
        firm.file,
        "House",
        list_id="80009999-1700000000",
        state="shared",
        subject_kind="client",
        subject_id=firm.house.pk,
    )
    expect(row.locator(".tri-word")).to_have_text("shared")
    expect(row.locator(".theirs")).to_contain_text("House")
    expect(withdraw).to_be_hidden()
    expect(page.locator("[data-poll]")).to_have_count(0)
    assert complaints == []


@pytest.mark.browser
def test_a_row_opens_beside_the_list_and_is_linked_by_hand(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, firm: SimpleNamespace
) -> None:
    sign_in(page, cast.ben)
    page.goto(f"{site}{HERE}")
    page.get_by_role("link", name="Audit").click()
    page.get_by_placeholder("Search customers and jobs").fill("roof")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#detail")).to_contain_text("Contoso:Roof 2")
    look(page, "integration-detail")
    check_access(page)
    page.locator("#detail").get_by_role("button", name="Link with Contoso:Roof 2").click()
    expect(page.locator("#messages")).to_contain_text("Audit, Contoso:Roof 2: linked.")
    assert Link.objects.get(full_name="Contoso:Roof 2").subject_id == firm.audit.pk


@pytest.mark.browser
def test_the_pages_look_right_and_axe_finds_nothing_serious(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, firm: SimpleNamespace
) -> None:
    sign_in(page, cast.ben)
    a_link(firm.file, "Ana Kim", kind="employee")
    for name, address in {
        "integration-all": f"{HERE}?show=all",
        "integration-match": f"{HERE}match/",
        "integration-staff": "/integration/staff/",
    }.items():
        page.goto(f"{site}{address}")
        check_access(page)
        look(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}{HERE}?show=all")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_names_break_between_words_and_the_tick_stands_apart(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, firm: SimpleNamespace
) -> None:
    link = a_link(firm.file, "Hartwell Instruments:Distribution")
    sign_in(page, cast.ada)
    page.goto(f"{site}{HERE}link-{link.pk}/")
    cell = page.locator(f"#theirs-link-{link.pk} a")
    look(page, "integration-detail-narrow")
    assert cell.evaluate(BROKEN_WORDS) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}{HERE}")
    row = page.locator(f"#row-link-{link.pk}")
    word, tick = row.locator(".tri-word").bounding_box(), row.locator("input").bounding_box()
    assert word and tick and word["x"] + word["width"] + 8 <= tick["x"]


@pytest.mark.browser
def test_a_record_that_is_gone_is_posted_again_by_a_click(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, firm: SimpleNamespace
) -> None:
    Link.objects.filter(full_name="Northwind Traders:Harbour").update(state="broken")
    link = Link.objects.get(state="broken")
    sign_in(page, cast.ada)
    page.goto(f"{site}{HERE}link-{link.pk}/?show=broken")
    check_access(page)
    look(page, "integration-gone")
    page.goto(f"{site}/projects/{firm.harbour.pk}/")
    expect(page.locator("#detail")).to_contain_text("Gone from QuickBooks")
    check_access(page)
    look(page, "project-gone")
    page.get_by_role("button", name="Post again").click()
    expect(page.locator("#detail")).to_contain_text("Queued")
