"""Accounts, security groups and management groups. Each change asks for the right of the one who makes it."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string

from daybook.people import shipped
from daybook.people.errors import NotAllowed, Refused
from daybook.people.models import ManagementGroup, SecurityGroup, User
from daybook.people.queries import Person, has_right, people
from daybook.people.rights import Right

# No letters that look alike: a generated password is read aloud or typed from paper.
READABLE = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def require(user: Person | None, right: Right) -> None:
    """Go on only if the person has the right now; otherwise NotAllowed."""
    if not has_right(user, right):
        raise NotAllowed(right)


def generated_password() -> str:
    """A password nobody can guess: 20 readable characters."""
    return get_random_string(20, READABLE)


def add_user(
    actor: User,
    *,
    email: str,
    name: str,
    groups: Sequence[SecurityGroup] | None = None,
    management_group: ManagementGroup | None = None,
    password: str | None = None,
) -> User:
    """A new person; without a password the account waits for its invitation link. New people are in Everyone."""
    require(actor, Right.PEOPLE_MANAGE)
    email, name = checked_email(email), _checked_name(name)
    with transaction.atomic():
        if people().filter(email=email).exists():
            raise Refused(f"{email} has an account already. Open it to change it.", "email")
        user = User(email=email, name=name, management_group=management_group)
        _set_password(user, password)
        user.save()
        user.groups.set(groups if groups is not None else SecurityGroup.objects.filter(name=shipped.EVERYONE))
    return user


def change_user(
    actor: User,
    user: User,
    *,
    email: str,
    name: str,
    management_group: ManagementGroup | None,
    is_active: bool,
    groups: Sequence[SecurityGroup] | None = None,
) -> None:
    """Change a person's name, address, groups, or whether the person can sign in."""
    require(actor, Right.PEOPLE_MANAGE)
    email, name = checked_email(email), _checked_name(name)
    with transaction.atomic():
        if User.objects.filter(email=email).exclude(pk=user.pk).exists():
            raise Refused(f"{email} belongs to somebody else's account.", "email")
        user.email, user.name, user.management_group, user.is_active = email, name, management_group, is_active
        user.save(update_fields=["email", "name", "management_group", "is_active"])
        if groups is not None:
            user.groups.set(groups)
        _someone_still_manages(actor, "groups" if groups is not None else "is_active")


def deactivate_user(actor: User, user: User) -> None:
    """The person cannot sign in any more; what the person did stays."""
    change_user(actor, user, email=user.email, name=user.name, management_group=user.management_group, is_active=False)


def set_groups(actor: User, user: User, groups: Iterable[SecurityGroup]) -> None:
    """Give the person exactly these key rings."""
    require(actor, Right.PEOPLE_MANAGE)
    with transaction.atomic():
        user.groups.set(groups)
        _someone_still_manages(actor, "groups")


def set_password(actor: User, user: User, password: str) -> None:
    """Give the person a new password; sessions that are open end with it."""
    require(actor, Right.PEOPLE_MANAGE)
    _set_password(user, password)
    user.save(update_fields=["password"])


def save_group(
    actor: User, group: SecurityGroup | None, *, name: str, description: str, rights: Iterable[str]
) -> SecurityGroup:
    """Add a security group, or change one."""
    require(actor, Right.PEOPLE_MANAGE)
    kept = group or SecurityGroup()
    kept.name, kept.description = _checked_name(name), description.strip()
    ticked = set(rights)
    kept.rights = [right.value for right in Right if right.value in ticked]
    with transaction.atomic():
        _save_named(kept, f"There is a security group called {kept.name} already.")
        _someone_still_manages(actor, "rights")
    return kept


def save_management_group(
    actor: User, group: ManagementGroup | None, *, name: str, managers: Iterable[User]
) -> ManagementGroup:
    """Add a management group, or change one."""
    require(actor, Right.PEOPLE_MANAGE)
    kept = group or ManagementGroup()
    kept.name = _checked_name(name)
    with transaction.atomic():
        _save_named(kept, f"There is a management group called {kept.name} already.")
        kept.managers.set(managers)
    return kept


def checked_email(text: str) -> str:
    """The address in small letters, or Refused."""
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused("Enter an e-mail address, such as mia@example.com.", "email") from error
    return email


def _checked_name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Refused("Enter a name.", "name")
    return name


def _set_password(user: User, password: str | None) -> None:
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise Refused(" ".join(error.messages), "password") from error
    user.set_password(password)


def _save_named(group: SecurityGroup | ManagementGroup, taken: str) -> None:
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as error:
        raise Refused(taken, "name") from error


def _someone_still_manages(actor: User, field: str) -> None:
    """Refuse the change that would leave nobody who manages people; the command line could still mend that."""
    rings = [group.pk for group in SecurityGroup.objects.all() if Right.PEOPLE_MANAGE.value in group.rights]
    if not actor.is_program and not people().filter(is_active=True, groups__in=rings).exists():
        raise Refused("Nobody would be left who may manage people. Give somebody else that right first.", field)
