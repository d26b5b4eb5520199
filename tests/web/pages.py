"""Pages that show every component of the look, for the tests of the look alone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path, reverse

from daybook.people.models import User
from daybook.people.rights import Right
from daybook.web.listing import Bulk, Column, Filter, Listing
from daybook.web.rights import right_required
from daybook.web.urls import urlpatterns as site_urls

ASKED: list[str] = []


class ProjectForm(forms.Form):
    """A form with every kind of field."""

    name = forms.CharField(max_length=41, help_text="As the client says it. QuickBooks allows 41 characters.")
    manager = forms.ChoiceField(choices=[("mia", "Mia Ruiz"), ("ben", "Ben Osei")])
    due = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(choices=[("fixed", "Fixed fee"), ("time", "Time and expenses")], widget=forms.RadioSelect)
    post = forms.BooleanField(required=False, label="Post to QuickBooks right away")


def people(request: HttpRequest, **context: Any) -> HttpResponse:
    """A list of users, with a detail beside it."""
    listing = Listing(
        request,
        User.objects.filter(is_program=False).select_related("management_group"),
        columns=[
            Column("name", "Name", sort=("name",), phone="title"),
            Column("email", "E-mail", sort=("email",)),
            Column("group", "Management group", value="management_group.name"),
            Column("joined", "Joined", sort=("date_joined",), kind="when", value="date_joined"),
            Column("id", "Number", sort=("id",), kind="number", shown=False),
        ],
        filters=[Filter("is_active", "State", (("True", "Active"), ("False", "Inactive")), default="True")],
        search=("name", "email"),
        default_sort="name",
        key="people",
        list_url=reverse("list"),
        row_url=lambda user: reverse("detail", args=[user.pk]),
        bulk=[Bulk("post", "Post", "send"), Bulk("block", "Block", "slash-circle")],
        name=("person", "people"),
        empty={
            "title": "No people yet",
            "text": "Add the first person to begin.",
            "url": "/",
            "action": "Add a person",
        },
    )
    if request.method == "POST":
        names = ", ".join(listing.selected().order_by("name").values_list("name", flat=True))
        return HttpResponse(f"{request.POST['action']}: {names}")
    return listing.respond("look/list.html", **context)


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """The list with one person beside it."""
    return people(request, detail=User.objects.get(pk=pk), detail_template="look/detail.html")


def form(request: HttpRequest) -> HttpResponse:
    """A form that refuses a colon."""
    bound = ProjectForm(request.POST or None)
    wrong = bound.is_bound and not bound.is_valid()
    return render(request, "look/form.html", {"form": bound}, status=422 if wrong else 200)


def states(request: HttpRequest) -> HttpResponse:
    """Every state and every surface."""
    return render(request, "look/states.html", {"now": datetime(2026, 11, 22, 14, 2, tzinfo=UTC)})


def poll(request: HttpRequest) -> HttpResponse:
    """Sent for three times, then posted."""
    ASKED.append(request.headers.get("Daybook-Background", ""))
    return render(request, "look/poll.html", posting("posted" if len(ASKED) > 3 else "sent"))


def posting(state: str) -> Mapping[str, Any]:
    """What the posting status shows."""
    found = {"state": state, "finished_at": datetime(2026, 11, 22, 14, 2, tzinfo=UTC), "list_id": "8000274C-1"}
    return {"posting": found, "status_url": reverse("poll")}


def moving(request: HttpRequest) -> HttpResponse:
    """A page with a posting on its way."""
    ASKED.clear()
    return render(request, "look/moving.html", posting("sent"))


@right_required(Right.SETTINGS_MANAGE)
def guarded(request: HttpRequest) -> HttpResponse:
    """For administrators."""
    return HttpResponse("settings")


urlpatterns = [
    path("look/people/", people, name="list"),
    path("look/people/<int:pk>/", person, name="detail"),
    path("look/form/", form),
    path("look/states/", states),
    path("look/poll/", poll, name="poll"),
    path("look/moving/", moving),
    path("look/guarded/", guarded),
    path("", include((site_urls, ""))),
]
