"""Projects: the list with a detail beside it, the form with its tick to post, tasks."""

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
from daybook.directory.errors import FieldProblem
from daybook.directory.models import Client, ProductionStatus, Project, ProjectType, Task
from daybook.directory.operations.common import Post
from daybook.directory.operations.posting import MAY_PROPOSE
from daybook.history import queries as history
from daybook.people.rights import Right
from daybook.web.listing import Bulk, Column, Filter, Listing
from daybook.web.projects.forms import ProjectForm, TaskForm
from daybook.web.refusals import act
from daybook.web.requests import Request
from daybook.web.rights import may, right_required
from daybook.web.saving import saved
from daybook.web.standing import Standing, of_one
from daybook.web.together import chosen, form_key, posted_together, posting_status, to_be_posted, wanted_in_books

STATES = (("1", "Active"), ("0", "Inactive"))


# --- the list ---------------------------------------------------------------------------------------------------------
def _listing(request: Request) -> Listing:
    standing = Standing("project")
    listing = Listing(
        request,
        Project.objects.select_related("client", "manager", "status").filter(is_client_itself=False),
        columns=[
            Column("display_name", "Project", sort=("display_name",), phone="title"),
            Column("client", "Client", sort=("client__name",), value="client.name"),
            Column("code", "ID", sort=("code",)),
            Column("manager", "Manager"),
            Column("status", "Status", value="status.name"),
            standing.column(),
            Column("start_date", "Start", kind="date", shown=False),
            Column("due_date", "Due", kind="date", shown=False),
        ],
        filters=[
            Filter("active", "Show", STATES, lambda rows, value: rows.filter(is_active=value == "1"), default="1"),
            Filter("status", "Status", _statuses),
            Filter("manager", "Manager", _managers),
            Filter("project_type", "Type", _types),
        ],
        search=_searched,
        default_sort="display_name",
        key="projects",
        row_url=lambda project: reverse("projects:detail", args=[project.pk]),
        list_url=reverse("projects:list"),
        bulk=_bulk_actions(request),
        bulk_url=reverse("projects:bulk"),
        empty=_empty(request),
        name=("project", "projects"),
    )
    standing.listing = listing
    return listing


def _searched(rows: QuerySet[Project], text: str) -> QuerySet[Project]:
    """Each word is in the name, begins the ID, or is in the client's name."""
    for word in text.split():
        clients = Client.objects.filter(name__icontains=word).values("pk")
        rows = rows.filter(Q(display_name__icontains=word) | Q(code__istartswith=word) | Q(client__in=clients))
    return rows


def _statuses() -> list[tuple[str, str]]:
    return [(str(status.pk), status.name) for status in ProductionStatus.objects.all()]


def _managers() -> list[tuple[str, str]]:
    return [(str(staff.pk), str(staff)) for staff in queries.managers()]


def _types() -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in ProjectType.objects.all()]


def _bulk_actions(request: Request) -> list[Bulk]:
    actions = []
    if may(request, Right.POST_TO_ACCOUNTING):
        actions.append(Bulk("post", "Post to QuickBooks", "send"))
    if may(request, Right.PROJECTS_EDIT):
        actions.append(Bulk("deactivate", "Deactivate", "slash-circle", ask="Deactivate the chosen projects?"))
        actions.append(Bulk("activate", "Activate", "check"))
    return actions


def _empty(request: Request) -> dict[str, str]:
    words = {
        "title": "No projects yet",
        "text": "Add the first one here, or connect a company file: its jobs become projects.",
        "icon": "folder",
    }
    if may(request, Right.PROJECTS_ADD):
        words |= {"url": reverse("projects:add"), "action": "Add a project"}
    return words


@right_required(Right.PROJECTS_VIEW)
def index(request: Request) -> HttpResponse:
    """The list of projects."""
    return _listing(request).respond("projects/list.html", may_add=may(request, Right.PROJECTS_ADD))


@right_required(Right.PROJECTS_VIEW)
def detail(request: Request, pk: int) -> HttpResponse:
    """The list with one project beside it."""
    project = _project(pk)
    return _listing(request).respond(
        "projects/list.html",
        detail=project,
        detail_template="projects/detail.html",
        may_add=may(request, Right.PROJECTS_ADD),
        **_about(request, project),
    )


def _project(pk: int) -> Project:
    return get_object_or_404(
        Project.objects.select_related(
            "client", "parent", "status", "project_type", "manager", "billing_contact", "default_class"
        ).select_related("tax_item", "terms"),
        pk=pk,
    )


