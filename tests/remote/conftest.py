"""A house whose company file is reached through an agent on another PC."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps

from daybook.people import shipped
from tests.companyfile.conftest import path, sample_file
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


@pytest.fixture(scope="module")
def running_door(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The door, which takes seconds to open and so serves the tests of a module one after the other."""
    made = Door(tmp_path_factory.mktemp("door") / "said.txt")
    yield made
    made.kill()


@pytest.fixture
def door(running_door: Door, house: House) -> Door:
    """The door, open."""
    if running_door.ended():
        running_door.open()
    return running_door


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
