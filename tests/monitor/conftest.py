"""The house: the cast, a sandbox company file, and a Monitor that a test moves by hand."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.companyfile.conftest import path, sample_file
from tests.monitor.harness import House
from tests.web.conftest import cast

__all__ = ["cast", "path", "sample_file"]


@pytest.fixture
def house(cast: SimpleNamespace, path: Path) -> Iterator[House]:
    built = House(cast, path)
    yield built
    built.line.drop()
