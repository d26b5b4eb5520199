"""The agent's key: made here, kept in the Windows credential store; elsewhere in a file that only its owner reads."""

import secrets
import sys
from pathlib import Path
from typing import Protocol

from daybook_agent.folder import Folder

KEY_FILE = "agent.key"
TRIED_FILE = "tried.key"
SERVICE = "Daybook Agent"


def new_key() -> str:
    """A key of 256 random bits."""
    return secrets.token_urlsafe(32)


class KeyStore(Protocol):
    """Keeps the key, and while it is being changed the old one too: the newest first."""

    def read(self) -> list[str]: ...

    def write(self, keys: list[str]) -> None: ...


class FileStore:
    """A file with mode 0600."""

    def __init__(self, folder: Folder, file: str = KEY_FILE) -> None:
        self._folder = folder
        self._file = file

    def read(self) -> list[str]:
        """The keys."""
        return list((self._folder.read(self._file) or {}).get("keys", []))

    def write(self, keys: list[str]) -> None:
        """Replace the keys."""
        self._folder.write(self._file, {"keys": keys})


class CredentialStore:
    """The credential store of Windows; the folder's path tells one agent from another."""

    def __init__(self, path: Path) -> None:
        self._name = str(path)

    def read(self) -> list[str]:
        """The keys."""
        import keyring  # only on Windows

        return (keyring.get_password(SERVICE, self._name) or "").split()

    def write(self, keys: list[str]) -> None:
        """Replace the keys."""
        import keyring

        keyring.set_password(SERVICE, self._name, " ".join(keys))


def store_for(folder: Folder) -> KeyStore:
    """Where this machine keeps keys."""
    return CredentialStore(folder.path) if sys.platform == "win32" else FileStore(folder)


def store_for_tries(folder: Folder) -> KeyStore:
    """Where this machine keeps a key that Daybook may not have taken yet, apart from the one that works."""
    return CredentialStore(folder.path / TRIED_FILE) if sys.platform == "win32" else FileStore(folder, TRIED_FILE)
