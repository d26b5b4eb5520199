"""The first connection: choose, test, read into the staging shelf, answer, look, and only then commit."""

import sqlite3
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from daybook import companyfile
from daybook.connections import operations, queries, trials, webconnectors
from daybook.connections.models import CompanyFile
from daybook.connections.words import carrier, does
from daybook.intake import operations as intake
from daybook.intake.lists import EXPENSE_ITEMS, LABOR_ITEMS, NAMES
from daybook.intake.models import Arrival, ImportRun
from daybook.intake.queries import open_run
from daybook.intake.queries import progress as progress_of
from daybook.notices.queries import firm
from daybook.people.errors import Refused
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.rights import Right
from daybook.web.connection import letting_in, steps
from daybook.web.connection.forms import NEW, ChooseForm, PlaceForm, QuestionsForm
from daybook.web.monitor.shown import counts_of, list_label
from daybook.web.refusals import act, save
from daybook.web.requests import Request, typed
from daybook.web.rights import right_required

managed = right_required(Right.CONNECTION_MANAGE)
AT_WORK = (ImportRun.State.WAITING, ImportRun.State.RUNNING, ImportRun.State.DECIDING, ImportRun.State.PUBLISHING)
ROWS_SHOWN = 8


@managed
def choose(request: Request) -> HttpResponse:
    """Step 1: which way."""
    return _page(request, "connection/choose.html", 0)


@managed
def connect(request: Request, way: str) -> HttpResponse:
    """Step 1, the way being chosen: which company file."""
    if way not in trials.WAYS:
        raise Http404("There is no such way to a company file.")
    named = {"name": "Sample firm"} if way == trials.SANDBOX else {}
    known = ChooseForm if way == trials.SANDBOX else PlaceForm
    form = known(typed(request), initial={"time_zone": firm().time_zone, **named})
    made: list[CompanyFile] = []
    make = partial(_connect, request.user, way, now=timezone.now())
    if form.is_valid() and save(form, lambda: made.append(make(form.cleaned_data))):
        return redirect("connection:test", made[0].pk)
    context = {"form": form, "way": way, "trouble": _trouble_with(way)}
    return _page(request, "connection/connect.html", 0, **context)


@managed
def test(request: Request, pk: int) -> HttpResponse:
    """Step 2: what to do on the PC, each link of the chain ticked as it is seen. A button has it tried again."""
    company_file = _file(pk)
    if company_file.in_trial:
        return redirect("connection:move", pk)
    let_in = letting_in.asked(request, company_file)
    if request.method == "POST" and not let_in.asked:
        now = timezone.now()
        act(
            request, partial(operations.try_connection, request.user, company_file, now), does(company_file, "tries it")
        )
        return redirect("connection:test", pk)
    health = queries.health(company_file, timezone.now())
    found = steps.checks(health)
    context = {"file": company_file, "checks": found, "hold": steps.all_hold(found), "health": health}
    if request.htmx or "Daybook-Background" in request.headers:
        return render(request, "connection/checks.html", context)
    return _page(request, "connection/test.html", 1, **context, let_in=let_in)


@managed
def read(request: Request, pk: int) -> HttpResponse:
    """Step 3: read all lists into the staging shelf; nothing of Daybook changes yet."""
    company_file = _file(pk)
    run = open_run(company_file)
    if run is not None:
        return redirect(steps.url_of_run(company_file, run))
    if request.method == "POST":
        asked: list[ImportRun] = []
        ask = partial(intake.ask_import, request.user, company_file, None, preview=True, now=timezone.now())
        trigger = ImportRun.Trigger.MANUAL if steps.was_imported(company_file) else ImportRun.Trigger.FIRST
        if act(request, lambda: asked.append(ask(trigger=trigger)), does(company_file, "reads the lists")):
            return redirect("connection:preview", pk, asked[0].pk)
        return redirect("connection:read", pk)
    last = steps.first_import(company_file)
    return _page(request, "connection/read.html", 2, file=company_file, last=last, carrier=carrier(company_file))


@managed
def questions(request: Request, pk: int, run: int) -> HttpResponse:
    """Step 4: how the lists are to look in Daybook, with the figures that were read."""
    company_file, staged = _file(pk), _run(pk, run)
    if staged.state != ImportRun.State.STAGED:
        return redirect("connection:preview", pk, run)
    form = QuestionsForm(typed(request), initial=intake.DEFAULT_CHOICES | company_file.choices)
    answer = partial(intake.reconsider, request.user, staged)
    if form.is_valid() and save(form, lambda: answer(form.cleaned_data, timezone.now())):
        return redirect("connection:preview", pk, run)
    return _page(
        request, "connection/questions.html", 3, form=form, file=company_file, run=staged, facts=_facts(staged)
    )


@managed
def preview(request: Request, pk: int, run: int) -> HttpResponse:
    """Step 3 while it is read, step 5 when it can be looked at, and the end when it is done."""
    company_file, found = _file(pk), _run(pk, run)
    context: dict[str, Any] = {"file": company_file, "run": found, "progress": progress_of(found)}
    if found.state in AT_WORK:
        context["asks_later"] = _asks_later(company_file)
        return _page(request, "connection/progress.html", 5 if not found.preview else 2, **context)
    if found.state == ImportRun.State.STAGED:
        if not steps.are_answered(company_file):
            return redirect("connection:questions", pk, run)
        return _page(request, "connection/preview.html", 4, **context, **_shown(found))
    return _page(request, "connection/done.html", 6, **context, table=counts_of(found))


