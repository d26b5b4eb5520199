"""Brings the database to the newest form before a command uses it."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from daybook import home

ADVISORY_LOCK = 4711
TRY_AGAIN_SECONDS = 2

log = structlog.get_logger(__name__)


def prepare() -> None:
    """Migrate the database when it is new or behind; several processes may do so at once."""
    if is_migrated():
        return
    with _alone():
        call_command("migrate", verbosity=0, interactive=False)


def prepare_patiently() -> None:
    """The same for a program that stays: when a whole machine starts, it may be there before the database."""
    while True:
        try:
            return prepare()
        except OperationalError as error:
            log.warning("The database cannot be reached; it is tried again.", detail=str(error))
            connection.close()
            time.sleep(TRY_AGAIN_SECONDS)


def is_migrated() -> bool:
    """Whether every migration of this version stands in the database; the files are counted, not loaded."""
    return _migrations_on_disk() <= MigrationRecorder(connection).applied_migrations().keys()


def _migrations_on_disk() -> set[tuple[str, str]]:
    found = set()
    for app in apps.get_app_configs():
        for file in (Path(app.path) / "migrations").glob("[0-9]*.py"):
            found.add((app.label, file.stem))
    return found


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the one lock that all who share the database know: a row lock's cousin there, a lock file here."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
    else:
        with (home.ensure(home.home()) / "setup.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
