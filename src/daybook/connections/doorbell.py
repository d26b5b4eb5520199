"""Wakes the Monitor. A lost ring costs one sweep, never a posting: the table is the truth.

On SQLite a ring is a datagram to every socket in the home folder; on PostgreSQL it is NOTIFY.
"""

import hashlib
import os
import select
import socket
import tempfile
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import structlog
from django.db import connection, transaction

from daybook import home

CHANNEL = "daybook_doorbell"
EVERY_FILE = 0
LONGEST_SOCKET_NAME = 100
NOT_FOR_PSYCOPG = {"isolation_level", "assume_role", "server_side_binding", "pool"}

log = structlog.get_logger(__name__)


def ring(company_file_id: int = EVERY_FILE) -> None:
    """Wake whoever holds the company file, once what was written is committed."""
    transaction.on_commit(partial(_ring_now, company_file_id))


def _ring_now(company_file_id: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(company_file_id)])
    else:
        send_to_sockets(str(company_file_id).encode("ascii"))


def send_to_sockets(message: bytes) -> None:
    """Ring at every socket of this home folder."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        for path in _folder().glob("*.sock"):
            try:
                sender.sendto(message, str(path))
            except (ConnectionRefusedError, FileNotFoundError):
                path.unlink(missing_ok=True)  # its Monitor ended without saying so
            except BlockingIOError:
                continue  # enough rings wait there already


def _folder() -> Path:
    """Where the sockets are: in the home folder, or in a folder of ours beside it when that name is too long."""
    wanted = home.home() / "doorbell"
    if len(str(wanted)) + 30 > LONGEST_SOCKET_NAME:
        mark = hashlib.sha256(str(wanted).encode()).hexdigest()[:16]
        wanted = Path(tempfile.gettempdir()) / f"daybook-{os.getuid()}-{mark}"
    return home.ensure(wanted)


class _Bell(Protocol):
    def fileno(self) -> int: ...

    def heard(self) -> set[int]: ...

    def close(self) -> None: ...


class _SocketBell:
    """Hears datagrams."""

    def __init__(self) -> None:
        self.path = _folder() / f"{os.getpid()}-{os.urandom(4).hex()}.sock"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind(str(self.path))

    def fileno(self) -> int:
        return self.socket.fileno()

    def heard(self) -> set[int]:
        """All that rang since the last time."""
        found: set[int] = set()
        while True:
            try:
                message = self.socket.recv(64)
            except BlockingIOError:
                return found
            if message.isdigit():
                found.add(int(message))

    def close(self) -> None:
        self.socket.close()
        self.path.unlink(missing_ok=True)


class _DatabaseBell:
    """Hears NOTIFY on a connection of its own; ConnectionError when that is lost."""

    def __init__(self) -> None:
        import psycopg  # a sixth of what a program loads, and on SQLite nobody needs it

        self._lost = psycopg.OperationalError
        try:
            self.connection = psycopg.connect(autocommit=True, **_psycopg_parameters())
            self.connection.execute(f"LISTEN {CHANNEL}")
        except self._lost as error:
            raise ConnectionError(str(error)) from error

    def fileno(self) -> int:
        return self.connection.fileno()

    def heard(self) -> set[int]:
        """All that rang since the last time."""
        try:
            rings = list(self.connection.notifies(timeout=0))
        except self._lost as error:
            raise ConnectionError(str(error)) from error
        return {int(note.payload) for note in rings if note.payload.isdigit()}

    def close(self) -> None:
        self.connection.close()


def _psycopg_parameters() -> dict[str, Any]:
    described = connection.settings_dict
    named = {
        "dbname": described["NAME"],
        "user": described["USER"],
        "password": described["PASSWORD"],
        "host": described["HOST"],
        "port": described["PORT"],
    }
    options = {name: value for name, value in described["OPTIONS"].items() if name not in NOT_FOR_PSYCOPG}
    return {name: value for name, value in named.items() if value} | options


class Doorbell:
    """The listening side: wait until somebody rings, or until the time is over."""

    def __init__(self) -> None:
        self._bell: _Bell | None = None
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)

    def __enter__(self) -> "Doorbell":
        self._listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wait(self, seconds: float) -> frozenset[int]:
        """The company files that were rung for (0 is all of them); empty when the time is over or somebody woke us."""
        self._listen()
        watched: list[Any] = [self._wake_read] + ([self._bell] if self._bell else [])
        ready, _, _ = select.select(watched, [], [], max(0.0, seconds))
        if self._wake_read in ready:
            os.read(self._wake_read, 4096)
        if self._bell is None or self._bell not in ready:
            return frozenset()
        try:
            return frozenset(self._bell.heard())
        except ConnectionError as error:
            log.warning("The database dropped the doorbell's connection.", detail=str(error))
            self._bell.close()
            self._bell = None
            return frozenset({EVERY_FILE})

    def wake(self) -> None:
        """End a wait from another thread or from a signal handler."""
        try:
            os.write(self._wake_write, b"!")
        except BlockingIOError:
            return  # woken often enough already

    def close(self) -> None:
        """Stop listening."""
        if self._bell is not None:
            self._bell.close()
            self._bell = None
        for end in (self._wake_read, self._wake_write):
            os.close(end)

    def _listen(self) -> None:
        if self._bell is not None:
            return
        if connection.vendor != "postgresql":
            self._bell = _SocketBell()
            return
        try:
            self._bell = _DatabaseBell()
        except ConnectionError as error:
            log.warning("The doorbell cannot reach the database; the sweep goes on.", detail=str(error))
