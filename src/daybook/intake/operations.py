"""Ask for an import, stop it, confirm its preview; decide about what arrived."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from daybook.books.merge import Merge
from daybook.connections import operations as connections
from daybook.connections.models import CompanyFile
from daybook.directory.snapshots import snapshot_of, title_of
from daybook.history.operations import record
from daybook.intake import lists, telling
from daybook.intake.merging import Case, Desk, keep_conflicts, snapshot_key, theirs_of
from daybook.intake.models import Conflict, ImportRun
from daybook.intake.queries import open_run
from daybook.intake.staging import compact
from daybook.intake.taking import take_one
from daybook.outbox import operations as outbox
from daybook.outbox.doorbell import ring
from daybook.outbox.models import Link, Posting
from daybook.outbox.queries import OPEN
from daybook.people.errors import Refused
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.rights import Right

State = ImportRun.State
Trigger = ImportRun.Trigger

DEFAULT_CHOICES = {
    "customers_without_jobs": "client",
    "sub_jobs": "nested",
    "employee_names": "first_last",
    "service_items": "link",
    "other_items": "link",
    "inactive": "skip",
    "first_winner": "books",
}
ANSWERS = {
    "customers_without_jobs": ("client", "client_and_project"),
    "sub_jobs": ("nested", "flat"),
    "employee_names": ("first_last", "last_first"),
    "service_items": ("replace", "link"),
    "other_items": ("replace", "link"),
    "inactive": ("skip", "import"),
    "first_winner": ("books", "daybook"),
}


@dataclass
class MergeOutcome:
    """What is still to be sent of ours after theirs was read anew, and the fields that a person must settle."""

    send: dict[str, Any] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)


def ask_import(
    actor: User | None,
    company_file: CompanyFile,
    names: Iterable[str] | None = None,
    *,
    trigger: str = Trigger.MANUAL,
    preview: bool = False,
    choices: dict[str, Any] | None = None,
    now: datetime,
) -> ImportRun:
    """Ask the Monitor to read lists of the books (`None`: all). An import that waits already is widened instead.

    An actor of `None` is the schedule.
    """
    if actor is not None:
        require(actor, Right.IMPORT)
        connections.refuse_in_trial(company_file)
    if company_file.disconnected_at is not None:
        raise Refused(f"{company_file.name} is not connected any more. Connect it again first.")
    wanted = _lists(names)
    answers = _answers(company_file, choices)
    with transaction.atomic():
        waiting = open_run(company_file)
        if waiting is not None:
            run = _join(waiting, wanted, preview, actor)
        else:
            run = ImportRun.objects.create(
                company_file=company_file,
                trigger=trigger,
                lists=wanted,
                asked_by=actor,
                asked_at=now,
                preview=preview,
                choices=answers,
            )
    ring(company_file.pk)
    return run


def say_restored(actor: User, company_file: CompanyFile, now: datetime) -> ImportRun | None:
    """A person says that the file was restored from a backup: everything is read anew, once it was read at all."""
    with transaction.atomic():
        connections.say_restored(actor, company_file, now)
        if company_file.last_sync_at is None:
            return None
        return ask_import(None, company_file, trigger=Trigger.RECONCILE, now=now)


def checked_answers(given: Any) -> dict[str, str]:
    """What somebody answered to the questions of the wizard, question by question; Refused if it is anything else."""
    if not isinstance(given, dict):
        raise Refused('Answers are given question by question, such as {"sub_jobs": "flat"}.')
    for question, answer in given.items():
        if question not in ANSWERS:
            raise Refused(f"There is no question {question}. The questions are {', '.join(ANSWERS)}.")
        if answer not in ANSWERS[question]:
            raise Refused(f"{answer} is no answer here. Choose {' or '.join(ANSWERS[question])}.", question)
    return given


def _lists(names: Iterable[str] | None) -> list[str]:
    try:
        return lists.chosen(names)
    except lists.UnknownList as error:
        raise Refused(str(error), "lists") from error


def _answers(company_file: CompanyFile, given: dict[str, Any] | None) -> dict[str, Any]:
    """The answers to the questions of the wizard; those given now are kept for later imports."""
    if given:
        company_file.choices = company_file.choices | checked_answers(given)
        company_file.save(update_fields=["choices"])
    chosen: dict[str, Any] = DEFAULT_CHOICES | company_file.choices
    return chosen


def _join(run: ImportRun, wanted: list[str], preview: bool, actor: User | None) -> ImportRun:
    """One import at a time for a file: the one that has not begun takes the wish along."""
    if run.state == State.WAITING:
        run.lists = [kind for kind in lists.ORDER if kind in {*run.lists, *wanted}]
        run.preview = run.preview and preview
        run.asked_by = run.asked_by or actor
        run.save(update_fields=["lists", "preview", "asked_by"])
        return run
    if run.state == State.STAGED and actor is not None:
        raise Refused("An import is ready to be looked at. Confirm or stop it first.")
    if actor is not None and not set(wanted) <= set(run.lists):
        raise Refused("Another import is running. Ask again when it is done.")
    return run


def stop_import(actor: User, run: ImportRun, now: datetime) -> ImportRun:
    """Stop an import; nothing of it is written, and what it staged is removed."""
    require(actor, Right.IMPORT)
    with transaction.atomic():
        run = _locked(run)
        if not run.is_open:
            raise Refused("This import is finished already.")
        run.state, run.finished_at, run.leftovers = State.STOPPED, now, True
        run.problem = f"Stopped by {actor.name}."
        run.save(update_fields=["state", "finished_at", "leftovers", "problem"])
        record(
            actor, "import_run", run.pk, "stopped", summary=f"Stopped the import from {run.company_file.name}.", now=now
        )
    ring(run.company_file_id)
    return run


def confirm(actor: User, run: ImportRun, now: datetime, choices: dict[str, Any] | None = None) -> ImportRun:
    """A person looked at the preview and says yes. It is compared once more, since time has passed, and written."""
    require(actor, Right.IMPORT)
    connections.refuse_in_trial(run.company_file)
    answers = _answers(run.company_file, choices)
    with transaction.atomic():
        run = _locked(run)
        if run.state != State.STAGED:
            raise Refused("This import is not waiting for a yes any more.")
        run.preview, run.choices, run.state = False, answers, State.DECIDING
        run.position["step"] = "prepare"
        run.save(update_fields=["preview", "choices", "state", "position"])
        record(
            actor,
            "import_run",
            run.pk,
            "confirmed",
            summary=f"Confirmed the import from {run.company_file.name}.",
            now=now,
        )
    ring(run.company_file_id)
    return run


def reconsider(actor: User, run: ImportRun, choices: dict[str, Any], now: datetime) -> ImportRun:
    """Decide a staged import once more, by other answers, and show it again before anything is written."""
    require(actor, Right.IMPORT)
    connections.refuse_in_trial(run.company_file)
    answers = _answers(run.company_file, choices)
    with transaction.atomic():
        run = _locked(run)
        if run.state != State.STAGED:
            raise Refused("This import is not waiting for a yes any more.")
        run.choices, run.state = answers, State.DECIDING
        run.position["step"] = "prepare"
        run.save(update_fields=["choices", "state", "position"])
    ring(run.company_file_id)
    return run


def fail(run: ImportRun, sentence: str, who_can_act: str, now: datetime) -> ImportRun:
    """An import cannot go on: nothing of it is written, and people are told. Inside the Monitor's transaction."""
    run = _locked(run)
    if run.is_open:
        run.state, run.finished_at, run.leftovers = State.FAILED, now, True
        run.problem, run.who_can_act = sentence[:500], who_can_act[:100]
        run.save(update_fields=["state", "finished_at", "leftovers", "problem", "who_can_act"])
        CompanyFile.objects.filter(pk=run.company_file_id).update(last_sync_ok=False)
        telling.failed(run, now)
    return run


