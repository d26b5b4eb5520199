"""`daybook monitor`: the program that speaks with QuickBooks."""

import gc
import os
import uuid
from typing import Annotated

import typer
from django.utils import timezone

from daybook.cli.setup import prepare, prepare_patiently
from daybook.companyfile.errors import HResult
from daybook.companyfile.processor import RequestProcessor
from daybook.connections import queries
from daybook.connections.models import CompanyFile
from daybook.monitor.chores import CHORES
from daybook.monitor.ids import RandomIds
from daybook.monitor.service import Monitor, Transport, Way

UNKNOWN_FILE = 2
HELD_ELSEWHERE = 3


def sandbox(company_file: CompanyFile) -> Transport:
    """A sandbox company file is reached in this process."""
    return RequestProcessor()


WAYS = {"sandbox": Way(sandbox, HResult)}


def monitor_for(only: frozenset[int] = frozenset()) -> Monitor:
    """A Monitor of this process with real clock, names and company files."""
    token = uuid.uuid4().hex[:8]
    return Monitor(WAYS, now=timezone.now, ids=RandomIds(), token=token, chores=CHORES, only=only)


RECORDS_OF_A_PAGE = 20_000  # as many tuples and lists as a page of an import makes and keeps for a moment


def settle_memory() -> None:
    """Tell the garbage collector that what is loaded by now stays; called once, when a program has started.

    Lists of the books come as many small dictionaries, and each full collection among them would walk through all of
    the program too: a quarter of the time of an import. They hold no circles, so it need not look among them often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(RECORDS_OF_A_PAGE)


def command(
    once: Annotated[bool, typer.Option("--once", help="Do what waits, then end.")] = False,
    file: Annotated[
        list[str] | None, typer.Option(help="Only this company file, by name, path or number; may be repeated.")
    ] = None,
) -> None:
    """Post what waits and import what changed, right away and around the clock. Ends in good order on SIGTERM."""
    os.environ.setdefault("DAYBOOK_PROGRAM", "monitor")
    (prepare if once else prepare_patiently)()
    monitor = monitor_for(frozenset(_number_of(name) for name in file or []))
    settle_memory()
    if not once:
        monitor.run()
        return
    held_elsewhere = monitor.run_once()
    for company_file in held_elsewhere:
        typer.echo(f"{company_file.name} is held by another Monitor, which does what waits.", err=True)
    if held_elsewhere:
        raise typer.Exit(HELD_ELSEWHERE)


def _number_of(name: str) -> int:
    found = queries.find(name)
    if found is None:
        typer.echo(f"No company file {name} is connected. `daybook connection list` shows which are.", err=True)
        raise typer.Exit(UNKNOWN_FILE)
    return found.pk
