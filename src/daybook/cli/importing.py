"""`daybook import`: read lists of the books now.

A Monitor that runs does it; without one the command takes the company file itself until the import is done.

Exit codes: 0 done (or ready to look at, with --preview), 1 refused (the sentence says why), 2 no such company file,
3 the import failed or was stopped, 4 it could not be done in time.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, NoReturn

import typer
from django.db import connection
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from daybook.cli.monitor import monitor_for, settle_memory
from daybook.cli.setup import prepare
from daybook.connections import queries as connections
from daybook.connections.models import CompanyFile
from daybook.connections.words import state_told
from daybook.intake import operations, queries
from daybook.intake.lists import BOXES
from daybook.intake.models import ImportRun
from daybook.monitor.service import is_dead
from daybook.people.errors import Refused
from daybook.people.queries import operator

REFUSED, UNKNOWN_FILE, FAILED, NOT_IN_TIME = 1, 2, 3, 4
LOOK_EVERY_SECONDS = 0.1
State = ImportRun.State
READY = {State.PUBLISHED, State.STAGED}
OVER = {*READY, State.FAILED, State.STOPPED}
BOX_NAMES = ", ".join(box.key for box in BOXES)
QUESTIONS = "; ".join(f"{question}={'|'.join(answers)}" for question, answers in operations.ANSWERS.items())


def command(
    lists: Annotated[
        list[str] | None, typer.Argument(help=f"Which lists: {BOX_NAMES}, or kinds such as account.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All lists; also what is meant when none is named.")
    ] = False,
    file: Annotated[
        str, typer.Option(help="The company file, by name, path or number; the default one if left out.")
    ] = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Read and compare, but write nothing before it is confirmed.")
    ] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help="Write the import that was previewed.")] = False,
    stop: Annotated[
        bool, typer.Option("--stop", help="Stop the import that is open; nothing of it is written.")
    ] = False,
    compare: Annotated[bool, typer.Option("--compare", help="Read everything again, not only what changed.")] = False,
    choose: Annotated[
        list[str] | None,
        typer.Option(metavar="QUESTION=ANSWER", help=f"An answer to a question of the first import: {QUESTIONS}."),
    ] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the outcome.")] = 3600,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Read lists of QuickBooks now, and wait until it is done."""
    prepare()
    company_file = _file(file)
    names = None if everything or not lists else lists
    run = _or_refuse(lambda: _begin(company_file, names, Wish(preview, confirm, stop, compare, choose or [])))
    if run.is_open:
        run = _finish(run, wait, quiet=as_json)
    _tell(run, as_json)
    if run.state in READY or stop:
        return
    raise typer.Exit(FAILED if run.state in OVER else NOT_IN_TIME)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the options say."""

    preview: bool
    confirm: bool
    stop: bool
    compare: bool
    choose: list[str]


def _begin(company_file: CompanyFile, names: list[str] | None, wish: Wish) -> ImportRun:
    now = timezone.now()
    answers = _answers(wish.choose)
    if not (wish.confirm or wish.stop):
        trigger = ImportRun.Trigger.RECONCILE if wish.compare else ImportRun.Trigger.COMMAND
        return operations.ask_import(
            operator(), company_file, names, trigger=trigger, preview=wish.preview, choices=answers, now=now
        )
    run = queries.open_run(company_file)
    if run is None:
        raise Refused("No import is open.")
    if wish.confirm:
        return operations.confirm(operator(), run, now, choices=answers)
    return operations.stop_import(operator(), run, now)


def _answers(choose: list[str]) -> dict[str, str]:
    """The answers that were given as QUESTION=ANSWER."""
    return dict(one.partition("=")[::2] for one in choose)


def _finish(run: ImportRun, wait: float, *, quiet: bool) -> ImportRun:
    """Have it done by the Monitor that runs, or by this process, and show how far it is."""
    worker: threading.Thread | None = None
    until = time.monotonic() + wait
    with _bar(quiet) as bar:
        task, told = bar.add_task("Waiting", total=None), ""
        while True:
            if worker is None and not _monitor_runs():
                worker = threading.Thread(target=_work, args=(run.company_file_id,), daemon=True)
                worker.start()
            ended = worker is not None and not worker.is_alive()
            run = ImportRun.objects.select_related("company_file", "asked_by").get(pk=run.pk)
            seen = queries.progress(run)
            bar.update(task, description=seen.sentence, completed=seen.done, total=seen.total)
            hindered = _hindered(run)
            if hindered and hindered != told:
                bar.console.print(hindered, markup=False)
            told = hindered
            if run.state in OVER or ended or time.monotonic() > until:
                break
            time.sleep(LOOK_EVERY_SECONDS)
    if worker is not None and run.state in OVER:
        worker.join()
    return run


def _hindered(run: ImportRun) -> str:
    """Why nothing is read at the moment, and who can act; empty while nothing hinders."""
    company_file = run.company_file
    if run.state in OVER or company_file.state not in (CompanyFile.State.WAITING, CompanyFile.State.CANNOT_OPEN):
        return ""
    return state_told(company_file)


def _monitor_runs() -> bool:
    """Whether a Monitor was seen lately and is not known to be dead."""
    return any(monitor.alive and not is_dead(monitor.holder) for monitor in connections.monitors(timezone.now()))


def _work(company_file_id: int) -> None:
    """Be the Monitor for this file until nothing is to be done."""
    try:
        settle_memory()
        monitor_for(frozenset({company_file_id})).run_once()
    finally:
        connection.close()


def _bar(quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True, quiet=quiet),
    )


def _tell(run: ImportRun, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(described(run), indent=1))
        return
    seen = queries.progress(run)
    typer.echo(seen.sentence)
    if run.state == State.STAGED:
        typer.echo("Write it with `daybook import --confirm`, or drop it with `daybook import --stop`.")
    elif _hindered(run):
        typer.echo(_hindered(run), err=True)


def described(run: ImportRun) -> dict[str, Any]:
    """An import for a script."""
    return {
        "id": run.pk,
        "state": run.state,
        "trigger": run.trigger,
        "lists": run.lists,
        "counts": run.counts,
        "records": sum(part["done"] for part in run.progress.values()),
        "seconds": _seconds(run.started_at, run.finished_at),
        "problem": run.problem,
        "who_can_act": run.who_can_act,
        "sentence": queries.progress(run).sentence,
    }


def _seconds(began: datetime | None, ended: datetime | None) -> float | None:
    return round((ended - began).total_seconds(), 3) if began and ended else None


def _file(name: str) -> CompanyFile:
    found = connections.find(name) if name else connections.default_file()
    if found is None:
        what = f"No company file {name} is connected" if name else "No company file is connected"
        _end(f"{what}. `daybook connection list` shows which are.", UNKNOWN_FILE)
    return found


def _or_refuse(act: Callable[[], ImportRun]) -> ImportRun:
    try:
        return act()
    except Refused as refused:
        _end(refused.sentence, REFUSED)


def _end(sentence: str, code: int) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
