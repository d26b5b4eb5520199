"""What a person was told, and which mails the person wants."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from daybook.notices import operations, queries
from daybook.notices.catalogue import CATALOGUE, CHOSEN
from daybook.notices.models import Notice
from daybook.web.requests import Request, typed

A_PAGE = 30

# How a kind looks: icon and tone of the states.
LOOKS = {
    "posting.needs_you": ("exclamation-triangle-fill", "amber"),
    "posting.in_doubt": ("question-circle", "violet"),
    "posting.done": ("check-circle-fill", "green"),
    "posting.proposed": ("circle", "outline"),
    "import.done": ("check-circle-fill", "green"),
    "staff.new_in_books": ("person-plus", "blue"),
}
OTHERS = ("exclamation-triangle-fill", "amber")


@login_required
def index(request: Request) -> HttpResponse:
    """The notices, the newest first."""
    unread_only = request.GET.get("unread") == "1"
    found = queries.notices_of(request.user, unread_only=unread_only)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    lines = [(notice, *LOOKS.get(notice.kind, OTHERS), CATALOGUE[notice.kind].name) for notice in page]
    context = {"page": page, "lines": lines, "unread_only": unread_only, "unread": queries.unread_count(request.user)}
    return render(request, "notices/list.html", context)


@require_POST
@login_required
def read_all(request: Request) -> HttpResponse:
    """Mark all as read."""
    operations.mark_read(request.user, None, timezone.now())
    return redirect("notices:list")


@require_POST
@login_required
def open_one(request: Request, pk: int) -> HttpResponse:
    """Mark one as read and go where it points."""
    notice = get_object_or_404(Notice, pk=pk, user=request.user)
    operations.mark_read(request.user, [pk], timezone.now())
    return redirect(notice.url or "notices:list")


class PreferencesForm(forms.Form):
    """Which mails the person wants."""

    wanted = forms.MultipleChoiceField(
        label="Mail me when",
        choices=[(kind, CATALOGUE[kind].name) for kind in CHOSEN],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Notices in Daybook come in any case.",
    )


@login_required
def preferences(request: Request) -> HttpResponse:
    """Choose one's own mails."""
    wanted = sorted(set(CHOSEN) - queries.unwanted_kinds(request.user))
    form = PreferencesForm(typed(request), initial={"wanted": wanted})
    if form.is_valid():
        operations.set_preferences(request.user, form.cleaned_data["wanted"])
        messages.success(request, "Saved.")
        return redirect("notices:list")
    off = [template.entry.name for template in queries.catalogue() if not template.is_on]
    context = {"form": form, "off": off, "is_set": queries.mail_settings().is_set}
    return render(request, "notices/preferences.html", context, status=422 if form.errors else 200)
