"""The house of the Monitor's tests, with short ways to import and to look at what came of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from daybook.companyfile import CompanyFile as Sandbox
from daybook.directory.models import Client, Project, Staff
from daybook.intake import operations
from daybook.intake.models import ImportRun
from daybook.outbox.models import Link
from tests.monitor import harness

TABLES = ("directory_client", "directory_project", "directory_contact", "directory_staff", "directory_listentry")
KEPT = (*TABLES, "outbox_link", "history_change", "directory_laborcode", "directory_expensecategory")


class House(harness.House):
    """Ada asks, the Monitor imports, the bookkeeper changes things meanwhile."""

    def ask_for(self, names: list[str] | None = None, **more: Any) -> ImportRun:
        """Ada asks for an import."""
        self.file.refresh_from_db()
        return operations.ask_import(self.cast.ada, self.file, names, now=self.clock(), **more)

    def bring(self, names: list[str] | None = None, **more: Any) -> ImportRun:
        """Ada asks for an import, and the Monitor does it."""
        run = self.ask_for(names, **more)
        self.run()
        return self.again(run)

    def first(self, **choices: Any) -> ImportRun:
        """The first import, with answers to the wizard's questions."""
        return self.bring(trigger="first", choices=choices)

    def again(self, run: ImportRun) -> ImportRun:
        """The import as it is now."""
        return ImportRun.objects.select_related("company_file").get(pk=run.pk)

    @contextmanager
    def bookkeeper(self, minutes: float = 10) -> Iterator[Sandbox]:
        """The bookkeeper at the file, some minutes later; a few more pass until somebody looks."""
        self.clock.pass_by(minutes=minutes)
        with self.books() as books:
            yield books
        self.clock.pass_by(minutes=minutes)

    def client(self, name: str) -> Client:
        return Client.objects.get(name=name)

    def project(self, name: str) -> Project:
        return Project.objects.get(name=name)

    def staff(self, last_name: str) -> Staff:
        return Staff.objects.get(last_name=last_name)

    def link(self, full_name: str, kind: str = "customer") -> Link:
        return Link.objects.get(kind=kind, full_name=full_name)


def counted_rows() -> dict[str, int]:
    """How many rows there are of what people see, the invisible ones too."""
    found = {}
    with connection.cursor() as cursor:
        for table in KEPT:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            found[table] = int(cursor.fetchone()[0])
    return found


def writes_to(queries: CaptureQueriesContext, *tables: str) -> list[str]:
    """The statements that wrote to these tables."""
    pattern = re.compile(rf'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(?:{"|".join(tables)})\b', re.IGNORECASE)
    return [query["sql"] for query in queries.captured_queries if pattern.match(query["sql"])]
