"""Staff: the list with a detail beside it, the form with its ticks to post and to give a sign-in."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from daybook.connections.queries import default_file
from daybook.directory import operations, queries
from daybook.directory import preflight as checks
from daybook.directory.models import Staff
from daybook.directory.operations.common import Post
from daybook.directory.operations.posting import MAY_PROPOSE
from daybook.history import queries as history
from daybook.intake.queries import waiting_employees
from daybook.people.models import ManagementGroup
from daybook.people.rights import Right
from daybook.web.listing import Bulk, Column, Filter, Listing
from daybook.web.people.links import invite
from daybook.web.refusals import act
from daybook.web.requests import Request
from daybook.web.rights import may, right_required
from daybook.web.saving import saved
from daybook.web.staff.forms import StaffForm
from daybook.web.standing import Standing, of_one
from daybook.web.together import chosen, form_key, posted_together, posting_status, to_be_posted, wanted_in_books

STATES = (("1", "Active"), ("0", "Inactive"))


def _listing(request: Request) -> Listing:
    standing = Standing("staff")
    listing = Listing(
        request,
        Staff.objects.select_related("management_group", "user"),
        columns=[
            Column("name", "Name", sort=("last_name", "first_name"), value=str, phone="title"),
            Column("title", "Job title"),
            Column("email", "E-mail"),
            Column("phone", "Phone", kind="phone", shown=False),
            Column("management_group", "Management group"),
            Column("signs_in", "Signs in", kind="yes", value=lambda staff: bool(staff.user and staff.user.is_active)),
            standing.column(),
        ],
        filters=[
            Filter("active", "Show", STATES, lambda rows, value: rows.filter(is_active=value == "1"), default="1"),
            Filter("management_group", "Group", _groups),
        ],
        search=_searched,
        default_sort="name",
        key="staff",
        row_url=lambda staff: reverse("staff:detail", args=[staff.pk]),
        list_url=reverse("staff:list"),
        bulk=_bulk_actions(request),
        bulk_url=reverse("staff:bulk"),
        empty=_empty(request),
        name=("person", "people"),
    )
    standing.listing = listing
    return listing


def _groups() -> list[tuple[str, str]]:
    return [(str(group.pk), group.name) for group in ManagementGroup.objects.all()]


def _searched(rows: QuerySet[Staff], text: str) -> QuerySet[Staff]:
    for word in text.split():
        rows = rows.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word))
    return rows


def _bulk_actions(request: Request) -> list[Bulk]:
    actions = []
    if may(request, Right.POST_TO_ACCOUNTING):
        actions.append(Bulk("post", "Post to QuickBooks", "send"))
    if may(request, Right.STAFF_EDIT):
        actions.append(Bulk("deactivate", "Deactivate", "slash-circle", ask="Deactivate the chosen people?"))
        actions.append(Bulk("activate", "Activate", "check"))
    return actions


def _empty(request: Request) -> dict[str, str]:
    words = {
        "title": "No staff yet",
        "text": "Add the first person here, or connect a company file: its active employees become staff.",
        "icon": "people",
    }
    if may(request, Right.STAFF_ADD):
        words |= {"url": reverse("staff:add"), "action": "Add a person"}
    return words


@right_required(Right.STAFF_VIEW)
def index(request: Request) -> HttpResponse:
    """The list of staff."""
    # The notice leads to the page of integration, where the yes to a new employee is an adding of staff.
    may_decide = may(request, Right.STAFF_ADD) and may(request, Right.INTEGRATION_VIEW)
    waiting = waiting_employees().count() if may_decide else 0
    return _listing(request).respond("staff/list.html", may_add=may(request, Right.STAFF_ADD), waiting=waiting)


@right_required(Right.STAFF_VIEW)
def detail(request: Request, pk: int) -> HttpResponse:
    """The list with one person beside it."""
    staff = _staff(pk)
    return _listing(request).respond(
        "staff/list.html", detail=staff, detail_template="staff/detail.html", **_about(request, staff)
    )


def _staff(pk: int) -> Staff:
    return get_object_or_404(Staff.objects.select_related("user", "default_class", "management_group"), pk=pk)


def _about(request: Request, staff: Staff) -> dict[str, Any]:
    """What the page of one person shows."""
    vendor = dict(queries.vendor_choices()).get(staff.vendor_list_id, "") if staff.vendor_list_id else ""
    rare = [
        ("Mobile", staff.mobile),
        ("First day", staff.hired),
        ("Last day", staff.released),
        ("Class", staff.default_class),
        ("Vendor account", vendor or staff.vendor_list_id),
    ]
    return {
        "staff": staff,
        "rows": [
            ("Job title", staff.title),
            ("E-mail", staff.email),
            ("Phone", staff.phone),
            ("Address", ", ".join(staff.lines())),
            ("Management group", staff.management_group),
            ("Signs in", f"as {staff.user.email}" if staff.user else "no"),
            *((label, value) for label, value in rare if value),
        ],
        **of_one("staff", staff.pk),
        "status_url": reverse("staff:status", args=[staff.pk]),
        "history": history.of_subject("staff", staff.pk, 20),
        "may_add": may(request, Right.STAFF_ADD),
        "may_edit": may(request, Right.STAFF_EDIT),
        "may_invite": may(request, Right.PEOPLE_MANAGE),
        "may_post": may(request, Right.POST_TO_ACCOUNTING),
        "may_ask": may(request, MAY_PROPOSE["staff"]) or may(request, Right.POST_TO_ACCOUNTING),
        "may_see_transactions": may(request, Right.TRANSACTIONS_VIEW),
        "may_link": may(request, Right.INTEGRATION_VIEW),
        "key": uuid4(),
    }


@right_required(Right.STAFF_ADD)
def add(request: Request) -> HttpResponse:
    """A new member of staff, posted as an employee right away if ticked."""
    may_invite = may(request, Right.PEOPLE_MANAGE)
    if request.method != "POST":
        first = {"post": default_file() is not None}
        return _form_page(request, StaffForm(initial=first, may_invite=may_invite))
    form = StaffForm(request.POST, may_invite=may_invite)
    if form.is_valid():
        staff = saved(form, lambda: _added(request, form))
        if staff is not None:
            messages.success(request, f"Saved {staff}.")
            if form.cleaned_data.get("invite") and staff.user is not None and not staff.user.has_usable_password():
                messages.info(request, _invitation(request, staff))
            return redirect("staff:detail", staff.pk)
    return _form_page(request, form)


def _added(request: Request, form: StaffForm) -> Staff:
    typed = form.cleaned_data
    wanted = Post.NO
    if typed["post"]:
        wanted = Post.NOW if may(request, Right.POST_TO_ACCOUNTING) else Post.PROPOSE
    return operations.add_staff(
        request.user,
        form.to_data(),
        post=wanted,
        invite=typed.get("invite", False),
        key=typed["key"],
        now=timezone.now(),
    )


def _invitation(request: Request, staff: Staff) -> str:
    assert staff.user is not None
    return invite(request, staff.user)


@right_required(Right.STAFF_EDIT)
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a member of staff."""
    staff = _staff(pk)
    form = StaffForm(request.POST if request.method == "POST" else None, staff=staff)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        changed = saved(
            form,
            lambda: operations.change_staff(
                request.user, staff, form.to_data(), version=typed["version"], key=typed["key"], now=timezone.now()
            ),
        )
        if changed is not None:
            messages.success(request, f"Saved {changed}.")
            return redirect("staff:detail", pk)
    return _form_page(request, form, staff)


