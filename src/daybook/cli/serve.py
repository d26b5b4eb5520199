"""`daybook serve`: the site."""

import json
import os
import sys
from typing import Annotated

import typer
from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command as Collect
from django.core.management import call_command
from django.db import connections
from whitenoise.storage import CompressedManifestStaticFilesStorage

from daybook.cli.processes import can_listen, free_port
from daybook.cli.setup import prepare_patiently
from daybook.connections import agents

ADDRESS_FILE = "web.json"
THREADS = 4


def command(
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65_535)] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    with_monitor: Annotated[bool, typer.Option("--with-monitor", help="Run the Monitor beside it.")] = False,
    alone: Annotated[bool, typer.Option("--alone", help="Run the site and nothing beside it.")] = False,
) -> None:
    """Run the site, and beside it the door of the agents, on the next port, as soon as a connection goes through one.

    A second program, the Monitor, speaks with QuickBooks: start `daybook monitor` too.
    """
    prepare_patiently()
    port = port or free_port(host)
    if not can_listen(host, port):
        typer.echo(f"Port {port} of {host} is taken. Choose another with --port; --port 0 takes a free one.", err=True)
        raise typer.Exit(1)
    if agents.address_is_wanted():
        agents.want_address()
    else:
        agents.want_no_address()
    collect_assets()
    note_address(host, port)
    connections.close_all()
    sys.stdout.flush()
    # Another program takes this process over, so that no second copy of this one stays in memory.
    server = server_arguments(host, port)
    if alone:
        os.execv(sys.executable, [sys.executable, "-m", "granian", *server])
    wanted = str(settings.HOME / agents.WANTED_FILE)
    given = {"host": host, "port": port, "server": server, "wanted": wanted, "with_monitor": with_monitor}
    os.execv(sys.executable, [sys.executable, "-m", "daybook.cli.together", json.dumps(given)])


def server_arguments(host: str, port: int) -> list[str]:
    """What the server, granian, is told: one process with a few threads, which is what SQLite's single writer likes."""
    return [
        "daybook.wsgi:application",
        "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", "1", "--blocking-threads", str(THREADS),
        "--log-level", "warning", "--workers-kill-timeout", "5",
    ]  # fmt: skip


def collect_assets() -> None:
    """Put the assets, compressed and named after their content, where the server finds them."""
    if settings.DEBUG:
        return
    collect = Collect()
    collect.storage = CompressedManifestStaticFilesStorage(settings.COLLECTED, settings.STATIC_URL)
    call_command(collect, clear=True, interactive=False, verbosity=0)


def note_address(host: str, port: int) -> None:
    """Write down where the site is, for `status` and `doctor`, and say it."""
    url = f"http://{host}:{port}"
    (settings.HOME / ADDRESS_FILE).write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
    typer.echo(f"Daybook is at {url}")


def noted_url() -> str | None:
    """Where the site said it is, when it last started."""
    file = settings.HOME / ADDRESS_FILE
    if not file.exists():
        return None
    url: str = json.loads(file.read_text(encoding="utf-8"))["url"]
    return url
