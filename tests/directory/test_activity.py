"""Deactivating here, one or many, and in the books too when that is asked."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from daybook.directory import operations
from daybook.directory.data import ProjectData
from daybook.directory.models import Client
from daybook.directory.operations import common
from daybook.directory.snapshots import customer_snapshot
from daybook.outbox.models import Link, Posting
from daybook.people.models import SecurityGroup
from daybook.people.rights import Right
from daybook.people.shipped import PROJECT_MANAGERS
from daybook.web import together
from tests.directory.conftest import NOW, linked

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(company_file: Any, add_client: Any, add_project: Any) -> Any:
    """A project that is a job in QuickBooks."""
    client = add_client()
    linked(company_file, "customer", "client", client)
    project = add_project(client)
    linked(company_file, "customer", "project", project, base=customer_snapshot(project))
    return project


def test_a_linked_project_is_made_inactive_in_quickbooks_when_asked(shared: Any, cast: SimpleNamespace) -> None:
    assert operations.set_projects_active(cast.mia, [shared], False, NOW, in_books=uuid4()) == 1
    posting = Posting.objects.get()
    assert (posting.action, posting.snapshot, posting.state) == ("deactivate", {"is_active": False}, "queued")
    assert (posting.subject_kind, posting.subject_id) == ("project", shared.pk)


def test_without_the_wish_or_without_a_link_nothing_is_posted(
    shared: Any, cast: SimpleNamespace, add_client: Any
) -> None:
    operations.set_projects_active(cast.mia, [shared], False, NOW)
    operations.set_clients_active(cast.mia, [add_client("Fabrikam")], False, NOW, in_books=uuid4())
    assert not Posting.objects.exists()


def test_what_is_inactive_there_already_is_not_asked_for_again(shared: Any, cast: SimpleNamespace) -> None:
    Link.objects.filter(subject_kind="project").update(is_active=False)
    operations.set_projects_active(cast.mia, [shared], False, NOW, in_books=uuid4())
    assert not Posting.objects.exists()


def test_an_edit_of_a_project_keeps_the_wish_that_waits(shared: Any, cast: SimpleNamespace) -> None:
    operations.set_projects_active(cast.mia, [shared], False, NOW, in_books=uuid4())
    data = ProjectData(client_id=shared.client_id, name=shared.name, description="Closed early")
    operations.change_project(cast.mia, shared, data, key=uuid4(), now=NOW)
    posting = Posting.objects.get()
    assert posting.snapshot == {"is_active": False, "job_description": "Closed early"}


def test_activating_again_takes_the_wish_back(shared: Any, cast: SimpleNamespace) -> None:
    operations.set_projects_active(cast.mia, [shared], False, NOW, in_books=uuid4())
    operations.set_projects_active(cast.mia, [shared], True, NOW + timedelta(minutes=1))
    assert Posting.objects.get().state == "withdrawn"


def test_the_page_offers_it_for_linked_records_to_those_who_may_post(
    client: Browser, shared: Any, cast: SimpleNamespace
) -> None:
    client.force_login(cast.mia)
    page = client.get(f"/projects/{shared.pk}/").content.decode()
    assert 'name="in_books"' in page
    client.post(f"/projects/{shared.pk}/active/", {"active": "0", "in_books": "1", "key": str(uuid4())})
    assert Posting.objects.get().action == "deactivate"
    group = SecurityGroup.objects.get(name=PROJECT_MANAGERS)
    group.rights = [right for right in group.rights if right != Right.POST_TO_ACCOUNTING]
    group.save()
    operations.set_projects_active(cast.ada, [shared], True, NOW)
    assert 'name="in_books"' not in client.get(f"/projects/{shared.pk}/").content.decode()


def test_a_click_on_all_that_match_does_no_more_than_so_many_and_says_so(
    client: Browser, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "MOST_AT_ONCE", 5)
    monkeypatch.setattr(common, "CHUNK", 2)
    names = [f"Client {number}" for number in range(8)]
    Client.objects.bulk_create(Client(name=name, code=name, created_at=NOW, changed_at=NOW) for name in names)
    client.force_login(cast.ada)
    wish = {"action": "deactivate", "all": "1"}
    page = client.post("/clients/together/", wish, follow=True).content.decode()
    assert "5 clients deactivated" in page and "These were the first 5. Repeat it for the rest." in page
    assert Client.objects.filter(is_active=False).count() == 5
    client.post("/clients/together/", wish)
    assert not Client.objects.filter(is_active=True).exists()


def test_each_click_posts_the_next_of_all_that_match(
    client: Browser, cast: SimpleNamespace, company_file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "MOST_AT_ONCE", 3)
    Client.objects.bulk_create(
        Client(name=f"Client {number}", code=f"C{number}", created_at=NOW, changed_at=NOW) for number in range(5)
    )
    client.force_login(cast.ada)
    for asked in (3, 5):
        client.post("/clients/together/", {"action": "post", "all": "1", "key": str(uuid4())})
        assert Posting.objects.count() == asked
