"""People and rights: accounts with a link, key rings with ticks."""

from typing import Any

import pytest
from django.test import Client as Browser

from daybook.notices.models import Mail, MailSettings
from daybook.people.models import ManagementGroup, SecurityGroup
from daybook.people.queries import find, group_names, has_right
from daybook.people.rights import Right

pytestmark = pytest.mark.django_db


def test_a_person_is_added_with_groups_and_a_link(cast_client: Browser) -> None:
    group = SecurityGroup.objects.get(name="Sales")
    typed = {"name": "Ana Kim", "email": "Ana@Example.test", "groups": [group.pk], "is_active": "on"}
    page = cast_client.post("/people/new/", typed, follow=True).content.decode()
    assert "/account/password/reset/key/" in page
    ana = find("ana@example.test")
    assert ana is not None and group_names(ana) == ["Sales"]


def test_an_address_in_use_is_told_on_its_field(cast_client: Browser) -> None:
    answer = cast_client.post("/people/new/", {"name": "Mia", "email": "mia@example.test"})
    assert answer.status_code == 422
    assert "has an account already" in answer.context["form"].errors["email"][0]


def test_groups_are_given_and_taken_by_ticks(cast_client: Browser, cast: Any) -> None:
    wanted = SecurityGroup.objects.filter(name__in=["Directors", "Everyone"])
    typed = {"name": "Sam Lind", "email": "sam@example.test", "groups": [one.pk for one in wanted], "is_active": "on"}
    cast_client.post(f"/people/{cast.sam.pk}/edit/", typed)
    assert group_names(cast.sam) == ["Directors", "Everyone"]
    assert has_right(cast.sam, Right.APPROVE_TRANSFERS)


def test_the_last_administrator_cannot_lock_everybody_out(cast_client: Browser, cast: Any) -> None:
    typed = {"name": "Ada Berg", "email": "ada@example.test", "groups": [], "is_active": "on"}
    answer = cast_client.post(f"/people/{cast.ada.pk}/edit/", typed)
    assert b"Nobody would be left" in answer.content
    assert has_right(cast.ada, Right.PEOPLE_MANAGE)


def test_a_key_ring_is_made_of_rights(cast_client: Browser) -> None:
    cast_client.post("/people/groups/new/", {"name": "Bookkeepers", "rights": ["import", "lists_edit"]})
    assert SecurityGroup.objects.get(name="Bookkeepers").rights == ["import", "lists_edit"]
    assert b"Bookkeepers" in cast_client.get("/people/groups/").content


def test_a_right_nobody_knows_is_refused(cast_client: Browser) -> None:
    assert cast_client.post("/people/groups/new/", {"name": "Pilots", "rights": ["fly"]}).status_code == 422


def test_a_management_group_is_made(cast_client: Browser, cast: Any) -> None:
    cast_client.post("/people/management/new/", {"name": "North", "managers": [cast.mia.pk]})
    assert list(ManagementGroup.objects.get().managers.all()) == [cast.mia]
    assert b"Mia Ruiz" in cast_client.get("/people/management/").content


def test_menus_follow_rights(client: Browser, cast: Any) -> None:
    client.force_login(cast.sam)
    page = client.get("/").content.decode()
    assert 'href="/projects/"' in page
    for address in ("/clients/", "/staff/", "/people/", "/transactions/", "/settings/"):
        assert f'href="{address}"' not in page


def test_the_history_of_an_account_and_of_a_key_ring_is_shown(cast_client: Browser, cast: Any) -> None:
    sales = SecurityGroup.objects.get(name="Sales")
    typed = {"name": "Sam Lind", "email": "sam@example.test", "groups": [sales.pk], "is_active": "on"}
    cast_client.post(f"/people/{cast.sam.pk}/edit/", typed)
    page = cast_client.get(f"/people/{cast.sam.pk}/").content.decode()
    assert "Ada Berg" in page and "Security groups given: Sales" in page
    cast_client.post(f"/people/groups/{sales.pk}/", {"name": "Sales", "rights": ["import"]})
    assert "Rights given: 3.5 Import" in cast_client.get(f"/people/groups/{sales.pk}/").content.decode()


def test_an_invitation_is_written_down_and_mailed_when_it_can_be(cast_client: Browser, cast: Any) -> None:
    page = cast_client.post(f"/people/{cast.sam.pk}/link/", follow=True).content.decode()
    assert "Give Sam Lind this link" in page and "Invited Sam Lind to choose a password" in page
    MailSettings.objects.create(pk=1, host="127.0.0.1", port=25, from_address="daybook@example.test")
    page = cast_client.post(f"/people/{cast.sam.pk}/link/", follow=True).content.decode()
    assert "An invitation is on its way to sam@example.test" in page
    assert Mail.objects.get().to_address == "sam@example.test"
