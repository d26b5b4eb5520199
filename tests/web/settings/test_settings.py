"""The settings pages: the firm, the mail server with its test, the mails and their words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.test import Client
from playwright.sync_api import Page

from daybook.notices import operations, queries
from daybook.notices.models import Mail, MailSettings
from tests.notices.conftest import PostOffice, free_port
from tests.web.browser import SignIn, check_access, look, watch_console

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
SERVER = {
    "host": "mail.example.test",
    "port": "587",
    "security": "starttls",
    "from_address": '"Daybook" <daybook@example.test>',
    "user_name": "daybook",
    "password": "correct horse",
    "support_address": "",
}


@pytest.fixture
def post_office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def smtp(post_office: PostOffice) -> Iterator[Controller]:
    controller = Controller(post_office, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.mark.parametrize(
    "address", ["", "firm/", "mail/", "mails/", "mails/posting.done/", "mails/posting.done/restore/", "mail/test/"]
)
def test_a_manager_without_the_right_sees_no_setting(client: Client, cast: SimpleNamespace, address: str) -> None:
    client.force_login(cast.mia)
    send = client.post if "restore" in address or "test" in address else client.get
    answer = send(f"/settings/{address}")
    assert answer.status_code == 403
    assert "5.2" in answer.content.decode()


def test_the_firm_gets_its_name_and_its_clock(cast_client: Client) -> None:
    told = cast_client.get("/settings/firm/").content.decode()
    assert "The nightly sync goes by the time zone that is set for each company file." in told
    answer = cast_client.post("/settings/firm/", {"name": "Harbour & Co", "time_zone": "America/New_York"}, follow=True)
    assert "Harbour &amp; Co" in answer.content.decode()
    assert queries.firm_zone().key == "America/New_York"


def test_the_mail_server_is_kept_and_its_password_is_never_shown(cast_client: Client) -> None:
    page = cast_client.post("/settings/mail/", SERVER, follow=True).content.decode()
    assert "mail.example.test" in page
    assert "correct horse" not in page
    closed = MailSettings.objects.get().password_closed
    cast_client.post("/settings/mail/", SERVER | {"password": "", "host": "other.example.test"})
    assert MailSettings.objects.get().password_closed == closed
    cast_client.post("/settings/mail/", SERVER | {"password": "", "forget_password": "on"})
    assert MailSettings.objects.get().password_closed == ""


def test_a_sender_that_is_no_address_is_refused_at_its_field(cast_client: Client) -> None:
    answer = cast_client.post("/settings/mail/", SERVER | {"from_address": "Daybook"})
    assert answer.status_code == 422
    assert "Write the sender as" in answer.content.decode()
    assert not MailSettings.objects.exists()


def test_the_test_mail_shows_what_the_server_answered(
    cast_client: Client, cast: SimpleNamespace, smtp: Controller, post_office: PostOffice
) -> None:
    MailSettings.objects.create(pk=1, host="127.0.0.1", port=smtp.port, security="none", from_address="d@example.test")
    page = cast_client.post("/settings/mail/test/", {"to_address": cast.ada.email}).content.decode()
    assert "250 2.0.0 Ok: queued as 4F1A2" in page
    post_office.answer_to_recipient = "554 Relay access denied"
    page = cast_client.post("/settings/mail/test/", {"to_address": "x@elsewhere.test"}).content.decode()
    assert "554 Relay access denied" in page


def test_a_mail_gets_the_firms_words_and_its_own_back(cast_client: Client) -> None:
    words = {"is_on": "on", "schedule": "at_once", "subject": "Done: {title}", "body": "Hello {name}"}
    look_first = cast_client.post("/settings/mails/posting.done/", words | {"look": "1"}).content.decode()
    assert "Done: A posting is in QuickBooks" in look_first
    assert not queries.template("posting.done").is_changed
    cast_client.post("/settings/mails/posting.done/", words)
    assert queries.template("posting.done").subject == "Done: {title}"
    cast_client.post("/settings/mails/posting.done/restore/")
    assert queries.template("posting.done").subject == "{title}"


def test_words_with_an_unknown_placeholder_are_refused_by_name(cast_client: Client) -> None:
    words = {"is_on": "on", "schedule": "at_once", "subject": "{title}", "body": "Hello {password}"}
    answer = cast_client.post("/settings/mails/posting.done/", words)
    assert answer.status_code == 422
    assert "{password}" in answer.content.decode()


def test_a_mail_that_did_not_go_is_shown_with_the_reason_and_the_next_click(
    cast_client: Client, cast: SimpleNamespace
) -> None:
    MailSettings.objects.create(pk=1, host="127.0.0.1", port=free_port(), security="none", from_address="d@e.test")
    mail = operations.queue("sam@example.test", subject="Hello", body="x", now=NOW)
    Mail.objects.update(attempts=7, problem="550 No such person", gave_up_at=NOW)
    page = cast_client.get("/settings/").content.decode()
    assert "550 No such person" in page
    assert "1 mail was not sent" in page
    cast_client.post(f"/settings/unsent/{mail.pk}/again/")
    assert Mail.objects.get().gave_up_at is None
    cast_client.post(f"/settings/unsent/{mail.pk}/forget/")
    assert not Mail.objects.exists()


def test_a_page_that_only_changes_things_cannot_be_opened_by_a_link(cast_client: Client) -> None:
    assert cast_client.get("/settings/mail/test/").status_code == 405
    assert cast_client.get("/settings/mails/posting.done/restore/").status_code == 405


def test_a_form_from_elsewhere_is_refused(cast: SimpleNamespace) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.ada)
    assert strict.post("/settings/firm/", {"name": "Mine", "time_zone": "UTC"}).status_code == 403
    assert queries.firm().name == ""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_settings_can_be_read_and_used_by_everybody(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace
) -> None:
    sign_in(page, cast.ada)
    complaints = watch_console(page)
    for name in ("", "firm/", "mail/", "mails/", "mails/posting.needs_you/"):
        page.goto(f"{site}/settings/{name}")
        check_access(page)
        look(page, f"settings-{name.strip('/').replace('/', '-') or 'home'}")
    assert complaints == []
