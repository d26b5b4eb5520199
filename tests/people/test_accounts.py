"""Accounts: made by an administrator, in Everyone at first; somebody can always manage people."""

import pytest

from daybook.people import operations, queries, shipped
from daybook.people.errors import NotAllowed, Refused
from daybook.people.models import ManagementGroup, SecurityGroup, User
from daybook.people.rights import Right

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    """Ada, the only administrator."""
    admins = SecurityGroup.objects.get(name=shipped.ADMINISTRATORS)
    return operations.add_user(queries.operator(), email="ada@example.test", name="Ada Berg", groups=[admins])


def test_a_new_person_is_in_everyone_and_cannot_sign_in_before_choosing_a_password(ada: User) -> None:
    sam = operations.add_user(ada, email=" Sam@Example.test ", name="Sam  Lind")
    assert (sam.email, sam.name, sam.has_usable_password()) == ("sam@example.test", "Sam Lind", False)
    assert queries.group_names(sam) == [shipped.EVERYONE]


def test_an_address_has_one_account(ada: User) -> None:
    operations.add_user(ada, email="sam@example.test", name="Sam Lind")
    with pytest.raises(Refused, match="has an account already"):
        operations.add_user(ada, email="SAM@example.test", name="Sam Lind")


@pytest.mark.parametrize("email", ["", "sam", "sam@", "@example.test", "a b@example.test"])
def test_what_is_no_address_is_refused(ada: User, email: str) -> None:
    with pytest.raises(Refused) as refused:
        operations.add_user(ada, email=email, name="Sam Lind")
    assert refused.value.field == "email"


def test_people_are_managed_by_those_with_the_right(ada: User) -> None:
    sam = operations.add_user(ada, email="sam@example.test", name="Sam Lind")
    with pytest.raises(NotAllowed):
        operations.add_user(sam, email="x@example.test", name="X")
    with pytest.raises(NotAllowed):
        operations.set_groups(sam, sam, SecurityGroup.objects.all())


def test_a_short_or_common_password_is_refused(ada: User) -> None:
    for password in ("short", "password1234"):
        with pytest.raises(Refused) as refused:
            operations.set_password(ada, ada, password)
        assert refused.value.field == "password"


def test_the_last_one_who_manages_people_cannot_leave(ada: User) -> None:
    with pytest.raises(Refused, match="Nobody would be left"):
        operations.set_groups(ada, ada, [])
    with pytest.raises(Refused, match="Nobody would be left"):
        operations.deactivate_user(ada, ada)
    ring = SecurityGroup.objects.get(name=shipped.ADMINISTRATORS)
    with pytest.raises(Refused, match="Nobody would be left"):
        operations.save_group(ada, ring, name=ring.name, description="", rights=[Right.IMPORT])
    ada.refresh_from_db()
    assert ada.is_active and queries.has_right(ada, Right.PEOPLE_MANAGE)


def test_a_group_name_is_taken_once(ada: User) -> None:
    with pytest.raises(Refused, match="already"):
        operations.save_group(ada, None, name=shipped.SALES, description="", rights=[])


def test_a_group_of_ones_own_has_the_rights_that_were_ticked(ada: User) -> None:
    made = operations.save_group(ada, None, name="Bookkeepers", description="Books", rights=["import", "lists_edit"])
    assert made.rights == ["import", "lists_edit"]


def test_a_management_group_has_its_managers(ada: User) -> None:
    made = operations.save_management_group(ada, None, name="North", managers=[ada])
    assert list(ManagementGroup.objects.get(pk=made.pk).managers.all()) == [ada]


def test_made_passwords_are_long_and_different() -> None:
    made = {operations.generated_password() for _ in range(20)}
    assert len(made) == 20 and {len(password) for password in made} == {20}
