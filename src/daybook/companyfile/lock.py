"""One holder per company file, across processes: a lock of the operating system on a small file beside it.

The lock goes away with its process, however it dies; the text inside only says who held it last.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from daybook.companyfile.errors import FileInUse

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


# Whoever looks at who holds a file (`holder`) has the lock for a moment, which must not look like a program at work.
PAUSES = (0.002, 0.01, 0.05)


def _take_soon(descriptor: int) -> None:
    for pause in PAUSES:
        try:
            return _take(descriptor)
        except OSError:
            time.sleep(pause)
    return _take(descriptor)


class Hold:
    """The right to work in a company file, held until `release`."""

    def __init__(self, path: Path, who: str) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _take_soon(self._descriptor)
        except OSError:
            holder = os.pread(self._descriptor, 200, 0).decode(errors="replace") if hasattr(os, "pread") else ""
            os.close(self._descriptor)
            raise FileInUse(f"{path.name} is in use by {holder or 'another program'}.") from None
        self._note(who)

    def release(self) -> None:
        """Let go; doing it twice is harmless."""
        if self._descriptor >= 0:
            self._note("")
            os.close(self._descriptor)
            self._descriptor = -1

    def _note(self, who: str) -> None:
        """Say who holds it. The lock is what counts: on a full disk it is held without a name, and let go like any."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, who.encode())

    def __enter__(self) -> Hold:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def holder(path: Path) -> str | None:
    """Who holds the file now, or None; asks the lock itself, so a dead holder counts as none."""
    lock = path.with_name(path.name + ".lock")
    if not lock.exists():
        return None
    descriptor = os.open(lock, os.O_RDWR)
    try:
        _take(descriptor)
    except OSError:
        return os.read(descriptor, 200).decode(errors="replace") or "another program"
    finally:
        os.close(descriptor)
    return None
