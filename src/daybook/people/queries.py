"""Who is who, and who may do what."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from daybook.people.models import SecurityGroup, User
from daybook.people.rights import Right
from daybook.people.shipped import OPERATOR_EMAIL
from daybook.sql import Columns

Person = User | AnonymousUser
_GROUP = Columns(SecurityGroup, "rights")
_OF_USER = """
JOIN people_user_groups g ON g.securitygroup_id = t.id JOIN people_user u ON u.id = g.user_id
WHERE u.id = %s AND u.is_active = %s"""


def rights_of(user: Person | None) -> frozenset[Right]:
    """The rights of a person as they are now: the union of the groups, nothing for a deactivated person."""
    if user is None or user.pk is None:
        return frozenset()
    kept = _GROUP.read(_OF_USER, [user.pk, True])
    known = {right.value: right for right in Right}
    return frozenset(known[value] for group in kept for value in group.rights if value in known)


def has_right(user: Person | None, right: Right) -> bool:
    """Whether the person has the right now; asks the database, one query."""
    return right in rights_of(user)


def operator() -> User:
    """The user who stands for the command line. Nobody can sign in as this user."""
    return User.objects.get(email=OPERATOR_EMAIL)


def people() -> QuerySet[User]:
    """Everybody who can have a sign-in, without the operator."""
    return User.objects.filter(is_program=False)


def find(email: str) -> User | None:
    """The person with this e-mail address."""
    return people().filter(email=email.strip().lower()).first()


def holders(right: Right) -> list[User]:
    """The active people who have a right, by name."""
    # JSON containment differs between databases; the groups of a firm are few enough to look through.
    groups = [group.pk for group in SecurityGroup.objects.all() if right.value in group.rights]
    return list(people().filter(is_active=True, groups__in=groups).distinct().order_by("name"))


def anybody_signs_in() -> bool:
    """Whether there is at least one person who can sign in."""
    return people().filter(is_active=True).exists()


def group_names(user: User) -> list[str]:
    """The names of a person's security groups."""
    return list(user.groups.order_by("name").values_list("name", flat=True))


def groups_named(names: Iterable[str]) -> tuple[list[SecurityGroup], list[str]]:
    """The security groups with these names, and the names that nobody knows."""
    wanted = {name.strip().casefold(): name.strip() for name in names if name.strip()}
    known: dict[str, Any] = {group.name.casefold(): group for group in SecurityGroup.objects.all()}
    return [known[key] for key in wanted if key in known], [name for key, name in wanted.items() if key not in known]
