"""`daybook backup` and `daybook restore`: the database and the receipts, into one archive and back."""

import json
from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer
from django.utils import timezone

from daybook import home
from daybook.cli.setup import prepare
from daybook.connections import backup as backups
from daybook.connections import queries
from daybook.connections.operations import mark_restored
from daybook.notices.operations import tell
from daybook.notices.queries import backup_folder
from daybook.outbox.restoring import look_before_sending
from daybook.people.rights import Right

log = structlog.get_logger(__name__)
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def backup(
    target: Annotated[Path | None, typer.Argument(help="The file to write; without it, one in backups/.")] = None,
    scheduled: Annotated[
        bool, typer.Option("--scheduled", hidden=True, help="Started by the Monitor: a failure is told in Daybook.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write database and receipts to an archive. Others go on working meanwhile. The key is not in it."""
    prepare()
    now = timezone.now()
    try:
        made = backups.create(now, target, backup_folder())
    except (backups.BackupRefused, OSError) as problem:
        if scheduled:
            log.error("backup_failed", problem=str(problem))
            tell(Right.SETTINGS_MANAGE, "backup.failed", title="The backup failed", text=str(problem), now=now)
        _fail(str(problem))
    if as_json:
        typer.echo(json.dumps({"path": str(made.path), "bytes": made.size, "key_file": str(home.key_file())}))
        return
    typer.echo(f"Wrote {made.path} ({made.size / 1_000_000:.1f} MB).")
    typer.echo(f"The key is not in it. Keep a copy of {home.key_file()} in another place.")


def restore(
    archive: Annotated[Path, typer.Argument(help="An archive that `daybook backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the database and receipts that are here.")] = False,
    as_json: Json = False,
) -> None:
    """Bring database and receipts back from an archive. Each company file is read before anything is sent to it."""
    try:
        restored = backups.restore(archive, force=force)
    except backups.BackupRefused as refused:
        _fail(str(refused))
    prepare()
    now = timezone.now()
    for company_file in queries.files(with_disconnected=True):
        mark_restored(company_file, now)
    look_before_sending(now)
    if as_json:
        typer.echo(json.dumps({"made_at": restored.made_at.isoformat(), "key_fits": restored.key_fits}))
        return
    typer.echo(
        f"Daybook is as it was at {restored.made_at.astimezone():%Y-%m-%d %H:%M}, with {restored.receipts} receipts."
    )
    typer.echo("What was posted since then is found by reading the company file, before anything is sent to it.")
    if not restored.key_fits:
        typer.echo(
            f"The key in {home.key_file()} is not the one of the backup. Put the saved copy there and start Daybook "
            "again; without it, the passwords that Daybook keeps for mail and connections must be typed again."
        )


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
