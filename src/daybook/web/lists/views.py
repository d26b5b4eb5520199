"""Lists: the six kept in Daybook, and all those looked up in the books, which share one page."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import models
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from daybook.books.lists import LISTS, ListKind
from daybook.connections.queries import default_file
from daybook.directory import operations
from daybook.directory.models import ListEntry
from daybook.outbox.models import Link
from daybook.people.rights import Right
from daybook.web.listing import Bulk, Column, Filter, Listing
from daybook.web.lists.own import OWN_LISTS, OwnList
from daybook.web.requests import Request
from daybook.web.rights import may, right_required
from daybook.web.saving import saved
from daybook.web.templatetags.shown import field_words, plain

STATES = (("1", "Active"), ("0", "Inactive"))
CODED = ("type", "wage_type")  # facts whose values are words of qbXML
FACTS = {"description": "Description", "price": "Price", "account": "Account", "rate": "Rate", "number": "Number"}


@right_required(Right.LISTS_VIEW)
def index(request: Request) -> HttpResponse:
    """All lists, with how many entries each has."""
    company_file = default_file()
    many: dict[str, int] = {}
    if company_file is not None:
        for model in (ListEntry, Link):
            rows = model.objects.filter(company_file=company_file, is_active=True)
            many |= dict(rows.values_list("kind").annotate(Count("id")).order_by())
    books = [(kind, many.get(kind.key, 0)) for kind in LISTS.values() if not kind.two_way]
    own = [(one, one.model._default_manager.count()) for one in OWN_LISTS.values()]
    return render(request, "lists/index.html", {"own": own, "books": books, "company_file": company_file})


# --- looked up in the books -------------------------------------------------------------------------------------------
def _kind(key: str) -> ListKind:
    if key not in LISTS:
        raise Http404("There is no such list.")
    return LISTS[key]


def _looked_up(request: Request, kind: ListKind) -> Listing:
    model: type[ListEntry] | type[Link] = Link if kind.people else ListEntry
    rows = model.objects.filter(company_file=default_file(), kind=kind.key)
    columns = [
        Column("name", "Name", sort=("full_name",), value="full_name", phone="title"),
        *([] if kind.people else _fact_columns(kind.key)),
        Column("is_active", "Active", kind="yes"),
        Column("list_id", "ListID", shown=False),
    ]
    return Listing(
        request,
        rows,
        columns=columns,
        filters=[
            Filter("active", "Show", STATES, lambda rows, value: rows.filter(is_active=value == "1"), default="1"),
            *([Filter("fields__type", "Type", partial(_types, rows))] if kind.key == "account" else []),
        ],
        search=("full_name",),
        default_sort="name",
        key=f"list_{kind.key}",
        row_url=lambda row: reverse("lists:detail", args=[kind.key, row.pk]),
        list_url=reverse("lists:list", args=[kind.key]),
        empty={
            "title": f"No {kind.plural.lower()} yet",
            "text": "They come from QuickBooks with the next import and are kept there.",
            "icon": "card-checklist",
        },
        name=(kind.label.lower(), kind.plural.lower()),
    )


def _types(accounts: "models.QuerySet[Any]") -> list[tuple[str, str]]:
    """The types the accounts have, bank and card accounts among them."""
    found = {str(fields.get("type", "")) for fields in accounts.values_list("fields", flat=True)}
    return [(one, _spaced(one)) for one in sorted(found) if one]


def _spaced(word: str) -> str:
    """CostOfGoodsSold, a word of qbXML, as "Cost of goods sold"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word).capitalize()


def _fact_columns(key: str) -> list[Column]:
    wanted = {
        "account": ("number", "type"),
        "item_sales_tax": ("rate",),
        "terms_standard": ("due_days",),
        "currency": ("code",),
    }
    names = wanted.get(key, ("description", "price") if key.startswith("item_") else ())
    return [Column(name, _label(name), value=partial(_fact, name)) for name in names]


def _fact(name: str, row: Any) -> str:
    return _shown(name, row.fields.get(name))


def _label(name: str) -> str:
    return FACTS.get(name) or field_words(name)


def _shown(name: str, value: Any) -> str:
    """A fact as text."""
    text = plain(value)
    return _spaced(text) if name in CODED else text


