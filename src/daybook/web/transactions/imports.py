"""Every import: what it read, what it brought, what went wrong; and what it left for a person to decide."""

from functools import partial
from itertools import chain
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from daybook.connections.words import told
from daybook.intake import operations, queries
from daybook.intake.models import Conflict, ImportRun
from daybook.notices import queries as notices
from daybook.notices.operations import mail_to_support
from daybook.outbox.models import Letter, Link
from daybook.people.rights import Right
from daybook.web.listing import Column, Filter, Listing
from daybook.web.monitor.shown import counts_of, list_label, run_badge
from daybook.web.refusals import act
from daybook.web.requests import Request
from daybook.web.rights import may, right_required
from daybook.web.spans import in_words
from daybook.web.transactions.files import column_and_filter
from daybook.web.transactions.letters import letter_lines, shown

seen = right_required(Right.TRANSACTIONS_VIEW)
MOST_LETTERS = 200
MOST_SHOWN = 200
LETTERS_SHOWN = 40


@seen
def index(request: Request) -> HttpResponse:
    """All imports, the newest first."""
    return _listing(request).respond("transactions/imports.html", **_waiting(request))


@seen
def detail(request: Request, pk: int) -> HttpResponse:
    """One import beside the list."""
    run = get_object_or_404(ImportRun.objects.select_related("asked_by", "company_file"), pk=pk)
    context = {
        **_waiting(request),
        "detail": run,
        "detail_template": "transactions/import_detail.html",
        "badge": run_badge(run),
        "progress": queries.progress(run),
        "table": counts_of(run),
        "letters": [(one, shown(one.sent_text), shown(one.answer_text)) for one in _letters(run)[:LETTERS_SHOWN]],
        "lines": [(list_label(line.kind), line.done, line.total) for line in queries.progress(run).lines],
        "lists": [list_label(kind) for kind in run.lists],
        "took": in_words(run.finished_at - run.asked_at) if run.finished_at else "",
        "support_address": notices.mail_settings().support_address,
    }
    return _listing(request).respond("transactions/imports.html", **context)


@require_POST
@right_required(Right.IMPORT)
def stop(request: Request, pk: int) -> HttpResponse:
    """Stop an import that goes on; nothing half is published."""
    run = get_object_or_404(ImportRun, pk=pk)
    act(request, partial(operations.stop_import, request.user, run, timezone.now()), "The import is stopped.")
    return redirect("transactions:import", pk)


