"""`daybook doctor`: checks each link of the chain from the home folder to the company file."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from rich.console import Console

from daybook import home
from daybook.cli.monitor import WAYS
from daybook.cli.processes import answers
from daybook.cli.serve import noted_url
from daybook.cli.setup import is_migrated
from daybook.connections import agents, backup, queries
from daybook.connections.models import CompanyFile
from daybook.connections.words import acting
from daybook.monitor.trying import what_hinders
from daybook.notices.queries import backup_folder, mail_health

OPERATOR = "Who runs Daybook"
ADMINISTRATOR = "An administrator of Daybook"
FREE_BYTES = 500_000_000
BACKUP_AGE = timedelta(days=2)


@dataclass(frozen=True)
class Check:
    """One link of the chain: whether it holds, and otherwise who can act and how."""

    name: str
    ok: bool
    sentence: str
    who_can_act: str = ""
    how: str = ""


def command(as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False) -> None:
    """Check each link of the chain. Exit code 1 when one does not hold."""
    found = []
    for check in checks(timezone.now()):
        found.append(check)
        if not as_json:
            _show(check)
    if as_json:
        typer.echo(json.dumps([asdict(check) for check in found], indent=1))
    if not all(check.ok for check in found):
        raise typer.Exit(1)


def checks(now: datetime) -> Iterator[Check]:
    """Every check in the order of the chain; what needs the database is left out when there is none."""
    yield _home()
    yield _key()
    database = _database()
    yield database
    if not database.ok:
        return
    yield _durable()
    yield _web()
    yield _monitor(now)
    files = list(queries.files())
    if not files:
        yield Check(
            "connection", False, "No company file is connected.", ADMINISTRATOR,
            "Open Connection in Daybook, or run `daybook connection add`.",
        )  # fmt: skip
    if agents.address_is_wanted():
        yield _door()
    for company_file in files:
        if company_file.way == agents.WAY:
            yield _agent(company_file, now)
        yield _company_file(company_file, now)
        yield _last_sync(company_file, now)
    yield _mail(now)
    yield _backup(now)


def _show(check: Check) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if check.ok:
        console.print(f"[green]✓[/] {check.name}: ", end="")
        console.print(check.sentence, markup=False)
        return
    console.print(f"[red]✗[/] {check.name}: ", end="")
    console.print(check.sentence, markup=False)
    console.print(f"    {acting(check.who_can_act)} {check.how}", markup=False)


# --- this machine ---------------------------------------------------------------------------------------------------
def _home() -> Check:
    folder = settings.HOME
    if not os.access(folder, os.W_OK):
        return Check("home", False, f"Daybook may not write in {folder}.", OPERATOR, f"chown the folder {folder}.")
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        return Check(
            "home", False, f"Only {free // 1_000_000} MB are free where {folder} is.", OPERATOR,
            "Free space on that disk, or set DAYBOOK_HOME to a folder on another one.",
        )  # fmt: skip
    return Check("home", True, f"{folder} can be written.")


def _key() -> Check:
    path = home.key_file()
    if path.stat().st_mode & 0o077:
        return Check("key", False, f"Others may read the key file {path}.", OPERATOR, f"chmod 600 {path}")
    return Check("key", True, f"{path} is there. Keep a copy of it: it is not part of a backup.")


def _database() -> Check:
    name = f"{connection.display_name} ({connection.settings_dict['NAME']})"
    try:
        migrated = is_migrated()
    except DatabaseError as problem:
        return Check(
            "database", False, f"{name} cannot be reached: {str(problem).strip()}", OPERATOR,
            "Start the database, and check DATABASE_URL.",
        )  # fmt: skip
    if not migrated:
        return Check(
            "database", False, f"{name} has not the form of this version yet.", OPERATOR,
            "Start `daybook serve`, which brings it up to date.",
        )  # fmt: skip
    return Check("database", True, f"{name} answers and has the form of this version.")


def _durable() -> Check:
    wanted = {"sqlite": ("PRAGMA synchronous", "2"), "postgresql": ("SHOW synchronous_commit", "on")}
    question, answer = wanted[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(question)
        said = str(cursor.fetchone()[0])
    if said != answer:
        return Check(
            "durability", False, f"A commit is not on disk when it returns ({question} says {said}).", OPERATOR,
            "Set synchronous_commit to on.",
        )  # fmt: skip
    return Check("durability", True, "A commit is on disk when it returns.")


def _web() -> Check:
    url = noted_url()
    if url and answers(url):
        return Check("web", True, f"The site answers at {url}.")
    sentence = f"The site does not answer at {url}." if url else "The site was never started on this machine."
    return Check("web", False, sentence, OPERATOR, "Start `daybook serve`.")


def _door() -> Check:
    url = agents.address()
    if answers(url, f"{agents.PREFIX}health"):
        return Check("remote", True, f"The door of the agents answers at {url}.")
    how = "Start `daybook serve` anew, or `daybook remote`; a web server before it must hand /remote/ on to it."
    return Check("remote", False, f"The door of the agents does not answer at {url}.", OPERATOR, how)


def _agent(company_file: CompanyFile, now: datetime) -> Check:
    name, seen = f"agent of {company_file.name}", agents.agents_of(company_file, now)
    there = ", ".join(f"{one.agent.machine} ({one.state})" for one in seen if one.is_there)
    if there:
        return Check(name, True, f"It asks for work: {there}.")
    return Check(
        name, False, "No agent asks for work.", "Whoever sits at the PC with QuickBooks",
        "Run `daybook-agent doctor` there; the connection page lets a PC in.",
    )  # fmt: skip


# --- the Monitor and the company file ---------------------------------------------------------------------------------
def _alive(now: datetime) -> list[queries.Monitor]:
    return [monitor for monitor in queries.monitors(now) if monitor.alive]


def _monitor(now: datetime) -> Check:
    alive = _alive(now)
    if alive:
        names = ", ".join(f"{monitor.machine} ({monitor.state})" for monitor in alive)
        return Check("monitor", True, f"The Monitor runs: {names}.")
    return Check("monitor", False, "No Monitor runs.", OPERATOR, "Start `daybook monitor`.")


def _company_file(company_file: CompanyFile, now: datetime) -> Check:
    """As the Monitor last saw it; without a Monitor, which would hold the file, as it is when opened now."""
    name = f"company file {company_file.name}"
    health = queries.health(company_file, now)
    if company_file.paused:
        return Check(
            name, False, f"The connection is paused: {company_file.pause_reason or health.sentence}",
            health.who_can_act or ADMINISTRATOR, "Press Resume on the Monitor page.",
        )  # fmt: skip
    if not _alive(now) and company_file.way in WAYS:
        return _opened_now(name, company_file)
    if health.state == CompanyFile.State.NEVER:
        return Check(
            name, False, f"{company_file.path or company_file.name} was not opened yet.", ADMINISTRATOR,
            "Press Try connection on the Monitor page.",
        )  # fmt: skip
    if health.state == CompanyFile.State.ACTIVE or health.code == "released":
        return Check(name, True, health.sentence or f"{company_file.path or company_file.name} could be opened.")
    again = "Daybook tries again by itself." if health.retry_at else "Press Try connection on the Monitor page then."
    how = f"Mend that. {again}"
    return Check(name, False, health.sentence or health.label, health.who_can_act or ADMINISTRATOR, how)


def _opened_now(name: str, company_file: CompanyFile) -> Check:
    hinders = what_hinders(WAYS[company_file.way], company_file)
    if hinders is None:
        return Check(name, True, f"{company_file.path or company_file.name} opens.")
    return Check(name, False, hinders.sentence, hinders.who_can_act, "Then run `daybook doctor` again.")


def _last_sync(company_file: CompanyFile, now: datetime) -> Check:
    name = f"sync of {company_file.name}"
    if not company_file.sync_on:
        return Check(name, True, "The nightly sync is switched off.")
    if company_file.last_sync_at is None:
        return Check(name, False, "It was never read.", ADMINISTRATOR, "Press Import now, or `daybook import --all`.")
    when = f"{company_file.last_sync_at.astimezone():%Y-%m-%d %H:%M}"
    if company_file.last_sync_ok is False:
        return Check(name, False, f"The sync of {when} failed.", ADMINISTRATOR, "Open it on the transactions page.")
    overdue = company_file.next_sync_at and now - company_file.next_sync_at > timedelta(hours=1)
    if overdue:
        return Check(name, False, f"The last sync was {when}; the next one is overdue.", OPERATOR, "Start the Monitor.")
    return Check(name, True, f"The last sync was {when}.")


# --- mail and backup --------------------------------------------------------------------------------------------------
def _mail(now: datetime) -> Check:
    health = mail_health(now)
    return Check("mail", health.ok, health.sentence, ADMINISTRATOR, "Open the mail settings and send a test mail.")


def _backup(now: datetime) -> Check:
    newest = next(iter(backup.existing(backup_folder())), None)
    how = "Run `daybook backup`, and see that the Monitor runs, which does it each day."
    if newest is None:
        return Check("backup", False, "There is no backup yet.", OPERATOR, how)
    when = f"{newest.made_at:%Y-%m-%d %H:%M}"
    if now - newest.made_at > BACKUP_AGE:
        return Check("backup", False, f"The newest backup is of {when}.", OPERATOR, how)
    return Check("backup", True, f"The newest backup is of {when}: {newest.path}")
