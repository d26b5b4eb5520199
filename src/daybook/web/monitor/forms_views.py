"""The forms behind the Monitor page: schedule, settings of the connection, backup."""

from functools import partial
from typing import Any

from django.conf import settings as django_settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from daybook import home as home_folder
from daybook.connections import backup as backups
from daybook.connections import operations
from daybook.notices import operations as notices
from daybook.notices.queries import backup_folder, firm
from daybook.people.rights import Right
from daybook.web.monitor.forms import BackupForm, ConnectionSettingsForm, ScheduleForm
from daybook.web.monitor.views import company_file_or_404
from daybook.web.refusals import save
from daybook.web.requests import Request, typed
from daybook.web.rights import right_required

managed = right_required(Right.CONNECTION_MANAGE)


@managed
def schedule(request: Request, pk: int) -> HttpResponse:
    """When the nightly sync runs."""
    company_file = company_file_or_404(pk)
    form = _form(request, ScheduleForm, company_file)
    if form.is_valid():
        change = partial(operations.set_schedule, request.user, company_file, now=timezone.now(), **form.cleaned_data)
        if save(form, change):
            return _saved(request, pk)
    return _page(request, "monitor/schedule.html", form, file=company_file)


@managed
def settings(request: Request, pk: int) -> HttpResponse:
    """How the connection behaves."""
    company_file = company_file_or_404(pk)
    form = _form(request, ConnectionSettingsForm, company_file)
    if form.is_valid():
        change = partial(operations.change_settings, request.user, company_file, timezone.now(), **form.cleaned_data)
        if save(form, change):
            return _saved(request, pk)
    return _page(request, "monitor/settings.html", form, file=company_file)


@right_required(Right.SETTINGS_MANAGE)
def backup(request: Request) -> HttpResponse:
    """When and where Daybook is backed up, the backups that are there, and where the key is kept."""
    form = _form(request, BackupForm, firm())
    if form.is_valid() and save(form, partial(notices.change_backup, request.user, **form.cleaned_data)):
        messages.success(request, "Saved.")
        return redirect("monitor:backup")
    context = {
        "backups": backups.existing(backup_folder())[:10],
        "key_file": home_folder.key_file(),
        "usual_folder": django_settings.BACKUPS,
        "zone": firm().time_zone,
    }
    return _page(request, "monitor/backup.html", form, **context)


def _form(request: Request, form_class: type[Form], row: object) -> Form:
    initial = {name: getattr(row, name) for name in form_class.base_fields}
    return form_class(typed(request), initial=initial)


def _saved(request: Request, pk: int) -> HttpResponse:
    messages.success(request, "Saved.")
    return redirect(f"{reverse('monitor:home')}?file={pk}")


def _page(request: Request, name: str, form: Form, **context: Any) -> HttpResponse:
    return render(request, name, {"form": form, **context}, status=422 if form.is_bound and form.errors else 200)
