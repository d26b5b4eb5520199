"""Turns records of an answer into what they put on the shelf.

Note on speed. Of a hundred thousand customers most have the same few elements, and what becomes of a record depends on
which elements it has: their texts are only moved. So for each make of records it is worked out once, with marks in the
place of the texts, where each text goes. Whoever looks into a mark, or changes it, finds that this make is not of that
kind; its records are then read one by one, as are those that have an empty element.
"""

import json
import re
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any

from daybook.connectors.qbd.reading import head_of, mapped_fields
from daybook.intake import lists
from daybook.intake.staging import Arrived, Cells
from daybook.intake.staging import cells_of as cells_of_arrived
from daybook.qbxml.documents import Record
from daybook.qbxml.envelope import Cut, Make
from daybook.qbxml.kinds import KINDS

SWITCHES = ("IsActive", "Sublevel")  # their few values decide something, so each is a make of its own


def cells_of(kind: str, part: Record | Cut) -> Cells:
    """What a record puts on the shelf."""
    if isinstance(part, Record):
        return _read(kind, part)
    texts, places = part.texts, part.make.places
    switches = tuple([texts[places[name]] for name in SWITCHES if name in places])
    pattern = _pattern(kind, part.name, part.make, switches)
    cells = pattern.filled(texts) if pattern is not None else None
    return cells if cells is not None else _read(kind, part.record())


def _read(kind: str, record: Record) -> Cells:
    head = head_of(record)
    arrived = Arrived(
        head.list_id,
        head.edit_sequence,
        head.time_modified,
        head.name,
        head.full_name,
        head.parent_list_id,
        head.sublevel,
        head.is_active,
        head.external_guid.lower(),
        mapped_fields(kind, record),
    )
    return cells_of_arrived(kind, arrived)


def deleted(record: Record) -> tuple[str, Cells]:
    """What was deleted: the kind it goes under, and what it puts on the shelf."""
    values = record.values
    key = lists.GONE + _BY_DELETED_NAME.get(values.get("ListDelType", ""), "")
    arrived = Arrived(
        list_id=values.get("ListID", ""),
        full_name=values.get("FullName", ""),
        name=values.get("FullName", "").rpartition(":")[2],
        time_modified=values.get("TimeDeleted", ""),
    )
    return key, cells_of_arrived(key, arrived)


_BY_DELETED_NAME = {kind.list_del_type: kind.key for kind in KINDS.values()}


# --- patterns ---------------------------------------------------------------------------------------------------------
class LookedAt(Exception):
    """What becomes of a record depends on this text, so there is no pattern."""


class Mark(str):
    """Stands for a text; to be moved, not to be looked at. Cutting, stripping or folding it breaks it visibly."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise LookedAt

    def __ne__(self, other: object) -> bool:
        raise LookedAt

    def __hash__(self) -> int:
        raise LookedAt


_MARK = re.compile(" \ue000Zz, z([0-9]+)\ue001 ")
_WRITTEN_MARK = re.compile(r" \\ue000Zz, z([0-9]+)\\ue001 ")  # as JSON writes it
_GAP, _WRITTEN_GAP = "\x00", "\\u0000"
_encode = json.JSONEncoder().encode


def _mark(place: int) -> str:
    return Mark(f" \ue000Zz, z{place}\ue001 ")


class Pattern:
    """Where the texts of records of one make go."""

    def __init__(self, cells: Cells, many: int) -> None:
        self._fixed: list[Any] = []
        self._mixed: list[tuple[str, Callable[[Any], Any]]] = []
        written = cells.content[0]
        self._base, self._texts_of_base = _sentence(written, _WRITTEN_MARK)
        cells = Cells(cells.head, cells.content[1:])
        kept = [*cells.head, *cells.content]
        self._fixed = [cell for cell in kept if not _marks_in(cell)]
        self._mixed = [_sentence(cell, _MARK) for cell in kept if _marks_in(cell) and not _MARK.fullmatch(cell)]
        fixed, mixed = iter(range(many, many + len(kept))), iter(range(many + len(self._fixed), many + len(kept)))
        places = [
            next(fixed) if not _marks_in(cell) else int(found[1]) if (found := _MARK.fullmatch(cell)) else next(mixed)
            for cell in kept
        ]
        base = many + len(self._fixed) + len(self._mixed)
        self._head = itemgetter(*places[: len(cells.head)])
        self._content = itemgetter(base, *places[len(cells.head) :])
        self._length = 5 * (many - 1) + 2

    def filled(self, texts: tuple[str, ...]) -> Cells | None:
        """The cells of a record with these texts; None if it has to be read by itself."""
        joined = _GAP.join(texts)
        if "" in texts or "\\" in joined:
            return None
        written: Any = texts
        encoded = _encode(joined)
        if len(encoded) != len(joined) + self._length:  # something else than the gaps is written in another way
            written = encoded[1:-1].split(_WRITTEN_GAP)
        base = self._base % self._texts_of_base(written)
        mixed = [sentence % texts_of(texts) for sentence, texts_of in self._mixed]
        everything = (*texts, *self._fixed, *mixed, base)
        return Cells(self._head(everything), self._content(everything))


def _marks_in(cell: Any) -> bool:
    return isinstance(cell, str) and "\ue000" in cell


def _sentence(text: str, mark: re.Pattern[str]) -> tuple[str, Callable[[Any], Any]]:
    """A text with places to be filled, and what gives the texts for them."""
    places = [int(found) for found in mark.findall(text)]
    sentence = mark.sub("%s", text.replace("%", "%%"))
    if "\ue000" in sentence or "\\ue000" in sentence or not places:
        raise LookedAt  # a mark is broken
    return sentence, itemgetter(*places)


@lru_cache(maxsize=8192)
def _pattern(kind: str, name: str, make: Make, switches: tuple[str, ...]) -> Pattern | None:
    """The pattern for records of a make with these switches; None if there is none."""
    many = make.many
    texts: list[str] = [_mark(place) for place in range(many)]
    known = [place for switch in SWITCHES if (place := make.places.get(switch)) is not None]
    for place, text in zip(known, switches, strict=True):
        texts[place] = text
    try:
        return Pattern(_read(kind, Record(name, make.values(tuple(texts)))), many)
    except (LookedAt, ValueError):
        return None
