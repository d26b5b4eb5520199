"""The settings: the firm, the mail server, the mails."""

from functools import partial
from typing import Any

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from daybook import home as home_folder
from daybook.notices import operations, queries, sending
from daybook.notices.catalogue import CATALOGUE, PLACEHOLDERS
from daybook.notices.errors import MailError
from daybook.notices.models import Mail
from daybook.people.rights import Right
from daybook.web.refusals import act, save
from daybook.web.requests import Request, typed
from daybook.web.rights import right_required
from daybook.web.settings.forms import FirmForm, MailServerForm, TestMailForm, WordsForm

managed = right_required(Right.SETTINGS_MANAGE)
UNSENT_SHOWN = 20


@managed
def home(request: Request) -> HttpResponse:
    """Every setting with how it stands, and the mails that did not go."""
    context = {
        "firm": queries.firm(),
        "mail": queries.mail_settings(),
        "health": queries.mail_health(timezone.now()),
        "templates": queries.catalogue(),
        "unsent": queries.unsent_mails()[:UNSENT_SHOWN],
        "key_file": home_folder.key_file(),
        "home_folder": django_settings.HOME,
    }
    return render(request, "settings/home.html", context)


@managed
def firm(request: Request) -> HttpResponse:
    """The firm's name and time zone."""
    row = queries.firm()
    form = FirmForm(typed(request), initial={"name": row.name, "time_zone": row.time_zone})
    if form.is_valid() and save(form, partial(operations.change_firm, request.user, **form.cleaned_data)):
        messages.success(request, "Saved.")
        return redirect("settings:home")
    return _page(request, "settings/firm.html", form)


@managed
def mail_server(request: Request) -> HttpResponse:
    """The mail server, with a test that shows the server's own answer."""
    row = queries.mail_settings()
    names = ("host", "port", "security", "from_address", "user_name", "support_address")
    form = MailServerForm(typed(request), initial={name: getattr(row, name) for name in names})
    if form.is_valid() and save(form, lambda: _save_mail_server(request, form.cleaned_data)):
        messages.success(request, "Saved. Send a test mail to see that it works.")
        return redirect("settings:mail")
    test = TestMailForm(initial={"to_address": request.user.email})
    return _page(request, "settings/mail.html", form, mail=row, test=test)


@require_POST
@managed
def mail_test(request: Request) -> HttpResponse:
    """Send the test mail and show what the server said."""
    test = TestMailForm(request.POST)
    row = queries.mail_settings()
    names = ("host", "port", "security", "from_address", "user_name", "support_address")
    context: dict[str, Any] = {"form": MailServerForm(initial={name: getattr(row, name) for name in names})}
    if not test.is_valid():
        return render(request, "settings/mail.html", context | {"test": test, "mail": row}, status=422)
    try:
        context["answer"] = sending.send_test(request.user, test.cleaned_data["to_address"], timezone.now())
    except MailError as error:
        context["failure"] = error.sentence
    return render(request, "settings/mail.html", context | {"test": test, "mail": row})


@managed
def mails(request: Request) -> HttpResponse:
    """The catalogue of mails."""
    return render(request, "settings/mails.html", {"templates": queries.catalogue()})


@managed
def mail_words(request: Request, kind: str) -> HttpResponse:
    """Change one mail, or look at it with an example filled in."""
    template = _template(kind)
    names = ("is_on", "schedule", "subject", "body")
    form = WordsForm(typed(request), initial={name: getattr(template, name) for name in names})
    context: dict[str, Any] = {"template": template, "placeholders": PLACEHOLDERS}
    words = (template.subject, template.body)
    if form.is_valid():
        words = (form.cleaned_data["subject"], form.cleaned_data["body"])
        change = partial(operations.change_template, request.user, kind, now=timezone.now(), **form.cleaned_data)
        if "look" not in request.POST and save(form, change):
            messages.success(request, f"Mail {template.entry.number} is saved.")
            return redirect("settings:mails")
    context["preview_subject"], context["preview_body"] = sending.preview(kind, *words)
    return _page(request, "settings/mail_words.html", form, **context)


@require_POST
@managed
def mail_restore(request: Request, kind: str) -> HttpResponse:
    """Give a mail its shipped words back."""
    template = _template(kind)
    done = f"Mail {template.entry.number} has the words it shipped with."
    act(request, partial(operations.restore_template, request.user, kind), done)
    return redirect("settings:mail_words", kind)


@require_POST
@managed
def unsent_again(request: Request, pk: int) -> HttpResponse:
    """Try a mail once more."""
    mail = get_object_or_404(Mail, pk=pk)
    act(request, partial(operations.send_again, request.user, mail, timezone.now()), "The mail is tried again now.")
    return redirect("settings:home")


@require_POST
@managed
def unsent_forget(request: Request, pk: int) -> HttpResponse:
    """Throw a mail away."""
    mail = get_object_or_404(Mail, pk=pk)
    act(request, partial(operations.forget_mail, request.user, mail), "The mail is thrown away.")
    return redirect("settings:home")


def _save_mail_server(request: Request, values: dict[str, Any]) -> None:
    typed, forget = values.pop("password"), values.pop("forget_password")
    operations.change_mail_settings(request.user, **values, password="" if forget else typed or None)


def _template(kind: str) -> queries.Template:
    if kind not in CATALOGUE:
        raise Http404("There is no such mail.")
    return queries.template(kind)


def _page(request: Request, name: str, form: Any, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, name, {"form": form, **context}, status=status)
