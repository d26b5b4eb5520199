"""Clients: the list with a detail beside it, and the form."""

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
from daybook.directory.models import Client, ClientType
from daybook.directory.operations.common import Post
from daybook.directory.operations.posting import MAY_PROPOSE
from daybook.history import queries as history
from daybook.people.rights import Right
from daybook.web.clients.forms import ClientForm
from daybook.web.listing import Bulk, Column, Filter, Listing
from daybook.web.refusals import act
from daybook.web.requests import Request
from daybook.web.rights import may, right_required
from daybook.web.saving import saved
from daybook.web.standing import Standing, of_one
from daybook.web.together import chosen, form_key, posted_together, posting_status, to_be_posted, wanted_in_books

STATES = (("1", "Active"), ("0", "Inactive"))


def _listing(request: Request) -> Listing:
    standing = Standing("client")
    listing = Listing(
        request,
        Client.objects.select_related("client_type", "billing_contact"),
        columns=[
            Column("name", "Client", sort=("name",), phone="title"),
            Column("code", "ID", sort=("code",)),
            Column("client_type", "Type"),
            Column("billing_contact", "Billing contact"),
            Column("phone", "Phone", kind="phone", value="billing_contact.phone", shown=False),
            Column("email", "E-mail", value="billing_contact.email", shown=False),
            standing.column(),
        ],
        filters=[
            Filter("active", "Show", STATES, lambda rows, value: rows.filter(is_active=value == "1"), default="1"),
            Filter("client_type", "Type", lambda: [(str(one.pk), one.name) for one in ClientType.objects.all()]),
        ],
        search=_searched,
        default_sort="name",
        key="clients",
        row_url=lambda client: reverse("clients:detail", args=[client.pk]),
        list_url=reverse("clients:list"),
        bulk=_bulk_actions(request),
        bulk_url=reverse("clients:bulk"),
        empty=_empty(request),
        name=("client", "clients"),
    )
    standing.listing = listing
    return listing


def _searched(rows: QuerySet[Client], text: str) -> QuerySet[Client]:
    for word in text.split():
        rows = rows.filter(Q(name__icontains=word) | Q(code__istartswith=word) | Q(company_name__icontains=word))
    return rows


def _bulk_actions(request: Request) -> list[Bulk]:
    actions = []
    if may(request, Right.POST_TO_ACCOUNTING):
        actions.append(Bulk("post", "Post to QuickBooks", "send"))
    if may(request, Right.CLIENTS_EDIT):
        actions.append(Bulk("deactivate", "Deactivate", "slash-circle", ask="Deactivate the chosen clients?"))
        actions.append(Bulk("activate", "Activate", "check"))
    return actions


def _empty(request: Request) -> dict[str, str]:
    words = {
        "title": "No clients yet",
        "text": "Add the first one here, or connect a company file: its customers become clients.",
        "icon": "building",
    }
    if may(request, Right.CLIENTS_EDIT):
        words |= {"url": reverse("clients:add"), "action": "Add a client"}
    return words


@right_required(Right.CLIENTS_VIEW)
def index(request: Request) -> HttpResponse:
    """The list of clients."""
    return _listing(request).respond("clients/list.html", may_edit=may(request, Right.CLIENTS_EDIT))


@right_required(Right.CLIENTS_VIEW)
def detail(request: Request, pk: int) -> HttpResponse:
    """The list with one client beside it."""
    client = _client(pk)
    context = _about(request, client)
    return _listing(request).respond(
        "clients/list.html", detail=client, detail_template="clients/detail.html", **context
    )


def _client(pk: int) -> Client:
    wanted = Client.objects.select_related("client_type", "billing_contact", "primary_contact")
    return get_object_or_404(wanted, pk=pk)


