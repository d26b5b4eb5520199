"""Home: what needs you, what was posted lately, the first steps."""

from typing import Any

import pytest
from django.test import Client as Browser

from daybook.directory.operations import Post
from daybook.outbox.models import Posting
from tests.directory.conftest import add_client, add_project, company_file

__all__ = ["add_client", "add_project", "company_file"]
pytestmark = pytest.mark.django_db


def test_a_new_firm_is_shown_its_first_steps(cast_client: Browser) -> None:
    page = cast_client.get("/").content.decode()
    for words in ("Connect your QuickBooks company file", "Add a project and post it", "Nothing yet."):
        assert words in page


def test_what_needs_a_person_is_counted_and_linked(
    client: Browser, cast: Any, company_file: Any, add_client: Any, add_project: Any
) -> None:
    add_project(add_client(), post=Post.NOW)
    Posting.objects.filter(subject_kind="project").update(state="parked", problem="The name is taken.")
    client.force_login(cast.ben)
    page = client.get("/").content.decode()
    assert 'href="/transactions/?state=parked"' in page
    assert "Northwind Traders:Harbour survey" in page and "The name is taken." in page


def test_staff_see_what_they_asked_for_and_no_more(
    client: Browser, cast: Any, company_file: Any, add_client: Any, add_project: Any
) -> None:
    add_project(add_client(), post=Post.NOW)
    client.force_login(cast.sam)
    page = client.get("/").content.decode()
    assert "What you asked for lately" in page and "Harbour survey" not in page


def test_who_has_not_signed_in_is_led_to_the_sign_in(client: Browser, db: None) -> None:
    answer = client.get("/")
    assert answer.status_code == 302 and answer["Location"].startswith("/account/login/")
