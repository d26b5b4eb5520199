"""The house of the Monitor's tests, with the statuses that ship."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps

from daybook.directory.shipped import ship
from tests.companyfile.conftest import path, sample_file
from tests.intake.house import House
from tests.web.conftest import cast

__all__ = ["cast", "path", "sample_file"]


@pytest.fixture
def house(cast: SimpleNamespace, path: Path) -> Iterator[House]:
    ship(apps)
    built = House(cast, path)
    yield built
    built.line.drop()
