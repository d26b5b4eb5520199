"""Automatic IDs: NW for Northwind, NW-031 for its thirty-first project, P-001 where the client has no ID."""

import re

from django.db.models import F

from daybook.directory.models import Client, NumberSeries, Project
from daybook.directory.shipped import PROJECT_PREFIX


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
    return _first_free(series)


def take_project_code(client: Client) -> str:
    """The next ID, taken: the row of the series is held until the transaction ends."""
    prefix = prefix_for(client)
    series, _ = NumberSeries.objects.get_or_create(prefix=prefix)
    NumberSeries.objects.filter(pk=series.pk).update(next_number=F("next_number") + 1)
    series.refresh_from_db()
    series.next_number -= 1
    code = _first_free(series)
    NumberSeries.objects.filter(pk=series.pk).update(next_number=series.next_number + 1)
    return code


def _first_free(series: NumberSeries) -> str:
    """The ID of the series, past those that people typed by hand; leaves the series at that number."""
    taken = set(Project.everything.filter(code__startswith=series.prefix).values_list("code", flat=True))
    while str(series) in taken:
        series.next_number += 1
    return str(series)
