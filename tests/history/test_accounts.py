"""Changes of accounts, rights and groups: each leaves a line that says who, when and what."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from daybook.history import accounts
from daybook.history.queries import last_of, of_subject
from daybook.people import queries, shipped
from daybook.people.errors import NotAllowed, Refused
from daybook.people.models import SecurityGroup, User
from daybook.people.rights import Right

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
DOORS = Path(__file__).resolve().parents[2] / "src" / "daybook"


@pytest.fixture
def ada() -> User:
    """Ada, the administrator."""
    admins = SecurityGroup.objects.get(name=shipped.ADMINISTRATORS)
    return accounts.add_user(queries.operator(), email="ada@example.test", name="Ada Berg", groups=[admins], now=NOW)


def group(name: str) -> SecurityGroup:
    """A shipped key ring."""
    return SecurityGroup.objects.get(name=name)


def test_a_new_account_says_who_made_it_and_what_it_may_do(ada: User) -> None:
    sam = accounts.add_user(ada, email="sam@example.test", name="Sam Lind", now=NOW)
    line = last_of(accounts.ACCOUNT, sam.pk)
    assert line is not None and (line.actor, line.at, line.summary) == (ada, NOW, "Added Sam Lind")
    assert line.differences["Security groups given"] == ["", "Everyone"]


def test_key_rings_given_and_taken_are_named(ada: User) -> None:
    sam = accounts.add_user(ada, email="sam@example.test", name="Sam Lind", now=NOW)
    accounts.set_groups(ada, sam, [group("Sales")], NOW)
    line = last_of(accounts.ACCOUNT, sam.pk)
    assert line is not None
    assert line.differences == {"Security groups given": ["", "Sales"], "Security groups taken": ["", "Everyone"]}
    assert line.summary == "Changed Sam Lind: security groups given, security groups taken"


def test_the_rights_of_a_key_ring_are_followed(ada: User) -> None:
    ring = accounts.save_group(ada, None, name="Bookkeepers", description="", rights=["import"], now=NOW)
    accounts.save_group(ada, ring, name="Bookkeepers", description="", rights=["lists_edit"], now=NOW)
    changed, added = of_subject(accounts.SECURITY_GROUP, ring.pk)
    given = f"{Right.LISTS_EDIT.number} {Right.LISTS_EDIT.label}"
    assert changed.differences["Rights given"] == ["", given]
    assert changed.differences["Rights taken"] == added.differences["Rights given"]


def test_a_form_saved_unchanged_leaves_no_line(ada: User) -> None:
    ring = group("Sales")
    same = {"name": ring.name, "description": ring.description, "rights": ring.rights}
    accounts.save_group(ada, ring, **same, now=NOW)
    assert last_of(accounts.SECURITY_GROUP, ring.pk) is None


def test_managers_of_a_group_are_followed(ada: User) -> None:
    north = accounts.save_management_group(ada, None, name="North", managers=[ada], now=NOW)
    accounts.save_management_group(ada, north, name="North", managers=[], now=NOW)
    line = last_of(accounts.MANAGEMENT_GROUP, north.pk)
    assert line is not None and line.differences == {"Managers taken": ["", "Ada Berg"]}


def test_a_sign_in_taken_away_and_a_password_given_are_written_down(ada: User) -> None:
    sam = accounts.add_user(ada, email="sam@example.test", name="Sam Lind", now=NOW)
    accounts.set_password(ada, sam, "quay-wall-29-lantern", NOW)
    accounts.deactivate_user(ada, sam, NOW)
    taken, password, _ = of_subject(accounts.ACCOUNT, sam.pk)
    assert taken.differences == {"Can sign in": ["yes", "no"]}
    assert (password.summary, password.differences) == ("Gave Sam Lind a new password", {})


def test_what_is_refused_leaves_no_line(ada: User) -> None:
    sam = accounts.add_user(ada, email="sam@example.test", name="Sam Lind", now=NOW)
    with pytest.raises(NotAllowed):
        accounts.set_groups(sam, sam, [group(shipped.ADMINISTRATORS)], NOW)
    with pytest.raises(Refused):
        accounts.set_groups(ada, ada, [], NOW)
    assert len(of_subject(accounts.ACCOUNT, sam.pk)) == len(of_subject(accounts.ACCOUNT, ada.pk)) == 1


def test_every_door_goes_through_the_history() -> None:
    writers = ("add_user", "change_user", "deactivate_user", "set_groups", "set_password", "save_group")
    for room in ("web", "cli", "directory"):
        for file in (DOORS / room).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if "daybook.people import operations" in text:
                assert not [one for one in writers if f" operations.{one}(" in text], file
