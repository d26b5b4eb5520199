"""The folder of one agent: its settings, what it could not deliver yet, its log; and a lock, so that it runs once."""

import json
import os
import sys
from pathlib import Path
from typing import IO, Any

SETTINGS, KEPT, RUN, LOCK, LOG = "agent.json", "undelivered.json", "run.json", "agent.lock", "agent.log"


class InUse(Exception):
    """Another agent runs on this folder."""


def default_folder() -> Path:
    """Where the agent keeps its things unless it is told another place."""
    named = os.environ.get("DAYBOOK_AGENT_FOLDER")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"]) / "Daybook Agent"  # of one Windows user, as the key is
    return Path.home() / ".local" / "share" / "daybook-agent"


class Folder:
    """Reads and writes small JSON files, each as a whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock: IO[bytes] | None = None

    def read(self, name: str) -> dict[str, Any] | None:
        """What a file holds; None when it is not there."""
        try:
            found: dict[str, Any] = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return found

    def write(self, name: str, value: dict[str, Any]) -> None:
        """Put a file there that survives a power cut."""
        draft = self.path / f"{name}.new"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(value, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / name)
        self._sync()

    def remove(self, name: str) -> None:
        """Take a file away."""
        (self.path / name).unlink(missing_ok=True)

    def _sync(self) -> None:
        if sys.platform == "win32":
            return  # there, renaming is enough
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def lock(self) -> None:
        """Be the only agent on this folder for as long as this process lives."""
        file = (self.path / LOCK).open("ab")
        try:
            _lock(file)
        except OSError as error:
            file.close()
            raise InUse(f"An agent runs on {self.path} already.") from error
        self._lock = file


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
