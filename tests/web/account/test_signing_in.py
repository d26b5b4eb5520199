"""Signing in: by e-mail; nobody makes an account for himself; the first page says how the first one is made."""

from typing import Any

import pytest
from django.test import Client as Browser

from daybook.people.models import User
from daybook.people.queries import operator
from daybook.people.shipped import OPERATOR_EMAIL
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db
TOTP = "/account/2fa/totp/activate/"


def test_a_new_installation_says_how_the_first_account_is_made(client: Browser) -> None:
    page = client.get("/account/login/").content.decode()
    assert "daybook user add --admin" in page


def test_people_sign_in_with_their_address_in_any_letters(client: Browser, cast: Any) -> None:
    assert b"daybook user add" not in client.get("/account/login/").content
    answer = client.post("/account/login/", {"login": "MIA@example.test", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_wrong_password_is_refused_without_saying_who_exists(client: Browser, cast: Any) -> None:
    said = set()
    for email in ("mia@example.test", "nobody@example.test"):
        answer = client.post("/account/login/", {"login": email, "password": "wrong"})
        said.add(" ".join(answer.context["form"].non_field_errors()))
    assert len(said) == 1


def test_a_deactivated_person_does_not_get_in(client: Browser, cast: Any) -> None:
    User.objects.filter(pk=cast.mia.pk).update(is_active=False)
    client.post("/account/login/", {"login": "mia@example.test", "password": PASSWORD})
    assert client.get("/").status_code == 302


def test_nobody_makes_an_account_for_himself(client: Browser, cast: Any) -> None:
    typed = {"email": "eve@example.test", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post("/account/signup/", typed).content.decode()
    assert "Accounts are made by an administrator" in page
    assert not User.objects.filter(email="eve@example.test").exists()


def test_the_command_line_never_signs_in_even_with_a_password(client: Browser, cast: Any) -> None:
    user = operator()
    user.set_password(PASSWORD)
    user.save()
    client.post("/account/login/", {"login": OPERATOR_EMAIL, "password": PASSWORD})
    assert client.get("/").status_code == 302


def test_a_second_factor_can_be_set_up(client: Browser, cast: Any) -> None:
    client.post("/account/login/", {"login": "mia@example.test", "password": PASSWORD})
    page = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": TOTP}, follow=True)
    assert page.status_code == 200 and b"data:image/svg+xml" in page.content


@pytest.mark.parametrize(
    "address", ["/account/login/", "/account/logout/", "/account/password/reset/", "/account/password/change/"]
)
def test_the_pages_of_signing_in_are_in_the_frame(client: Browser, cast: Any, address: str) -> None:
    client.force_login(cast.mia)
    page = client.get(address, follow=True)
    assert page.status_code == 200 and b"Daybook" in page.content