@managed
def progress(request: Request, pk: int, run: int) -> HttpResponse:
    """How far it is, for a page that asks again."""
    company_file, found = _file(pk), _run(pk, run)
    at_work = found.state in AT_WORK
    context = {"run": found, "file": company_file, "progress": progress_of(found), "at_work": at_work}
    asks_later = at_work and _asks_later(company_file)
    return render(request, "connection/progress_live.html", context | {"asks_later": asks_later})


@require_POST
@managed
def confirm(request: Request, pk: int, run: int) -> HttpResponse:
    """Step 6: commit what was looked at, or stop and keep nothing."""
    found = _run(pk, run)
    if request.POST.get("choice") == "stop":
        act(request, partial(intake.stop_import, request.user, found, timezone.now()), "Stopped. Nothing was written.")
        return redirect("connection:wizard")
    when = "when the Web Connector asks next" if found.company_file.way == webconnectors.WAY else "now"
    act(request, partial(intake.confirm, request.user, found, timezone.now()), f"Confirmed. Daybook writes it {when}.")
    return redirect("connection:preview", pk, run)


def _asks_later(company_file: CompanyFile) -> bool:
    """Whether nothing goes on before the Web Connector asks again."""
    connector = webconnectors.of_file(company_file) if company_file.way == webconnectors.WAY else None
    return connector is not None and webconnectors.standing(connector, timezone.now()).word != "In session"


def _trouble_with(way: str) -> str:
    """What whoever runs Daybook must mend before this way can be gone."""
    if way == webconnectors.WAY:
        return webconnectors.trouble_with_address()
    return ""


def _connect(actor: User, way: str, values: dict[str, Any], now: datetime) -> CompanyFile:
    """Connect the file, after making it where a sample is wanted."""
    require(actor, Right.CONNECTION_MANAGE)
    add = partial(operations.add_company_file, actor, name=values["name"], time_zone=values["time_zone"], now=now)
    if way != trials.SANDBOX:
        return add(way=way, path=values["path"])
    path = Path(values["path"].strip() or _sample_path(values["name"]))
    if values["kind"] == NEW:
        if path.parent == _samples():
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.parent.is_dir():
            sentence = f"There is no folder {path.parent} on this machine. Make it first, or leave the field empty."
            raise Refused(sentence, "path")
        try:
            companyfile.create(path).close()
        except (OSError, sqlite3.Error) as error:
            raise Refused(f"The sample file could not be made at {path}: {error}", "path") from error
    return add(way=way, path=str(path))


def _samples() -> Path:
    """The folder of Daybook's own, the only one that is made where it is missing."""
    return Path(settings.HOME) / "sandbox"


def _sample_path(name: str) -> Path:
    folder, stem = _samples(), slugify(name) or "sample"
    number = 1
    while (path := folder / f"{stem}{'' if number == 1 else f'-{number}'}.qbsandbox").exists():
        number += 1
    return path


def _facts(run: ImportRun) -> dict[str, int]:
    """How many records each question is about."""
    arrived = Arrival.objects.filter(run=run)
    customers = arrived.filter(kind="customer")
    top, inactive = customers.filter(sublevel=0), arrived.filter(kind__in=NAMES, is_active=False)
    return {
        "customers": top.count(),
        "without_jobs": top.filter(has_jobs=False).count(),
        "jobs": customers.filter(sublevel__gt=0).count(),
        "below_jobs": customers.filter(sublevel__gt=1).count(),
        "employees": arrived.filter(kind="employee").count(),
        "service_items": arrived.filter(kind__in=LABOR_ITEMS).count(),
        "other_items": arrived.filter(kind__in=EXPENSE_ITEMS).count(),
        "inactive": inactive.count(),
        "both": arrived.filter(decision=Arrival.Decision.ADOPT).count(),
    }


def _shown(run: ImportRun) -> dict[str, Any]:
    """The preview: the figures of each list, and its first rows with what is to become of them."""
    shown: list[tuple[str, str, list[Arrival]]] = []
    for kind in [kind for kind in (*NAMES, *run.lists) if kind in run.counts]:
        if any(kind == known for known, _, _ in shown):
            continue
        rows = Arrival.objects.filter(run=run, kind=kind).exclude(decision=Arrival.Decision.SAME).order_by("id")
        clashes = list(rows.filter(decision=Arrival.Decision.CLASH)[:ROWS_SHOWN])
        others = rows.exclude(decision=Arrival.Decision.CLASH)[: ROWS_SHOWN - len(clashes)]
        shown.append((kind, list_label(kind), [*clashes, *others]))
    return {
        "table": counts_of(run),
        "names": [(label, rows) for kind, label, rows in shown if rows and kind in NAMES],
        "lookups": [(label, rows) for kind, label, rows in shown if rows and kind not in NAMES],
        "clashes": sum(counted.get("clash", 0) for counted in run.counts.values()),
    }


def _file(pk: int) -> CompanyFile:
    return get_object_or_404(queries.files(), pk=pk)


def _run(pk: int, run: int) -> ImportRun:
    return get_object_or_404(ImportRun.objects.select_related("company_file", "asked_by"), pk=run, company_file_id=pk)


def _page(request: Request, name: str, step: int, **context: Any) -> HttpResponse:
    form = context.get("form")
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, name, {"trail": steps.trail(step), **context}, status=status)
