"""What people are told about imports, in plain sentences."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from daybook.intake import queries
from daybook.intake.models import ImportRun
from daybook.notices.operations import Told, tell, tell_each
from daybook.outbox.models import Link
from daybook.people.rights import Right

Trigger = ImportRun.Trigger


def staged(run: ImportRun, now: datetime) -> None:
    """The preview is ready."""
    if run.asked_by is not None:
        tell(
            run.asked_by,
            "import.done",
            title=f"The import from {run.company_file.name} is ready to look at",
            text=f"{queries.sentence(run)} Nothing was written yet. Confirm it to go on.",
            url=f"/connection/{run.company_file_id}/import/{run.pk}/",
            subject=("import_run", run.pk),
            dedupe_key=f"import.staged:{run.pk}",
            now=now,
        )


def done(run: ImportRun, now: datetime) -> None:
    """An import was published: the one who asked, and those who must decide about what it found."""
    if run.asked_by is not None:
        tell(
            run.asked_by,
            "import.done",
            title=f"The import from {run.company_file.name} is done",
            text=queries.sentence(run),
            url=f"/transactions/imports/{run.pk}/",
            subject=("import_run", run.pk),
            dedupe_key=f"import.done:{run.pk}",
            now=now,
        )
    _new_employees(run, now)
    _conflicts(run, now)


def _new_employees(run: ImportRun, now: datetime) -> None:
    """Once for each new employee, whatever page or night it is; those of one import share a notice and a mail."""
    arrived = list(run.arrivals.filter(kind="employee", decision="waiting").values_list("list_id", flat=True))
    if not arrived:
        return
    waiting = queries.waiting_employees(run.company_file).filter(list_id__in=arrived)
    tell_each(
        Right.STAFF_ADD,
        "staff.new_in_books",
        [_new_employee(link) for link in waiting],
        batch_key=uuid5(NAMESPACE_URL, f"daybook:new-employees:{run.pk}"),
        now=now,
    )


def _new_employee(link: Link) -> Told:
    name = link.full_name
    return Told(
        f"{name} is new in QuickBooks",
        f"{name} was added as an employee in QuickBooks. Say whether to add {name} to the staff in Daybook.",
        "/integration/staff/?show=new",
        ("link", link.pk),
        f"staff.new_in_books:{link.pk}",
    )


def _conflicts(run: ImportRun, now: datetime) -> None:
    found = run.counts.get("conflicts", {}).get("found", 0)
    if found:
        fields = "One field was" if found == 1 else f"{found} fields were"
        tell(
            Right.APPROVE_TRANSFERS,
            "conflict.found",
            title=f"{fields} changed both in Daybook and in QuickBooks",
            text="Nothing was overwritten. Choose on the integration page which value holds.",
            url="/integration/projects/?show=conflict",
            subject=("import_run", run.pk),
            dedupe_key=f"conflict.found:{run.pk}",
            now=now,
        )


def failed(run: ImportRun, now: datetime) -> None:
    """An import could not be finished: the one who asked, and those who manage the connection."""
    name = "The nightly sync" if run.trigger == Trigger.NIGHTLY else "The import"
    told: dict[str, str] = {
        "title": f"{name} from {run.company_file.name} failed",
        "text": f"{run.problem} Nothing was written; what was there before stays. The next one reads all of it again.",
    }
    for who in (Right.CONNECTION_MANAGE, run.asked_by):
        if who is not None:
            tell(
                who,
                "import.failed",
                title=told["title"],
                text=told["text"],
                url=f"/transactions/imports/{run.pk}/",
                subject=("import_run", run.pk),
                dedupe_key=f"import.failed:{run.pk}",
                now=now,
            )