def _about(request: Request, project: Project) -> dict[str, Any]:
    """What the page of one project shows."""
    subject = ("client", project.client_id) if project.is_client_itself else ("project", project.pk)
    return {
        "project": project,
        "rows": _rows(project),
        **of_one(*subject),
        "status_url": reverse("projects:status", args=[project.pk]),
        "tasks": project.tasks.select_related("item"),
        "children": project.children.order_by("display_name"),
        "history": history.of_subject("project", project.pk, 20),
        "may_see_clients": may(request, Right.CLIENTS_VIEW),
        "may_edit": may(request, Right.PROJECTS_EDIT),
        "may_post": may(request, Right.POST_TO_ACCOUNTING),
        "may_ask": may(request, MAY_PROPOSE["project"]) or may(request, Right.POST_TO_ACCOUNTING),
        "may_see_transactions": may(request, Right.TRANSACTIONS_VIEW),
        "may_link": may(request, Right.INTEGRATION_VIEW),
        "key": uuid4(),
    }


def _rows(project: Project) -> list[tuple[str, Any]]:
    usual = [
        ("ID", project.code),
        ("Manager", project.manager),
        ("Status", project.status),
        ("Billing contact", project.billing_contact or project.client.billing_contact),
    ]
    rare = [
        ("Name in QuickBooks", project.name if project.name != project.display_name else ""),
        ("Part of", project.parent),
        ("Type", project.project_type),
        ("Start", project.start_date),
        ("Due", project.due_date),
        ("Class", project.default_class),
        ("Sales tax", project.tax_item),
        ("Terms", project.terms),
        ("Description", project.description),
        ("Notes", project.notes),
    ]
    return [*usual, *((label, value) for label, value in rare if value)]


# --- the form ---------------------------------------------------------------------------------------------------------
@right_required(Right.PROJECTS_ADD)
def add(request: Request) -> HttpResponse:
    """A new project, posted right away if ticked."""
    if request.method != "POST":
        return _form_page(request, ProjectForm(initial=_first_values(request)))
    form = ProjectForm(request.POST)
    if form.is_valid():
        project = saved(form, lambda: _added(request, form))
        if project is not None:
            return _shown(request, project, f"Saved {project}.")
    return _form_page(request, form)


def _added(request: Request, form: ProjectForm) -> Project:
    wanted = _wanted(request) if form.cleaned_data["post"] else Post.NO
    return operations.add_project(
        request.user, form.to_data(), post=wanted, key=form.cleaned_data["key"], now=timezone.now()
    )


def _wanted(request: Request) -> Post:
    return Post.NOW if may(request, Right.POST_TO_ACCOUNTING) else Post.PROPOSE


def _first_values(request: Request) -> dict[str, object]:
    given = request.GET.get("client", "")
    client = Client.objects.filter(pk=given).first() if given.isdigit() else None
    staff = getattr(request.user, "staff", None)
    return {"client": client, "manager": staff.pk if staff else None, "post": _shares_projects()}


def _shares_projects() -> bool:
    company_file = default_file()
    return company_file is not None and company_file.use_jobs


def _form_page(request: Request, form: ProjectForm, project: Project | None = None) -> HttpResponse:
    context = {
        "form": form,
        "project": project,
        "may_post": may(request, Right.POST_TO_ACCOUNTING),
        "connected": default_file() is not None,
        "shared": _shares_projects(),
        "look": None if project else _look(form),
    }
    return render(request, "projects/form.html", context, status=422 if form.is_bound and form.errors else 200)


def _look(form: ProjectForm) -> checks.Preflight | None:
    """What posting would do, as far as the form says enough already."""
    if not form.is_bound:
        return None
    fresh = ProjectForm(form.data)  # a field that was refused on saving has lost its value in the form itself
    fresh.is_valid()
    typed = fresh.cleaned_data
    if not typed.get("client") or not typed.get("name"):
        return None
    if "parent" in fresh.errors:
        return checks.Preflight("", problems=(FieldProblem("parent", str(fresh.errors["parent"][0])),))
    project = Project(client=typed["client"], parent=typed.get("parent"), name=typed["name"].strip())
    return checks.look(project)


@require_POST
@right_required(Right.PROJECTS_ADD)
def preflight(request: Request) -> HttpResponse:
    """What will happen in QuickBooks, told while the form is filled."""
    form = ProjectForm(request.POST)
    context = {"look": _look(form), "wanted": bool(request.POST.get("post")), "may_post": _wanted(request) == Post.NOW}
    return render(request, "projects/preflight.html", context)


def _shown(request: Request, project: Project, words: str) -> HttpResponse:
    """The project after saving: in place for htmx, else by its own address."""
    url = reverse("projects:detail", args=[project.pk])
    if not getattr(request, "htmx", False):
        messages.success(request, words)
        return redirect(url)
    context = _about(request, project) | {"words": words}
    response = render(request, "projects/saved.html", context)
    response["HX-Push-Url"] = url
    return response


