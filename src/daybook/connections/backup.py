"""Backups of the database and the receipts, and how to come back from one.

An archive holds `manifest.json`, the database (`daybook.sqlite3`, or `daybook.dump` of PostgreSQL) and `receipts/`. The
key file is never in it: who finds an archive must not be able to open the passwords that are stored in it.
"""

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from daybook import __version__, home

FIRST_AFTER = timedelta(hours=1)
KEPT = 14
PREFIX = "daybook-"
SUFFIX = ".tar.gz"
SQLITE_NAME = "daybook.sqlite3"
POSTGRES_NAME = "daybook.dump"


class BackupRefused(Exception):
    """The backup, or coming back from one, is not possible; the text says why and what to do."""


@dataclass(frozen=True)
class Backup:
    """An archive that exists."""

    path: Path
    made_at: datetime
    size: int


@dataclass(frozen=True)
class Restored:
    """What an archive brought, and whether the key that lies here is the one it needs."""

    made_at: datetime
    version: str
    receipts: int
    key_fits: bool


def existing(folder: Path | None = None) -> list[Backup]:
    """The archives in a backup folder (the usual one unless named), the newest first."""
    found = []
    for path in (folder or settings.BACKUPS).glob(f"{PREFIX}*{SUFFIX}"):
        stat = path.stat()
        found.append(Backup(path, datetime.fromtimestamp(stat.st_mtime).astimezone(), stat.st_size))
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def is_due(now: datetime, due: datetime, folder: Path) -> bool:
    """Whether the newest backup is of before the moment it was due; without any, whether Daybook is an hour old."""
    newest = next(iter(existing(folder)), None)
    if newest is not None:
        return newest.made_at < due
    return now.timestamp() - home.key_file().stat().st_mtime >= FIRST_AFTER.total_seconds()


