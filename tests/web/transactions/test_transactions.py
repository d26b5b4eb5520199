"""The transaction browser: every posting with its state, its texts, and what a person can do about it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from daybook.connections.models import CompanyFile
from daybook.connectors.qbd.errors import from_status
from daybook.intake.models import Conflict
from daybook.notices.models import Mail, MailSettings, Notice
from daybook.outbox.models import Attempt, Letter, Link, Posting
from daybook.people.models import User
from tests.web.browser import SignIn, check_access, look, watch_console

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
SENT = (
    '<?xml version="1.0"?><QBXML><QBXMLMsgsRq><CustomerAddRq requestID="1"><CustomerAdd><Name>Pier &lt;1&gt;</Name>'
    "</CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>"
)
ANSWERED = '<?xml version="1.0"?><QBXML><QBXMLMsgsRs><CustomerAddRs statusCode="3100"/></QBXMLMsgsRs></QBXML>'


@pytest.fixture
def company_file(db: None) -> CompanyFile:
    return CompanyFile.objects.create(name="Rock Castle", path="/books/rock.qbw", made_at=NOW, is_default=True)


def posted(company_file: CompanyFile, user: User, title: str, state: str, **values: Any) -> Posting:
    """A posting in a state, as the Monitor leaves it."""
    number = Posting.objects.count() + 1
    fields = {
        "key": uuid4(),
        "company_file": company_file,
        "kind": "customer",
        "subject_kind": "project",
        "subject_id": number,
        "title": title,
        "snapshot": {"name": title},
        "state": state,
        "asked_by": user,
        "asked_at": NOW,
    }
    return Posting.objects.create(**fields | values)


def refused(company_file: CompanyFile, user: User) -> Posting:
    """A posting that QuickBooks refused because the name is taken."""
    letter = Letter.objects.create(
        company_file=company_file, set_id="d1", sent_text=SENT, answer_text=ANSWERED, sent_at=NOW, answered_at=NOW
    )
    problem = "QuickBooks has a customer of this name already."
    ways = [{"way": "link", "list_id": "80000001-1", "full_name": "Northwind:Pier"}]
    posting = posted(
        company_file, user, "Northwind:Pier", "parked", letter=letter, problem=problem, problem_code="3100",
        who_can_act="Mia Ruiz", ways_out=ways, attempts=1, finished_at=NOW,
    )  # fmt: skip
    Attempt.objects.create(posting=posting, letter=letter, at=NOW, outcome="refused", code="3100", message=problem)
    return posting


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_only_who_may_see_transactions_sees_them(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.sam)
    assert client.get("/transactions/").status_code == 403
    assert client.get("/transactions/clean-up/").status_code == 403


def test_the_states_stand_on_the_left_with_their_figures(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    refused(company_file, cast.mia)
    posted(company_file, cast.mia, "Northwind:Quay", "queued")
    page = page_of(cast_client, "/transactions/")
    for words in ("Needs you", "In doubt", "Posted today", "Northwind:Pier", "has a customer of this name"):
        assert words in page
    assert "Northwind:Quay" not in page_of(cast_client, "/transactions/?state=parked")


def test_a_list_is_narrowed_by_who_when_kind_and_text(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    posted(company_file, cast.mia, "Northwind:Pier", "queued", asked_at=datetime.now(UTC))
    posted(company_file, cast.ben, "Ana Kim", "queued", kind="employee", asked_at=NOW - timedelta(days=900))
    for query in (
        f"asked_by={cast.mia.pk}",
        "when=today",
        "kind=customer",
        "q=pier",
        f"company_file={company_file.pk}&q=pier",
    ):
        page = page_of(cast_client, f"/transactions/?{query}")
        assert "Northwind:Pier" in page, query
        assert "Ana Kim" not in page, query


def test_the_detail_shows_what_was_sent_and_answered_as_text(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    page = page_of(cast_client, f"/transactions/{refused(company_file, cast.mia).pk}/")
    assert "&lt;CustomerAddRq requestID=&quot;1&quot;&gt;\n" in page
    assert "&lt;Name&gt;Pier &amp;lt;1&amp;gt;&lt;/Name&gt;" in page
    assert "<CustomerAddRq" not in page
    for words in ("Who can act: Mia Ruiz", "3100", "Open the record" if "clients:edit" in page else "Send again"):
        assert words in page


def test_a_posting_that_was_never_sent_has_no_letters(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    Letter.objects.create(company_file=company_file, purpose="read", sent_text="<QBXML/>", sent_at=NOW, answered_at=NOW)
    waiting = posted(company_file, cast.mia, "Northwind:Quay", "parked", problem="The right is gone.")
    assert "QBXML" not in page_of(cast_client, f"/transactions/{waiting.pk}/")


def test_a_posting_that_waits_for_the_company_file_says_what_holds_it_up(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    waiting = posted(company_file, cast.mia, "Northwind:Quay", "queued")
    CompanyFile.objects.update(state="waiting", state_sentence="A dialog is open in QuickBooks. Close it to go on.")
    assert "Close it to go on. It goes by itself then." in page_of(cast_client, f"/transactions/{waiting.pk}/")
    CompanyFile.objects.update(paused=True)
    assert "The connection is paused." in page_of(cast_client, f"/transactions/{waiting.pk}/")


def test_the_file_for_support_has_it_all_and_is_a_download(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    posting = refused(company_file, cast.mia)
    answer = cast_client.get(f"/transactions/{posting.pk}/download/")
    assert answer["Content-Disposition"] == f'attachment; filename="posting-{posting.pk}.txt"'
    text = answer.content.decode()
    for words in ("Northwind:Pier", str(posting.key), "Mia Ruiz", "<CustomerAddRq", "3100"):
        assert words in text


def test_the_file_goes_to_the_support_address_by_mail(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    posting = refused(company_file, cast.mia)
    answer = cast_client.post(f"/transactions/{posting.pk}/support/", follow=True)
    assert "no support address" in answer.content.decode()
    MailSettings.objects.create(pk=1, host="h", from_address="d@e.test", support_address="help@e.test")
    cast_client.post(f"/transactions/{posting.pk}/support/")
    mail = Mail.objects.get()
    assert (mail.to_address, mail.attachment_name) == ("help@e.test", f"posting-{posting.pk}.txt")
    assert "<CustomerAddRq" in mail.attachment


def test_a_refused_posting_is_sent_again(cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile) -> None:
    posting = refused(company_file, cast.mia)
    cast_client.post(f"/transactions/{posting.pk}/resend/")
    posting.refresh_from_db()
    assert (posting.state, posting.problem) == ("queued", "")


def test_a_refused_posting_is_linked_to_the_record_that_is_there(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    posting = refused(company_file, cast.mia)
    Link.objects.create(company_file=company_file, kind="customer", list_id="80000001-1", full_name="Northwind:Pier")
    assert "Northwind:Pier" in page_of(cast_client, f"/transactions/{posting.pk}/")
    cast_client.post(f"/transactions/{posting.pk}/link/", {"list_id": "80000001-1"})
    posting.refresh_from_db()
    assert (posting.state, posting.list_id) == ("posted", "80000001-1")
    assert Link.objects.get().subject_id == posting.subject_id


def test_a_search_for_another_name_that_finds_nothing_says_so(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    posting = refused(company_file, cast.mia)
    said = "No free record in QuickBooks has “Juniper” in its name."
    assert said in page_of(cast_client, f"/transactions/{posting.pk}/?link=Juniper")
    assert "No free record" not in page_of(cast_client, f"/transactions/{posting.pk}/")
    Link.objects.create(company_file=company_file, kind="customer", list_id="80000009-1", full_name="Juniper Legal")
    assert said not in page_of(cast_client, f"/transactions/{posting.pk}/?link=Juniper")


def test_linking_to_nothing_is_refused_with_a_sentence(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    posting = refused(company_file, cast.mia)
    answer = cast_client.post(f"/transactions/{posting.pk}/link/", {}, follow=True)
    assert "Choose the record in QuickBooks" in answer.content.decode()


def test_a_posting_is_withdrawn_with_a_reason_and_not_without(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    posting = posted(company_file, cast.mia, "Northwind:Quay", "queued")
    cast_client.post(f"/transactions/{posting.pk}/withdraw/", {"reason": " "})
    posting.refresh_from_db()
    assert posting.state == "queued"
    cast_client.post(f"/transactions/{posting.pk}/withdraw/", {"reason": "The client went away"})
    posting.refresh_from_db()
    assert (posting.state, posting.withdrawn_reason) == ("withdrawn", "The client went away")


def test_a_proposed_posting_is_approved_or_declined_by_who_may(
    client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    first, second = (posted(company_file, cast.sam, name, "proposed") for name in ("One", "Two"))
    client.force_login(cast.mia)
    assert client.post(f"/transactions/{first.pk}/approve/").status_code == 403
    client.force_login(cast.ben)
    client.post(f"/transactions/{first.pk}/approve/")
    client.post(f"/transactions/{second.pk}/decline/", {"reason": "Not our client"})
    assert list(Posting.objects.order_by("id").values_list("state", flat=True)) == ["queued", "withdrawn"]
    told = Notice.objects.get(user=cast.sam)
    assert told.title == "Two was declined"
    assert "Ben Osei declined to post it to QuickBooks: Not our client" in told.text


def test_a_posting_in_doubt_shows_both_decisions_with_what_follows(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    posting = posted(company_file, cast.mia, "Northwind:Quay", "in_doubt", sent_at=NOW)
    page = page_of(cast_client, f"/transactions/{posting.pk}/")
    assert "it will be missing from the books" in page
    assert "QuickBooks refuses a second record of that name" in page
    cast_client.post(f"/transactions/{posting.pk}/decide/", {"decision": "not_posted"})
    posting.refresh_from_db()
    assert posting.state == "queued"


def test_many_are_approved_and_sent_again_at_once_and_what_could_not_is_told(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    proposed = [posted(company_file, cast.sam, f"P{number}", "proposed") for number in range(3)]
    done = posted(company_file, cast.sam, "Done", "posted", finished_at=NOW)
    chosen = [one.pk for one in [*proposed, done]]
    answer = cast_client.post("/transactions/bulk/", {"action": "approve", "selected": chosen}, follow=True)
    page = answer.content.decode()
    assert "3 postings are approved." in page
    assert "Done is posted by now" in page
    assert Posting.objects.filter(state="queued").count() == 3


def test_many_are_withdrawn_after_one_reason(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    chosen = [posted(company_file, cast.mia, f"P{number}", "queued").pk for number in range(2)]
    page = cast_client.post("/transactions/bulk/", {"action": "withdraw", "selected": chosen}).content.decode()
    assert "Withdraw 2 postings" in page
    assert Posting.objects.filter(state="queued").count() == 2
    cast_client.post("/transactions/bulk/", {"action": "withdraw", "selected": chosen, "reason": "Entered twice"})
    assert set(Posting.objects.values_list("state", "withdrawn_reason")) == {("withdrawn", "Entered twice")}


def test_what_waits_is_asked_for_again_and_what_is_over_is_not(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    posting = posted(company_file, cast.mia, "Northwind:Quay", "sent")
    assert "data-poll=" in page_of(cast_client, f"/transactions/{posting.pk}/status/")
    Posting.objects.update(state="posted", finished_at=NOW)
    assert "data-poll=" not in page_of(cast_client, f"/transactions/{posting.pk}/status/")


def test_a_proposed_posting_is_asked_for_again_slowly(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    posting = posted(company_file, cast.sam, "Northwind:Quay", "proposed")
    assert 'data-poll-every="10"' in page_of(cast_client, f"/transactions/{posting.pk}/")


def test_the_box_of_a_refusal_names_what_to_mend_and_each_button_once(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    error = from_status(3999, "The list is full.")
    posting = posted(
        company_file, cast.mia, "Northwind:Pier", "parked", problem=error.sentence, who_can_act=error.who_can_act,
        ways_out=[dict(way) for way in error.ways_out],
    )  # fmt: skip
    page = page_of(cast_client, f"/transactions/{posting.pk}/")
    assert "It said: “The list is full.”" in page
    assert "Once that is mended, in the record or in QuickBooks, send it again." in page
    assert "Withdraw it." not in page and "Withdraw this posting" in page


def test_an_unknown_posting_or_action_is_not_found(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    assert cast_client.get("/transactions/4711/").status_code == 404
    posting = posted(company_file, cast.mia, "Northwind:Quay", "sent")
    assert cast_client.post(f"/transactions/{posting.pk}/explode/").status_code == 404


def test_the_list_asks_the_database_as_often_for_one_row_as_for_fifty(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        posted(company_file, cast.mia, f"P{number}", "posted", finished_at=NOW)
    with django_assert_max_num_queries(22):
        page_of(cast_client, "/transactions/")


def test_old_texts_are_cleared_now_and_what_is_open_or_linked_stays(
    cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    kept = refused(company_file, cast.mia)
    letter = Letter.objects.create(
        company_file=company_file, set_id="d2", sent_text=SENT, answer_text=ANSWERED, sent_at=NOW,
        answered_at=NOW, forgotten=True,
    )  # fmt: skip
    old = posted(company_file, cast.mia, "Northwind:Quay", "posted", letter=letter, finished_at=NOW, list_id="8-1")
    Link.objects.create(
        company_file=company_file, kind="customer", list_id="8-1", subject_kind="project", subject_id=old.subject_id
    )
    page = page_of(cast_client, "/transactions/clean-up/?days=0")
    assert f'href="/monitor/{company_file.pk}/settings/"' in page
    assert '<strong class="figures">1</strong> letters' in page
    downloaded = cast_client.get("/transactions/clean-up/download/?days=0")
    assert b"Northwind:Quay" in b"".join(downloaded.streaming_content)  # type: ignore[attr-defined]
    cast_client.post("/transactions/clean-up/", {"days": "0", "file": company_file.pk})
    assert list(Letter.objects.values_list("set_id", flat=True)) == ["d1"]
    old.refresh_from_db()
    kept.refresh_from_db()
    assert (old.snapshot, old.list_id, old.state) == ({}, "8-1", "posted")
    assert kept.snapshot == {"name": "Northwind:Pier"}
    assert Link.objects.count() == 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_browser_can_be_read_and_used_by_everybody(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    refused(company_file, cast.mia)
    for state in ("in_doubt", "proposed", "queued", "sent", "posted", "withdrawn"):
        posted(company_file, cast.mia, f"Northwind:{state}", state, finished_at=NOW if state == "posted" else None)
    sign_in(page, cast.ada)
    complaints = watch_console(page)
    page.goto(f"{site}/transactions/")
    check_access(page)
    look(page, "transactions")
    page.click("text=Northwind:Pier")
    page.wait_for_selector("#detail h2")
    check_access(page)
    look(page, "transactions-detail")
    page.goto(f"{site}/transactions/{Posting.objects.get(state='in_doubt').pk}/")
    page.click("text=Decide it yourself")
    check_access(page)
    look(page, "transactions-in-doubt")
    page.goto(f"{site}/transactions/clean-up/")
    assert complaints == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_buttons_of_an_open_posting_follow_its_state(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    posting = refused(company_file, cast.mia)
    sign_in(page, cast.ada)
    page.goto(f"{site}/transactions/{posting.pk}/")
    page.get_by_role("button", name="Send again as it is").click()
    expect(page.locator("#detail")).to_contain_text("Queued")
    withdraw = page.locator("#withdraw > summary")
    withdraw.click()
    expect(page.locator("#withdraw form")).to_be_visible()
    page.locator("#detail h2").click()
    page.wait_for_timeout(1500)
    expect(page.locator("#withdraw form")).to_be_visible()  # asking again does not close it
    Posting.objects.update(state="posted", finished_at=datetime.now(UTC), list_id="80000001-9")
    expect(page.locator("#detail")).to_contain_text("Posted")
    expect(withdraw).to_have_count(0)
    expect(page.locator("#posting-facts")).to_contain_text("80000001-9")


def test_what_both_sides_changed_is_chosen_on_the_page_of_the_posting(
    client: Client, cast_client: Client, cast: SimpleNamespace, company_file: CompanyFile
) -> None:
    posting = posted(company_file, cast.mia, "Northwind:Pier", "parked", action="mod", problem_code="conflict")
    link = Link.objects.create(
        company_file=company_file, kind="customer", list_id="8-2", full_name="Northwind:Pier", state="shared",
        subject_kind="project", subject_id=posting.subject_id,
    )  # fmt: skip
    conflict = Conflict.objects.create(link=link, field="phone", base="1", ours="2", theirs="3", found_at=NOW)
    here = f"/transactions/{posting.pk}/"
    page = page_of(cast_client, here)
    assert "Phone: both sides changed it" in page and "Send again as it is" not in page and "Link to it" not in page
    answer = cast_client.post(f"/transactions/decisions/fields/{conflict.pk}/", {"choice": "ours", "back": here})
    conflict.refresh_from_db()
    assert (answer["Location"], conflict.choice) == (here, "ours")
    assert "Send again as it is" in page_of(cast_client, here)
    Conflict.objects.update(settled_at=None)
    client.force_login(cast.mia)
    page = page_of(client, here)
    assert "both sides changed it" in page and "Keep Daybook" not in page
