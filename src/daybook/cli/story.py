"""The story of the demo, played over HTTP on the running site: a project goes out, a customer comes in."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from rich.console import Console

from daybook.cli.visitor import NotAsExpected, Page, Visitor
from daybook.companyfile import CompanyFile


@dataclass(frozen=True)
class Person:
    """One of the cast, with the password of this demo."""

    role: str
    name: str
    email: str
    groups: tuple[str, ...]
    password: str = ""


BOOKKEEPERS = "Bookkeepers"
CAST = (
    Person("manager", "Mia Ruiz", "mia@example.test", ("Project Managers",)),
    Person("administrator", "Ada Berg", "ada@example.test", ("System Administrators",)),
    Person("bookkeeper", "Ben Osei", "ben@example.test", ("Directors", BOOKKEEPERS)),
    Person("staff", "Sam Lind", "sam@example.test", ("Everyone",)),
)


class Teller:
    """Prints each step with the time of day and how long it took."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """Tell a step when it has been taken, or that it could not be."""
        began = time.perf_counter()
        try:
            yield
        except BaseException:
            self._line("red", "✗", words, time.perf_counter() - began)
            raise
        self._line("green", "✓", words, time.perf_counter() - began)

    def _line(self, colour: str, sign: str, words: str, seconds: float) -> None:
        clock = datetime.now().astimezone().strftime("%H:%M:%S")
        took = f"{seconds * 1000:6.0f} ms" if seconds < 1 else f"{seconds:6.1f} s "
        self._console.print(f"[dim]{clock}[/] [{colour}]{sign}[/] [dim]{took}[/]  {words}", highlight=False)


@dataclass(frozen=True)
class Stage:
    """Where the story is played."""

    url: str
    file: Path
    manager: Person
    administrator: Person
    bookkeeper: Person


PROJECT = "Harbour survey"
BY_HAND = "Larkspur Ferries"
BY_NIGHT = "Quince Harbour Trust"
NIGHT_IS_IN = timedelta(seconds=8)


def play(stage: Stage, teller: Teller) -> None:
    """Play the whole story; raises NotAsExpected where the site does not do what it promises."""
    project_out(stage, teller, PROJECT)
    customer_in(stage, teller, BY_HAND)
    customer_by_night(stage, teller, BY_NIGHT)


def project_out(stage: Stage, teller: Teller, project: str) -> None:
    """The manager adds a project and has it posted."""
    mia, client = stage.manager, first_customer(stage.file)
    with teller.step(f"{mia.name}, the manager, signs in"):
        visitor = Visitor(stage.url, mia.email, mia.password)
        page = visitor.open("/projects/new/")
    with teller.step(f"She adds the project “{project}” for {client} and ticks “Post to QuickBooks”"):
        page = visitor.submit(page, client=client, name=project, post=True)
    with teller.step("The page tells her by itself: Posted"):
        visitor.watch(page, _shows_posted).expect("Posted")
    with teller.step(f"In the company file there is “{client}:{project}”, once"):
        found = times_in(stage.file, f"{client}:{project}")
        if found != 1:
            raise NotAsExpected(f"The company file has “{client}:{project}” {found} times.")


def customer_in(stage: Stage, teller: Teller, customer: str) -> None:
    """The bookkeeper adds a customer in QuickBooks and presses Import now in Daybook."""
    ben = stage.bookkeeper
    with teller.step(f"{ben.name}, the bookkeeper, adds the customer “{customer}” in QuickBooks"):
        add_customer(stage.file, customer)
    with teller.step("He signs in to Daybook"):
        visitor = Visitor(stage.url, ben.email, ben.password)
        page = visitor.open("/monitor/")
    with teller.step("He presses Import now"):
        visitor.submit(page, button="Import everything")
    with teller.step(f"“{customer}” is a client in Daybook"):
        visitor.watch(visitor.open(_client_search(customer)), _lists_once(customer))


def customer_by_night(stage: Stage, teller: Teller, customer: str) -> None:
    """The bookkeeper adds a customer and goes home; the nightly sync brings it."""
    ada, ben = stage.administrator, stage.bookkeeper
    with teller.step(f"{ben.name} adds another one, “{customer}”, and goes home"):
        add_customer(stage.file, customer)
    visitor = Visitor(stage.url, ada.email, ada.password)
    page = visitor.open(visitor.open("/monitor/").link("Schedule"))
    night = datetime.now(UTC) + NIGHT_IS_IN
    with teller.step(f"{ada.name}, the administrator, sets the nightly sync to {night:%H:%M:%S} UTC"):
        visitor.submit(page, sync_time=f"{night:%H:%M:%S}", sync_on=True)
    with teller.step(f"After the nightly sync “{customer}” is a client in Daybook"):
        visitor.watch(visitor.open(_client_search(customer)), _lists_once(customer))


def _shows_posted(page: Page) -> bool:
    return bool(page.tree.xpath("//*[contains(@class, 'posting-status') and @data-state='posted']"))


def _client_search(name: str) -> str:
    return f"/clients/?{urlencode({'q': name})}"


def _lists_once(name: str) -> Callable[[Page], bool]:
    def listed(page: Page) -> bool:
        rows = [row for row in page.tree.xpath("//tr[@data-row]") if name in row.text_content()]
        if len(rows) > 1:
            raise NotAsExpected(f"Daybook has “{name}” {len(rows)} times.")
        return bool(rows)

    return listed


# --- the QuickBooks side ----------------------------------------------------------------------------------------------
def first_customer(file: Path) -> str:
    """A customer of the company file."""
    with CompanyFile.open(file) as books:
        return next(entry.name for entry in books.entries("customer") if not entry.sublevel)


def times_in(file: Path, full_name: str) -> int:
    """How many customers and jobs of the company file have this full name, inactive ones too."""
    with CompanyFile.open(file) as books:
        return sum(1 for entry in books.entries("customer", show="all") if entry.full_name == full_name)


def add_customer(file: Path, name: str) -> None:
    """What the bookkeeper does in QuickBooks."""
    with CompanyFile.open(file) as books:
        books.add("customer", name)