def _form_page(request: Request, form: StaffForm, staff: Staff | None = None) -> HttpResponse:
    context = {
        "form": form,
        "staff": staff,
        "may_post": may(request, Right.POST_TO_ACCOUNTING),
        "connected": default_file() is not None,
        "look": None if staff else _look(form),
        "kind": "employee",
    }
    return render(request, "staff/form.html", context, status=422 if form.is_bound and form.errors else 200)


def _look(form: StaffForm) -> checks.Preflight | None:
    if not form.is_bound:
        return None
    names = {name: form.data.get(name, "").strip() for name in ("first_name", "middle_name", "last_name")}
    return checks.look(Staff(**names)) if any(names.values()) else None


@require_POST
@right_required(Right.STAFF_ADD)
def preflight(request: Request) -> HttpResponse:
    """What will happen in QuickBooks, told while the form is filled."""
    context = {
        "look": _look(StaffForm(request.POST)),
        "wanted": bool(request.POST.get("post")),
        "may_post": may(request, Right.POST_TO_ACCOUNTING),
        "kind": "employee",
    }
    return render(request, "projects/preflight.html", context)


@require_POST
@right_required(Right.STAFF_VIEW)
def post(request: Request, pk: int) -> HttpResponse:
    """Post somebody as an employee, or ask an administrator to."""
    staff, propose = _staff(pk), not may(request, Right.POST_TO_ACCOUNTING)
    done = f"An administrator is asked to post {staff}." if propose else f"{staff} goes to QuickBooks."
    key = form_key(request)
    act(request, lambda: operations.post(request.user, staff, propose=propose, key=key, now=timezone.now()), done)
    return redirect("staff:detail", pk)


@right_required(Right.STAFF_VIEW)
def status(request: Request, pk: int) -> HttpResponse:
    """How the newest posting of a member of staff stands, asked while it is on its way."""
    return posting_status(request, ("staff", pk), reverse("staff:status", args=[pk]))


@require_POST
@right_required(Right.PEOPLE_MANAGE)
def sign_in(request: Request, pk: int) -> HttpResponse:
    """Give a member of staff an account, and show the link that leads to a password."""
    staff = _staff(pk)
    if act(request, lambda: operations.give_sign_in(request.user, staff, timezone.now()), f"{staff} has a sign-in."):
        messages.info(request, _invitation(request, _staff(pk)))
    return redirect("staff:detail", pk)


@require_POST
@right_required(Right.STAFF_EDIT)
def set_active(request: Request, pk: int) -> HttpResponse:
    """Deactivate a member of staff, or activate again."""
    staff, active = _staff(pk), request.POST.get("active") == "1"
    words = f"{staff} is {'active again' if active else 'inactive'}."
    act(
        request,
        lambda: operations.set_staff_active(
            request.user, [staff], active, timezone.now(), in_books=wanted_in_books(request)
        ),
        words,
    )
    return redirect("staff:detail", pk)


@require_POST
@right_required(Right.STAFF_VIEW)
def bulk(request: Request) -> HttpResponse:
    """What is done to many people at once."""
    listing = _listing(request)
    rows = listing.selected()
    action = request.POST.get("action", "")
    if action == "post":
        posted_together(request, chosen(request, to_be_posted(request, rows, "staff")))
    elif action in ("activate", "deactivate"):
        done = operations.set_staff_active(request.user, chosen(request, rows), action == "activate", timezone.now())
        messages.success(request, f"{done} {'person' if done == 1 else 'people'} {action}d.")
    return redirect(listing.here_with_query)
