"""How the Monitor and its imports look on a page: words, tones and figures."""

from dataclasses import dataclass
from datetime import datetime

from daybook.books.lists import LISTS
from daybook.connections.queries import Health
from daybook.connections.words import standing_of
from daybook.intake.lists import NAMES
from daybook.intake.models import ImportRun

TONES = {
    "away": ("exclamation-triangle-fill", "amber"),
    "trial": ("eye", "violet"),
    "never": ("circle", "grey"),
    "active": ("check-circle-fill", "green"),
    "waiting": ("clock", "amber"),
    "paused": ("pause-fill", "grey"),
    "cannot_open": ("exclamation-triangle-fill", "amber"),
}
RUN_TONES = {
    "waiting": ("clock", "blue"),
    "running": ("circle-fill", "blue moving"),
    "deciding": ("circle-fill", "blue moving"),
    "publishing": ("circle-fill", "blue moving"),
    "staged": ("eye", "outline"),
    "published": ("check-circle-fill", "green"),
    "failed": ("exclamation-triangle-fill", "amber"),
    "stopped": ("slash-circle", "grey"),
}
AT_WORK = ("waiting", "running", "deciding", "publishing")
COUNTED = (
    ("new", "New"),
    ("adopt", "Matched by name"),
    ("changed", "Changed"),
    ("same", "Same"),
    ("clash", "Clashes"),
    ("waiting", "Wait for you"),
    ("aside", "Not taken"),
    ("gone", "Gone"),
)


@dataclass(frozen=True)
class Badge:
    """A state in a word, with its sentence and who can act."""

    word: str
    tone: str
    icon: str
    sentence: str = ""
    who_can_act: str = ""


def list_label(kind: str) -> str:
    """What people call a list."""
    return LISTS[kind].plural if kind in LISTS else "Deleted and merged records"


def badge_of(health: Health) -> Badge:
    """How a connection is."""
    found = standing_of(health)
    icon, tone = TONES[found.key]
    return Badge(found.word, tone, icon, found.sentence, found.who_can_act)


def run_badge(run: ImportRun) -> Badge:
    """How an import is."""
    icon, tone = RUN_TONES[run.state]
    return Badge(str(run.get_state_display()), tone, icon, run.problem, run.who_can_act)


@dataclass(frozen=True)
class Counts:
    """How many records of each list were new, changed, and so on; columns that are all zero are left out."""

    heads: list[str]
    rows: list[tuple[str, list[tuple[str, int]]]]


def counts_of(run: ImportRun) -> Counts:
    """What an import found, list by list."""
    order = sorted(run.lists, key=lambda kind: kind not in NAMES)  # clients and people before the look-up lists
    shown = [kind for kind in order if kind in run.counts]
    used = [(key, label) for key, label in COUNTED if any(run.counts[kind].get(key) for kind in shown)]
    rows = [(list_label(kind), [(label, int(run.counts[kind].get(key, 0))) for key, label in used]) for kind in shown]
    return Counts([label for _, label in used], rows)


def is_late(health: Health, now: datetime) -> bool:
    """Whether the next sync should have begun."""
    return bool(health.next_sync_at and health.next_sync_at < now and health.state != "paused")
