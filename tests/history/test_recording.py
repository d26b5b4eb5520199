"""History is added to, and nothing else."""

from datetime import UTC, datetime

import pytest

from daybook.history.models import AppendOnly, Change
from daybook.history.operations import record
from daybook.history.queries import last_of, of_subject
from daybook.people.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


@pytest.fixture
def line() -> Change:
    """Mia renamed project 7."""
    mia = User.objects.create_user("mia@example.test", "Mia Ruiz")
    return record(mia, "project", 7, "changed", summary="Changed", differences={"name": ["A", "B"]}, now=NOW)


def test_a_line_says_who_what_and_when(line: Change) -> None:
    kept = last_of("project", 7)
    assert kept is not None
    assert (kept.actor_name, kept.action, kept.at, kept.differences) == (
        "Mia Ruiz",
        "changed",
        NOW,
        {"name": ["A", "B"]},
    )


def test_the_newest_line_comes_first(line: Change) -> None:
    record(None, "project", 7, "adopted", summary="From QuickBooks", now=NOW)
    assert [one.action for one in of_subject("project", 7)] == ["adopted", "changed"]


def test_a_line_is_never_changed_or_deleted(line: Change) -> None:
    line.summary = "Nothing happened"
    with pytest.raises(AppendOnly):
        line.save()
    with pytest.raises(AppendOnly):
        line.delete()
    with pytest.raises(AppendOnly):
        Change.objects.all().delete()
    with pytest.raises(AppendOnly):
        Change.objects.update(summary="Nothing happened")
    assert Change.objects.get().summary == "Changed"