class Scheduled:
    """Starts a process that backs up when it is time and none runs, so that no posting waits for it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start_when_due(self, now: datetime, due: datetime, folder: Path) -> bool:
        """Look whether it is time; True when a backup was started."""
        if (self._process is not None and self._process.poll() is None) or not is_due(now, due, folder):
            return False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "daybook", "backup", "--scheduled"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return True


def create(now: datetime, target: Path | None = None, folder: Path | None = None) -> Backup:
    """Write a backup of database and receipts while others work, to a folder (the usual one) unless a file is named."""
    home.ensure(settings.BACKUPS)
    if target is not None and target.is_dir():
        raise BackupRefused(f"{target} is a folder. Name the file to write, such as {target / 'daybook'}{SUFFIX}.")
    folder = target.absolute().parent if target else folder or settings.BACKUPS
    path = target or folder / f"{PREFIX}{now.astimezone():%Y%m%d-%H%M%S}{SUFFIX}"
    if not folder.is_dir():
        raise BackupRefused(f"The folder {folder} does not exist.")
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as work:
        parts = Path(work)
        database = _dump(parts)
        (parts / "manifest.json").write_text(json.dumps(_manifest(now, database.name), indent=1), encoding="utf-8")
        draft = parts / "draft"
        _pack(draft, [parts / "manifest.json", database])
        draft.replace(path)
    if target is None:
        _prune(folder)
    return Backup(path, now, path.stat().st_size)


def restore(archive: Path, *, force: bool = False) -> Restored:
    """Put the database and the receipts of a backup in place; what is there already is only replaced by force."""
    if not archive.is_file():
        raise BackupRefused(f"There is no file {archive}.")
    if not force and (problem := _what_is_in_the_way()):
        raise BackupRefused(f"{problem} Use --force to replace it, or name an empty folder in DAYBOOK_HOME.")
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".restore-") as work:
        parts = Path(work)
        manifest = _unpack(archive, parts)
        _load(parts / manifest["database"])
        return Restored(
            made_at=datetime.fromisoformat(manifest["made_at"]),
            version=manifest["version"],
            receipts=_put_receipts(parts / "receipts"),
            key_fits=manifest["key_print"] == key_print(),
        )


def key_print() -> str:
    """A print of the newest key that tells keys apart and gives nothing away."""
    return hashlib.blake2b(home.keys()[0].encode("ascii"), digest_size=8, person=b"daybook-print").hexdigest()


def _manifest(now: datetime, database: str) -> dict[str, Any]:
    return {"version": __version__, "made_at": now.isoformat(), "database": database, "key_print": key_print()}


# --- archives -------------------------------------------------------------------------------------------------------
def _pack(path: Path, files: list[Path]) -> None:
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=3) as packed:
        os.fchmod(raw.fileno(), 0o600)
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for file in files:
                archive.add(file, file.name)
            if settings.RECEIPTS.is_dir():
                archive.add(settings.RECEIPTS, "receipts")
        packed.close()
        raw.flush()
        os.fsync(raw.fileno())


def _unpack(archive: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(archive, "r:gz") as packed:
            packed.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (tarfile.TarError, OSError, EOFError, ValueError) as problem:
        raise BackupRefused(f"{archive} is no complete backup of Daybook: {problem}") from problem
    wanted = POSTGRES_NAME if connection.vendor == "postgresql" else SQLITE_NAME
    if manifest.get("database") != wanted:
        raise BackupRefused(
            f"The backup holds {manifest.get('database')}, but this Daybook uses {connection.display_name}. "
            "Set DATABASE_URL as it was when the backup was made."
        )
    return manifest


def _prune(folder: Path) -> None:
    for backup in existing(folder)[KEPT:]:
        backup.path.unlink()


def _what_is_in_the_way() -> str | None:
    if connection.vendor == "postgresql":
        return "The database already has tables." if connection.introspection.table_names() else None
    file = Path(connection.settings_dict["NAME"])
    return f"There is a database already: {file}." if file.exists() else None


def _put_receipts(source: Path) -> int:
    if settings.RECEIPTS.exists():
        shutil.rmtree(settings.RECEIPTS)
    home.ensure(settings.RECEIPTS)
    if not source.is_dir():
        return 0
    shutil.copytree(source, settings.RECEIPTS, dirs_exist_ok=True)
    return sum(1 for path in settings.RECEIPTS.rglob("*") if path.is_file())


# --- the two databases ----------------------------------------------------------------------------------------------
def _dump(folder: Path) -> Path:
    if connection.vendor == "postgresql":
        target = folder / POSTGRES_NAME
        _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={target}")
        return target
    target = folder / SQLITE_NAME
    _copy_sqlite(Path(connection.settings_dict["NAME"]), target)
    return target


def _load(source: Path) -> None:
    connections.close_all()
    if connection.vendor == "postgresql":
        _postgres("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(source))
        return
    _copy_sqlite(source, Path(connection.settings_dict["NAME"]))


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy through SQLite itself, which takes what is committed and lets others go on writing."""
    with closing(sqlite3.connect(source, timeout=30)) as old, closing(sqlite3.connect(target, timeout=30)) as new:
        old.backup(new)


def _postgres(program: str, *arguments: str) -> None:
    """Run a client program of PostgreSQL on our database; the password goes by the environment, which nobody lists."""
    path = shutil.which(program)
    if path is None:
        raise BackupRefused(f"{program} is not installed. Install the client programs of PostgreSQL.")
    target = ["--dbname", connection.settings_dict["NAME"]] if program == "pg_restore" else []
    done = subprocess.run(
        [path, *target, *arguments], env=_postgres_env(connection.settings_dict), capture_output=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise BackupRefused(f"{program} did not succeed: {said[-1] if said else done.returncode}")


def _postgres_env(described: Mapping[str, Any]) -> dict[str, str]:
    given = {
        "PGHOST": described["HOST"],
        "PGPORT": described["PORT"],
        "PGUSER": described["USER"],
        "PGPASSWORD": described["PASSWORD"],
        "PGDATABASE": described["NAME"],
        "PGSSLMODE": described["OPTIONS"].get("sslmode", ""),
        "PGSSLROOTCERT": described["OPTIONS"].get("sslrootcert", ""),
    }
    return os.environ | {name: str(value) for name, value in given.items() if value}
