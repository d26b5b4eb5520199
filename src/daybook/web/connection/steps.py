"""The first connection, step by step: where it stands is read from the shelves, so that it can be left and taken up."""

from dataclasses import replace
from typing import Any

from django.urls import reverse

from daybook.connections.models import CompanyFile
from daybook.connections.queries import Health
from daybook.intake.models import ImportRun
from daybook.intake.queries import open_run
from daybook.web.connection import chain
from daybook.web.connection.check import Check

STEPS = ("Choose the way", "Set up and test", "Read", "Questions", "Preview", "Done")
AFTERWARDS = "Comes after what stands above."
ANSWERED = "customers_without_jobs"  # the first of the questions; the wizard stores them all at once


def checks(health: Health) -> list[Check]:
    """The links of the chain in order; what comes after one that does not hold waits."""
    found: list[Check] = []
    for check in chain.links(health):
        held = all(one.state == "ok" for one in found)
        found.append(check if held else replace(check, state="waiting", sentence=AFTERWARDS, who_can_act=""))
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
    if company_file.in_trial:
        return reverse("connection:move", args=[company_file.pk])
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
