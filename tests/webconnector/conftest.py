"""The house, and a PC whose Web Connector reaches its company file."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.companyfile.conftest import path, sample_file
from tests.monitor.harness import House
from tests.web.conftest import cast
from tests.webconnector.pc import PC

__all__ = ["cast", "path", "sample_file"]


@pytest.fixture
def house(cast: SimpleNamespace, path: Path) -> Iterator[House]:
    built = House(cast, path)
    yield built
    built.line.drop()


@pytest.fixture
def pc(house: House) -> PC:
    return PC(house)
