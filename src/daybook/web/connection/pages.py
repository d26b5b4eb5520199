"""The connections of the firm: where the wizard goes on, a file that was moved, a connection deleted and made again."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from daybook.connections import operations, queries
from daybook.connections.models import CompanyFile
from daybook.connections.words import does
from daybook.history import queries as history
from daybook.intake.operations import say_restored
from daybook.outbox import queries as outbox
from daybook.people.models import User
from daybook.people.rights import Right
from daybook.web.connection import steps
from daybook.web.connection.forms import PointForm
from daybook.web.monitor.shown import badge_of
from daybook.web.refusals import act, save
from daybook.web.requests import Request, typed
from daybook.web.rights import right_required

managed = right_required(Right.CONNECTION_MANAGE)


@managed
def overview(request: Request) -> HttpResponse:
    """Every connection with how it is and the next click; those that were deleted below."""
    now = timezone.now()
    lines = []
    for company_file in queries.files():
        health = queries.health(company_file, now)
        changes = history.of_subject("company_file", company_file.pk, 20)
        lines.append((company_file, badge_of(health), health, steps.next_url(company_file, health), changes))
    deleted = queries.files(with_disconnected=True).exclude(disconnected_at=None)
    return render(request, "connection/overview.html", {"lines": lines, "deleted": deleted})


@managed
def point(request: Request, pk: int) -> HttpResponse:
    """Bring a deleted connection back at another place."""
    company_file = get_object_or_404(queries.files(with_disconnected=True).exclude(disconnected_at=None), pk=pk)
    form = PointForm(typed(request), initial={"path": company_file.path})
    if form.is_valid():
        path, now = form.cleaned_data["path"], timezone.now()
        if save(form, partial(operations.connect_again, request.user, company_file, now, path)):
            return redirect("connection:test", pk)
    context = {"form": form, "file": company_file}
    return render(request, "connection/point.html", context, status=422 if form.errors else 200)


@managed
def delete(request: Request, pk: int) -> HttpResponse:
    """Delete a connection after showing what stays and what stops."""
    company_file = get_object_or_404(queries.files(), pk=pk)
    if request.method == "POST":
        done = f"The connection to {company_file.name} is deleted. Its links are kept."
        act(request, partial(operations.delete_connection, request.user, company_file, timezone.now()), done)
        return redirect("connection:wizard")
    counts = outbox.counts(company_file)
    waiting = sum(counts[state] for state in ("proposed", "queued", "sent", "in_doubt", "parked"))
    return render(request, "connection/delete.html", {"file": company_file, "waiting": waiting})


@managed
def act_on(request: Request, pk: int, action: str) -> HttpResponse:
    """Connect again, accept the file that is there, use it for new records, or say that it was restored."""
    company_file = _any_file(pk)
    known: dict[str, tuple[Callable[[User, CompanyFile, datetime], Any], str]] = {
        "again": (operations.connect_again, "Connected again, with its links."),
        "accept": (operations.accept_identity, f"Accepted. {does(company_file, 'opens it')}"),
        "default": (operations.make_default, "New records go to this company file now."),
        "restored": (say_restored, "Everything is read anew. What is missing there is shown when that is done."),
    }
    if action not in known or request.method != "POST":
        raise Http404("There is no such action.")
    do, done = known[action]
    went = act(request, partial(do, request.user, company_file, timezone.now()), done)
    opens = went and action not in ("default", "restored")
    return redirect("connection:test", pk) if opens else redirect("connection:wizard")


def _any_file(pk: int) -> CompanyFile:
    return get_object_or_404(queries.files(with_disconnected=True), pk=pk)
