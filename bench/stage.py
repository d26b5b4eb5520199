"""A site and a Monitor as processes of their own, on a firm made anew, for the measurements that need both."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from daybook import home
from daybook.cli.demo import Daybook, set_up
from daybook.cli.processes import Family, free_port
from daybook.cli.story import Person, Stage, Teller

QUICK = os.environ.get("QUICK") == "1"


@contextmanager
def running(via: str = "sandbox") -> Iterator[tuple[Stage, dict[str, Person], Family]]:
    """The firm of the demo, read once, with everything running that this way to the company file needs."""
    folder, port = home.ensure(home.home()), free_port()
    url = f"http://127.0.0.1:{port}"
    env = {"DAYBOOK_HOME": str(folder), "DAYBOOK_URL": url, "DATABASE_URL": ""}
    family = Family(env, home.ensure(folder / "logs"))
    try:
        stage, cast = set_up(Teller(Console(file=sys.stderr)), family, Daybook(env), folder, url, via)
        yield stage, cast, family
    finally:
        family.stop()


def database() -> Path:
    """The database file of this measurement."""
    return home.home() / "daybook.sqlite3"
