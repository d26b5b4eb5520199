"""The Web Connector of a connection: its file and password, when it was last seen, and how it asks."""

from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from daybook.connections import queries, webconnectors
from daybook.connections.models import CompanyFile
from daybook.people.rights import Right
from daybook.web.refusals import act, save
from daybook.web.requests import Request
from daybook.web.rights import right_required

managed = right_required(Right.CONNECTION_MANAGE)


class AskingForm(forms.Form):
    """How the Web Connector asks."""

    schedule_seconds = forms.IntegerField(
        label="Asks every so many seconds",
        help_text="With Auto-Run ticked in the Web Connector. What is posted waits this long at most. A longer time"
        " holds from when it asks next. For a shorter one, change Every-Min in its window too, or remove Daybook there"
        " and add the file again.",
    )
    hold_open = forms.BooleanField(
        label="Hold a session open for a while after its work",
        required=False,
        help_text="Then it asks every five seconds, and the company file stays held for as long as “Hold the file after"
        " the last work” says under Monitor, Settings.",
    )


@managed
def of_file(request: Request, pk: int) -> HttpResponse:
    """The Web Connector of a company file. A new password is shown by the answer that made it, and no later one."""
    company_file, now, password = _file(pk), timezone.now(), ""
    connector = webconnectors.of_file(company_file)
    asked = request.POST.get("do", "")
    if asked == "password":
        made: list[str] = []
        done = "Here is a new password."
        act(request, lambda: made.append(webconnectors.make(request.user, company_file, now)[1]), done)
        password, connector = "".join(made), webconnectors.of_file(company_file)
    first = {"schedule_seconds": connector.schedule_seconds, "hold_open": connector.hold_open} if connector else {}
    form = AskingForm(request.POST if asked == "settings" else None, initial=first)
    if connector is not None and form.is_valid():
        change = partial(webconnectors.change, request.user, connector, now=now)
        if save(form, lambda: change(**form.cleaned_data)):
            messages.success(request, "Saved. The Web Connector is told when it asks next.")
            return redirect("connection:web_connector", pk)
    context = {
        "file": company_file,
        "connector": connector,
        "standing": webconnectors.standing(connector, now) if connector else None,
        "password": password,
        "address": webconnectors.address(),
        "trouble": webconnectors.trouble_with_address(),
        "qwc_name": webconnectors.qwc_name(connector) if connector else "",
        "form": form,
    }
    return render(request, "connection/web_connector.html", context, status=422 if form.errors else 200)


@managed
def qwc(request: Request, pk: int) -> HttpResponse:
    """The file that is added to the Web Connector."""
    connector = webconnectors.of_file(_file(pk))
    if connector is None:
        return redirect("connection:web_connector", pk)
    webconnectors.note_file_saved(connector, timezone.now())
    name = webconnectors.qwc_name(connector)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(webconnectors.qwc(connector), content_type="application/octet-stream", headers=headers)


def _file(pk: int) -> CompanyFile:
    return get_object_or_404(queries.files(), pk=pk, way=webconnectors.WAY)
