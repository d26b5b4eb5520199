"""The bell, the notices and one's own mails."""

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client
from playwright.sync_api import Page

from daybook.notices import queries
from daybook.notices.models import Notice
from daybook.notices.operations import tell
from daybook.people.models import User
from tests.web.browser import SignIn, check_access, look, watch_console

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def told(user: User) -> None:
    """Three notices as a working day brings them."""
    batch = uuid4()
    for name in ("Harbour survey", "Old quay"):
        tell(user, "posting.done", title=f"{name} is in QuickBooks", batch_key=batch, url="/notices/", now=NOW)
    tell(
        user,
        "posting.needs_you",
        title="Pier was refused: the name is taken",
        text="A customer in QuickBooks has this name. Link to it, or choose another name.",
        url="/notices/mails/",
        now=NOW,
    )
    tell(
        user, "connection.waiting", title="QuickBooks is in single-user mode", text="Ask whoever works in it.", now=NOW
    )


def test_the_bell_counts_what_was_not_read(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.mia)
    assert "Notices, all read" in client.get("/notices/").content.decode()
    told(cast.mia)
    assert "3 unread notices" in client.get("/notices/").content.decode()


def test_everybody_sees_only_their_own(client: Client, cast: SimpleNamespace) -> None:
    told(cast.ada)
    client.force_login(cast.sam)
    assert "Harbour" not in client.get("/notices/").content.decode()
    theirs = Notice.objects.filter(user=cast.ada).first()
    assert theirs
    assert client.post(f"/notices/{theirs.pk}/open/").status_code == 404
    assert queries.unread_count(cast.ada) == 3


def test_opening_a_notice_marks_it_and_goes_where_it_points(client: Client, cast: SimpleNamespace) -> None:
    told(cast.mia)
    client.force_login(cast.mia)
    notice = Notice.objects.get(kind="posting.needs_you")
    answer = client.post(f"/notices/{notice.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/notices/mails/")
    assert queries.unread_count(cast.mia) == 2


def test_all_can_be_marked_as_read_at_once(client: Client, cast: SimpleNamespace) -> None:
    told(cast.mia)
    client.force_login(cast.mia)
    client.post("/notices/read/")
    assert queries.unread_count(cast.mia) == 0
    assert "All read" in client.get("/notices/?unread=1").content.decode()


def test_a_person_chooses_their_mails(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.sam)
    client.post("/notices/mails/", {"wanted": ["posting.needs_you"]})
    assert "posting.done" in queries.unwanted_kinds(cast.sam)
    assert "posting.needs_you" not in queries.unwanted_kinds(cast.sam)
    assert client.post("/notices/mails/", {"wanted": ["no.such"]}).status_code == 422


def test_a_notice_in_letters_that_mean_something_to_a_browser_is_text(client: Client, cast: SimpleNamespace) -> None:
    tell(cast.sam, "posting.done", title="<script>alert(1)</script>", now=NOW)
    client.force_login(cast.sam)
    assert "<script>alert" not in client.get("/notices/").content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_notices_can_be_read_by_everybody(page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace) -> None:
    told(cast.mia)
    sign_in(page, cast.mia)
    complaints = watch_console(page)
    for name in ("notices/", "notices/mails/"):
        page.goto(f"{site}/{name}")
        check_access(page)
        look(page, name.strip("/").replace("/", "-"))
    assert complaints == []
