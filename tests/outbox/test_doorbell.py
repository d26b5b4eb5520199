"""The bell between those who ask and the Monitor."""

import time
from pathlib import Path

import pytest
from django.db import connection, transaction

from daybook.outbox.doorbell import Doorbell, ring


@pytest.mark.django_db(transaction=True)
def test_a_ring_wakes_who_waits_and_says_for_which_file() -> None:
    with Doorbell() as bell:
        ring(7)
        assert bell.wait(5) == {7}


@pytest.mark.django_db(transaction=True)
def test_nobody_is_woken_for_what_is_not_committed() -> None:
    with Doorbell() as bell:
        with transaction.atomic():
            ring(7)
            assert bell.wait(0.05) == frozenset()
        assert bell.wait(5) == {7}


@pytest.mark.django_db(transaction=True)
def test_every_listener_hears_a_ring_within_milliseconds() -> None:
    with Doorbell() as first, Doorbell() as second:
        started = time.perf_counter()
        ring(3)
        assert first.wait(5) == second.wait(5) == {3}
        assert time.perf_counter() - started < 0.5


@pytest.mark.django_db(transaction=True)
def test_a_wait_ends_when_its_time_is_over_or_somebody_wakes_it() -> None:
    with Doorbell() as bell:
        assert bell.wait(0.01) == frozenset()
        bell.wake()
        started = time.perf_counter()
        assert bell.wait(10) == frozenset()
        assert time.perf_counter() - started < 5


@pytest.mark.django_db(transaction=True)
def test_a_home_folder_with_a_long_name_has_a_bell_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_HOME", str(tmp_path / ("long" * 40)))
    with Doorbell() as bell:
        ring(5)
        assert bell.wait(5) == {5}


@pytest.mark.django_db(transaction=True)
def test_the_socket_of_a_monitor_that_died_is_cleaned_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "postgresql":
        return  # there the database keeps the list of listeners
    monkeypatch.setenv("DAYBOOK_HOME", str(tmp_path))
    with Doorbell():
        (left,) = (tmp_path / "doorbell").glob("*.sock")
        stale = left.with_name("1-dead.sock")
        left.rename(stale)  # as after kill -9: a name that nobody ... listens at any more
        assert stale.exists()
    ring(5)
    assert not stale.exists()
