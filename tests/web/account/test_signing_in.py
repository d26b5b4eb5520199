"""Signing in: by e-mail; nobody makes an account for himself; the first page says how the first one is made."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.mail import EmailMessage
from django.test import Client as Browser

from daybook.people.models import User
from daybook.people.queries import operator
from daybook.people.shipped import OPERATOR_EMAIL
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db
TOTP = "/account/2fa/totp/activate/"
OTHER_PASSWORD = "another brisk walk"


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


def test_who_forgot_the_password_gets_a_link_by_mail_and_chooses_another_one(
    client: Browser, cast: Any, mailoutbox: list[EmailMessage]
) -> None:
    page = client.post("/account/password/reset/", {"email": "mia@example.test"}, follow=True).content.decode()
    assert "Look into your mail" in page
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["mia@example.test"], "Choose a new password for Daybook")
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", mail.body)
    assert link is not None
    form = client.get(link[1], follow=True)
    assert "Choose your password" in form.content.decode()
    typed = {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    assert "Your new password is saved" in client.post(form.wsgi_request.path, typed, follow=True).content.decode()
    assert client.login(email="mia@example.test", password=OTHER_PASSWORD)


def test_who_asks_with_an_unknown_address_is_told_the_same(
    client: Browser, cast: Any, mailoutbox: list[EmailMessage]
) -> None:
    page = client.post("/account/password/reset/", {"email": "nobody@example.test"}, follow=True).content.decode()
    assert "Look into your mail" in page
    assert mailoutbox == []


def test_a_password_is_changed_by_who_knows_the_one_until_now(client: Browser, cast: Any) -> None:
    client.force_login(cast.mia)
    typed = {"oldpassword": "wrong", "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    assert "Password until now" in client.post("/account/password/change/", typed).content.decode()
    assert not client.login(email="mia@example.test", password=OTHER_PASSWORD)
    client.force_login(cast.mia)
    client.post("/account/password/change/", typed | {"oldpassword": PASSWORD})
    assert client.login(email="mia@example.test", password=OTHER_PASSWORD)


def test_the_authenticator_app_brings_recovery_codes_and_is_turned_off_again(client: Browser, cast: Any) -> None:
    client.post("/account/login/", {"login": "mia@example.test", "password": PASSWORD})
    form = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": TOTP}, follow=True)
    secret = form.context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    page = client.post(TOTP, {"code": code}, follow=True).content.decode()
    assert "10 codes are left of 10" in page
    assert "stop working" in client.get("/account/2fa/recovery-codes/generate/").content.decode()
    client.post("/account/2fa/totp/deactivate/")
    assert "Set up" in client.get("/account/2fa/").content.decode()
