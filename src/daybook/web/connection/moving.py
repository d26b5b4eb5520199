"""Moving a connection: looked at by another way or at another place, compared, and then taken or left."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from daybook.connections import operations, queries, trials
from daybook.connections.models import CompanyFile, Trial
from daybook.intake.moving import accept_move
from daybook.outbox import queries as outbox
from daybook.people.rights import Right
from daybook.web.connection import letting_in, steps
from daybook.web.connection.forms import MoveForm
from daybook.web.refusals import act, save
from daybook.web.requests import Request, typed
from daybook.web.rights import right_required

managed = right_required(Right.CONNECTION_MANAGE)
WAITING = ("queued", "sent", "in_doubt")


@managed
def move(request: Request, pk: int) -> HttpResponse:
    """Where the file is to be looked at; while it is on trial there, what was found, and yes or back."""
    company_file = get_object_or_404(queries.files(), pk=pk)
    trial = trials.of_file(company_file)
    return _begin(request, company_file) if trial is None else _on_trial(request, company_file, trial)


def _begin(request: Request, company_file: CompanyFile) -> HttpResponse:
    form = MoveForm(typed(request), initial={"way": company_file.way})
    look = partial(trials.begin, request.user, company_file, now=timezone.now())
    if form.is_valid() and save(form, lambda: look(way=form.cleaned_data["way"], path=form.cleaned_data["path"])):
        return redirect("connection:move", company_file.pk)
    return render(
        request, "connection/move.html", {"form": form, "file": company_file}, status=422 if form.errors else 200
    )


def _on_trial(request: Request, company_file: CompanyFile, trial: Trial) -> HttpResponse:
    asked, now = request.POST.get("do", ""), timezone.now()
    if asked == "yes" and act(request, partial(accept_move, request.user, company_file, now), "Moved, with all links."):
        return redirect("connection:test", company_file.pk)
    if asked == "back":
        act(request, partial(trials.go_back, request.user, company_file, now), "The connection is where it was before.")
        return redirect("connection:test", company_file.pk)
    if asked == "again":
        again = partial(operations.try_connection, request.user, company_file, now)
        act(request, again, "It is tried again now.")
    let_in = letting_in.asked(request, company_file)
    if request.method == "POST" and not let_in.asked:
        return redirect("connection:move", company_file.pk)
    context = _shown(company_file, trial)
    if request.htmx or "Daybook-Background" in request.headers:
        return render(request, "connection/trial_live.html", context)
    return render(request, "connection/trial.html", context | {"let_in": let_in})


def _shown(company_file: CompanyFile, trial: Trial) -> dict[str, Any]:
    """The links of the chain, how far the comparison is, and what came of it."""
    health = queries.health(company_file, timezone.now())
    found, counts = steps.checks(health), outbox.counts(company_file)
    return {
        "file": company_file,
        "trial": trial,
        "verdict": trials.verdict(trial),
        "checks": found,
        "hold": steps.all_hold(found),
        "health": health,
        "percent": 100 * trial.compared // trial.total if trial.total else 0,
        "waiting": sum(counts[state] for state in WAITING),
    }
