"""The first connection, step by step: where it stands is read from the shelves, so that it can be left and taken up."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from daybook.connections import agents, webconnectors
from daybook.connections.models import CompanyFile
from daybook.connections.queries import Health
from daybook.intake.models import ImportRun
from daybook.intake.queries import open_run

STEPS = ("Choose the file", "Test", "Read", "Questions", "Preview", "Done")
ANSWERED = "customers_without_jobs"  # the first of the questions; the wizard stores them all at once


@dataclass(frozen=True)
class Check:
    """One link of the chain to the company file, ticked when it was seen to hold."""

    label: str
    state: str
    sentence: str
    who_can_act: str = ""

    @property
    def icon(self) -> str:
        """How it is drawn."""
        return {"ok": "check-circle-fill", "failed": "exclamation-triangle-fill"}.get(self.state, "hourglass-split")

    @property
    def word(self) -> str:
        """How it is read aloud."""
        return {"ok": "Seen", "failed": "Not yet", "waiting": "Waiting"}[self.state]


WRONG_FILE = "wrong_file"  # the code under which the Monitor notes that another company file is open


def checks(health: Health) -> list[Check]:
    """The links of the chain in order; what comes after one that does not hold waits."""
    found: list[Check] = []
    for check in (_carrier(health), _opens(health), _right_file(health), _program(health), _preferences(health)):
        held = all(one.state == "ok" for one in found)
        found.append(check if held else Check(check.label, "waiting", "Comes after what stands above."))
    return found


def all_hold(found: list[Check]) -> bool:
    """Whether every link holds."""
    return all(check.state == "ok" for check in found)


def first_import(company_file: CompanyFile) -> ImportRun | None:
    """The import that the wizard is about: the open one, or the newest."""
    return open_run(company_file) or ImportRun.objects.filter(company_file=company_file).first()


def was_imported(company_file: CompanyFile) -> bool:
    """Whether an import of this file was ever published."""
    done = ImportRun.State.PUBLISHED
    return ImportRun.objects.filter(company_file=company_file, state=done).exists()


def are_answered(company_file: CompanyFile) -> bool:
    """Whether the questions were answered."""
    return ANSWERED in company_file.choices


def next_url(company_file: CompanyFile, health: Health) -> str:
    """Where the wizard goes on for this file; empty when it is done."""
    run = open_run(company_file)
    if run is not None and run.preview:
        return url_of_run(company_file, run)
    if was_imported(company_file):
        return ""
    if not all_hold(checks(health)):
        return reverse("connection:test", args=[company_file.pk])
    return reverse("connection:read", args=[company_file.pk])


def url_of_run(company_file: CompanyFile, run: ImportRun) -> str:
    """The page for a staged import: the questions as long as they are open, then the preview."""
    page = "preview" if run.state != ImportRun.State.STAGED or are_answered(company_file) else "questions"
    return reverse(f"connection:{page}", args=[company_file.pk, run.pk])


def trail(step: int) -> list[dict[str, Any]]:
    """The steps for the head of a page, the present one from 0."""
    return [{"label": label, "done": place < step, "current": place == step} for place, label in enumerate(STEPS)]


def _carrier(health: Health) -> Check:
    """Whether the program that carries letters to this file is there."""
    if health.company_file.way == webconnectors.WAY:
        return _web_connector(health.company_file)
    if health.company_file.way == agents.WAY:
        return _agent(health.company_file)
    return _monitor(health)


def _agent(company_file: CompanyFile) -> Check:
    label, seen = "The agent asks for work", agents.agents_of(company_file, timezone.now())
    there = next((one for one in seen if one.is_there), None)
    if there is not None:
        return Check(label, "ok", f"The one on {there.agent.machine} is {there.state}.")
    if all(one.is_revoked for one in seen):
        return Check(label, "failed", "No PC was let in yet. Show a code on the page of its agents.", "You")
    return Check(label, "failed", "It does not ask. Is the PC on, and the agent running?", "Whoever sits at that PC")


def _web_connector(company_file: CompanyFile) -> Check:
    label, connector = "The Web Connector asks", webconnectors.of_file(company_file)
    if connector is None:
        return Check(label, "failed", "It has no password yet. Make one on its page.", "You")
    standing = webconnectors.standing(connector, timezone.now())
    if standing.word in webconnectors.THERE:
        return Check(label, "ok", "It was here a moment ago.")
    return Check(label, "failed", standing.sentence, "Whoever sits at the PC with QuickBooks")


def _monitor(health: Health) -> Check:
    if health.monitor_alive:
        return Check("A Monitor runs", "ok", "It reported itself a moment ago.")
    sentence = "No Monitor reports itself. Start `daybook monitor` on the machine where the company file is."
    return Check("A Monitor runs", "failed", sentence, "Who runs Daybook")


def _opens(health: Health) -> Check:
    label = "The file opens"
    if (health.state == "active" and health.last_contact_at) or health.code == WRONG_FILE:
        return Check(label, "ok", "The Monitor opened the file and QuickBooks answered.")
    if health.state in {"waiting", "cannot_open", "paused"} and health.company_file.check_asked_at is None:
        return Check(label, "failed", health.sentence, health.who_can_act)
    return Check(label, "waiting", "The Monitor opens the file now.")


def _right_file(health: Health) -> Check:
    identity = health.company_file.identity
    if health.code == WRONG_FILE:
        return Check("It is the right file", "failed", health.sentence, health.who_can_act)
    if not identity:
        return Check("It is the right file", "waiting", "The name of the company is read.")
    parts = [identity.get("company_name", ""), identity.get("country", "")]
    return Check("It is the right file", "ok", f"It is the file of {', '.join(part for part in parts if part)}.")


def _program(health: Health) -> Check:
    host = health.company_file.host
    if not host:
        return Check("QuickBooks is known", "waiting", "The program is asked for its version.")
    sentence = f"{host.get('product') or 'QuickBooks'} {host.get('release', '')}".strip()
    return Check("QuickBooks is known", "ok", f"{sentence} has it open.")


def _preferences(health: Health) -> Check:
    preferences = health.company_file.preferences
    if not preferences:
        return Check("Its preferences are read", "waiting", "Classes and the closing date are read.")
    facts = [
        "classes are on" if preferences.get("class_tracking") else "classes are off",
        f"closed up to {preferences['closing_date']}" if preferences.get("closing_date") else "no closing date",
    ]
    return Check("Its preferences are read", "ok", f"{', '.join(facts).capitalize()}.")
