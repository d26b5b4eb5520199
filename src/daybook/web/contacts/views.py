"""Contacts: the people at clients, whose address stands on every customer and job that shows them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from daybook.directory import operations, queries
from daybook.directory.models import Client, Contact
from daybook.history import queries as history
from daybook.people.rights import Right
from daybook.web.contacts.forms import ContactForm
from daybook.web.listing import Bulk, Column, Filter, Listing
from daybook.web.requests import Request
from daybook.web.rights import may, right_required
from daybook.web.saving import saved

STATES = (("1", "In use"), ("0", "Not in use"))


def _listing(request: Request) -> Listing:
    actions = [Bulk("deactivate", "Take out of use", "slash-circle"), Bulk("activate", "Use again", "check")]
    return Listing(
        request,
        Contact.objects.select_related("client"),
        columns=[
            Column("name", "Contact", sort=("last_name", "first_name"), value=str, phone="title"),
            Column("client", "Client", value="client.name"),
            Column("job_title", "Job title"),
            Column("email", "E-mail"),
            Column("phone", "Phone", kind="phone"),
            Column("city", "City", shown=False),
        ],
        filters=[Filter("used", "Show", STATES, lambda rows, value: rows.filter(is_active=value == "1"), default="1")],
        search=("first_name", "last_name", "company", "email"),
        default_sort="name",
        key="contacts",
        row_url=lambda contact: reverse("contacts:detail", args=[contact.pk]),
        list_url=reverse("contacts:list"),
        bulk=actions if may(request, Right.CLIENTS_EDIT) else [],
        bulk_url=reverse("contacts:bulk"),
        empty={
            "title": "No contacts yet",
            "text": "A client's billing contact comes with the client; others are added here.",
            "url": reverse("contacts:add") if may(request, Right.CLIENTS_EDIT) else "",
            "action": "Add a contact",
            "icon": "person",
        },
        name=("contact", "contacts"),
    )


@right_required(Right.CLIENTS_VIEW)
def index(request: Request) -> HttpResponse:
    """The list of contacts."""
    return _listing(request).respond("contacts/list.html", may_edit=may(request, Right.CLIENTS_EDIT))


@right_required(Right.CLIENTS_VIEW)
def detail(request: Request, pk: int) -> HttpResponse:
    """The list with one contact beside it, and where the contact is shown."""
    contact = get_object_or_404(Contact.objects.select_related("client"), pk=pk)
    rows = [
        ("Job title", contact.job_title),
        ("Company", contact.company),
        ("E-mail", contact.email),
        ("Phone", contact.phone),
        ("Other phone", contact.alt_phone),
        ("Address", "the client's main address" if contact.use_main_address else ", ".join(contact.lines())),
    ]
    return _listing(request).respond(
        "contacts/list.html",
        detail=contact,
        detail_template="contacts/detail.html",
        contact=contact,
        rows=rows,
        clients=queries.clients_with(contact),
        projects=queries.projects_with(contact)[:50],
        history=history.of_subject("contact", pk, 20),
        may_edit=may(request, Right.CLIENTS_EDIT),
    )


@right_required(Right.CLIENTS_EDIT)
def add(request: Request) -> HttpResponse:
    """A new contact."""
    given = request.GET.get("client", "")
    client = Client.objects.filter(pk=given).first() if given.isdigit() else None
    form = ContactForm(request.POST if request.method == "POST" else None, initial={"client": client})
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        made = saved(form, lambda: operations.add_contact(request.user, form.to_data(), key=key, now=timezone.now()))
        if made is not None:
            return _done(request, made)
    return _page(request, form, None)


@right_required(Right.CLIENTS_EDIT)
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a contact; customers and jobs that show it follow."""
    contact = get_object_or_404(Contact, pk=pk)
    form = ContactForm(request.POST if request.method == "POST" else None, contact=contact)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        made = saved(
            form,
            lambda: operations.change_contact(request.user, contact, form.to_data(), key=key, now=timezone.now()),
        )
        if made is not None:
            return _done(request, made)
    return _page(request, form, contact)


def _page(request: Request, form: ContactForm, contact: Contact | None) -> HttpResponse:
    context = {"form": form, "contact": contact}
    return render(request, "contacts/form.html", context, status=422 if form.is_bound and form.errors else 200)


def _done(request: Request, contact: Contact) -> HttpResponse:
    messages.success(request, f"Saved {contact}.")
    return redirect("contacts:detail", contact.pk)


@require_POST
@right_required(Right.CLIENTS_EDIT)
def bulk(request: Request) -> HttpResponse:
    """Take many contacts out of use, or back."""
    listing = _listing(request)
    active = request.POST.get("action") == "activate"
    done = operations.set_contacts_active(request.user, listing.selected(), active, timezone.now())
    messages.success(request, f"{done} {'contact' if done == 1 else 'contacts'} changed.")
    return redirect(listing.here_with_query)
