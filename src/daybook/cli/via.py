"""How the demo's company file is reached: in the Monitor's own process, or by programs of their own over HTTP."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daybook.cli.processes import Family, NotReady, answers

FIRM = "Harbour & Finch Surveyors"
STAND_IN = "daybook.companyfile.standin:StandIn"
RunDaybook = Callable[..., Any]


@dataclass(frozen=True)
class Via:
    """A way to the company file: what it is in the story, how it is connected, and what runs besides the Monitor."""

    words: str
    connect: Callable[[RunDaybook, Path], Any]
    start: Callable[[Family, RunDaybook, Path], None]


def _connect_sandbox(daybook: RunDaybook, books: Path) -> None:
    daybook("connection", "add", "--sandbox", str(books), "--name", FIRM)


def _start_nothing(family: Family, daybook: RunDaybook, folder: Path) -> None:
    """The Monitor reaches a sandbox file by itself."""


def _connect_agent(daybook: RunDaybook, books: Path) -> None:
    daybook("connection", "add", "--agent", "--path", str(books), "--name", FIRM, "--json")


def _start_agent(family: Family, daybook: RunDaybook, folder: Path) -> None:
    """An agent that is let in by its code, with the sandbox in QuickBooks' place; the site brings the agents' door."""
    noted = folder / "remote.json"
    family.wait_until(
        lambda: noted.exists() and answers(json.loads(noted.read_text())["url"], "/remote/v1/health"),
        seconds=60,
        what="The door of the agents did not answer",
    )
    shown = daybook("connection", "code", "--json")
    home = ["--folder", str(folder / "agent")]
    typed = [*home, "enrol", "--url", shown["address"], "--code", shown["code"]]
    done = subprocess.run([sys.executable, "-m", "daybook_agent", *typed], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotReady(f"The agent was not let in: {done.stderr.strip()[-500:]}")
    family.start("agent", *home, "run", "--stand-in", STAND_IN, program="daybook_agent")


def _connect_web_connector(daybook: RunDaybook, books: Path) -> None:
    daybook("connection", "add", "--webconnector", "--path", str(books), "--name", FIRM, "--json")


def _start_web_connector(family: Family, daybook: RunDaybook, folder: Path) -> None:
    """A stand-in for Intuit's Web Connector that asks the site each second, with the sandbox in QuickBooks' place."""
    shown = daybook("connection", "password", "--json")
    qwc = folder / "daybook.qwc"
    qwc.write_text(shown["qwc"], encoding="utf-8")
    asks = ["--qwc", str(qwc), "--password", shown["password"], "--every", "1"]
    family.start("webconnector", "sandbox", "webconnector", *asks)


VIAS = {
    "sandbox": Via("", _connect_sandbox, _start_nothing),
    "webconnector": Via(", with a Web Connector at QuickBooks' side", _connect_web_connector, _start_web_connector),
    "agent": Via(", with an agent at QuickBooks' side", _connect_agent, _start_agent),
}
