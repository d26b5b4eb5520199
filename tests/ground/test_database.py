"""The database that a run uses is really the one it asked for, and durable."""

import os

import pytest
from django.db import connection

from daybook.settings import database_from_url

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_run_uses_the_database_that_it_asked_for() -> None:
    asked = os.environ.get("DAYBOOK_TEST_DATABASE", "sqlite")
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[asked]


def test_a_commit_is_on_disk_when_it_returns() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone() == (2,)
        else:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)


def test_a_database_address_may_hold_a_socket_folder_and_quoted_letters() -> None:
    found = database_from_url("postgresql://us%40er:p%2Fw@/books?host=/run/pg&sslmode=disable")
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("us@er", "p/w", "books")
    assert (found["HOST"], found["OPTIONS"]) == ("/run/pg", {"sslmode": "disable"})


def test_an_address_of_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="postgres://"):
        database_from_url("mysql://root@db/books")
