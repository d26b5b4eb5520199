"""The `daybook` command: one module a command, registered here."""

import importlib
import os
import sys

import django
import typer

# Commands with verbs of their own (`daybook sandbox create`): command, module. Each module has a typer `app`.
GROUPS: dict[str, str] = {
    "connection": "daybook.cli.connection",
    "post": "daybook.cli.post",
    "sandbox": "daybook.cli.sandbox",
    "user": "daybook.cli.user",
}
# Commands that are one word (`daybook status`): command, module, which has a function `command` or one named as the
# command.
COMMANDS: dict[str, str] = {
    "monitor": "daybook.cli.monitor",
    "import": "daybook.cli.importing",
    "demo": "daybook.cli.demo",
    "demo-firm": "daybook.cli.firm",
    "serve": "daybook.cli.serve",
    "remote": "daybook.cli.remote",
    "status": "daybook.cli.status",
    "doctor": "daybook.cli.doctor",
    "backup": "daybook.cli.backup",
    "restore": "daybook.cli.backup",
}
# Commands that only other commands start.
HIDDEN = {"demo-firm"}
# Commands that touch no database, and so start without Django.
WITHOUT_DATABASE = {"demo", "sandbox"}
# Commands that stay, and the name of their log file.
PROGRAMS = {"serve": "web", "monitor": "monitor", "remote": "remote"}


def build(only: str | None = None) -> typer.Typer:
    """The command with all its sub-commands, or with just one of them, which starts faster."""
    app = typer.Typer(
        name="daybook",
        help="Time, expenses and projects, posted to QuickBooks right away through one connection.",
        no_args_is_help=True,
        pretty_exceptions_show_locals=False,
    )
    app.callback()(lambda: None)  # keeps the name of a command when it is the only one
    for name, module in GROUPS.items():
        if only in (None, name):
            app.add_typer(importlib.import_module(module).app, name=name)
    for name, module in COMMANDS.items():
        if only in (None, name):
            found = importlib.import_module(module)
            app.command(name, hidden=name in HIDDEN)(getattr(found, "command", None) or getattr(found, name))
    return app


def run() -> None:
    """Start the command that was typed."""
    typed = sys.argv[1] if len(sys.argv) > 1 else ""
    only = typed if typed in GROUPS or typed in COMMANDS else None
    os.environ["DJANGO_SETTINGS_MODULE"] = "daybook.settings"  # whatever the caller uses for itself
    if only in WITHOUT_DATABASE:
        build(only)()
        return
    os.environ["DAYBOOK_PROGRAM"] = PROGRAMS.get(typed, "daybook")
    django.setup()
    from django.db import OperationalError  # not needed by those that start without Django

    try:
        build(only)()
    except OperationalError as error:
        typer.echo(f"The database did not do what it was asked: {error}", err=True)
        typer.echo("`daybook doctor` says who can act, and how.", err=True)
        sys.exit(1)
