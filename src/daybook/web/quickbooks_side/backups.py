"""The backups of sandbox company files that were made on this page, newest first."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from daybook.companyfile import CompanyFile as SandboxFile
from daybook.connections.models import CompanyFile


@dataclass(frozen=True, slots=True)
class Copy:
    """One backup."""

    name: str
    path: Path
    made_at: datetime


def folder(company_file: CompanyFile) -> Path:
    """Where the backups of one company file are."""
    return Path(settings.BACKUPS) / "company-files" / str(company_file.pk)


def of(company_file: CompanyFile) -> list[Copy]:
    """All backups of a company file, newest first."""
    found = [
        Copy(path.stem, path, datetime.fromtimestamp(path.stat().st_mtime, UTC))
        for path in folder(company_file).glob("*.qbb")
    ]
    return sorted(found, key=lambda copy: copy.name, reverse=True)


def make(company_file: CompanyFile, sandbox: SandboxFile, now: datetime) -> None:
    """Back the file up under the moment's name."""
    target = folder(company_file)
    target.mkdir(parents=True, exist_ok=True)
    sandbox.backup(target / f"{now.astimezone(UTC):%Y-%m-%d %H%M%S}.qbb")
