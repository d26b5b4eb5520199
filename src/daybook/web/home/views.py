"""Home: what needs you, what was posted lately, and the first steps of a new firm."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from daybook.connections import queries as connections
from daybook.directory.models import Client, Project, Staff
from daybook.outbox import queries as outbox
from daybook.people.rights import Right
from daybook.web.requests import Request
from daybook.web.rights import may

RECENT = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One first step: what to do, whether it is done, where to click."""

    words: str
    done: bool
    url: str


@login_required
def home(request: Request) -> HttpResponse:
    """The first page after signing in."""
    now = timezone.now()
    sees_all = may(request, Right.TRANSACTIONS_VIEW)
    mine = outbox.Filters(asked_by_id=None if sees_all else request.user.pk)
    recent = list(outbox.transactions(mine)[:RECENT])
    company_file = connections.default_file()
    context = {
        "counts": outbox.counts(posted_since=now - timedelta(days=1)) if sees_all else None,
        "recent": recent,
        "sees_all": sees_all,
        "health": connections.health(company_file, now) if company_file and sees_all else None,
        "steps": _steps(request, company_file is not None),
        "may_add_project": may(request, Right.PROJECTS_ADD),
    }
    return render(request, "home/home.html", context)


def _steps(request: Request, connected: bool) -> list[Step]:
    """The first steps this person can do; nothing once all are done."""
    steps = []
    if may(request, Right.CONNECTION_MANAGE):
        steps.append(Step("Connect your QuickBooks company file", connected, _url("connection:wizard")))
    if may(request, Right.CLIENTS_EDIT):
        steps.append(Step("Add a client, or import them", Client.objects.exists(), _url("clients:add")))
    if may(request, Right.PROJECTS_ADD):
        steps.append(Step("Add a project and post it", Project.objects.exists(), _url("projects:add")))
    if may(request, Right.STAFF_ADD):
        steps.append(Step("Add the people who record time", Staff.objects.exists(), _url("staff:add")))
    return [] if all(step.done for step in steps) else steps


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
