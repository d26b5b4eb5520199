"""Takes the version of the agent that Daybook has; only when somebody says so."""

import subprocess
import sys

from daybook_agent import __version__
from daybook_agent.server import PREFIX, Server


class NotUpdated(Exception):
    """The update did not go through; the text says why."""


def update(url: str, key: str) -> str:
    """Install what Daybook ships; gives the version."""
    server = Server(url, key, instance="update")
    try:
        newest = str(server.ask("hello")["agent_version"])
    finally:
        server.close()
    if newest == __version__:
        return newest
    address = f"{url}{PREFIX}daybook_agent-{newest}-py3-none-any.whl"
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--upgrade", address]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotUpdated(f"The update did not go through: {(done.stderr or done.stdout).strip()[-500:]}")
    return newest