def _about(request: Request, client: Client) -> dict[str, Any]:
    """What the page of one client shows."""
    projects = queries.projects_of(client)
    contact = client.billing_contact
    return {
        "client": client,
        "rows": [
            ("ID", client.code),
            ("Company name", client.company_name or client.name),
            ("Type", client.client_type),
            ("Billing contact", contact),
            ("Address", ", ".join(contact.lines()) if contact else ""),
            ("Phone", contact.phone if contact else ""),
            ("E-mail", contact.email if contact else ""),
            ("Primary contact", client.primary_contact),
            *([("Notes", client.notes)] if client.notes else []),
        ],
        **of_one("client", client.pk),
        "status_url": reverse("clients:status", args=[client.pk]),
        "projects": projects,
        "contacts": queries.contacts_of(client)[:20],
        "history": history.of_subject("client", client.pk, 20),
        "may_edit": may(request, Right.CLIENTS_EDIT),
        "may_add_project": may(request, Right.PROJECTS_ADD),
        "may_post": may(request, Right.POST_TO_ACCOUNTING),
        "may_ask": may(request, MAY_PROPOSE["client"]) or may(request, Right.POST_TO_ACCOUNTING),
        "may_see_transactions": may(request, Right.TRANSACTIONS_VIEW),
        "may_link": may(request, Right.INTEGRATION_VIEW),
        "key": uuid4(),
    }


@right_required(Right.CLIENTS_EDIT)
def add(request: Request) -> HttpResponse:
    """A new client, posted right away if ticked."""
    if request.method != "POST":
        return _form_page(request, ClientForm(initial={"post": default_file() is not None}))
    form = ClientForm(request.POST)
    if form.is_valid():
        client = saved(form, lambda: _added(request, form))
        if client is not None:
            messages.success(request, f"Saved {client}.")
            return redirect("clients:detail", client.pk)
    return _form_page(request, form)


def _added(request: Request, form: ClientForm) -> Client:
    typed = form.cleaned_data
    wanted = Post.NO
    if typed["post"]:
        wanted = Post.NOW if may(request, Right.POST_TO_ACCOUNTING) else Post.PROPOSE
    return operations.add_client(
        request.user,
        form.to_data(),
        contact=form.to_contact(),
        post=wanted,
        key=typed["key"],
        now=timezone.now(),
    )


@right_required(Right.CLIENTS_EDIT)
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a client."""
    client = _client(pk)
    form = ClientForm(request.POST if request.method == "POST" else None, client=client)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        changed = saved(
            form,
            lambda: operations.change_client(
                request.user, client, form.to_data(), version=typed["version"], key=typed["key"], now=timezone.now()
            ),
        )
        if changed is not None:
            messages.success(request, f"Saved {changed}.")
            return redirect("clients:detail", pk)
    return _form_page(request, form, client)


def _form_page(request: Request, form: ClientForm, client: Client | None = None) -> HttpResponse:
    context = {
        "form": form,
        "client": client,
        "may_post": may(request, Right.POST_TO_ACCOUNTING),
        "connected": default_file() is not None,
    }
    return render(request, "clients/form.html", context, status=422 if form.is_bound and form.errors else 200)


@require_POST
@right_required(Right.CLIENTS_VIEW)
def post(request: Request, pk: int) -> HttpResponse:
    """Post a client, or ask an administrator to."""
    client, propose = _client(pk), not may(request, Right.POST_TO_ACCOUNTING)
    done = f"An administrator is asked to post {client}." if propose else f"{client} goes to QuickBooks."
    key = form_key(request)
    act(request, lambda: operations.post(request.user, client, propose=propose, key=key, now=timezone.now()), done)
    return redirect("clients:detail", pk)


@right_required(Right.CLIENTS_VIEW)
def status(request: Request, pk: int) -> HttpResponse:
    """How the newest posting of a client stands, asked while it is on its way."""
    return posting_status(request, ("client", pk), reverse("clients:status", args=[pk]))


@require_POST
@right_required(Right.CLIENTS_EDIT)
def set_active(request: Request, pk: int) -> HttpResponse:
    """Deactivate a client, or activate it again."""
    client, active = _client(pk), request.POST.get("active") == "1"
    words = f"{client} is {'active again' if active else 'inactive'}."
    act(
        request,
        lambda: operations.set_clients_active(
            request.user, [client], active, timezone.now(), in_books=wanted_in_books(request)
        ),
        words,
    )
    return redirect("clients:detail", pk)


@require_POST
@right_required(Right.CLIENTS_VIEW)
def bulk(request: Request) -> HttpResponse:
    """What is done to many clients at once."""
    listing = _listing(request)
    rows = listing.selected()
    action = request.POST.get("action", "")
    if action == "post":
        posted_together(request, chosen(request, to_be_posted(request, rows, "client")))
    elif action in ("activate", "deactivate"):
        done = operations.set_clients_active(request.user, chosen(request, rows), action == "activate", timezone.now())
        messages.success(request, f"{done} {'client' if done == 1 else 'clients'} {action}d.")
    return redirect(listing.here_with_query)
