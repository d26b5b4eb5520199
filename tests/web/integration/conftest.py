"""A company file and a few records on both sides, as an import and some days of work leave them."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from daybook.connections.models import CompanyFile
from daybook.directory.models import Client, Project
from daybook.directory.queries import default_status
from daybook.outbox.models import Link

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


def a_link(company_file: CompanyFile, full_name: str, **more: Any) -> Link:
    """A record of the books; `parent` is the link above it."""
    parent = more.pop("parent", None)
    number = Link.everything.count() + 1
    fields = {
        "kind": "customer",
        "list_id": f"8000{number:04X}-1700000000",
        "name": full_name.rpartition(":")[2],
        "full_name": full_name,
        "sublevel": full_name.count(":"),
        "parent_list_id": parent.list_id if parent else "",
    }
    return Link.objects.create(company_file=company_file, **(fields | more))


def shared_with(record: Any, kind: str) -> dict[str, Any]:
    """The fields of a link that is shared with a record of ours."""
    return {"state": "shared", "subject_kind": kind, "subject_id": record.pk, "agreed_at": NOW}


@pytest.fixture
def firm(cast: SimpleNamespace) -> SimpleNamespace:
    """Northwind and its harbour are linked, the old quay is inactive there; the rest stands alone."""
    now = timezone.now()
    file = CompanyFile.objects.create(name="Rock Castle", path="/books/rock.sandbox", made_at=now, is_default=True)
    dates = {"created_at": now, "changed_at": now}
    northwind, fabrikam, house = (
        Client.objects.create(name=name, **dates) for name in ("Northwind Traders", "Fabrikam", "House")
    )

    def project(client: Client, name: str) -> Project:
        return Project.objects.create(client=client, name=name, display_name=name, status=default_status(), **dates)

    harbour, quay, audit = project(northwind, "Harbour"), project(northwind, "Old quay"), project(fabrikam, "Audit")
    vacation = project(house, "Vacation")
    above = a_link(file, "Northwind Traders", **shared_with(northwind, "client"))
    a_link(file, "Northwind Traders:Harbour", parent=above, **shared_with(harbour, "project"))
    a_link(file, "Northwind Traders:Old quay", parent=above, is_active=False, **shared_with(quay, "project"))
    contoso = a_link(file, "Contoso")
    a_link(file, "Contoso:Roof 2", parent=contoso)
    a_link(file, "Fabrikam")
    a_link(file, "Vacation", list_id="", state="blocked", subject_kind="project", subject_id=vacation.pk, sublevel=0)
    return SimpleNamespace(
        file=file, northwind=northwind, fabrikam=fabrikam, house=house, harbour=harbour, quay=quay, audit=audit
    )
