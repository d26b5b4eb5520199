"""The company file that the connector tests talk to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.sandbox import Books


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    """A company file with a dozen customers, and a session with it."""
    found = Books(tmp_path)
    yield found
    found.close()
