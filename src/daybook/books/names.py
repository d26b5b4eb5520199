"""Names in the books: what they may be, which are the same, and how the names of people are put together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from daybook.books.letters import listed, strangers, transliterated
from daybook.books.problems import Problem

CUSTOMER_NAME = 41
EMPLOYEE_NAME = 41
ITEM_NAME = 31
FULL_NAME = 209
LEVELS = 5

NameOrder = Literal["first_last", "last_first"]

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BLANKS = re.compile(r"\s+")
_NOT_LETTERS = re.compile(r"[^\w\s]|_")


def problems_of_name(name: str, limit: int, *, taken: Iterable[str] = ()) -> list[Problem]:
    """What the books would refuse in a name, each with a name they would take; an empty list if it is fine."""
    if not name.strip():
        return [Problem("empty", "A name is needed.")]
    offer = acceptable(name, limit)
    found: list[Problem] = []
    if _CONTROL.search(name):
        found.append(Problem("control", "The name holds a line break or another invisible character.", offer))
    if name != name.strip():
        found.append(Problem("blanks", "The name begins or ends with a blank.", offer))
    if ":" in name:
        found.append(
            Problem("colon", "A name cannot hold a colon: QuickBooks puts it between customer and job.", offer)
        )
    odd = strangers(_CONTROL.sub("", name))
    if odd:
        found.append(Problem("letters", f"QuickBooks cannot keep {listed(odd)}.", offer))
    if len(name.strip()) > limit:
        sentence = f"The name has {len(name.strip())} characters; QuickBooks takes {limit}."
        found.append(Problem("too_long", sentence, offer))
    others = list(taken)
    if name_key(name) in {name_key(other) for other in others}:
        found.append(Problem("taken", "The name is taken in QuickBooks.", suggest_name(offer, others, limit=limit)))
    return found


def acceptable(name: str, limit: int) -> str:
    """The nearest name that the books take; empty if nothing is left of it."""
    name = transliterated(_CONTROL.sub(" ", name)).replace(":", " - ")
    name = _BLANKS.sub(" ", name).strip()
    return name[:limit].strip()


def name_key(name: str) -> str:
    """Equal for two names that QuickBooks takes for the same."""
    return name.strip().casefold()


def normalise(name: str) -> str:
    """Equal for two names that a person would take for the same: blanks, case, accents, dots and *and* aside."""
    if not name.isascii():
        apart = unicodedata.normalize("NFKD", transliterated(name))
        name = "".join(character for character in apart if not unicodedata.combining(character))
    name = _NOT_LETTERS.sub(" ", name.replace("&", " and ").replace("'", ""))
    return " ".join(name.casefold().split())


def suggest_name(name: str, taken: Iterable[str], hint: str = "", *, limit: int = CUSTOMER_NAME) -> str:
    """A free name close to this one: with the hint (a company, say) in brackets, else with a number."""
    keys = {name_key(other) for other in taken}
    base = acceptable(name, limit)
    if hint.strip():
        offered = _with_ending(base, f" ({acceptable(hint, 20)})", limit)
        if name_key(offered) not in keys:
            return offered
    number = 2
    while name_key(offered := _with_ending(base, f" {number}", limit)) in keys:
        number += 1
    return offered


def _with_ending(base: str, ending: str, limit: int) -> str:
    return base[: limit - len(ending)].rstrip() + ending


def full_name(*names: str) -> str:
    """The names from the top down as QuickBooks writes them: ``Customer:Job``."""
    return ":".join(names)


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a person's name."""

    first: str = ""
    middle: str = ""
    last: str = ""

    def written(self, order: NameOrder = "first_last") -> str:
        """*First Middle Last*, or *Last, First Middle*."""
        given = " ".join(part for part in (self.first, self.middle) if part)
        if order == "first_last" or not self.last:
            return " ".join(part for part in (given, self.last) if part)
        return f"{self.last}, {given}" if given else self.last


def person_name(text: str) -> PersonName:
    """The parts of a written name: *First Middle Last* or *Last, First Middle*; a single word is the last name."""
    text = _BLANKS.sub(" ", text).strip()
    last, comma, given = (part.strip() for part in text.partition(","))
    words = given.split() if comma else text.split()
    if not comma:
        last = words.pop() if words else ""
    return PersonName(words[0] if words else "", " ".join(words[1:]), last)


def same_person(one: str, other: str) -> bool:
    """Whether two written names are the same person's: *Mike Smith* and *Smith, Mike*."""
    first, second = person_name(one), person_name(other)
    return (normalise(first.first), normalise(first.last)) == (normalise(second.first), normalise(second.last))
