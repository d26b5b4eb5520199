"""Arrows between rooms point downwards only, and a new one is seen."""

from graphlib import TopologicalSorter

from tests.ground.arrows import FILE, arrows, drawing, rooms

DICTIONARIES = {"people", "books"}
SHELVES = {"people", "connections", "history", "outbox", "directory", "intake", "notices"}
# The table of the house plan: who may lean on whom. `people` is a shelf on which every shelf may lean.
ALLOWED: dict[str, set[str]] = {
    "web": SHELVES | {"books", "companyfile"},
    "cli": SHELVES | {"books", "companyfile", "monitor"},
    "remote": {"monitor", "connections"},
    "webconnector": {"monitor", "connections", "qbxml"},
    "monitor": {"outbox", "intake", "notices", "connections", "people", "history", "connectors", "books", "qbxml"},
    "intake": {"directory", "outbox", "history", "connections", "notices"} | DICTIONARIES,
    "directory": {"outbox", "history", "connections"} | DICTIONARIES,
    "outbox": {"connections", "history"} | DICTIONARIES,
    "connections": {"history"} | DICTIONARIES,
    "notices": DICTIONARIES,
    "history": DICTIONARIES,
    "connectors": {"books", "qbxml"},
    "companyfile": {"qbxml"},
    "people": set(),
    "books": set(),
    "qbxml": set(),
}


def test_every_arrow_is_one_of_the_house_plan() -> None:
    refused = {
        f"{room} -> {target}": modules
        for room, targets in arrows().items()
        for target, modules in targets.items()
        if target not in ALLOWED[room]
    }
    assert refused == {}


def test_no_walk_comes_back_to_a_room_it_left() -> None:
    order = list(TopologicalSorter({room: set(targets) for room, targets in arrows().items()}).static_order())
    assert sorted(order) == rooms()


def test_the_committed_drawing_shows_the_arrows_of_today() -> None:
    assert FILE.read_text(encoding="utf-8") == drawing(), "run `make docs` and look at what changed"
