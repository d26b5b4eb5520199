"""Every posting: where it stands, who asked, what was sent and answered, and what a person can do about it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from daybook.connections import queries as connections
from daybook.intake import queries as intake
from daybook.intake.models import Conflict
from daybook.notices import queries as notices
from daybook.notices.operations import mail_to_support, tell
from daybook.outbox import operations, queries
from daybook.outbox.models import Link, Posting
from daybook.people import queries as people
from daybook.people.errors import NotAllowed, Refused
from daybook.people.models import User
from daybook.people.rights import Right
from daybook.web.listing import Bulk, Column, Filter, Listing
from daybook.web.refusals import act
from daybook.web.requests import Request
from daybook.web.rights import may, right_required
from daybook.web.spans import in_words
from daybook.web.states import STATES
from daybook.web.transactions.files import column_and_filter
from daybook.web.transactions.letters import shown, transcript

seen = right_required(Right.TRANSACTIONS_VIEW)
MOST_AT_ONCE = 1_000
CHOICES_SHOWN = 10
STATE_ORDER = ("parked", "in_doubt", "proposed", "queued", "sent", "posted", "withdrawn")
PERIODS = (("today", "Today"), ("7", "Last 7 days"), ("30", "Last 30 days"), ("365", "Last year"))


@dataclass(frozen=True)
class StateLine:
    """A state in the list on the left: its address, and how many stand in it."""

    state: str
    label: str
    url: str
    many: int | None
    chosen: bool


@seen
def index(request: Request) -> HttpResponse:
    """All postings, the newest first."""
    return _respond(request)


@seen
def detail(request: Request, pk: int) -> HttpResponse:
    """One posting beside the list."""
    return _respond(request, detail=_posting(pk))


@seen
def status(request: Request, pk: int) -> HttpResponse:
    """Where one posting stands now, for a page that asks again."""
    posting = _posting(pk)
    return render(request, "transactions/polled.html", {"detail": posting, **_about(request, posting)})


@seen
def download(request: Request, pk: int) -> HttpResponse:
    """Everything about one posting as a text file, for support."""
    response = HttpResponse(transcript(_posting(pk)), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="posting-{pk}.txt"'
    return response


@require_POST
@seen
def support(request: Request, pk: int) -> HttpResponse:
    """Mail everything about one posting to the support address."""
    posting = _posting(pk)
    attached = (f"posting-{pk}.txt", transcript(posting))
    body = f"{request.user} sends posting {pk} ({posting.title}) with its texts.\n\n{request.POST.get('reason', '')}\n"
    mail = partial(
        mail_to_support, request.user, subject=f"Posting {pk}: {posting.title}", body=body, attachment=attached
    )
    act(request, lambda: mail(now=timezone.now()), "It is on its way to your support address.")
    return redirect("transactions:detail", pk)


@require_POST
@seen
def act_on(request: Request, pk: int, action: str) -> HttpResponse:
    """Approve, decline, send again, withdraw, link or decide one posting."""
    posting = _posting(pk)
    do, done = _action(request, posting, action)
    act(request, do, done)
    return redirect(reverse("transactions:detail", args=[pk]) + _query(request))


@require_POST
@seen
def bulk(request: Request) -> HttpResponse:
    """Approve, send again or withdraw the chosen postings; withdrawing asks for the reason first."""
    listing = _listing(request)
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "").strip()
    if action not in {"approve", "resend", "withdraw"}:
        raise Http404("There is no such action.")
    chosen = list(listing.selected()[:MOST_AT_ONCE])
    if action == "withdraw" and not reason:
        context = {"postings": chosen, "query": listing.query(), "asked": "reason" in request.POST}
        return render(request, "transactions/withdraw.html", context)
    _tell_outcome(request, *_do_all(request, chosen, action), action)
    return redirect(reverse("transactions:list") + listing.query())


def _respond(request: Request, detail: Posting | None = None) -> HttpResponse:
    listing = _listing(request)
    context: dict[str, Any] = {"states": _states(request, listing)}
    context["can_manage"] = may(request, Right.CONNECTION_MANAGE)
    if detail is not None:
        context |= {"detail": detail, "detail_template": "transactions/detail.html", **_about(request, detail)}
    return listing.respond("transactions/list.html", **context)


def _listing(request: Request) -> Listing:
    file_column, file_filter = column_and_filter()
    return Listing(
        request,
        _postings(request),
        columns=[
            Column("title", "Posting", template="transactions/title_cell.html", phone="title"),
            Column("state", "State", kind="state"),
            Column("asked_by", "Asked by", value="asked_by.name", phone="hide"),
            Column("asked", "When", sort=("id",), kind="when", value="asked_at"),
            Column("took", "Took", value=took, kind="number", phone="hide"),
            Column("attempts", "Tries", kind="number", phone="hide"),
            Column("kind", "Kind", value=lambda posting: posting.kind.replace("_", " "), shown=False, phone="hide"),
            *file_column,
        ],
        filters=[
            Filter("state", "State", [(state, STATES[state].word) for state in STATE_ORDER]),
            Filter("kind", "Kind", (("customer", "Customers and jobs"), ("employee", "Employees"))),
            Filter("asked_by", "Asked by", lambda: [(str(user.pk), user.name) for user in people.people()]),
            Filter("when", "When", PERIODS, apply=_since),
            *file_filter,
        ],
        search=_search,
        default_sort="-asked",
        key="transactions",
        list_url=reverse("transactions:list"),
        row_url=lambda posting: reverse("transactions:detail", args=[posting.pk]),
        bulk=_bulk(request),
        bulk_url=reverse("transactions:bulk"),
        name=("posting", "postings"),
        empty={
            "title": "Nothing was posted yet",
            "text": "What you post to QuickBooks is listed here with every text that was sent and answered.",
        },
    )


def _postings(request: Request) -> QuerySet[Posting]:
    """All postings, or those of one batch, which mails and notices name in the address."""
    try:
        batch_key = UUID(request.GET["batch"]) if "batch" in request.GET else None
    except ValueError:
        raise Http404("There is no such batch.") from None
    return queries.transactions(queries.Filters(batch_key=batch_key))


def _bulk(request: Request) -> list[Bulk]:
    offered = []
    if may(request, Right.APPROVE_TRANSFERS):
        offered.append(Bulk("approve", "Approve", "check"))
    if may(request, Right.POST_TO_ACCOUNTING):
        offered.append(Bulk("resend", "Send again", "arrow-clockwise"))
        offered.append(Bulk("withdraw", "Withdraw", "slash-circle"))
    return offered


def _search(rows: QuerySet[Posting], text: str) -> QuerySet[Posting]:
    return rows.filter(Q(title__icontains=text) | Q(problem__icontains=text) | Q(list_id=text))


def _since(rows: QuerySet[Posting], period: str) -> QuerySet[Posting]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    days = 0 if period == "today" else int(period)
    return rows.filter(asked_at__gte=midnight - timedelta(days=days))


def _states(request: Request, listing: Listing) -> list[StateLine]:
    """The states with their figures. Finished ones are counted for today only: there may be a million of them."""
    if request.htmx and request.htmx.target == "detail":
        return []
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    # File by file: each file's finished postings are found by its own index.
    counted: Counter[str] = Counter()
    for company_file in connections.files(with_disconnected=True):
        counted.update(queries.counts(company_file, posted_since=midnight))
    chosen = request.GET.get("state", "")
    lines = [
        StateLine(
            state,
            "Posted today" if state == "posted" else STATES[state].word,
            listing.here + listing.query(state=state, page=None),
            None if state == Posting.State.WITHDRAWN else counted[state],
            state == chosen,
        )
        for state in STATE_ORDER
    ]
    return [StateLine("", "All", listing.here + listing.query(state=None, page=None), None, not chosen), *lines]


def took(posting: Posting) -> str:
    """How long it took from the asking to the end, in words."""
    if posting.finished_at is None or posting.state == Posting.State.PARKED:
        return ""
    return in_words(posting.finished_at - posting.asked_at)


def _about(request: Request, posting: Posting) -> dict[str, Any]:
    """What the detail shows beside the posting itself."""
    choices, found_none = _link_choices(request, posting)
    letters = [
        (letter, shown(letter.sent_text), shown(letter.answer_text))
        for letter in queries.letters_of(posting).order_by("id")
    ]
    return {
        "sentence": queries.SENTENCES[Posting.State(posting.state)],
        "status_url": reverse("transactions:status", args=[posting.pk]),
        "letters": letters,
        "tries": list(posting.tries.order_by("id")),
        "took": took(posting),
        "record_url": _record_url(posting, "detail"),
        "fix_url": _record_url(posting, "edit"),
        "conflicts": _conflicts(posting),
        "choices": choices,
        "found_none": found_none,
        "link_text": request.GET.get("link", ""),
        "can_approve": may(request, Right.APPROVE_TRANSFERS),
        "can_post": may(request, Right.POST_TO_ACCOUNTING),
        "support_address": notices.mail_settings().support_address,
    }


def _conflicts(posting: Posting) -> list[Conflict]:
    """The fields that both sides changed, where that is why the posting waits for a person."""
    if posting.state != Posting.State.PARKED or posting.problem_code != operations.BOTH_CHANGED:
        return []
    link = queries.link_of(posting.company_file, posting.subject_kind, posting.subject_id, posting.kind)
    return list(intake.conflicts(posting.company_file).filter(link=link)) if link is not None else []


def _link_choices(request: Request, posting: Posting) -> tuple[list[dict[str, str]], bool]:
    """The records of theirs that a parked posting may be linked to: those found by the Monitor, then those searched;
    and whether a search that a person asked for found none."""
    if posting.state not in {Posting.State.PARKED, Posting.State.IN_DOUBT}:
        return [], False
    found = [way for way in posting.ways_out if isinstance(way, dict) and way.get("list_id")]
    choices = [{"list_id": way["list_id"], "name": way.get("full_name") or way.get("name", "")} for way in found]
    asked = request.GET.get("link", "").strip()
    text = asked or ("" if choices else posting.title.rpartition(":")[2])
    rows: list[Link] = []
    if text:
        near = queries.links(posting.company_file, posting.kind, text=text).filter(subject_id=None)
        known = {choice["list_id"] for choice in choices}
        rows = list(near.exclude(list_id="").exclude(list_id__in=known)[:CHOICES_SHOWN])
        choices += [{"list_id": link.list_id, "name": link.full_name or link.name} for link in rows]
    return choices, bool(asked) and not rows


def _record_url(posting: Posting, page: str) -> str:
    area = {"client": "clients", "project": "projects", "staff": "staff"}.get(posting.subject_kind, "")
    try:
        return reverse(f"{area}:{page}", args=[posting.subject_id])
    except NoReverseMatch:
        return ""


def _posting(pk: int) -> Posting:
    posting = queries.get(pk)
    if posting is None:
        raise Http404("There is no such posting.")
    return posting


def _action(request: Request, posting: Posting, action: str) -> tuple[Callable[[], Any], str]:
    """What to do for a button of the detail, and what to say when it is done."""
    actor, now, given = request.user, timezone.now(), request.POST
    reason, list_id = given.get("reason", ""), given.get("list_id", "")
    known: dict[str, tuple[Callable[[], Any], str]] = {
        "approve": (partial(operations.approve, actor, posting, now), "Approved. It goes in turn."),
        "decline": (partial(_decline, actor, posting, reason, now), "Declined."),
        "withdraw": (partial(operations.withdraw, actor, posting, reason, now), "Withdrawn."),
        "resend": (partial(operations.resend, actor, posting, now), "It is sent again now."),
        "link": (partial(_link, actor, posting, list_id, now), "Linked to the record that is in QuickBooks."),
        "decide": (
            partial(operations.decide_in_doubt, actor, posting, given.get("decision", ""), now, list_id=list_id),
            "Your decision is kept.",
        ),
    }
    if action not in known:
        raise Http404("There is no such action.")
    return known[action]


def _decline(actor: User, posting: Posting, reason: str, now: datetime) -> None:
    """Say no, and tell the one who asked, in one transaction."""
    with transaction.atomic():
        operations.decline(actor, posting, reason, now)
        tell(
            posting.asked_by,
            "posting.needs_you",
            title=f"{posting.title} was declined",
            text=f"{actor.name} declined to post it to QuickBooks: {reason}",
            url=reverse("transactions:detail", args=[posting.pk]),
            subject=(posting.subject_kind, posting.subject_id),
            now=now,
        )


def _link(actor: User, posting: Posting, list_id: str, now: datetime) -> None:
    if not list_id:
        raise Refused("Choose the record in QuickBooks that it is to be linked to.", "list_id")
    operations.link_instead(actor, posting, list_id, now)


def _do_all(request: Request, chosen: list[Posting], action: str) -> tuple[int, list[str]]:
    """Do it to each in a transaction of its own; how many were done, and why others were not."""
    done, refused = 0, []
    for posting in chosen:
        do, _ = _action(request, posting, action)
        try:
            do()
        except NotAllowed:
            raise
        except Refused as error:
            refused.append(error.sentence)
        else:
            done += 1
    return done, refused


def _tell_outcome(request: Request, done: int, refused: list[str], action: str) -> None:
    word = {"approve": "approved", "resend": "sent again", "withdraw": "withdrawn"}[action]
    if done:
        messages.success(request, f"{done} {'posting is' if done == 1 else 'postings are'} {word}.")
    for sentence in refused[:3]:
        messages.warning(request, sentence)
    if len(refused) > 3:
        messages.warning(request, f"{len(refused) - 3} more could not be {word}, for like reasons.")
    if done + len(refused) == MOST_AT_ONCE:
        messages.info(request, f"These were the first {MOST_AT_ONCE:,}. Repeat it for the rest.")
    if not done and not refused:
        messages.info(request, "Nothing was chosen. Tick the postings first.")


def _query(request: Request) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"?{query}" if query else ""
