"""A connected company file, and a short way to ask for postings."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from daybook.connections.models import CompanyFile
from daybook.outbox import operations
from daybook.outbox.models import Posting
from tests.web.conftest import cast

__all__ = ["cast"]

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
Ask = Callable[..., Posting]


@pytest.fixture
def file(db: None) -> CompanyFile:
    return CompanyFile.objects.create(name="Tidewater", path="/books/tidewater.qbw", made_at=NOW, is_default=True)


@pytest.fixture
def ask(cast: SimpleNamespace, file: CompanyFile) -> Ask:
    """Asks for a client to be posted; each call is another form unless it says otherwise."""
    numbers = itertools.count(1)

    def ask(name: str = "Northwind", *, subject_id: int = 1, who: Any = None, **more: Any) -> Posting:
        given = {"key": UUID(int=next(numbers)), "snapshot": {"name": name}, "title": name, "now": NOW, **more}
        who = who or cast.mia
        return operations.ask(
            who, company_file=file, kind="customer", subject_kind="client", subject_id=subject_id, **given
        )

    return ask