@right_required(Right.LISTS_VIEW)
def looked_up(request: Request, kind: str) -> HttpResponse:
    """One list of the books."""
    chosen = _kind(kind)
    return _looked_up(request, chosen).respond("lists/looked_up.html", kind=chosen)


@right_required(Right.LISTS_VIEW)
def looked_up_detail(request: Request, kind: str, pk: int) -> HttpResponse:
    """One entry beside its list, with all that is known."""
    chosen = _kind(kind)
    listing = _looked_up(request, chosen)
    entry = get_object_or_404(listing.queryset, pk=pk)
    facts = entry.base if chosen.people else entry.fields
    rows = [
        (_label(name), _shown(name, value)) for name, value in facts.items() if name != "is_active" and plain(value)
    ]

    rows += [("ListID", entry.list_id), ("Active in QuickBooks", "yes" if entry.is_active else "no")]
    return listing.respond(
        "lists/looked_up.html", kind=chosen, detail=entry, detail_template="lists/entry.html", rows=rows
    )


# --- kept in Daybook --------------------------------------------------------------------------------------------------
def _own(key: str) -> OwnList:
    if key not in OWN_LISTS:
        raise Http404("There is no such list.")
    return OWN_LISTS[key]


def _own_listing(request: Request, one: OwnList) -> Listing:
    actions = [Bulk("deactivate", "Take out of use", "slash-circle"), Bulk("activate", "Use again", "check")]
    shown = Filter("active", "Show", STATES, lambda rows, value: rows.filter(is_active=value == "1"), default="1")
    return Listing(
        request,
        one.rows(),
        columns=one.columns,
        filters=[shown] if one.has_active else [],
        search=one.search,
        default_sort=one.columns[0].key,
        key=f"own_{one.key}",
        row_url=_edit_url(one.key) if may(request, Right.LISTS_EDIT) else None,
        list_url=reverse("lists:own", args=[one.key]),
        bulk=actions if one.has_active and may(request, Right.LISTS_EDIT) else [],
        bulk_url=reverse("lists:own_bulk", args=[one.key]),
        empty={
            "title": f"No {one.title.lower()} yet",
            "text": one.text,
            "url": reverse("lists:own_add", args=[one.key]) if may(request, Right.LISTS_EDIT) else "",
            "action": f"Add a {one.one}" if one.one[0] not in "aeio" else f"Add an {one.one}",
            "icon": "card-checklist",
        },
        name=(one.one, one.title.lower()),
    )


def _edit_url(key: str) -> Callable[[Any], str]:
    return lambda row: reverse("lists:own_edit", args=[key, row.pk])


@right_required(Right.LISTS_VIEW)
def own(request: Request, key: str) -> HttpResponse:
    """One list that is kept in Daybook."""
    one = _own(key)
    may_edit = may(request, Right.LISTS_EDIT)
    return _own_listing(request, one).respond("lists/own.html", one=one, may_edit=may_edit, detail_beside=False)


@right_required(Right.LISTS_EDIT)
def own_add(request: Request, key: str) -> HttpResponse:
    """A new entry."""
    return _own_page(request, _own(key), None)


@right_required(Right.LISTS_EDIT)
def own_edit(request: Request, key: str, pk: int) -> HttpResponse:
    """Change an entry."""
    one = _own(key)
    return _own_page(request, one, get_object_or_404(one.rows(), pk=pk))


def _own_page(request: Request, one: OwnList, record: models.Model | None) -> HttpResponse:
    form = one.form(request.POST if request.method == "POST" else None, initial=one.initial(record) if record else None)
    if request.method == "POST" and form.is_valid():
        done = saved(form, lambda: one.save(request.user, record, form.values()))
        if done is not None:
            messages.success(request, f"Saved {done}.")
            return redirect("lists:own", one.key)
    context = {"form": form, "one": one, "record": record}
    return render(request, "lists/form.html", context, status=422 if form.is_bound and form.errors else 200)


@require_POST
@right_required(Right.LISTS_EDIT)
def own_bulk(request: Request, key: str) -> HttpResponse:
    """Take many entries out of use, or back."""
    one = _own(key)
    listing = _own_listing(request, one)
    if one.has_active:
        active = request.POST.get("action") == "activate"
        done = operations.set_list_active(request.user, listing.selected().order_by(), active)
        messages.success(request, f"{done} changed.")
    return redirect(listing.here_with_query)
