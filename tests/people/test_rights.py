"""Rights: the union of the groups, asked for each time, refused with a sentence."""

from typing import Any

import pytest

from daybook.people import operations, shipped
from daybook.people.errors import NotAllowed
from daybook.people.models import SecurityGroup, User
from daybook.people.queries import has_right, holders, operator, rights_of
from daybook.people.rights import Right

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia() -> User:
    """Mia, in no group yet."""
    return User.objects.create_user("Mia@Example.test", "Mia Ruiz")


def group(*rights: Right) -> SecurityGroup:
    """A group with these rights."""
    return SecurityGroup.objects.create(name=f"Group {SecurityGroup.objects.count()}", rights=list(rights))


def test_six_groups_come_with_a_new_database() -> None:
    assert set(SecurityGroup.objects.values_list("name", flat=True)) == set(shipped.GROUPS)
    assert len(shipped.GROUPS) == 6


def test_a_person_has_what_any_of_the_groups_allows(mia: User) -> None:
    mia.groups.add(group(Right.IMPORT), group(Right.PROJECTS_ADD, Right.PROJECTS_VIEW))
    assert rights_of(mia) == {Right.IMPORT, Right.PROJECTS_ADD, Right.PROJECTS_VIEW}


def test_a_right_taken_away_is_gone_at_once(mia: User) -> None:
    ring = group(Right.IMPORT)
    mia.groups.add(ring)
    assert has_right(mia, Right.IMPORT)
    mia.groups.remove(ring)
    assert not has_right(mia, Right.IMPORT)


def test_a_deactivated_person_has_no_right_whatever_is_in_memory(mia: User) -> None:
    mia.groups.add(group(Right.IMPORT))
    User.objects.filter(pk=mia.pk).update(is_active=False)
    assert mia.is_active and not has_right(mia, Right.IMPORT)


def test_rights_cost_one_query(mia: User, django_assert_num_queries: Any) -> None:
    mia.groups.add(group(Right.IMPORT), group(Right.PROJECTS_ADD))
    with django_assert_num_queries(1):
        rights_of(mia)


def test_what_is_not_allowed_says_which_right_is_missing(mia: User) -> None:
    with pytest.raises(NotAllowed) as refused:
        operations.require(mia, Right.POST_TO_ACCOUNTING)
    assert "3.1 (Post to accounting)" in refused.value.sentence


def test_a_right_that_is_no_longer_known_is_left_out(mia: User) -> None:
    mia.groups.add(SecurityGroup.objects.create(name="Old", rights=["fly", "import"]))
    assert rights_of(mia) == {Right.IMPORT}


def test_rights_have_numbers_of_their_own() -> None:
    numbers = [right.number for right in Right]
    assert len(set(numbers)) == len(numbers)
    assert all(right.sentence.endswith(".") for right in Right)


def test_holders_are_the_active_people_with_the_right(mia: User) -> None:
    mia.groups.add(group(Right.APPROVE_TRANSFERS))
    gone = User.objects.create_user("gone@example.test", "Gone", is_active=False)
    gone.groups.set(mia.groups.all())
    assert holders(Right.APPROVE_TRANSFERS) == [mia]


def test_the_operator_may_everything_and_is_nobody_who_signs_in() -> None:
    assert rights_of(operator()) == set(Right)
    assert not operator().has_usable_password()


def test_rules_follow_rights(mia: User) -> None:
    mia.groups.add(group(Right.IMPORT))
    assert mia.has_perm("daybook.import")
    assert not mia.has_perm("daybook.people_manage")
