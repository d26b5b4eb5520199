"""Accounts, security groups and management groups: each change is made together with its line of history.

The rules are those of `people`, which leans on nothing; the line is written here, in the same transaction.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from daybook.history.operations import record
from daybook.people import operations
from daybook.people.models import ManagementGroup, SecurityGroup, User
from daybook.people.rights import Right

ACCOUNT, SECURITY_GROUP, MANAGEMENT_GROUP = "user", "security_group", "management_group"
Values = dict[str, Any]


def add_user(
    actor: User,
    *,
    email: str,
    name: str,
    groups: Sequence[SecurityGroup] | None = None,
    management_group: ManagementGroup | None = None,
    password: str | None = None,
    now: datetime,
) -> User:
    """A new person; without a password the account waits for its invitation link."""
    with transaction.atomic():
        user = operations.add_user(
            actor, email=email, name=name, groups=groups, management_group=management_group, password=password
        )
        _write(actor, ACCOUNT, user, "added", _differences({}, _account(user)), now)
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
    now: datetime,
) -> None:
    """Change a person's name, address, groups, or whether the person can sign in."""
    with transaction.atomic():
        before = _account(User.objects.get(pk=user.pk))
        operations.change_user(
            actor,
            user,
            email=email,
            name=name,
            management_group=management_group,
            is_active=is_active,
            groups=groups,
        )
        _write(actor, ACCOUNT, user, "changed", _differences(before, _account(user)), now)


def deactivate_user(actor: User, user: User, now: datetime) -> None:
    """The person cannot sign in any more; what the person did stays."""
    change_user(
        actor,
        user,
        email=user.email,
        name=user.name,
        management_group=user.management_group,
        is_active=False,
        now=now,
    )


def set_groups(actor: User, user: User, groups: Iterable[SecurityGroup], now: datetime) -> None:
    """Give the person exactly these key rings."""
    with transaction.atomic():
        before = _account(user)
        operations.set_groups(actor, user, groups)
        _write(actor, ACCOUNT, user, "changed", _differences(before, _account(user)), now)


def set_password(actor: User, user: User, password: str, now: datetime) -> None:
    """Give the person a new password; sessions that are open end with it."""
    with transaction.atomic():
        operations.set_password(actor, user, password)
        record(actor, ACCOUNT, user.pk, "password", summary=f"Gave {user} a new password", now=now)


def note_invitation(actor: User, user: User, now: datetime) -> None:
    """Somebody makes a link by which the person chooses a password."""
    operations.require(actor, Right.PEOPLE_MANAGE)
    record(actor, ACCOUNT, user.pk, "invited", summary=f"Invited {user} to choose a password", now=now)


def save_group(
    actor: User, group: SecurityGroup | None, *, name: str, description: str, rights: Iterable[str], now: datetime
) -> SecurityGroup:
    """Add a security group, or change one."""
    with transaction.atomic():
        before = _security_group(SecurityGroup.objects.get(pk=group.pk)) if group else {}
        kept = operations.save_group(actor, group, name=name, description=description, rights=rights)
        action = "changed" if group else "added"
        _write(actor, SECURITY_GROUP, kept, action, _differences(before, _security_group(kept)), now)
    return kept


def save_management_group(
    actor: User, group: ManagementGroup | None, *, name: str, managers: Iterable[User], now: datetime
) -> ManagementGroup:
    """Add a management group, or change one."""
    with transaction.atomic():
        before = _management_group(ManagementGroup.objects.get(pk=group.pk)) if group else {}
        kept = operations.save_management_group(actor, group, name=name, managers=managers)
        action = "changed" if group else "added"
        _write(actor, MANAGEMENT_GROUP, kept, action, _differences(before, _management_group(kept)), now)
    return kept


def _account(user: User) -> Values:
    return {
        "Name": user.name,
        "E-mail": user.email,
        "Security groups": _named(user.groups.order_by("name")),
        "Management group": str(user.management_group or ""),
        "Can sign in": "yes" if user.is_active else "no",
    }


def _security_group(group: SecurityGroup) -> Values:
    rights = [f"{right.number} {right.label}" for right in Right if right.value in group.rights]
    return {"Name": group.name, "What it is for": group.description, "Rights": rights}


def _management_group(group: ManagementGroup) -> Values:
    return {"Name": group.name, "Managers": _named(group.managers.order_by("name"))}


def _named(rows: Iterable[object]) -> list[str]:
    return [str(row) for row in rows]


def _differences(before: Values, after: Values) -> Values:
    """{field: [before, after]}; of several values what was given and what was taken, each under its own name."""
    found: Values = {}
    for field, value in after.items():
        old = before.get(field, type(value)())
        if isinstance(value, list):
            changes = {
                "given": [one for one in value if one not in old],
                "taken": [one for one in old if one not in value],
            }
            found |= {f"{field} {verb}": ["", ", ".join(ones)] for verb, ones in changes.items() if ones}
        elif value != old:
            found[field] = [old, value]
    return found


def _write(
    actor: User,
    kind: str,
    subject: User | SecurityGroup | ManagementGroup,
    action: str,
    differences: Values,
    now: datetime,
) -> None:
    """The line of history; a form that was saved without a change leaves none."""
    if not differences:
        return
    verb, fields = action.capitalize(), ", ".join(field.lower() for field in differences)
    summary = f"{verb} {subject}" if action == "added" else f"{verb} {subject}: {fields}"
    record(actor, kind, subject.pk, action, summary=summary, differences=differences, now=now)
