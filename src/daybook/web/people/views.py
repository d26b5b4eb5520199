"""Who signs in, the key rings that say what each may do, and the groups that managers look after."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from daybook.history import accounts
from daybook.history import queries as history
from daybook.history.models import Change
from daybook.people import queries
from daybook.people.models import ManagementGroup, SecurityGroup, User
from daybook.people.rights import Right
from daybook.web.listing import Column, Filter, Listing
from daybook.web.people.forms import GroupForm, ManagementGroupForm, UserForm, everyone
from daybook.web.people.links import invite
from daybook.web.refusals import save
from daybook.web.requests import Request
from daybook.web.rights import right_required

STATES = (("1", "Can sign in"), ("0", "Cannot"))
managed = right_required(Right.PEOPLE_MANAGE)


def _listing(request: Request) -> Listing:
    return Listing(
        request,
        queries.people().select_related("management_group").prefetch_related("groups"),
        columns=[
            Column("name", "Name", sort=("name",), phone="title"),
            Column("email", "E-mail", sort=("email",)),
            Column("groups", "Security groups", value=lambda user: ", ".join(str(one) for one in user.groups.all())),
            Column("management_group", "Management group"),
            Column("last_login", "Last sign-in", kind="when", sort=("last_login",)),
        ],
        filters=[
            Filter("active", "Show", STATES, lambda rows, value: rows.filter(is_active=value == "1"), default="1")
        ],
        search=("name", "email"),
        default_sort="name",
        key="people",
        row_url=lambda user: reverse("people:detail", args=[user.pk]),
        list_url=reverse("people:list"),
        name=("person", "people"),
    )


@managed
def index(request: Request) -> HttpResponse:
    """Everybody with an account."""
    return _listing(request).respond("people/list.html")


@managed
def detail(request: Request, pk: int) -> HttpResponse:
    """One account beside the list."""
    user = _user(pk)
    rights = sorted(queries.rights_of(user), key=list(Right).index)
    rows = [
        ("E-mail", user.email),
        ("Security groups", ", ".join(queries.group_names(user))),
        ("Management group", user.management_group),
        ("Password", "chosen" if user.has_usable_password() else "not chosen yet"),
        ("Last sign-in", user.last_login),
    ]
    return _listing(request).respond(
        "people/list.html",
        detail=user,
        detail_template="people/detail.html",
        person=user,
        rows=rows,
        rights=rights,
        history=history.of_subject(accounts.ACCOUNT, pk, 20),
    )


def _user(pk: int) -> User:
    return get_object_or_404(queries.people(), pk=pk)


@managed
def add(request: Request) -> HttpResponse:
    """A new account, which begins with a link to choose a password."""
    form = UserForm(request.POST if request.method == "POST" else None, initial={"groups": everyone()})
    made: list[User] = []
    if form.is_valid() and save(form, lambda: made.append(_added(request, form))):
        _show_link(request, made[0])
        return redirect("people:detail", made[0].pk)
    return _page(request, "people/form.html", form, title="New person", back="people:list", is_new=True)


def _added(request: Request, form: UserForm) -> User:
    typed = form.cleaned_data
    return accounts.add_user(
        request.user,
        email=typed["email"],
        name=typed["name"],
        groups=list(typed["groups"]),
        management_group=typed["management_group"],
        now=timezone.now(),
    )


def _show_link(request: Request, user: User) -> None:
    messages.info(request, invite(request, user))


@managed
def edit(request: Request, pk: int) -> HttpResponse:
    """Change an account and its security groups."""
    user = _user(pk)
    kept = {
        "name": user.name,
        "email": user.email,
        "groups": [group.pk for group in user.groups.all()],
        "management_group": user.management_group_id,
        "is_active": user.is_active,
    }
    form = UserForm(request.POST if request.method == "POST" else None, initial=kept)
    if form.is_valid() and save(form, lambda: _changed(request, form, user)):
        messages.success(request, f"Saved {user}.")
        return redirect("people:detail", pk)
    return _page(request, "people/form.html", form, title=f"Edit {user}", back="people:list")


def _changed(request: Request, form: UserForm, user: User) -> None:
    typed = form.cleaned_data
    accounts.change_user(
        request.user,
        user,
        email=typed["email"],
        name=typed["name"],
        management_group=typed["management_group"],
        is_active=typed["is_active"],
        groups=list(typed["groups"]),
        now=timezone.now(),
    )


@require_POST
@managed
def new_link(request: Request, pk: int) -> HttpResponse:
    """A fresh link to choose a password."""
    _show_link(request, _user(pk))
    return redirect("people:detail", pk)


# --- security groups --------------------------------------------------------------------------------------------------
@managed
def groups(request: Request) -> HttpResponse:
    """The key rings."""
    found = SecurityGroup.objects.prefetch_related("users")
    lines = [(group, [right for right in Right if right.value in group.rights], _members(group)) for group in found]
    return render(request, "people/groups.html", {"lines": lines})


def _members(group: SecurityGroup) -> list[User]:
    return [user for user in group.users.all() if not user.is_program and user.is_active]


@managed
def add_group(request: Request) -> HttpResponse:
    """A new key ring."""
    return _group_page(request, None)


@managed
def edit_group(request: Request, pk: int) -> HttpResponse:
    """Change a key ring."""
    return _group_page(request, get_object_or_404(SecurityGroup, pk=pk))


def _group_page(request: Request, group: SecurityGroup | None) -> HttpResponse:
    kept = {"name": group.name, "description": group.description, "rights": group.rights} if group else None
    form = GroupForm(request.POST if request.method == "POST" else None, initial=kept)
    return _saved_page(
        request,
        form,
        lambda typed: accounts.save_group(request.user, group, **typed, now=timezone.now()),
        title=f"Edit {group}" if group else "New security group",
        back="people:groups",
        history=history.of_subject(accounts.SECURITY_GROUP, group.pk, 20) if group else [],
    )


# --- management groups ------------------------------------------------------------------------------------------------
@managed
def management(request: Request) -> HttpResponse:
    """The groups that managers look after."""
    found = ManagementGroup.objects.prefetch_related("managers", "members", "staff")
    return render(request, "people/management.html", {"groups": found})


@managed
def add_management(request: Request) -> HttpResponse:
    """A new management group."""
    return _management_page(request, None)


@managed
def edit_management(request: Request, pk: int) -> HttpResponse:
    """Change a management group."""
    return _management_page(request, get_object_or_404(ManagementGroup, pk=pk))


def _management_page(request: Request, group: ManagementGroup | None) -> HttpResponse:
    kept = {"name": group.name, "managers": list(group.managers.values_list("pk", flat=True))} if group else None
    form = ManagementGroupForm(request.POST if request.method == "POST" else None, initial=kept)
    return _saved_page(
        request,
        form,
        lambda typed: accounts.save_management_group(request.user, group, **typed, now=timezone.now()),
        title=f"Edit {group}" if group else "New management group",
        back="people:management",
        history=history.of_subject(accounts.MANAGEMENT_GROUP, group.pk, 20) if group else [],
    )


def _saved_page(
    request: Request,
    form: forms.Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    back: str,
    history: list[Change],
) -> HttpResponse:
    if form.is_valid() and save(form, lambda: do(form.cleaned_data)):
        messages.success(request, f"Saved {form.cleaned_data['name']}.")
        return redirect(back)
    return _page(request, "people/form.html", form, title=title, back=back, history=history)


def _page(request: Request, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
