"""A company file, a client and a browser signed in as Mia."""

from typing import Any

import pytest
from django.test import Client as Browser

from tests.directory.conftest import add_client, add_project, company_file

__all__ = ["add_client", "add_project", "company_file"]


@pytest.fixture
def mia(client: Browser, cast: Any) -> Browser:
    """A browser without a screen, signed in as Mia."""
    client.force_login(cast.mia)
    return client