@seen
def download(request: Request, pk: int) -> StreamingHttpResponse:
    """Everything about one import as a text file, for support."""
    run = get_object_or_404(ImportRun.objects.select_related("company_file"), pk=pk)
    lines = (line + "\n" for line in chain(_summary(run), letter_lines(_letters(run))))
    response = StreamingHttpResponse(lines, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{pk}.txt"'
    return response


@require_POST
@seen
def support(request: Request, pk: int) -> HttpResponse:
    """Mail what is known about one import to the support address."""
    run = get_object_or_404(ImportRun.objects.select_related("company_file"), pk=pk)
    text = "\n".join(chain(_summary(run), letter_lines(_letters(run))))
    mail = partial(
        mail_to_support,
        request.user,
        subject=f"Import {pk} of {run.company_file.name}",
        body=f"{request.user} sends import {pk}.\n",
        attachment=(f"import-{pk}.txt", text),
        now=timezone.now(),
    )
    act(request, mail, "It is on its way to your support address.")
    return redirect("transactions:import", pk)


@seen
def decisions(request: Request) -> HttpResponse:
    """What imports left for a person: fields that both sides changed, and new employees."""
    context: dict[str, Any] = {"conflicts": queries.conflicts()[:MOST_SHOWN]}
    context["can_settle"] = may(request, Right.APPROVE_TRANSFERS)
    context["employees"] = queries.waiting_employees().select_related("company_file")[:MOST_SHOWN]
    context["can_add_staff"] = may(request, Right.STAFF_ADD)
    return render(request, "transactions/decisions.html", context)


@require_POST
@seen
def settle(request: Request, pk: int) -> HttpResponse:
    """Say which side's value holds."""
    conflict = get_object_or_404(Conflict, pk=pk)
    choice = request.POST.get("choice", "")
    if choice not in {"ours", "theirs"}:
        raise Http404("Choose a side.")
    done = "Daybook's value holds and goes to QuickBooks." if choice == "ours" else "QuickBooks' value holds."
    act(request, partial(operations.settle_conflict, request.user, conflict, choice, timezone.now()), done)
    return redirect(_back(request))


@require_POST
@seen
def employee(request: Request, pk: int) -> HttpResponse:
    """Say yes or no to a new employee of the books."""
    link = get_object_or_404(Link, pk=pk, kind="employee")
    yes = request.POST.get("choice") == "yes"
    name = link.full_name or link.name
    done = f"{name} is in Daybook now." if yes else f"{name} stays out of Daybook."
    act(request, partial(operations.decide_new_employee, request.user, link, yes, timezone.now()), done)
    return redirect(_back(request))


def _listing(request: Request) -> Listing:
    file_column, file_filter = column_and_filter()
    return Listing(
        request,
        ImportRun.objects.select_related("asked_by", "company_file"),
        columns=[
            Column("trigger", "Import", value="get_trigger_display", phone="title"),
            Column("state", "State", template="transactions/run_state_cell.html"),
            Column("asked_by", "Asked by", value=_who, phone="hide"),
            Column("asked", "When", sort=("id",), kind="when", value="asked_at"),
            Column("brought", "Brought", value=queries.sentence, phone="hide"),
            *file_column,
        ],
        filters=[
            Filter("state", "State", ImportRun.State.choices),
            Filter("trigger", "Import", ImportRun.Trigger.choices),
            *file_filter,
        ],
        default_sort="-asked",
        key="imports",
        list_url=reverse("transactions:imports"),
        row_url=lambda run: reverse("transactions:import", args=[run.pk]),
        name=("import", "imports"),
        empty={"title": "Nothing was imported yet", "text": "Imports are started on the Monitor page, or every night."},
    )


def _who(run: ImportRun) -> str:
    return run.asked_by.name if run.asked_by else "the schedule"


def _waiting(request: Request) -> dict[str, Any]:
    """How much waits for a decision, for the link above the list."""
    return {
        "open_decisions": queries.conflicts().count() + queries.waiting_employees().count(),
        "can_manage": may(request, Right.CONNECTION_MANAGE),
        "can_import": may(request, Right.IMPORT),
    }


def _letters(run: ImportRun) -> list[Letter]:
    """The texts that were read while the import went on; the first ones, of a long import."""
    if run.started_at is None:
        return []
    found = Letter.objects.filter(
        company_file_id=run.company_file_id, purpose=Letter.Purpose.READ, sent_at__gte=run.started_at
    )
    if run.finished_at:
        found = found.filter(sent_at__lte=run.finished_at)
    return list(found.order_by("id")[:MOST_LETTERS])


def _summary(run: ImportRun) -> list[str]:
    lines = [
        f"Import {run.pk} ({run.get_trigger_display()}) of {run.company_file.name}: {run.get_state_display()}",
        f"Asked for {run.asked_at.isoformat()}, started {run.started_at}, finished {run.finished_at}",
        f"Lists: {', '.join(run.lists)}",
        f"Interruptions: {run.interruptions}",
        queries.progress(run).sentence,
    ]
    if run.problem:
        lines.append(f"Problem: {told(run.problem, run.who_can_act)}")
    return lines + [f"{kind}: {counted}" for kind, counted in run.counts.items()]


def _back(request: Request) -> str:
    """The page the button stands on, if it is one of ours."""
    wanted = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if wanted.startswith("/") and ours else reverse("transactions:decisions")