@right_required(Right.PROJECTS_EDIT)
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a project."""
    project = _project(pk)
    form = ProjectForm(request.POST if request.method == "POST" else None, project=project)
    if request.method == "POST" and form.is_valid():
        changed = saved(form, lambda: _changed(request, form, project))
        if changed is not None:
            return _shown(request, changed, f"Saved {changed}.")
    return _form_page(request, form, project)


def _changed(request: Request, form: ProjectForm, project: Project) -> Project:
    typed = form.cleaned_data
    return operations.change_project(
        request.user, project, form.to_data(), version=typed["version"], key=typed["key"], now=timezone.now()
    )


@right_required(Right.PROJECTS_ADD)
def pick_client(request: Request) -> HttpResponse:
    """Clients for what was typed so far."""
    found = queries.clients_like(request.GET.get("client", "")[:100])
    return _options(request, [(str(client), client.code) for client in found])


@right_required(Right.PROJECTS_ADD)
def pick_parent(request: Request) -> HttpResponse:
    """Projects of the client that was typed."""
    client = queries.client_named(request.GET.get("client", "")[:100])
    found = queries.parents_in(client, text=request.GET.get("parent", "")[:100]) if client else []
    return _options(request, [(str(project), project.code) for project in found])


@right_required(Right.PROJECTS_ADD)
def pick_contact(request: Request) -> HttpResponse:
    """Contacts of the client that was typed."""
    client = queries.client_named(request.GET.get("client", "")[:100])
    found = queries.contacts_of(client)[:20] if client else []
    return _options(request, [(str(contact), contact.job_title) for contact in found])


def _options(request: Request, options: list[tuple[str, str]]) -> HttpResponse:
    return render(request, "widgets/options.html", {"options": options})


# --- what buttons do --------------------------------------------------------------------------------------------------
@require_POST
@right_required(Right.PROJECTS_VIEW)
def post(request: Request, pk: int) -> HttpResponse:
    """Post a project, or ask an administrator to."""
    project = _project(pk)
    propose = not may(request, Right.POST_TO_ACCOUNTING)
    done = f"An administrator is asked to post {project}." if propose else f"{project} goes to QuickBooks."
    act(
        request,
        lambda: operations.post(request.user, project, propose=propose, key=form_key(request), now=timezone.now()),
        done,
    )
    return redirect("projects:detail", pk)


@right_required(Right.PROJECTS_VIEW)
def status(request: Request, pk: int) -> HttpResponse:
    """How the newest posting of a project stands, asked while it is on its way."""
    project = get_object_or_404(Project.objects.only("pk", "client_id", "is_client_itself"), pk=pk)
    subject = ("client", project.client_id) if project.is_client_itself else ("project", project.pk)
    return posting_status(request, subject, reverse("projects:status", args=[pk]))


@require_POST
@right_required(Right.PROJECTS_EDIT)
def set_active(request: Request, pk: int) -> HttpResponse:
    """Deactivate a project, or activate it again."""
    project, active = _project(pk), request.POST.get("active") == "1"
    words = f"{project} is {'active again' if active else 'inactive'}."
    act(
        request,
        lambda: operations.set_projects_active(
            request.user, [project], active, timezone.now(), in_books=wanted_in_books(request)
        ),
        words,
    )
    return redirect("projects:detail", pk)


@require_POST
@right_required(Right.PROJECTS_VIEW)
def bulk(request: Request) -> HttpResponse:
    """What is done to many projects at once."""
    listing = _listing(request)
    rows = listing.selected().select_related("client", "parent", "status")
    action = request.POST.get("action", "")
    if action == "post":
        posted_together(request, chosen(request, to_be_posted(request, rows, "project")))
    elif action in ("activate", "deactivate"):
        active = action == "activate"
        done = operations.set_projects_active(request.user, chosen(request, rows), active, timezone.now())
        messages.success(request, f"{done} {'project' if done == 1 else 'projects'} {action}d.")
    return redirect(listing.here_with_query)


# --- tasks ------------------------------------------------------------------------------------------------------------
@right_required(Right.PROJECTS_EDIT)
def add_task(request: Request, pk: int) -> HttpResponse:
    """A new task of a project."""
    return _task_page(request, _project(pk), None)


@right_required(Right.PROJECTS_EDIT)
def edit_task(request: Request, pk: int, task_pk: int) -> HttpResponse:
    """Change a task."""
    return _task_page(request, _project(pk), get_object_or_404(Task, pk=task_pk, project_id=pk))


def _task_page(request: Request, project: Project, task: Task | None) -> HttpResponse:
    kept = {"name": task.name, "item": task.item_id, "is_active": task.is_active} if task else None
    form = TaskForm(request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST" and form.is_valid():
        done = saved(form, lambda: operations.save_task(request.user, project, task, form.to_data()))
        if done is not None:
            messages.success(request, f"Saved {done}.")
            return redirect("projects:detail", project.pk)
    context = {"form": form, "project": project, "task": task}
    return render(request, "projects/task.html", context, status=422 if form.errors else 200)
