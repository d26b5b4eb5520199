"""Project Integration and Staff Integration: what Daybook and QuickBooks share, and what they do not yet."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daybook.connections.models import CompanyFile
from daybook.connections.queries import default_file
from daybook.history.queries import of_subject
from daybook.intake import operations as intake
from daybook.intake.models import Conflict
from daybook.outbox import queries as outbox
from daybook.outbox.models import Link
from daybook.people.errors import Refused
from daybook.people.rights import Right
from daybook.web.integration.actions import DONE, GROUPS, MOST_AT_ONCE, Doer, Outcome
from daybook.web.integration.matching import MOST_SHOWN, twins
from daybook.web.integration.pairs import FILTERS, SIDES, Pair, Side, Table, complete, suggest
from daybook.web.rights import may, right_required

MOST_ROWS_ASKED = 60
MOST_FOUND = 20
PAGES = {"client": "clients", "project": "projects", "staff": "staff"}
BULK = (("post", "send"), ("add", "download"), ("block", "slash-circle"), ("unblock", "unlock"))


@right_required(Right.INTEGRATION_VIEW)
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, side: str) -> HttpResponse:
    """The two columns; a POST does something to one row or to the ticked ones."""
    company_file = default_file()
    if company_file is None:
        return render(request, "integration/no_file.html", {"side": SIDES[side]})
    if request.method == "POST":
        return _act(request, SIDES[side], company_file)
    return _show(request, _table(request, SIDES[side], company_file))


@right_required(Right.INTEGRATION_VIEW)
@require_GET
def detail(request: HttpRequest, side: str, key: str) -> HttpResponse:
    """One row beside the list: both records, their differences, and a search for the record to link."""
    table = _table(request, SIDES[side], _file())
    pair = _pair(table, key)
    return _show(request, table, detail=pair, **_about(request, table, pair))


@right_required(Right.INTEGRATION_VIEW)
@require_GET
def status(request: HttpRequest, side: str) -> HttpResponse:
    """The rows whose postings were on their way, as they are now."""
    table = _table(request, SIDES[side], _file())
    keys = request.GET.getlist("row")[:MOST_ROWS_ASKED]
    pairs = [_row(table, key) for key in keys]
    found = [(key, pair) for key, pair in zip(keys, pairs, strict=True) if pair is not None]
    waiting = [key for key, pair in found if pair.on_its_way]
    context = {"rows": found, "side": table.side, "on_its_way": waiting, **_rights(request, table.side)}
    return render(request, "integration/status.html", context)


@right_required(Right.INTEGRATION_VIEW)
@require_GET
def match(request: HttpRequest, side: str) -> HttpResponse:
    """Records with the same name on both sides, ticked; the button is the person's yes."""
    table = _table(request, SIDES[side], _file())
    found = twins(table.side, table.links)
    context = {
        "side": table.side,
        "twins": found,
        "most": MOST_SHOWN,
        "form_key": uuid4(),
        **_rights(request, table.side),
    }
    return render(request, "integration/match.html", context)


@right_required(Right.INTEGRATION_VIEW)
@require_POST
def settle(request: HttpRequest, side: str) -> HttpResponse:
    """A person says which value of a field holds."""
    conflict = Conflict.objects.filter(pk=_number(request.POST.get("conflict", "")), settled_at=None).first()
    if conflict is None:
        messages.info(request, "That difference is settled already.")
    else:
        choice = "ours" if request.POST.get("choice") == "ours" else "theirs"
        try:
            intake.settle_conflict(request.user, conflict, choice, timezone.now())  # type: ignore[arg-type]
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            whose = "Daybook's value goes to QuickBooks." if choice == "ours" else "QuickBooks' value holds now."
            messages.success(request, f"Settled. {whose}")
    return redirect(f"{reverse(f'integration:{side}')}?show=conflict")


# --- what the pages are made of -------------------------------------------------------------------------------------
def _file() -> CompanyFile:
    found = default_file()
    if found is None:
        raise Http404("no company file is connected")
    return found


def _table(request: HttpRequest, side: Side, company_file: CompanyFile) -> Table:
    show = request.GET.get("show", "differ")
    text = request.GET.get("q", "").strip()[:100]
    return Table(
        side,
        company_file,
        show if show in FILTERS else "differ",
        text,
        request.GET.get("at", ""),
        request.GET.get("before", ""),
    )


def _show(request: HttpRequest, table: Table, **context: Any) -> HttpResponse:
    shared = {
        "table": table,
        "side": table.side,
        "filters": [(key, words, table.counts[key]) for key, words in FILTERS.items()],
        "here": reverse(f"integration:{table.side.key}"),
        "bulk": BULK,
        "form_key": uuid4(),
    }
    return render(request, "integration/page.html", shared | _rights(request, table.side) | context)


def _rights(request: HttpRequest, side: Side) -> dict[str, bool]:
    return {
        "may_post": may(request, Right.POST_TO_ACCOUNTING),
        "may_add": may(request, Right.STAFF_ADD if side.kind == "employee" else Right.IMPORT),
        "may_settle": may(request, Right.APPROVE_TRANSFERS),
    }


