"""Projects with queued postings, as many as are wanted, and finished ones beside them."""

import uuid
from datetime import datetime

from django.db import connection

from daybook.connections.models import CompanyFile
from daybook.directory.models import Client, ProductionStatus, Project
from daybook.directory.snapshots import customer_snapshot
from daybook.outbox.models import Posting
from daybook.people.models import User


def projects(client: Client, many: int, now: datetime, mark: str) -> list[Project]:
    """New projects of a client."""
    status = ProductionStatus.objects.get(is_default=True)
    made = [
        Project(
            client=client, name=f"{mark} {number:05}", display_name=f"{mark} {number:05}", status=status,
            code=f"{mark}-{number:05}", created_at=now, changed_at=now,
        )
        for number in range(many)
    ]  # fmt: skip
    return Project.objects.bulk_create(made, batch_size=1_000)


def queue(actor: User, company_file: CompanyFile, subjects: list[Project], now: datetime) -> None:
    """A queued posting for each, as the bulk action of the project list asks for it, in one go."""
    batch = uuid.uuid4()
    rows = [
        Posting(
            key=uuid.uuid4(), company_file=company_file, kind="customer", subject_kind="project", subject_id=project.pk,
            title=project.name, snapshot=customer_snapshot(project), asked_by=actor, asked_at=now, batch_key=batch,
        )
        for project in subjects
    ]  # fmt: skip
    Posting.objects.bulk_create(rows, batch_size=1_000)


def finished(example: Posting, many: int) -> None:
    """So many copies of a posted posting, made by the database itself."""
    columns = [field.column for field in Posting._meta.concrete_fields if field.column not in {"id", "key"}]
    listed = ", ".join(f'"{column}"' for column in columns)
    key = "lower(hex(randomblob(16)))" if connection.vendor == "sqlite" else "gen_random_uuid()"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
            f"INSERT INTO outbox_posting (key, {listed}) "
            f"SELECT {key}, {listed} FROM n CROSS JOIN outbox_posting WHERE outbox_posting.id = %s",
            [many, example.pk],
        )
