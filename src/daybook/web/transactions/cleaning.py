"""How long texts are kept, and clearing them now, with a download first if wanted."""

from datetime import datetime, timedelta
from itertools import chain

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from daybook.connections.models import CompanyFile
from daybook.connections.queries import default_file, files
from daybook.outbox import cleaning
from daybook.people.rights import Right
from daybook.web.refusals import save
from daybook.web.requests import Request, typed
from daybook.web.rights import right_required
from daybook.web.transactions.letters import letter_lines, transcripts

managed = right_required(Right.CONNECTION_MANAGE)


class ClearForm(forms.Form):
    """How old a text must be to be cleared now."""

    days = forms.IntegerField(
        label="Clear texts older than (days)", min_value=0, max_value=3650, help_text="0 clears all that is finished."
    )


@managed
def page(request: Request) -> HttpResponse:
    """What is kept, what would go, and the button."""
    company_file = _file(request)
    form = ClearForm(typed(request) or request.GET or None, initial={"days": company_file.retention_days})
    days = form.cleaned_data["days"] if form.is_valid() else company_file.retention_days
    before = _before(days)
    if request.method == "POST" and form.is_valid() and save(form, lambda: _clear(request, company_file, before)):
        return redirect("transactions:clean_up")
    context = {
        "form": form,
        "company_file": company_file,
        "days": days,
        "letters": cleaning.old_letters(company_file, before).count(),
        "postings": cleaning.finished_before(company_file, before).count(),
    }
    return render(request, "transactions/clean_up.html", context, status=422 if form.errors else 200)


@managed
def download(request: Request) -> StreamingHttpResponse:
    """All that would be cleared, as one text."""
    company_file, form = _file(request), ClearForm(request.GET)
    if not form.is_valid():
        raise Http404("Say how many days.")
    before = _before(form.cleaned_data["days"])
    postings = cleaning.finished_before(company_file, before).select_related("asked_by", "approved_by", "company_file")
    others = cleaning.old_letters(company_file, before).filter(tries=None)
    lines = (line + "\n" for line in letter_lines(others.iterator(chunk_size=100)))
    text = chain(transcripts(postings.iterator(chunk_size=100)), lines)
    response = StreamingHttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="transactions.txt"'
    return response


def _clear(request: Request, company_file: CompanyFile, before: datetime) -> None:
    done = cleaning.clear_now(request.user, company_file, before)
    messages.success(
        request,
        f"Cleared {done.letters:,} letters and the texts of {done.postings:,} postings. Links and history stay.",
    )


def _file(request: Request) -> CompanyFile:
    named = request.GET.get("file") or request.POST.get("file") or ""
    found = files(with_disconnected=True).filter(pk=named).first() if named.isdigit() else default_file()
    if found is None:
        raise Http404("No company file is connected.")
    return found


def _before(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)