def miss(run: ImportRun, sentence: str, now: datetime) -> bool:
    """End an import that did not begin in its time; False if it began meanwhile. Inside a transaction."""
    run = _locked(run)
    if run.state != State.WAITING:
        return False
    run.state, run.finished_at, run.problem = State.STOPPED, now, sentence[:500]
    run.save(update_fields=["state", "finished_at", "problem"])
    return True


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_related("company_file", "asked_by").select_for_update(of=("self",)).get(pk=run.pk)


# --- what arrived and waits for a person ------------------------------------------------------------------------------
def decide_new_employee(actor: User, link: Link, yes: bool, now: datetime) -> Link:
    """A yes adds the employee to the staff; a no keeps it out, also when it comes again."""
    require(actor, Right.STAFF_ADD)
    with transaction.atomic():
        link = _unlinked(link)
        if link.kind != "employee":
            raise Refused(f"{link.full_name} is not an employee.")
        link.wanted_by_person = "yes" if yes else "no"
        if yes:
            take_one(actor, link, now)
        else:
            link.state = Link.State.BLOCKED
            link.save()
    return link


def add_from_books(actor: User, link: Link, now: datetime) -> Link:
    """Take a record of the books that Daybook does not have yet; a job brings the customer and jobs above it."""
    require(actor, Right.STAFF_ADD if link.kind == "employee" else Right.IMPORT)
    with transaction.atomic():
        link = _unlinked(link)
        link.wanted_by_person = "yes" if link.kind == "employee" else link.wanted_by_person
        take_one(actor, link, now)
    return link


def _unlinked(link: Link) -> Link:
    name = link.full_name or link.name
    found = Link.objects.select_for_update(of=("self",)).select_related("company_file").filter(pk=link.pk).first()
    if found is None:
        raise Refused(f"{name} is not on this list any more. Look at it again.")
    link = found
    if link.subject_id is not None:
        raise Refused(f"{link.full_name or link.name} is in Daybook already.")
    if link.state == Link.State.BLOCKED:
        raise Refused(f"{link.full_name or link.name} is blocked. Unblock it first.")
    return link


