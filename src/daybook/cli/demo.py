"""`daybook demo`: a firm to try Daybook on, with site, Monitor and a sandbox company file, and a story played on it."""

import dataclasses
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from daybook import home
from daybook.cli.processes import Family, NotReady, Stopped, answers, free_port, stoppable
from daybook.cli.story import CAST, Person, Stage, Teller, play
from daybook.cli.via import VIAS
from daybook.cli.visitor import NotAsExpected
from daybook.companyfile.errors import FileInUse
from daybook.companyfile.lock import Hold

MARKER = "demo.json"


class NotSet(Exception):
    """The demo could not be set up; the text says why."""


def command(
    once: Annotated[bool, typer.Option("--once", help="Play the story and end: exit code 0 or 1.")] = False,
    folder: Annotated[Path, typer.Option("--home", help="The demo's home folder, made anew.")] = Path(".daybook/demo"),
    port: Annotated[int, typer.Option(help="The port of the site; 0 takes a free one.")] = 0,
    via: Annotated[str, typer.Option(help=f"How the company file is reached: {', '.join(VIAS)}.")] = "sandbox",
) -> None:
    """Set up a firm to try Daybook on, and play one posting out and one import in."""
    if via not in VIAS:
        raise typer.BadParameter(f"{via} is none of {', '.join(VIAS)}.", param_hint="--via")
    console, folder = Console(soft_wrap=True), folder.absolute()
    with stoppable():
        try:
            with _alone(folder):
                _run(console, folder, port or free_port(), once, via)
        except FileInUse as other:
            sentence = f"The demo in {folder} is running. End it, or name another folder with --home."
            console.print(sentence, highlight=False)
            raise typer.Exit(1) from other
        except (NotSet, NotReady, NotAsExpected) as problem:
            console.print(f"[red]The demo did not come to its end.[/] {problem}", highlight=False)
            console.print(f"What the programs said is in {folder / 'logs'}.", highlight=False)
            raise typer.Exit(1) from problem
        except Stopped:
            console.print("Ended.")


def _run(console: Console, folder: Path, port: int, once: bool, via: str) -> None:
    began = time.perf_counter()
    teller = Teller(console)
    _fresh(folder)
    url = f"http://127.0.0.1:{port}"
    env = {"DAYBOOK_HOME": str(folder), "DAYBOOK_URL": url, "DATABASE_URL": ""}
    family = Family(env, home.ensure(folder / "logs"))
    try:
        stage, cast = set_up(teller, family, Daybook(env), folder, url, via)
        play(stage, teller)
        console.print(f"[green]The story holds.[/] It took {time.perf_counter() - began:.0f} s with the setting up.")
        if not once:
            _show_sign_ins(console, url, cast, folder)
            lost = family.wait()
            raise NotReady(f"The process {lost} ended.")
    finally:
        family.stop()


class Daybook:
    """Runs `daybook …` in the demo's home, to its end."""

    def __init__(self, env: dict[str, str]) -> None:
        self._env = os.environ | env

    def __call__(self, *arguments: str) -> Any:
        """What the command printed, read as JSON when it is."""
        done = subprocess.run(
            [sys.executable, "-m", "daybook", *arguments], env=self._env, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise NotSet(f"`daybook {' '.join(arguments)}` said: {(done.stderr or done.stdout).strip()[-1000:]}")
        return json.loads(done.stdout) if "--json" in arguments else done.stdout


def _alone(folder: Path) -> Hold:
    """Be the only demo in this folder; the lock is beside it, as the folder itself is made anew."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    return Hold(folder, "daybook demo")


def _fresh(folder: Path) -> None:
    """Make the home folder anew; one that no demo made is left alone."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARKER).exists():
            raise NotSet(f"{folder} was not made by a demo, so it is not replaced. Name another folder with --home.")
        shutil.rmtree(folder)
    home.ensure(folder)
    (folder / MARKER).write_text(json.dumps({"made_by": "daybook demo"}), encoding="utf-8")


def set_up(
    teller: Teller, family: Family, daybook: Daybook, folder: Path, url: str, via: str = "sandbox"
) -> tuple[Stage, dict[str, Person]]:
    """Company file, people, connection, site and Monitor, ready to be used."""
    books = folder / "harbour-survey-partners.sandbox"
    with teller.step("A sandbox company file with a believable firm is made"):
        daybook("sandbox", "create", str(books))
    with teller.step("A database is made, with four people who can sign in and the company file connected"):
        passwords = daybook("demo-firm", "--json")
        cast = {person.role: dataclasses.replace(person, password=passwords[person.role]) for person in CAST}
        VIAS[via].connect(daybook, books)
    with teller.step(f"The site starts at {url}, and the Monitor beside it{VIAS[via].words}"):
        family.start("web", "serve", "--port", url.rpartition(":")[2])
        family.start("monitor", "monitor")
        VIAS[via].start(family, daybook, folder)
        family.wait_until(lambda: answers(url), seconds=60, what="The site did not answer")
    with teller.step("The Monitor reads the company file for the first time"):
        daybook("import", "--all", "--json")
    return Stage(url, books, cast["manager"], cast["administrator"], cast["bookkeeper"]), cast


def _show_sign_ins(console: Console, url: str, cast: dict[str, Person], folder: Path) -> None:
    table = Table(title=f"Daybook is at {url}", title_justify="left")
    for heading in ("Who", "Name", "E-mail", "Password"):
        table.add_column(heading)
    for role, person in cast.items():
        table.add_row(role, person.name, person.email, person.password)
    console.print(table)
    console.print(f"Everything is in {folder}. For commands beside it, in another window:", highlight=False)
    console.print(f"    export DAYBOOK_HOME={shlex.quote(str(folder))}", highlight=False)
    console.print(f"    {shlex.quote(str(Path(sys.argv[0])))} status", highlight=False)
    console.print("Ctrl-C ends the demo.", highlight=False)
