"""Move a connection: it is on trial at the other place, read and compared, until a person says yes or goes back.

A trial begins by taking the lease away: whatever still speaks with the file at the place before is refused the next
time it wants to write something down. While it lasts nothing is posted and nothing is imported; what waits, waits.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from daybook.connections import agents, operations, webconnectors
from daybook.connections.doorbell import ring
from daybook.connections.models import CompanyFile, Lease, Trial
from daybook.history.operations import record
from daybook.people.errors import Refused
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.rights import Right

SANDBOX = "sandbox"
WAYS = (SANDBOX, webconnectors.WAY, agents.WAY)
EXAMPLES_KEPT = 20


@dataclass(frozen=True)
class Verdict:
    """What the comparison says, in a sentence; `may_be_taken` is False for the books of another firm."""

    word: str
    sentence: str
    may_be_taken: bool


# --- what people do ---------------------------------------------------------------------------------------------------
def begin(actor: User, company_file: CompanyFile, *, way: str, path: str, now: datetime) -> Trial:
    """Look at the company file by another way or at another place; the place before is remembered."""
    require(actor, Right.CONNECTION_MANAGE)
    path = path.strip()
    if way not in WAYS:
        raise Refused(f"{way} is no way to a company file. Choose {', '.join(WAYS[:-1])} or {WAYS[-1]}.", "way")
    if way == SANDBOX and not path:
        raise Refused("Say where the company file is.", "path")
    with transaction.atomic():
        company_file = _locked(company_file)
        _check_place(company_file, way, path)
        trial = Trial.objects.create(
            company_file=company_file,
            way_before=company_file.way,
            path_before=company_file.path,
            asked_at=now,
            asked_by=actor if actor.pk else None,
        )
        differences = {"way": [company_file.way, way], "path": [company_file.path, path]}
        company_file.way, company_file.path, company_file.in_trial = way, path, True
        _open_elsewhere(company_file, now)
        summary = "Began to look at the company file at another place."
        _write_down(actor, company_file, "move", summary, now, {k: v for k, v in differences.items() if v[0] != v[1]})
        if way == agents.WAY:
            transaction.on_commit(agents.want_address)
    ring(company_file.pk)
    return trial


def go_back(actor: User, company_file: CompanyFile, now: datetime) -> CompanyFile:
    """Leave the trial: the connection is where it was, and what waits goes there."""
    require(actor, Right.CONNECTION_MANAGE)
    with transaction.atomic():
        company_file = _locked(company_file)
        trial = _trial(company_file)
        company_file.way, company_file.path, company_file.in_trial = trial.way_before, trial.path_before, False
        trial.delete()
        _open_elsewhere(company_file, now)
        _write_down(actor, company_file, "move", "Went back to where the company file was before.", now)
    ring(company_file.pk)
    return company_file


def accept(actor: User, company_file: CompanyFile, now: datetime) -> CompanyFile:
    """The file at the other place is the one from now on; its lists are read anew before the links are trusted."""
    require(actor, Right.CONNECTION_MANAGE)
    with transaction.atomic():
        company_file = _locked(company_file)
        trial = _trial(company_file)
        found = verdict(trial)
        if found is None:
            raise Refused("The records are not compared yet. Wait until they are, or go back.")
        if not found.may_be_taken:
            raise Refused(f"{found.sentence} The links would point at the wrong records. Go back.")
        company_file.identity, company_file.host = trial.identity, trial.host
        company_file.preferences, company_file.in_trial = trial.preferences, False
        company_file.reread_needed = company_file.last_sync_at is not None
        trial.delete()
        _open_elsewhere(company_file, now)
        summary = f"Moved the connection: {trial.there} of {trial.total} linked records are there."
        _write_down(actor, company_file, "move", summary, now)
    ring(company_file.pk)
    return company_file


# --- what the Monitor notes -------------------------------------------------------------------------------------------
def note_identified(
    trial: Trial,
    *,
    identity: dict[str, Any],
    host: dict[str, Any],
    preferences: dict[str, Any],
    same_company: bool,
    total: int,
    now: datetime,
) -> None:
    """Which company file is at the other place, and how many linked records are to be looked for; from the start."""
    trial.identity, trial.host, trial.preferences, trial.same_company = identity, host, preferences, same_company
    trial.identified_at, trial.compared_at = now, None
    trial.total, trial.compared, trial.there, trial.same_name, trial.position = total, 0, 0, 0, 0
    trial.missing, trial.renamed = [], []
    trial.save()


def note_compared(
    trial: Trial, *, position: int, there: int, missing: list[str], renamed: list[list[str]], looked_at: int
) -> None:
    """So many linked records were looked for, up to this link; these are not there, or have another name."""
    trial.position, trial.compared = position, trial.compared + looked_at
    trial.there, trial.same_name = trial.there + there, trial.same_name + there - len(renamed)
    trial.missing = [*trial.missing, *missing][:EXAMPLES_KEPT]
    trial.renamed = [*trial.renamed, *renamed][:EXAMPLES_KEPT]
    trial.save()


def note_finished(trial: Trial, now: datetime) -> None:
    """Every linked record was looked for."""
    trial.compared_at = now
    trial.save(update_fields=["compared_at"])


# --- what people see --------------------------------------------------------------------------------------------------
def of_file(company_file: CompanyFile) -> Trial | None:
    """The trial that this connection is on."""
    return Trial.objects.select_related("asked_by").filter(company_file=company_file).first()


def verdict(trial: Trial) -> Verdict | None:
    """What was found, once all is compared."""
    if trial.compared_at is None:
        return None
    counted = f"{trial.there:,} of {trial.total:,} linked records are there"
    if trial.total == 0:
        counted = "Nothing was linked so far"
    name = trial.identity.get("company_name") or "A company without a name"
    if not trial.same_company and trial.there * 2 <= trial.total:
        return Verdict("Another company", f"This is another company: {name}. {counted}.", may_be_taken=False)
    if trial.same_company and trial.same_name == trial.total:
        each = ", each under its name" if trial.total else ""
        return Verdict("The same", f"This is the company file of {name}. {counted}{each}.", True)
    who = "the company file of" if trial.same_company else "under another name:"
    renamed = trial.there - trial.same_name
    more = f", {renamed:,} under another name" if renamed else ""
    return Verdict("It differs", f"This is {who} {name}. {counted}{more}.", True)


def described(trial: Trial) -> dict[str, Any]:
    """A trial for a script."""
    found = verdict(trial)
    return {
        "way_before": trial.way_before,
        "path_before": trial.path_before,
        "company": trial.identity.get("company_name", ""),
        "same_company": trial.same_company,
        "total": trial.total,
        "compared": trial.compared,
        "there": trial.there,
        "same_name": trial.same_name,
        "missing": trial.missing,
        "renamed": trial.renamed,
        "verdict": found.word if found else None,
        "sentence": found.sentence if found else "",
        "may_be_taken": found is not None and found.may_be_taken,
    }


# --- helpers ----------------------------------------------------------------------------------------------------------
def _check_place(company_file: CompanyFile, way: str, path: str) -> None:
    if company_file.disconnected_at is not None:
        raise Refused(f"The connection to {company_file.name} is deleted. Connect it again first.")
    if company_file.in_trial:
        raise Refused(f"{company_file.name} is looked at elsewhere already. Say yes to that or go back first.")
    if (way, path) == (company_file.way, company_file.path):
        raise Refused("This is where the company file is looked for already.", "path" if path else "way")
    others = CompanyFile.objects.filter(way=way, path=path, disconnected_at=None).exclude(pk=company_file.pk)
    other = others.first() if path else None
    if other is not None:
        raise Refused(f"This company file is connected already, as {other.name}.", "path")


def _trial(company_file: CompanyFile) -> Trial:
    trial = Trial.objects.select_for_update().filter(company_file=company_file).first()
    if trial is None:
        raise Refused(f"{company_file.name} is not on trial at another place.")
    return trial


def _open_elsewhere(company_file: CompanyFile, now: datetime) -> None:
    """Have the file opened at its place of now; who holds it at the place before holds it no more."""
    operations.open_again(company_file, now)
    company_file.save()
    Lease.objects.filter(company_file=company_file).update(
        holder="", epoch=F("epoch") + 1, expires_at=now, release_asked=False
    )


def _locked(company_file: CompanyFile) -> CompanyFile:
    return CompanyFile.objects.select_for_update().get(pk=company_file.pk)


def _write_down(
    actor: User,
    company_file: CompanyFile,
    action: str,
    summary: str,
    now: datetime,
    differences: dict[str, Any] | None = None,
) -> None:
    record(actor, "company_file", company_file.pk, action, summary=summary, differences=differences, now=now)
