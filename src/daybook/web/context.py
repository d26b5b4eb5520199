"""What every page needs to know: its frame, the menu of this person, the colours chosen."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from daybook.web import theme
from daybook.web.menu import MENU, Entry
from daybook.web.rights import may


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of the menu, with the entries this person may open."""

    label: str
    entries: list[Entry]


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame` is the whole page, or only its main part when htmx asks."""
    htmx = getattr(request, "htmx", None)
    part = htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request
    return {
        "frame": "fragment.html" if part else "base.html",
        "theme": theme.chosen(request),
        "menu": [] if part else menu_of(request),
    }


def menu_of(request: HttpRequest) -> list[Section]:
    """The menu for the person who asks; empty for somebody who has not signed in."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    entries = [entry for entry in MENU if entry.url and (entry.right is None or may(request, entry.right))]
    labels = dict.fromkeys(entry.section for entry in entries)
    return [Section(label, [entry for entry in entries if entry.section == label]) for label in labels]
