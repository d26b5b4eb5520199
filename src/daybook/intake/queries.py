"""Reads about imports: how far one is, what it brought, and what waits for a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from daybook.books.lists import LISTS
from daybook.connections.models import CompanyFile
from daybook.connections.words import does, is_of_monitor
from daybook.intake.models import FINISHED, Conflict, ImportRun
from daybook.outbox.models import Link
from daybook.sql import exists

OVERDUE = timedelta(hours=1)
LATELY = timedelta(minutes=15)  # for so long a page goes on saying what an import brought

_WORDS = {
    "customer": ("customer or job", "customers and jobs"),
    "employee": ("employee", "employees"),
    "vendor": ("vendor", "vendors"),
    "other_name": ("other name", "other names"),
}
# By the partial index of the open ones: this is asked on every round, and mostly answered no.
_OPEN = """
SELECT 1 FROM intake_importrun WHERE company_file_id = %s AND NOT (state IN ('published', 'failed', 'stopped'))"""
_LOOKUP = ("entry of a look-up list", "entries of look-up lists")


@dataclass(frozen=True)
class Line:
    """One list in the progress of an import; `total` is None while it is not known."""

    kind: str
    done: int
    total: int | None


@dataclass(frozen=True)
class Progress:
    """How far an import is, for a bar and a sentence."""

    state: str
    sentence: str
    lines: list[Line]
    done: int
    total: int | None
    percent: int


def progress(run: ImportRun) -> Progress:
    """How many of how many, list by list, and in words."""
    lines = [
        Line(kind, run.progress[kind]["done"], run.progress[kind].get("total"))
        for kind in run.lists
        if kind in run.progress
    ]
    done = sum(line.done for line in lines)
    total = sum(line.total if line.total is not None else line.done for line in lines)
    known = bool(lines) and len(lines) == len(run.lists)
    return Progress(run.state, _now(run, lines), lines, done, total if known else None, _percent(run, lines))


def _now(run: ImportRun, lines: list[Line]) -> str:
    """One sentence: what is being done, or what became of it."""
    if run.state == ImportRun.State.WAITING:
        return _waited_for(run.company_file)
    if run.state == ImportRun.State.RUNNING and lines:
        at = lines[-1]
        of = f" of {at.total:,}" if at.total is not None else ""
        return f"Reading {label(at.kind)}: {at.done:,}{of}."
    return {
        ImportRun.State.RUNNING: "Reading the lists.",
        ImportRun.State.DECIDING: "Everything is read. Comparing it with what Daybook has.",
        ImportRun.State.STAGED: f"{sentence(run)} Nothing was written yet.",
        ImportRun.State.PUBLISHING: "Writing. It shows all at once when it is done.",
        ImportRun.State.PUBLISHED: sentence(run),
        ImportRun.State.FAILED: f"{run.problem} Nothing was written.",
        ImportRun.State.STOPPED: "Stopped. Nothing was written.",
    }[ImportRun.State(run.state)]


def _waited_for(company_file: CompanyFile) -> str:
    if company_file.in_trial:
        return "Waits. The company file is looked at elsewhere, until somebody says yes to that or goes back."
    if is_of_monitor(company_file):
        return "Waits for the Monitor."
    return f"Waits. {does(company_file, 'begins')}"


def _percent(run: ImportRun, lines: list[Line]) -> int:
    """Reading is four fifths of the way, deciding and writing the rest."""
    if run.state in FINISHED or run.state == ImportRun.State.STAGED:
        return 100
    if run.state in (ImportRun.State.DECIDING, ImportRun.State.PUBLISHING):
        base, step = (80, 8) if run.state == ImportRun.State.DECIDING else (88, 11)
        low, high = int(run.position.get("low", 0)), int(run.position.get("high", 1))
        return base + step * (int(run.position.get("at", low)) - low) // max(high - low, 1)
    if not lines or not run.lists:
        return 0
    last = lines[-1]
    part = last.done / last.total if last.total else 1.0
    return int(80 * (len(lines) - 1 + part) / len(run.lists))


def label(kind: str) -> str:
    """What people call a list, in running text."""
    words = LISTS[kind].plural if kind in LISTS else "deleted records"
    return f"{words[0].lower()}{words[1:]}"


def sentence(run: ImportRun) -> str:
    """What an import brought, such as: 12 new customers and jobs, 3 changed; 1 employee waits for a yes or no."""
    parts = [_of(kind, run.counts.get(kind, {})) for kind in _WORDS]
    rest: dict[str, int] = {}
    for kind, counts in run.counts.items():
        if kind not in _WORDS and kind != "conflicts":
            rest = {name: rest.get(name, 0) + counts.get(name, 0) for name in {*rest, *counts}}
    found = [part for part in (*parts, _of("", rest), _conflicts(run)) if part]
    text = "; ".join(found) or "nothing new"
    return f"{text[0].upper()}{text[1:]}."


def _of(kind: str, counts: dict[str, int]) -> str:
    words = _WORDS.get(kind, _LOOKUP)
    phrases = []
    new = counts.get("new", 0)
    for many, phrase in (
        (new, "new"),
        (counts.get("adopt", 0), "linked by name"),
        (counts.get("changed", 0), "changed"),
        (counts.get("gone", 0), "deleted or merged"),
        (counts.get("clash", 0), "with a name that Daybook has already"),
        (counts.get("waiting", 0), "waiting for a yes or no"),
        (counts.get("aside", 0), "left out as inactive"),
    ):
        if many:
            phrases.append(f"{many:,} {phrase}")
    subject = words[0] if sum(counts.get(name, 0) for name in counts if name != "same") == 1 else words[1]
    return f"{subject}: {', '.join(phrases)}" if phrases else ""


def _conflicts(run: ImportRun) -> str:
    found = run.counts.get("conflicts", {}).get("found", 0)
    return f"{found:,} field{'s' if found != 1 else ''} changed on both sides" if found else ""


def runs(company_file: CompanyFile) -> "QuerySet[ImportRun]":
    """The imports of a company file, the newest first."""
    return ImportRun.objects.filter(company_file=company_file).select_related("asked_by", "company_file")


def open_run(company_file: CompanyFile) -> ImportRun | None:
    """The import that is waiting, running or staged."""
    if not exists(_OPEN, [company_file.pk]):
        return None
    return runs(company_file).exclude(state__in=FINISHED).order_by("id").first()


def finished_lately(company_file: CompanyFile, now: datetime) -> ImportRun | None:
    """The newest import, while its result is news."""
    newest = runs(company_file).first()
    return newest if newest and newest.finished_at and now - newest.finished_at < LATELY else None


def conflicts(company_file: CompanyFile | None = None) -> "QuerySet[Conflict]":
    """Fields that both sides changed and nobody has decided about."""
    found = Conflict.objects.filter(settled_at=None).select_related("link")
    return found.filter(link__company_file=company_file) if company_file else found


def waiting_employees(company_file: CompanyFile | None = None) -> "QuerySet[Link]":
    """New employees of the books that wait for a yes or no."""
    found = Link.objects.filter(
        kind="employee", state=Link.State.THEIRS_ONLY, wanted_by_person=None, is_active=True, subject_id=None
    ).exclude(list_id="")
    return (found.filter(company_file=company_file) if company_file else found).order_by("full_name")


def sync_overdue(company_file: CompanyFile, now: datetime) -> bool:
    """Whether the nightly sync should have begun long ago: no Monitor is running."""
    due = company_file.next_sync_at
    return bool(company_file.sync_on and not company_file.paused and due and now - due > OVERDUE)
