"""The stage that each seed begins on: a database of a small firm and its company file, made once and copied.

The database gets triggers that write down each change of state, so that a checker sees every edge, also those inside
one transaction, whatever the product's own code says about it.
"""

import itertools
import random
import shutil
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from daybook import home
from daybook.companyfile import CompanyFile as Books
from daybook.companyfile import HResult, RequestProcessor, create
from daybook.connections import operations as connections
from daybook.connections.models import CompanyFile
from daybook.intake.operations import ask_import
from daybook.monitor.engine import Engine
from daybook.monitor.service import Line, Way
from daybook.people.models import SecurityGroup, User
from daybook.people.queries import operator
from daybook.people.shipped import ADMINISTRATORS, DIRECTORS, PROJECT_MANAGERS, SALES

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
CAST = {"Ada Berg": ADMINISTRATORS, "Ben Osei": DIRECTORS, "Mia Ruiz": PROJECT_MANAGERS, "Sam Lind": SALES}

TRIGGERS = """
CREATE TABLE seen (n INTEGER PRIMARY KEY, what TEXT, id INTEGER, old TEXT, new TEXT);
CREATE TRIGGER seen_posting_added AFTER INSERT ON outbox_posting BEGIN
    INSERT INTO seen (what, id, old, new) VALUES ('posting', new.id, '', new.state); END;
CREATE TRIGGER seen_posting AFTER UPDATE ON outbox_posting WHEN old.state <> new.state BEGIN
    INSERT INTO seen (what, id, old, new) VALUES ('posting', new.id, old.state, new.state); END;
CREATE TRIGGER seen_run AFTER UPDATE ON intake_importrun WHEN old.state <> new.state BEGIN
    INSERT INTO seen (what, id, old, new) VALUES ('run', new.id, old.state, new.state); END;
CREATE TRIGGER seen_letter AFTER INSERT ON outbox_letter BEGIN
    INSERT INTO seen (what, id, old, new) VALUES ('letter', new.id, '', new.purpose); END;
CREATE TRIGGER seen_letter_told AFTER UPDATE ON outbox_letter WHEN old.outcome <> new.outcome BEGIN
    INSERT INTO seen (what, id, old, new) VALUES ('letter', new.id, old.outcome, new.outcome); END;
CREATE TRIGGER seen_mark AFTER UPDATE ON intake_watermark WHEN old.modified_from <> new.modified_from BEGIN
    INSERT INTO seen (what, id, old, new) VALUES ('mark', new.id, old.modified_from, new.modified_from); END;
CREATE TRIGGER seen_lease AFTER UPDATE ON connections_lease WHEN old.epoch <> new.epoch BEGIN
    INSERT INTO seen (what, id, old, new) VALUES ('lease', new.epoch, old.holder, new.holder); END;
"""


@dataclass(frozen=True)
class Stage:
    """The images that a seed starts from."""

    database: bytes
    books: Path
    other_books: Path
    company_file_id: int


class CountedIds:
    """Set ids by number, under a mark that nobody else has."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.numbers = itertools.count(1)

    def set_id(self) -> str:
        return f"{self.mark}{next(self.numbers):05d}"


def build() -> Stage:
    """Make database and company file, connect them, and read everything once."""
    call_command("migrate", verbosity=0)
    folder = home.home()
    path = folder / "books.sandbox"
    clock = _Ticking(START - timedelta(days=2))
    with create(path, empty=True) as books:
        books._clock = clock
        books.set_company(CompanyName="Tidewater Design")
        _fill(books)
    other = folder / "other.sandbox"
    with create(other, empty=True) as books:
        books.set_company(CompanyName="Somebody Else")
        books.add("customer", "Quite another")
    for name, group in CAST.items():
        user = User.objects.create_user(f"{name.split()[0].lower()}@example.test", name)
        user.groups.set([SecurityGroup.objects.get(name=group)])
    file = connections.add_company_file(
        operator(), name="Tidewater", path=str(path), time_zone="America/New_York", now=clock()
    )
    CompanyFile.objects.update(next_sync_at=START + timedelta(hours=11))
    ask_import(operator(), file, None, trigger="first", now=clock())
    line = Line(
        file.pk, Way(lambda _: RequestProcessor(clock=clock), HResult), Engine(clock, CountedIds("I")), "stage/I", clock
    )
    line.turn()
    line._leave()
    raw().executescript(TRIGGERS)
    books_image, other_image = folder / "books.image", folder / "other.image"
    shutil.copy(path, books_image)
    shutil.copy(other, other_image)
    return Stage(raw().serialize(), books_image, other_image, file.pk)


def _fill(books: Books) -> None:
    books.add("terms_standard", "Net 30")
    books.add("class", "Design")
    for name in ("Harbour Trust", "Lakeside School", "Oak Street Dental", "Pine Hotel"):
        books.add("customer", name, values={"CompanyName": name, "Phone": "555-0100"})
    books.add("customer", "Survey", parent="Harbour Trust")
    books.add("customer", "New wing", parent="Lakeside School")
    books.add("employee", "Ida Holm")
    books.add("employee", "Tom Reyes")
    books.add("vendor", "Paper and Co")


def raw() -> sqlite3.Connection:
    """The connection itself, past Django."""
    connection.ensure_connection()
    found: sqlite3.Connection = connection.connection
    return found


def set_up(stage: Stage, folder: Path) -> Path:
    """Put database and company file back as they were; gives the path of the company file."""
    raw().deserialize(stage.database)
    raw().execute("PRAGMA foreign_keys = ON")
    path = folder / "books.sandbox"
    for left in folder.glob("*.sandbox*"):
        left.unlink()
    shutil.copy(stage.books, path)
    shutil.copy(stage.other_books, folder / "other.sandbox")
    return path


class _Ticking:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def seeded_uuid(source: random.Random) -> uuid.UUID:
    """A key for a form."""
    return uuid.UUID(int=source.getrandbits(128), version=4)