def adopt_reread(link: Link, values: dict[str, Any], now: datetime) -> MergeOutcome:
    """Merge a linked record that was read anew, as a posting found it changed; inside the Monitor's transaction.

    What only the books changed is taken, what both changed becomes a conflict, and the base is what was read.
    """
    desk = Desk(link.company_file, [link], [_parent_of(values)])
    case = desk.compare(link, theirs_of(link.kind, values, is_active=values.get("is_active")))
    if case is None:
        return MergeOutcome()
    desk.apply(case, now)
    keep_conflicts([case], now)
    desk.save()
    link.base = compact(values)
    Link.everything.filter(pk=link.pk).update(base=link.base)
    return MergeOutcome(case.outcome.send, sorted(case.outcome.conflicts))


def _parent_of(values: dict[str, Any]) -> str:
    return str((values.get("parent") or {}).get("list_id", ""))


# --- conflicts --------------------------------------------------------------------------------------------------------
def settle_conflict(actor: User, conflict: Conflict, choice: str, now: datetime) -> Conflict:
    """Say whose value of a field holds: "ours" goes to the books, "theirs" is taken here."""
    require(actor, Right.APPROVE_TRANSFERS)
    if choice not in ("ours", "theirs"):
        raise Refused("Choose whose value holds.", "choice")
    with transaction.atomic():
        rows = Conflict.objects.select_for_update(of=("self",)).select_related("link__company_file")
        found = rows.filter(pk=conflict.pk).first()
        if found is None:
            raise Refused("The record of this conflict is not in QuickBooks any more.")
        conflict = found
        if conflict.settled_at is not None:
            raise Refused("This was settled already.")
        conflict.choice, conflict.settled_at, conflict.settled_by = choice, now, actor
        conflict.save()
        if choice == "theirs":
            _take_theirs(conflict, now)
        _send_what_is_settled(actor, conflict.link, conflict, now)
    return conflict


def _take_theirs(conflict: Conflict, now: datetime) -> None:
    link = conflict.link
    # What the books hold now, as far as we know: it may have changed since the conflict was found.
    held = theirs_of(link.kind, link.base, link.parent_list_id, link.is_active) if link.base else {}
    theirs = held.get(conflict.field, conflict.theirs)
    parents = [str(theirs)] if conflict.field == "parent_list_id" else []
    desk = Desk(link.company_file, [link], parents)
    subject = desk.subject(link)
    if subject is not None:
        desk.apply(Case(link, subject, {}, Merge(take={conflict.field: theirs})), now)
        desk.save()


def _send_what_is_settled(actor: User, link: Link, conflict: Conflict, now: datetime) -> None:
    """When the last conflict of a record is settled: what holds of ours goes to the books, in one posting."""
    if Conflict.objects.filter(link=link, settled_at=None).exists():
        return
    subject = Desk(link.company_file, [link]).subject(link)
    if subject is None or link.subject_id is None:
        return
    waiting = Posting.objects.filter(
        company_file=link.company_file, subject_kind=link.subject_kind, subject_id=link.subject_id, state__in=OPEN
    ).first()
    settled = Conflict.objects.filter(link=link, settled_at__isnull=False)
    since = settled.filter(found_at__gte=conflict.found_at)
    snapshot = snapshot_of(subject)
    content = {key: snapshot[key] for key in waiting.snapshot if key in snapshot} if waiting else {}
    for one in since:
        key = snapshot_key(link, one.field)
        if one.choice == "ours" and key in snapshot:
            content[key] = snapshot[key]
        elif one.choice == "theirs" and not _still_ours(since, link, key):
            content.pop(key, None)
    _post_or_withdraw(actor, link, title_of(subject), content, waiting, conflict, now)


def _still_ours(settled: Any, link: Link, key: str) -> bool:
    """Whether another field that goes under the same name, such as a line of the address, holds as ours."""
    return any(snapshot_key(link, one.field) == key and one.choice == "ours" for one in settled)


def _post_or_withdraw(
    actor: User,
    link: Link,
    title: str,
    content: dict[str, Any],
    waiting: Posting | None,
    conflict: Conflict,
    now: datetime,
) -> None:
    if content and link.subject_id is not None:
        outbox.ask(
            actor,
            company_file=link.company_file,
            kind=link.kind,
            subject_kind=link.subject_kind,
            subject_id=link.subject_id,
            title=title,
            snapshot=content,
            action="mod",
            key=uuid5(NAMESPACE_URL, f"daybook:conflict:{conflict.pk}"),
            now=now,
        )
    elif waiting is not None and waiting.state in (Posting.State.PARKED, Posting.State.QUEUED, Posting.State.PROPOSED):
        outbox.withdraw(actor, waiting, "The value in QuickBooks holds.", now)
