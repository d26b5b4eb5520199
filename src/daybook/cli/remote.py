"""`daybook remote`: where agents ask for work."""

import os
import sys
from typing import Annotated

import typer
from django.db import connections

from daybook.cli.processes import free_port
from daybook.cli.setup import prepare_patiently
from daybook.connections import agents

DEFAULT_PORT = 8001


def command(
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.")] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
) -> None:
    """Run the door of the agents, which ask here for work. `daybook serve` starts it when a connection needs it."""
    prepare_patiently()
    port = port or free_port(host)
    url = f"http://{host}:{port}"
    agents.note_address(url)
    typer.echo(f"Agents find Daybook at {url}")
    connections.close_all()
    sys.stdout.flush()
    os.environ["DAYBOOK_PROGRAM"] = "remote"
    # The server takes this process over, so that no second copy of the program stays in memory.
    os.execv(sys.executable, [sys.executable, *server_arguments(host, port)])


def server_arguments(host: str, port: int) -> list[str]:
    """The command line of the server: one process, in which hundreds of agents wait without a thread each."""
    return [
        "-m", "granian", "daybook.remote.asgi:application",
        "--interface", "asgi", "--host", host, "--port", str(port), "--loop", "asyncio",
        "--workers", "1", "--log-level", "warning", "--workers-kill-timeout", "5",
    ]  # fmt: skip
