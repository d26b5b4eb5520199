"""The bell between those who ask and the Monitor."""

import socket
import time
from pathlib import Path

import pytest
from django.db import connection, transaction

from daybook import home
from daybook.connections.doorbell import EVERY_FILE, send_to_sockets
from daybook.outbox.doorbell import Doorbell, ring

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND datname = current_database()"""


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
def test_a_bell_whose_connection_is_cut_looks_at_every_file_and_hears_again() -> None:
    with Doorbell() as bell:
        if connection.vendor == "postgresql":  # a socket has nothing to cut
            with connection.cursor() as cursor:
                cursor.execute(CUT)
            assert EVERY_FILE in bell.wait(5) | bell.wait(5)  # the server's last words come first
        bell.wait(0)
        ring(7)
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
def test_the_socket_of_a_monitor_that_died_is_cleaned_away() -> None:
    folder = home.home() / "doorbell"
    folder.mkdir(exist_ok=True)
    stale = folder / "1-dead.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as dead:
        dead.bind(str(stale))
    send_to_sockets(b"5")
    assert not stale.exists()
