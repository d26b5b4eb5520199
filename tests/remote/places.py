"""The door of the agents and the PCs before it, as processes of their own that speak over HTTP."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.utils import timezone

from daybook.connections import agents
from daybook.outbox.models import Posting
from daybook.people.queries import operator
from tests.conftest import shared_env
from tests.monitor.harness import House, State
from tests.waiting import wait_for

STAND_IN = "daybook.companyfile.standin:StandIn"


@dataclass
class Door:
    """`daybook remote`."""

    console: Path
    process: "subprocess.Popen[str] | None" = None
    url: str = ""

    def open(self, port: int = 0, **env: str) -> str:
        """Start it, on the port it had before if it ran; gives its address."""
        port = port or int(self.url.rpartition(":")[2] or 0)
        noted = settings.HOME / agents.ADDRESS_FILE
        noted.unlink(missing_ok=True)
        with self.console.open("a") as console:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "daybook", "remote", "--port", str(port)],
                env=shared_env() | env,
                stdout=console,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.url = wait_for(lambda: noted.exists() and agents.address(), seconds=60, what="an address")
        wait_for(self.answers, seconds=60, what="a door that answers")
        return self.url

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/remote/v1/health").status_code == 200
        except httpx.HTTPError:
            return False

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        """End it as a power cut does, with the process that serves in it."""
        if self.process is None or self.ended():
            return
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in [*(children.read_text().split() if children.exists() else []), self.process.pid]:
            os.kill(int(pid), signal.SIGKILL)
        self.process.wait()


@dataclass
class Pc:
    """A PC with QuickBooks, and the agent on it."""

    house: House
    folder: Path
    name: str = "OFFICE-PC"
    processes: "list[subprocess.Popen[str]]" = field(default_factory=list)

    def agent(
        self, *typed: str, program: tuple[str, ...] = ("-m", "daybook_agent"), **env: str
    ) -> "subprocess.Popen[str]":
        """Type something into a window of this PC."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "console.txt").open("a") as console:
            process = subprocess.Popen(
                [sys.executable, *program, "--folder", str(self.folder), *typed],
                env={**os.environ, **env},
                stdout=console,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.processes.append(process)
        return process

    def enrol(self, url: str) -> None:
        """Type what the connection page shows."""
        _, code = agents.make_code(operator(), self.house.file, timezone.now())
        done = self.agent("enrol", "--url", url, "--code", code)
        assert done.wait(60) == 0, self.console()

    def start(self, **env: str) -> "subprocess.Popen[str]":
        """`daybook-agent run`."""
        return self.agent("run", "--stand-in", STAND_IN, **env)

    def console(self) -> str:
        return (self.folder / "console.txt").read_text()

    def key(self) -> str:
        keys: list[str] = json.loads((self.folder / "agent.key").read_text())["keys"]
        return keys[0]

    def state(self) -> str:
        """What the connection page shows of this PC's agent."""
        number = json.loads((self.folder / "agent.json").read_text())["agent"]
        seen = agents.agents_of(self.house.file, timezone.now())
        return next(one.state for one in seen if one.agent.pk == number)

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass
class Hand:
    """An agent moved by hand, one call at a time."""

    url: str
    key: str
    instance: str = "hand"

    def post(self, action: str, **said: Any) -> httpx.Response:
        body = {"instance": self.instance, **said}
        return httpx.post(
            f"{self.url}/remote/v1/{action}", json=body, headers={"authorization": f"Bearer {self.key}"}, timeout=60
        )

    def ask(self, action: str, **said: Any) -> dict[str, Any]:
        answer = self.post(action, **said)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def all_posted(house: House) -> bool:
    """Whether everything that was asked for is in the books."""
    return not Posting.objects.filter(company_file=house.file).exclude(state=State.POSTED).exists()
