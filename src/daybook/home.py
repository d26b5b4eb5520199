"""Where Daybook keeps its files, and the keys it keeps there.

The home folder (environment variable DAYBOOK_HOME) holds the database, the receipts, the backups, the logs and
`secret.key`. The key file has one Fernet key a line, the newest first: an older key still opens what it closed.
"""

import base64
import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

KEY_FILE = "secret.key"


def home() -> Path:
    """The home folder, as an absolute path."""
    given = os.environ.get("DAYBOOK_HOME")
    return Path(given).expanduser().absolute() if given else Path.home() / ".local" / "share" / "daybook"


def ensure(folder: Path) -> Path:
    """The folder, made with access for its owner only when it was missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def key_file() -> Path:
    """The file with the keys. It is never part of a backup."""
    return home() / KEY_FILE


def keys() -> list[str]:
    """The keys, newest first; the first one is made at the first start."""
    path = key_file()
    if not path.exists():
        _create_key_file(path)
    found = path.read_text(encoding="ascii").split()
    if not found:
        raise RuntimeError(f"The key file {path} is empty. Put the saved copy of it back.")
    return found


def signing_secret(key: str) -> str:
    """The secret that signs sessions and forms, derived so that it is not the key that closes stored passwords."""
    return hashlib.blake2b(key.encode("ascii"), person=b"daybook-signing").hexdigest()


def _create_key_file(path: Path) -> None:
    """Write a new key under a name of its own, then link it: two processes that start together agree on one key."""
    ensure(path.parent)
    key = base64.urlsafe_b64encode(os.urandom(32))
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
