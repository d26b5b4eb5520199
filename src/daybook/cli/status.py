"""`daybook status`: how things stand, in a few lines."""

import json
from datetime import datetime
from typing import Annotated, Any

import typer
from django.db.models import Count
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from daybook.cli.serve import noted_url
from daybook.cli.setup import prepare
from daybook.connections import backup, queries
from daybook.connections.models import CompanyFile
from daybook.connections.words import standing_of, told
from daybook.notices.queries import backup_folder
from daybook.outbox.models import Posting

OPEN_STATES = ("proposed", "queued", "sent", "in_doubt", "parked")


def command(as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False) -> None:
    """Show the connections, the Monitors, and what waits to be posted."""
    prepare()
    now = timezone.now()
    found = described(now)
    if as_json:
        typer.echo(json.dumps(found, indent=1))
    else:
        _show(found)


def described(now: datetime) -> dict[str, Any]:
    """How things stand, as plain values."""
    newest = next(iter(backup.existing(backup_folder())), None)
    return {
        "url": noted_url(),
        "company_files": [_file(company_file, now) for company_file in queries.files()],
        "monitors": [
            {"machine": each.machine, "pid": each.pid, "state": each.state, "heartbeat_at": _when(each.heartbeat_at)}
            for each in queries.monitors(now)
        ],
        "backup_at": _when(newest.made_at) if newest else None,
    }


def _file(company_file: CompanyFile, now: datetime) -> dict[str, Any]:
    health = queries.health(company_file, now)
    shown = standing_of(health)
    counted = dict(
        Posting.objects.filter(company_file=company_file, state__in=OPEN_STATES)
        .order_by()
        .values_list("state")
        .annotate(number=Count("id"))
    )
    return {
        "name": company_file.name,
        "path": company_file.path,
        "way": company_file.way,
        "in_trial": company_file.in_trial,
        "monitor_alive": health.monitor_alive,
        "state": health.state,
        "word": shown.word,
        "sentence": shown.sentence or shown.word,
        "who_can_act": shown.who_can_act,
        "held": health.held,
        "last_sync_at": _when(health.last_sync_at),
        "last_sync_ok": health.last_sync_ok,
        "next_sync_at": _when(health.next_sync_at),
        "postings": {state: counted.get(state, 0) for state in OPEN_STATES},
    }


def _when(moment: datetime | None) -> str | None:
    return moment.astimezone().isoformat(timespec="seconds") if moment else None


def _show(found: dict[str, Any]) -> None:
    console = Console()
    console.print(f"Site: {found['url'] or 'never started'}")
    if not found["company_files"]:
        console.print("No company file is connected. `daybook connection add` connects one.")
    for file in found["company_files"]:
        table = Table(title=f"{file['name']}: {file['word']}", title_justify="left", show_header=False)
        waiting = ", ".join(
            f"{Posting.State(state).label}: {number}" for state, number in file["postings"].items() if number
        )
        if file["sentence"] != file["word"]:
            table.add_row("State", told(file["sentence"], file["who_can_act"]))
        table.add_row("File", file["path"])
        table.add_row("Waiting", waiting or "nothing")
        table.add_row("Last sync", _sync_words(file))
        table.add_row("Next sync", _read_out(file["next_sync_at"]) or "none")
        console.print(table)
    for monitor in found["monitors"]:
        console.print(f"Monitor on {monitor['machine']} (process {monitor['pid']}): {monitor['state']}")
    console.print(f"Last backup: {_read_out(found['backup_at']) or 'none yet'}")


def _sync_words(file: dict[str, Any]) -> str:
    if not file["last_sync_at"]:
        return "never"
    return f"{_read_out(file['last_sync_at'])}{'' if file['last_sync_ok'] else ', failed'}"


def _read_out(moment: str | None) -> str:
    """A moment as a person reads it, in the time of this machine."""
    return f"{datetime.fromisoformat(moment):%d %b %Y, %H:%M}" if moment else ""
