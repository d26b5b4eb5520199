"""Every kind has its place in every room, so that `find src -name 'customer*'` shows a whole path."""

from importlib import import_module

import pytest

from daybook.books.lists import LISTS
from daybook.connectors.qbd import lists as looked_up
from daybook.intake.lists import BOXES, DELETED, ORDER
from daybook.qbxml.kinds import KINDS
from tests.ground.arrows import SOURCE

POSTED = sorted(kind.key for kind in LISTS.values() if kind.two_way)
ROOMS_WITH_A_MODULE = ("books", "qbxml/kinds", "connectors/qbd")


@pytest.mark.parametrize("room", ROOMS_WITH_A_MODULE)
@pytest.mark.parametrize("kind", POSTED)
def test_a_posted_kind_has_a_module_of_its_name(kind: str, room: str) -> None:
    assert (SOURCE / room / f"{kind}.py").exists()


def test_every_list_is_known_to_every_room() -> None:
    read = {kind for kind in ORDER if kind != DELETED}
    assert {"books": set(LISTS), "intake": read} == {"books": set(KINDS), "intake": set(KINDS)}


def test_a_person_can_tick_every_list() -> None:
    assert {kind for box in BOXES for kind in box.kinds} == set(KINDS)


@pytest.mark.parametrize("kind", POSTED)
def test_a_posted_kind_can_be_added_changed_and_read(kind: str) -> None:
    module = import_module(f"daybook.connectors.qbd.{kind}")
    assert {"add_request", "mod_request", "value_from"} <= set(dir(module))


def test_what_is_looked_up_in_a_record_belongs_to_a_list() -> None:
    shared = {"item_described"}
    assert (set(looked_up.TEXTS) | set(looked_up.REFERENCES)) - shared <= set(KINDS)


def test_every_module_of_a_kind_is_registered() -> None:
    modules = {path.stem.rstrip("_") for path in (SOURCE / "qbxml" / "kinds").glob("[a-z]*.py")}
    assert modules - {"shared"} == set(KINDS)