def _pair(table: Table, key: str) -> Pair:
    pair = _row(table, key)
    if pair is None:
        raise Http404("no such row")
    return pair


def _row(table: Table, key: str) -> Pair | None:
    """The row with this key, as it is now: a record that was posted meanwhile has its link."""
    kind, _, number = key.partition("-")
    if not number.isdigit():
        return None
    link = table.links.filter(pk=int(number)).first() if kind == "link" else None
    subject = next((one for one in table.side.subjects if one.kind == kind), None)
    record = None
    if subject is not None:
        rows = subject.model._default_manager.select_related(*subject.related)
        record = rows.filter(subject.shown, pk=int(number)).first()
        link = table.links.filter(subject_kind=kind, subject_id=int(number)).first() if record else None
    if link is None and record is None:
        return None
    pair = Pair(_group(link), link, link.subject_kind if link else kind, record)
    complete([pair], table.side)
    suggest([pair], table.side, table.links)
    return pair


def _group(link: Link | None) -> str:
    if link is None:
        return "here"
    if link.state == Link.State.SHARED:
        return "linked" if link.is_active else "inactive"
    if link.state == Link.State.THEIRS_ONLY:
        asked = link.kind == "employee" and link.wanted_by_person is None and link.is_active
        return "new" if asked else "there"
    return "broken" if link.state == Link.State.BROKEN else "blocked"


def _about(request: HttpRequest, table: Table, pair: Pair) -> dict[str, Any]:
    """What the detail shows beside the two names."""
    text = request.GET.get("find", "").strip()[:100]
    found: dict[str, Any] = {"find": text, "found": [], "conflicts": [], "postings": [], "changes": []}
    if pair.link is not None:
        found["conflicts"] = list(Conflict.objects.filter(link=pair.link, settled_at=None))
        if pair.link.replaced_by_list_id:
            found["replaced_by"] = table.links.filter(list_id=pair.link.replaced_by_list_id).first()
    if pair.subject is not None:
        found["postings"] = list(outbox.of_subject(pair.subject_kind, pair.subject.pk)[:5])
        found["changes"] = list(of_subject(pair.subject_kind, pair.subject.pk)[:5])
        found["status_url"] = reverse(f"{PAGES[pair.subject_kind]}:status", args=[pair.subject.pk])
    found["subject_key"] = pair.own_key
    if text and pair.control == "not":
        found["found"] = _found(table, pair, text)
    return found


def _found(table: Table, pair: Pair, text: str) -> list[tuple[str, str]]:
    """Lone records of the other side whose name contains the text, each with the value that links the two."""
    if pair.subject is not None:
        links = table.links.filter(state=Link.State.THEIRS_ONLY, full_name__icontains=text).order_by("full_name")
        own = f"{pair.subject_kind}-{pair.subject.pk}"
        return [(f"{own}:{link.list_id}", link.full_name or link.name) for link in links[:MOST_FOUND]]
    other = Table(table.side, table.company_file, "here", text)
    list_id = pair.link.list_id if pair.link else ""
    return [(f"{one.key}:{list_id}", f"{one.under} / {one.ours}".strip(" /")) for one in other.pairs[:MOST_FOUND]]


# --- what a POST does -------------------------------------------------------------------------------------------------
def _act(request: HttpRequest, side: Side, company_file: CompanyFile) -> HttpResponse:
    doer = Doer(request.user, side, company_file, _form_key(request), timezone.now())  # type: ignore[arg-type]
    action, _, key = request.POST.get("one", "").partition("|")
    if action in DONE and key:
        _tell(request, doer.to_many(action, [key]), [key])
    else:
        action = request.POST.get("action", "")
        keys = request.POST.getlist("selected")
        if request.POST.get("all") == "1" and action in GROUPS:
            keys = _table(request, side, company_file).first_keys(GROUPS[action], MOST_AT_ONCE + 1)
        if action not in DONE or not keys:
            messages.info(request, "Nothing was ticked. Tick the rows, then choose what to do with them.")
        else:
            _tell(request, doer.to_many(action, keys), keys)
    query = request.GET.urlencode()
    return redirect(f"{reverse(f'integration:{side.key}')}{'?' + query if query else ''}")


def _tell(request: HttpRequest, outcome: Outcome, keys: list[str]) -> None:
    if outcome.done == 1 and len(keys) == 1:
        messages.success(request, f"{outcome.name}: {DONE[outcome.action]}.")
    elif outcome.done:
        messages.success(request, outcome.sentence)
    elif not outcome.refused:
        messages.info(request, "Nothing to do: the record changed meanwhile, or this does not apply to it.")
    for name, sentence in outcome.refused[:5]:
        messages.error(request, f"{name}: {sentence}")
    if len(outcome.refused) > 5:
        messages.error(request, f"{len(outcome.refused) - 5:,} more were refused.")
    if len(keys) > MOST_AT_ONCE:
        messages.info(request, f"The first {MOST_AT_ONCE:,} were done. Do the next ones now.")


def _form_key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("form_key", ""))
    except ValueError:
        return uuid4()


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 19 else 0
