"""Automatic IDs: NW for Northwind, NW-031 for its thirty-first project, P-001 where the client has no ID."""

import re

from daybook.directory.models import Client, NumberSeries
from daybook.directory.shipped import PROJECT_PREFIX
from daybook.sql import exists, rows

_TAKE = """
UPDATE directory_numberseries SET next_number = next_number + 1 WHERE prefix = %s RETURNING next_number, width"""


def client_code(name: str) -> str:
    """A free ID for a client, made of the capitals or first letters of the name."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    letters = "".join(word[0] for word in words[:4]) if len(words) > 1 else "".join(words)[:3]
    stem = letters.upper() or "C"
    taken = set(Client.everything.filter(code__startswith=stem).values_list("code", flat=True))
    number = 2
    code = stem
    while code in taken:
        code = f"{stem}{number}"
        number += 1
    return code


def prefix_for(client: Client | None) -> str:
    """What the automatic IDs of a client's projects begin with."""
    return f"{client.code}-" if client is not None and client.code else PROJECT_PREFIX


def coming_project_code(client: Client | None) -> str:
    """The ID the next project of this client will probably get, to show on a form."""
    prefix = prefix_for(client)
    series = NumberSeries.objects.filter(prefix=prefix).first() or NumberSeries(prefix=prefix)
    while _is_taken(series):
        series.next_number += 1
    return str(series)


def take_project_code(client: Client) -> str:
    """The next ID, taken: the row of the series is held until the transaction ends."""
    prefix = prefix_for(client)
    series = _step(prefix)
    while _is_taken(series):
        series = _step(prefix)
    return str(series)


def _step(prefix: str) -> NumberSeries:
    """Take the next number of a series, which begins with 1; gives the series as it was before."""
    found = rows(_TAKE, [prefix])
    if not found:
        NumberSeries.objects.get_or_create(prefix=prefix)
        found = rows(_TAKE, [prefix])
    next_number, width = found[0]
    return NumberSeries(prefix=prefix, width=width, next_number=next_number - 1)


def _is_taken(series: NumberSeries) -> bool:
    """Whether a person typed this ID by hand, or an import brought it."""
    return exists("SELECT 1 FROM directory_project WHERE code = %s", [str(series)])
