"""The Monitor: which file it holds, how it is, what waits, and Import now."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from daybook.connections import backup as backups
from daybook.connections import operations, queries
from daybook.connections.models import CompanyFile
from daybook.connections.words import carrier, does
from daybook.intake import operations as intake
from daybook.intake.lists import BOXES, LOOKUPS, NAMES
from daybook.intake.models import ImportRun
from daybook.intake.queries import finished_lately, open_run, progress
from daybook.notices.queries import backup_folder
from daybook.outbox import queries as outbox
from daybook.people.models import User
from daybook.people.rights import Right
from daybook.web.monitor.shown import badge_of, is_late, list_label, run_badge
from daybook.web.refusals import act
from daybook.web.requests import Request
from daybook.web.rights import may, right_required
from daybook.web.spans import ago

seen = right_required(Right.TRANSACTIONS_VIEW)


@seen
def home(request: Request) -> HttpResponse:
    """The Monitor page of one company file; others are a tab away."""
    files = list(queries.files())
    if not files:
        context = {"can_manage": may(request, Right.CONNECTION_MANAGE), "monitors": queries.monitors(timezone.now())}
        return render(request, "monitor/none.html", context)
    company_file = _chosen(request, files)
    context = {
        **_live(request, company_file),
        "files": files,
        "boxes": BOXES,
        "single_lists": [(kind, list_label(kind)) for kind in (*NAMES, *LOOKUPS)],
        "monitors": queries.monitors(timezone.now()),
        "can_back_up": may(request, Right.SETTINGS_MANAGE),
        "last_backup": next(iter(backups.existing(backup_folder())), None),
    }
    return render(request, "monitor/home.html", context)


@seen
def live(request: Request, pk: int) -> HttpResponse:
    """What changes by itself, for a page that asks again."""
    return render(request, "monitor/polled.html", _live(request, company_file_or_404(pk)))


@seen
def monitors(request: Request) -> HttpResponse:
    """The Monitors that run, for a page that asks again."""
    return render(request, "monitor/monitors.html", {"monitors": queries.monitors(timezone.now())})


@require_POST
@right_required(Right.IMPORT)
def import_now(request: Request, pk: int) -> HttpResponse:
    """Ask for an import of the lists that were ticked, or of all."""
    company_file = company_file_or_404(pk)
    lists = None if request.POST.get("all") else request.POST.getlist("lists")
    if lists == []:
        messages.info(request, "Nothing was ticked. Tick what to read, or choose Import everything.")
        return redirect(f"{reverse('monitor:home')}?file={pk}")
    ask = partial(intake.ask_import, request.user, company_file, lists, trigger="manual", now=timezone.now())
    act(request, ask, "The import is asked for.")
    return redirect(f"{reverse('monitor:home')}?file={pk}")


@require_POST
@seen
def act_on(request: Request, pk: int, action: str) -> HttpResponse:
    """Pause, resume, release, try the connection, stop the import."""
    company_file = company_file_or_404(pk)
    known: dict[str, tuple[Callable[[User, CompanyFile, datetime], Any], str]] = {
        "pause": (
            lambda actor, file, now: operations.pause(actor, file, request.POST.get("reason", "").strip(), now),
            "Paused. What waits keeps its place and goes when you resume.",
        ),
        "resume": (operations.resume, "Resumed. What waits goes now."),
        "release": (
            operations.release_file,
            f"{carrier(company_file)} lets go of the file as soon as its request is answered.",
        ),
        "try": (operations.try_connection, does(company_file, "tries the connection")),
        "stop": (_stop, "The import stops at the next page. Nothing half is published."),
    }
    if action not in known:
        raise Http404("There is no such action.")
    do, done = known[action]
    act(request, partial(do, request.user, company_file, timezone.now()), done)
    return redirect(f"{reverse('monitor:home')}?file={pk}")


def company_file_or_404(pk: int) -> CompanyFile:
    """The connected company file, or the page that there is none."""
    found = queries.files().filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such company file.")
    return found


def _stop(actor: User, company_file: CompanyFile, now: datetime) -> None:
    run = open_run(company_file)
    if run is not None:
        intake.stop_import(actor, run, now)


def _chosen(request: Request, files: list[CompanyFile]) -> CompanyFile:
    wanted = request.GET.get("file", "")
    return next((file for file in files if str(file.pk) == wanted), files[0])


def _live(request: Request, company_file: CompanyFile) -> dict[str, Any]:
    now = timezone.now()
    health = queries.health(company_file, now)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    run = open_run(company_file) or finished_lately(company_file, now)
    return {
        "file": company_file,
        "health": health,
        "badge": badge_of(health),
        "contact_ago": ago(health.last_contact_at, now),
        "seen_ago": ago(health.monitor_seen_at, now),
        "late": is_late(health, now),
        "counts": outbox.counts(company_file, posted_since=midnight),
        "run": run,
        "run_badge": run_badge(run) if run else None,
        "progress": progress(run) if run else None,
        "runs": ImportRun.objects.filter(company_file=company_file)[:5],
        "retry_at": health.retry_at if health.retry_at and health.retry_at > now else None,
        "can_manage": may(request, Right.CONNECTION_MANAGE),
        "can_import": may(request, Right.IMPORT),
    }
