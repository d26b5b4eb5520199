"""A house whose Monitor is a real process."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps

from daybook.people import shipped
from tests.companyfile.conftest import path, sample_file
from tests.monitor.harness import House
from tests.web.conftest import cast

__all__ = ["cast", "path", "sample_file"]


@pytest.fixture
def open_house(transactional_db: None, cast: SimpleNamespace, path: Path) -> House:
    """The house in the database that processes share, by the clock on the wall."""
    shipped.ship(apps)
    return House(cast, path, real=True)
