"""How the Monitor and its imports look on a page: words, tones and figures."""

from dataclasses import dataclass
from datetime import datetime

from daybook.books.lists import LISTS
from daybook.connections.queries import Health
from daybook.connections.words import does, is_of_monitor
from daybook.intake.lists import NAMES
from daybook.intake.models import ImportRun

ADMINISTRATOR = "An administrator of Daybook"

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
    """How a connection is; where the Monitor reaches the file, its being away first of all."""
    if not health.monitor_alive and is_of_monitor(health.company_file):
        seen = health.monitor_seen_at
        sentence = "No Monitor was ever seen." if seen is None else "The Monitor is not seen any more."
        how = " Start it with `daybook monitor` on the machine it belongs to. Everything waits and is lost by nothing."
        return Badge("Monitor not seen", "amber", "exclamation-triangle-fill", sentence + how, "Who runs Daybook")
    if health.company_file.in_trial and health.state == "active":
        sentence = (
            "It is looked at at another place. Nothing is posted or imported until somebody says yes or goes back."
        )
        return Badge("On trial", "violet", "eye", sentence, ADMINISTRATOR)
    known = {
        "never": Badge("Not opened yet", "grey", "circle", does(health.company_file, "opens the file")),
        "active": Badge("Active", "green", "check-circle-fill"),
        "waiting": Badge("Waiting", "amber", "clock", health.sentence, health.who_can_act),
        "paused": Badge("Paused", "grey", "pause-fill", health.sentence, health.who_can_act),
        "cannot_open": Badge(
            "Cannot open", "amber", "exclamation-triangle-fill", health.sentence, health.who_can_act or ADMINISTRATOR
        ),
    }
    return known[health.state]


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
