"""The cast, a company file, and what the tests of the directory do again and again."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from daybook.connections.models import CompanyFile
from daybook.directory import operations
from daybook.directory.data import ClientData, ProjectData
from daybook.directory.models import Client, Project
from daybook.directory.snapshots import title_of
from daybook.outbox.models import Link
from tests.web.conftest import cast

__all__ = ["cast"]

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


@pytest.fixture
def company_file(db: None) -> CompanyFile:
    """A connected company file. No Monitor runs: what is asked for stays queued."""
    return CompanyFile.objects.create(name="Rock Castle", path="/books/rock-castle.qbw", made_at=NOW, is_default=True)


@pytest.fixture
def add_client(cast: SimpleNamespace) -> Callable[..., Client]:
    """Adds a client as Mia."""

    def add(name: str = "Northwind Traders", **options: Any) -> Client:
        post = options.pop("post", operations.Post.NO)
        contact = options.pop("contact", None)
        data = ClientData(name=name, **options)
        return operations.add_client(cast.mia, data, post=post, contact=contact, key=uuid4(), now=NOW)

    return add


@pytest.fixture
def add_project(cast: SimpleNamespace) -> Callable[..., Project]:
    """Adds a project as Mia."""

    def add(client: Client, name: str = "Harbour survey", **options: Any) -> Project:
        post, actor = options.pop("post", operations.Post.NO), options.pop("actor", cast.mia)
        data = ProjectData(client_id=client.pk, name=name, **options)
        return operations.add_project(actor, data, post=post, key=options.get("key", uuid4()), now=NOW)

    return add


def linked(company_file: CompanyFile, kind: str, subject_kind: str, subject: Any, **known: Any) -> Link:
    """A link as it stands after a posting: theirs beside ours, with the base both agreed on."""
    number = Link.objects.count() + 1
    usual = {"list_id": f"8000{number:04X}-1", "name": str(subject), "full_name": title_of(subject), "state": "shared"}
    values = {**usual, "agreed_at": NOW, **known}
    return Link.objects.create(
        company_file=company_file,
        kind=kind,
        edit_sequence="1",
        subject_kind=subject_kind,
        subject_id=subject.pk,
        **values,
    )
