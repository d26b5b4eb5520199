"""Agents are answered here, unless a test says otherwise."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from daybook.connections import agents


@pytest.fixture(autouse=True)
def door() -> Iterator[None]:
    """The address at which agents ask, as its program notes it when it starts."""
    agents.note_address("http://127.0.0.1:8001")
    yield
    for name in (agents.ADDRESS_FILE, agents.WANTED_FILE):
        (settings.HOME / name).unlink(missing_ok=True)
