"""Add, change and deactivate staff."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from daybook.directory import preflight
from daybook.directory.data import StaffData
from daybook.directory.errors import FieldProblem, Invalid
from daybook.directory.models import Staff
from daybook.directory.operations.common import (
    Post,
    as_now,
    assign,
    expect_version,
    in_chunks,
    locked,
    note_submitted,
    once,
    write_down,
)
from daybook.directory.operations.posting import activity_follows, follow, post_if_asked
from daybook.directory.snapshots import employee_snapshot
from daybook.history.accounts import add_user
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.queries import find
from daybook.people.rights import Right


def add_staff(
    actor: User, data: StaffData, *, post: Post = Post.NO, invite: bool = False, key: UUID, now: datetime
) -> Staff:
    """A new member of staff, perhaps with a sign-in; the same form sent again gives the one it made."""
    require(actor, Right.STAFF_ADD)
    if post == Post.NOW:
        require(actor, Right.POST_TO_ACCOUNTING)

    def make() -> Staff:
        staff = Staff(created_at=now, changed_at=now)
        assign(staff, data)
        _check(staff, post, invite)
        if invite:
            staff.user = find(staff.email) or add_user(actor, email=staff.email, name=str(staff), now=now)
        staff.save()
        note_submitted(key, staff, now)
        write_down(actor, staff, "added", now)
        post_if_asked(actor, staff, post, key, now)
        return staff

    return once(key, Staff, make)


def change_staff(
    actor: User, staff: Staff, data: StaffData, *, version: int | None = None, key: UUID, now: datetime
) -> Staff:
    """Change a member of staff; if the books have the employee, what changed follows there."""
    require(actor, Right.STAFF_EDIT)
    with transaction.atomic():
        staff = locked(staff)
        expect_version(staff, version)
        before = employee_snapshot(staff)
        differences = assign(staff, data)
        if differences:
            _check(staff, Post.NO, False)
            _save(actor, staff, differences, "changed", now)
            follow(actor, staff, before, key=key, now=now)
    return staff


def give_sign_in(actor: User, staff: Staff, now: datetime) -> User:
    """An account for a member of staff, under the e-mail address that is kept for that person."""
    require(actor, Right.PEOPLE_MANAGE)
    with transaction.atomic():
        staff = locked(staff)
        if staff.user is not None:
            return staff.user
        _check(staff, Post.NO, True)
        staff.user = find(staff.email) or add_user(actor, email=staff.email, name=str(staff), now=now)
        _save(actor, staff, {"user": ["", staff.user.email]}, "changed", now)
    return staff.user


def set_staff_active(
    actor: User, people: Iterable[Staff], active: bool, now: datetime, *, in_books: UUID | None = None
) -> int:
    """Deactivate staff, or activate them again; how many were changed. `in_books`, the key of a form, has a linked
    employee made inactive in the books too."""
    require(actor, Right.STAFF_EDIT)
    changed = 0
    for some in in_chunks(people):
        with transaction.atomic():
            for staff in as_now(some):
                if staff.is_active != active:
                    differences = {"is_active": [staff.is_active, active]}
                    staff.is_active = active
                    _save(actor, staff, differences, "activated" if active else "deactivated", now)
                    activity_follows(actor, staff, active, in_books, now)
                    changed += 1
    return changed


def _save(actor: User, staff: Staff, differences: dict[str, Any], action: str, now: datetime) -> None:
    staff.version += 1
    staff.changed_at = now
    staff.save()
    write_down(actor, staff, action, now, differences)


def _check(staff: Staff, post: Post, invite: bool) -> None:
    problems: list[FieldProblem] = []
    if not staff.first_name and not staff.last_name:
        problems.append(FieldProblem("last_name", "Enter a first or a last name."))
    if invite and not staff.email:
        problems.append(FieldProblem("email", "Enter the e-mail address that this person signs in with."))
    other = Staff.everything.exclude(pk=staff.pk).filter(user__email=staff.email.lower()).first() if invite else None
    if other is not None:
        problems.append(FieldProblem("email", f"{other} signs in with {staff.email} already."))
    if post != Post.NO:
        problems += preflight.blocking(staff)
    if staff.hired and staff.released and staff.released < staff.hired:
        problems.append(FieldProblem("released", "The last day is before the first day."))
    if problems:
        raise Invalid(problems)
