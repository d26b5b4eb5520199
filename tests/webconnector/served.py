"""The site as a process of its own, with a company file that the Web Connector reaches."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from types import SimpleNamespace

import pytest
from django.apps import apps

from daybook.cli.processes import answers, free_port
from daybook.connections import webconnectors
from daybook.connections.models import CompanyFile
from daybook.people import shipped
from tests.companyfile.conftest import path, sample_file
from tests.conftest import StartProcess
from tests.monitor.harness import House
from tests.waiting import wait_for
from tests.web.conftest import cast

__all__ = ["cast", "path", "sample_file"]


@dataclass
class Site:
    """The site at its address, which can be killed and started again."""

    house: House
    port: int
    start: StartProcess
    user: str
    password: str
    process: "Popen[str] | None" = None
    env: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"{self.url}/webconnector/"

    def up(self) -> None:
        """Start it and wait until it answers."""
        self.process = self.start("serve", "--alone", "--port", str(self.port), DAYBOOK_URL=self.url, **self.env)
        wait_for(lambda: answers(self.url), seconds=60, what="the site")

    def kill(self) -> None:
        """End it as kill -9 does; the server's worker with it."""
        assert self.process is not None
        for child in _children(self.process.pid):
            os.kill(child, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def is_alive(self) -> bool:
        """Whether the server still has a worker."""
        return self.process is not None and bool(_children(self.process.pid))

    def connector(self, *more: str) -> "Popen[str]":
        """The stand-in as a process of its own."""
        given = ("--url", self.address, "--user", self.user, "--password", self.password)
        return self.start("sandbox", "webconnector", *given, "--file", str(self.house.path), *more)

    def qwc(self, folder: Path) -> Path:
        """The .qwc file."""
        file = folder / "daybook.qwc"
        connector = webconnectors.of_file(self.house.file)
        assert connector is not None
        file.write_text(webconnectors.qwc(connector), encoding="utf-8")
        return file


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(child) for child in found]


@pytest.fixture
def site(transactional_db: None, cast: SimpleNamespace, path: Path, start_process: StartProcess) -> Iterator[Site]:
    shipped.ship(apps)
    house = House(cast, path, real=True)
    CompanyFile.objects.filter(pk=house.file.pk).update(way="webconnector")
    house.file.refresh_from_db()
    connector, password = webconnectors.make(cast.ada, house.file, house.clock())
    served = Site(house, free_port(), start_process, connector.user_name, password)
    served.up()
    yield served
    house.line.drop()
