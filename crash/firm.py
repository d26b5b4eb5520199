"""A firm whose programs are real processes, on either database, with people at work in it."""

import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import psutil
import psycopg
from rich.console import Console

from crash.server import Server
from daybook import home
from daybook.cli.demo import Daybook, set_up
from daybook.cli.processes import Family, answers, free_port
from daybook.cli.story import Person, Stage, Teller, first_customer
from daybook.cli.visitor import NotAsExpected, Page, Visitor

PATIENCE = 180
PEOPLE = 4


@dataclass
class Firm:
    """The programs of one firm, its company file, and what its people were told was saved."""

    folder: Path
    server: Server | None
    books: Path
    url: str = ""
    cast: dict[str, Person] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)
    client: str = ""

    def __post_init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        address = self.server.url if self.server else ""
        self.env = {"DAYBOOK_HOME": str(self.folder), "DAYBOOK_URL": self.url, "DATABASE_URL": address}
        self.daybook = Daybook(self.env)
        # One thread starts all programs: each ends with the thread that started it.
        self.hand = ThreadPoolExecutor(1)
        self.family = Family(self.env, home.ensure(self.folder / "logs"))
        self.crowd = ThreadPoolExecutor(PEOPLE)
        self.visitors: list[Visitor] = []

    def start(self) -> None:
        """Make the firm, start its programs and a second Monitor, and let its people sign in."""
        teller = Teller(Console(file=StringIO()))
        made: tuple[Stage, dict[str, Person]] = self.hand.submit(
            set_up, teller, self.family, self.daybook, self.folder, self.url
        ).result()
        stage, self.cast = made
        self.books = stage.file
        self.client = first_customer(self.books)
        self.hand.submit(self.family.start, "second", "monitor").result()
        seats = "SELECT COUNT(*) FROM connections_monitorseat"
        wait_for(lambda: self.rows(seats)[0][0] == 2, "the second Monitor is there")
        self.sign_in()

    def start_restored(self, archive: Path, lost: "Firm") -> None:
        """Bring a backup of a lost firm back in this clean folder; the key comes another way, as the docs say."""
        key = home.key_file().name
        shutil.copy(lost.folder / key, home.ensure(self.folder) / key)
        self.daybook("restore", str(archive))
        self.books, self.cast, self.client = lost.books, lost.cast, lost.client
        self.revive(["web", "monitor", "second"])
        self.sign_in()

    def sign_in(self) -> None:
        """Let the people sign in, all as the manager."""
        manager = self.cast["manager"]
        self.visitors = [Visitor(self.url, manager.email, manager.password) for _ in range(PEOPLE)]

    def end(self) -> None:
        """End its programs; the database server is another's."""
        self.crowd.shutdown(wait=True, cancel_futures=True)
        self.hand.submit(self.family.stop).result()
        self.hand.shutdown()

    # --- death and birth ----------------------------------------------------------------------------------------------
    def kill(self, victims: list[str]) -> None:
        """kill -9, all at once."""
        for name in victims:
            if name == "server" and self.server:
                self.server.kill()
            else:
                self.hand.submit(self.family.kill, name).result()

    def revive(self, victims: list[str]) -> None:
        """Start again what was killed, the database first."""
        if "server" in victims and self.server:
            self.server.start()
        starts = {"web": ("serve", "--port", str(self.port)), "monitor": ("monitor",), "second": ("monitor",)}
        for name in victims:
            if name != "server":
                self.hand.submit(self.family.start, name, *starts[name]).result()
        wait_for(lambda: answers(self.url), "the site answers")

    # --- people at work -----------------------------------------------------------------------------------------------
    def work(self, mark: str, each: int, seed: int) -> "list[Future[None]]":
        """Let everybody save and post some clients and projects, at their own pace."""
        return [
            self.crowd.submit(self._one_person, visitor, f"{mark} {number}", each, random.Random(f"{seed} {number}"))
            for number, visitor in enumerate(self.visitors)
        ]

    def _one_person(self, visitor: Visitor, mark: str, each: int, chance: random.Random) -> None:
        for number in range(each):
            threading.Event().wait(chance.uniform(0, 0.3))
            name = f"{mark} {number}"
            if chance.random() < 0.4:
                self._save(visitor, "/clients/new/", {"name": name})
            else:
                self._save(visitor, "/projects/new/", {"client": self.client, "name": name})
            self.accepted.append(name)

    def _save(self, visitor: Visitor, path: str, values: dict[str, str]) -> None:
        """Fill in the form and press Save, again and again with the same form, until Daybook says it is saved."""
        deadline = time.monotonic() + PATIENCE
        form = _until(lambda: visitor.open(path), lambda page: page.status == 200, deadline)
        page = _until(lambda: visitor.submit(form, post=True, **values), lambda page: page.status < 500, deadline)
        if page.status != 200 or page.url.endswith("/new/"):
            raise NotAsExpected(f"{values['name']} was not saved: {page.status} {page.text[:400]}")

    # --- what stands where --------------------------------------------------------------------------------------------
    def said(self, name: str | None) -> str:
        """The end of what a program printed."""
        return (self.folder / "logs" / f"{name}.out").read_text(errors="replace")[-3000:] if name else ""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database holds, read past the product."""
        if self.server:
            with psycopg.connect(self.server.url) as connection:
                return connection.execute(sql).fetchall()
        with closing(sqlite3.connect(f"file:{self.folder / 'daybook.sqlite3'}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def in_books(self) -> list[tuple[Any, ...]]:
        """ListID, kind, name and ExternalGUID of each customer and employee in the company file."""
        with closing(sqlite3.connect(f"file:{self.books}?mode=ro", uri=True)) as connection:
            return connection.execute(
                "SELECT list_id, kind, name,"
                " replace(lower(trim(json_extract(content, '$.ExternalGUID'), '{}')), '-', '')"
                " FROM record WHERE kind IN ('customer', 'employee')"
            ).fetchall()

    def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        moving = "SELECT id, state, problem FROM outbox_posting WHERE state IN ('queued', 'sent', 'in_doubt')"
        wait_for(lambda: not self.rows(moving), "everything came to its end", lambda: self._standing(moving))

    def _standing(self, moving: str) -> str:
        """How things stand, for who looks why nothing moves."""
        file = self.rows("SELECT state, state_sentence, state_code, failures, retry_at FROM connections_companyfile")
        held = self.rows("SELECT holder, epoch, expires_at FROM connections_lease")
        said = "\n".join(self.said(name) for name in ("monitor", "second"))
        return f"{self.rows(moving)[:5]}\n{file}\n{held}\nended: {self.family.ended()}\n{said}"

    def add_in_books(self, name: str) -> "subprocess.Popen[bytes]":
        """The bookkeeper adds a customer, and asks Daybook to import."""
        said = subprocess.run(
            [sys.executable, "-m", "daybook", "sandbox", "add", str(self.books), "customer", name],
            env=dict(psutil.Process().environ()) | self.env, check=False, capture_output=True, text=True,
        )  # fmt: skip
        if said.returncode:
            raise NotAsExpected(f"The bookkeeper could not add {name}: {said.stderr}")
        command = [sys.executable, "-m", "daybook", "import", "customers", "--json"]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, env=dict(psutil.Process().environ()) | self.env, stdout=quiet, stderr=quiet)


def _until(do: Callable[[], Page], good: Callable[[Page], bool], deadline: float) -> Page:
    """Do what a person does whom the site leaves without an answer: press again."""
    while True:
        try:
            page = do()
        except NotAsExpected:
            if time.monotonic() > deadline:
                raise
        else:
            if good(page) or time.monotonic() > deadline:
                return page
        threading.Event().wait(0.3)


def wait_for(done: Callable[[], bool], what: str, detail: Callable[[], str] = lambda: "") -> None:
    """Look until it is so; the wait is a bound, not a guess of how long it takes."""
    deadline, pause = time.monotonic() + PATIENCE, threading.Event()
    while not _quietly(done):
        if time.monotonic() > deadline:
            raise NotAsExpected(f"Not within {PATIENCE} seconds: {what}. {detail()}")
        pause.wait(0.1)


def _quietly(done: Callable[[], bool]) -> bool:
    """A database that is just starting answers with an error, which is a no."""
    try:
        return done()
    except (sqlite3.OperationalError, psycopg.OperationalError):
        return False
