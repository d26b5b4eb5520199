"""A house whose company file is reached through an agent on another PC."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps

from daybook.people import shipped
from tests.companyfile.conftest import path, sample_file
from tests.conftest import StartProcess
from tests.monitor.harness import House
from tests.remote.places import Door, Pc
from tests.web.conftest import cast

__all__ = ["cast", "path", "sample_file"]

MakePc = Callable[..., Pc]


@pytest.fixture
def house(transactional_db: None, cast: SimpleNamespace, path: Path) -> House:
    shipped.ship(apps)
    built = House(cast, path, real=True)
    built.file.way, built.file.hold_seconds = "agent", 60
    built.file.save()
    return built


@pytest.fixture
def door(house: House, start_process: StartProcess) -> Iterator[Door]:
    """The door, open."""
    made = Door(start_process)
    made.open()
    yield made
    made.kill()


@pytest.fixture
def make_pc(house: House, tmp_path: Path) -> Iterator[MakePc]:
    """Makes PCs; their agents end with the test."""
    made: list[Pc] = []

    def make(name: str = "OFFICE-PC") -> Pc:
        made.append(Pc(house, tmp_path / name, name))
        return made[-1]

    yield make
    for pc in made:
        pc.end()


@pytest.fixture
def pc(door: Door, make_pc: MakePc) -> Pc:
    """A PC that is enrolled."""
    made = make_pc()
    made.enrol(door.url)
    return made
