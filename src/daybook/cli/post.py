"""`daybook post`: ask for postings, see what waits, withdraw and send again.

Exit codes: 0 done, 1 refused (the sentence says why), 2 no such record or posting, 3 with --wait: refused by QuickBooks
or not done in time.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any, NoReturn, TypeVar
from uuid import UUID

import typer
from django.utils import timezone
from rich.console import Console
from rich.progress import track
from rich.table import Table

from daybook.books.names import name_key
from daybook.cli.setup import prepare
from daybook.connections.queries import default_file
from daybook.directory import operations as directory
from daybook.directory.models import Client, Project, Staff
from daybook.outbox import operations, queries
from daybook.outbox.models import Link, Posting
from daybook.people.errors import Refused
from daybook.people.queries import operator

app = typer.Typer(help="Post to QuickBooks, see what waits, withdraw, send again.", no_args_is_help=True)

REFUSED, UNKNOWN, NOT_POSTED = 1, 2, 3
ASK_EVERY_SECONDS = 0.05

Subject = Client | Project | Staff
T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Wait = Annotated[float, typer.Option(help="Seconds to wait for the outcome.")]
Propose = Annotated[bool, typer.Option("--propose", help="Ask for an administrator's yes first.")]
Name = Annotated[str, typer.Argument(help="Its code or its name (`Client:Project` where a name is not enough).")]
Number = Annotated[int, typer.Argument(help="The number of the posting, as `daybook post list` shows it.")]


@app.callback()
def _every_command() -> None:
    prepare()


@app.command()
def client(which: Name, propose: Propose = False, wait: Wait = 0, as_json: Json = False) -> None:
    """Post a client."""
    _post([_client(which)], propose, wait, as_json)


@app.command()
def project(which: Name, propose: Propose = False, wait: Wait = 0, as_json: Json = False) -> None:
    """Post a project, and its client before it if that is not in QuickBooks yet."""
    _post([_project(which)], propose, wait, as_json)


@app.command()
def staff(which: Name, propose: Propose = False, wait: Wait = 0, as_json: Json = False) -> None:
    """Post a member of staff as an employee."""
    _post([_staff(which)], propose, wait, as_json)


@app.command("all-waiting")
def all_waiting(propose: Propose = False, wait: Wait = 0, as_json: Json = False) -> None:
    """Post every active client, project and member of staff that is not in QuickBooks and not blocked."""
    _post(_unlinked(), propose, wait, as_json)


@app.command("list")
def list_postings(
    state: Annotated[
        str, typer.Option(help="proposed, queued, sent, in_doubt, posted, parked or withdrawn; open ones if left out.")
    ] = "",
    limit: Annotated[int, typer.Option(help="How many at most.")] = 100,
    as_json: Json = False,
) -> None:
    """Show the postings that are open, or those in one state."""
    if state and state not in Posting.State.values:
        _end(f"There is no state {state}. States: {', '.join(Posting.State.values)}.", REFUSED)
    rows = queries.transactions(queries.Filters(state=state))
    found = list((rows if state else rows.filter(state__in=queries.OPEN))[:limit])
    if as_json:
        typer.echo(json.dumps([described(posting) for posting in found], indent=1))
        return
    table = Table("No.", "State", "What", "Asked by", "Asked", "Problem")
    for posting in found:
        asked = posting.asked_at.astimezone().strftime("%Y-%m-%d %H:%M")
        label = posting.get_state_display()
        table.add_row(str(posting.pk), label, posting.title, str(posting.asked_by), asked, posting.problem)
    Console().print(table)


@app.command()
def approve(number: Number, as_json: Json = False) -> None:
    """Say yes to a proposed posting."""
    _show(_or_refuse(lambda: operations.approve(operator(), _posting(number), timezone.now())), as_json)


@app.command()
def decline(
    number: Number, reason: Annotated[str, typer.Option(help="Why, for the one who asked.")], as_json: Json = False
) -> None:
    """Say no to a proposed posting."""
    _show(_or_refuse(lambda: operations.decline(operator(), _posting(number), reason, timezone.now())), as_json)


@app.command()
def withdraw(
    number: Number, reason: Annotated[str, typer.Option(help="Why, in a few words.")], as_json: Json = False
) -> None:
    """Take a posting back that was not sent, or that was refused."""
    _show(_or_refuse(lambda: operations.withdraw(operator(), _posting(number), reason, timezone.now())), as_json)


@app.command()
def resend(number: Number, wait: Wait = 0, as_json: Json = False) -> None:
    """Send a posting again that needs somebody, once what stood in the way is mended."""
    posting = _or_refuse(lambda: operations.resend(operator(), _posting(number), timezone.now()))
    _finish([posting], [], wait, as_json)


@app.command()
def link(
    number: Number,
    list_id: Annotated[str, typer.Argument(help="The ListID of the record in QuickBooks.")],
    as_json: Json = False,
) -> None:
    """Link what could not be posted to the record that is in QuickBooks already, instead of adding another."""
    _show(_or_refuse(lambda: operations.link_instead(operator(), _posting(number), list_id, timezone.now())), as_json)


@app.command()
def decide(
    number: Number,
    outcome: Annotated[str, typer.Argument(help="What you found in QuickBooks: posted or not_posted.")],
    list_id: Annotated[str, typer.Option(help="The ListID of the record, if it is there.")] = "",
    as_json: Json = False,
) -> None:
    """Say of a posting in doubt whether it is in QuickBooks; not_posted sends it again."""

    def act() -> Posting:
        return operations.decide_in_doubt(operator(), _posting(number), outcome, timezone.now(), list_id)

    _show(_or_refuse(act), as_json)


def _post(subjects: list[Subject], propose: bool, wait: float, as_json: bool) -> None:
    batch_key = uuid.uuid4()
    asked: list[Posting] = []
    refused: list[tuple[str, str]] = []
    show_bar = len(subjects) > 20 and not as_json
    for subject in track(subjects, "Asking", disable=not show_bar, console=Console(stderr=True)):
        posting = _ask(subject, propose, batch_key if len(subjects) > 1 else None, refused)
        if posting is not None:
            asked.append(posting)
    _finish(asked, refused, wait, as_json)


def _ask(subject: Subject, propose: bool, batch_key: UUID | None, refused: list[tuple[str, str]]) -> Posting | None:
    try:
        return directory.post(
            operator(), subject, propose=propose, batch_key=batch_key, key=uuid.uuid4(), now=timezone.now()
        )
    except Refused as error:
        refused.append((str(subject), error.sentence))
        return None


def _finish(asked: list[Posting], refused: list[tuple[str, str]], wait: float, as_json: bool) -> None:
    found = _waited_for(asked, timedelta(seconds=wait)) if wait else asked
    if as_json:
        problems = [{"title": title, "sentence": sentence} for title, sentence in refused]
        typer.echo(json.dumps({"postings": [described(one) for one in found], "refused": problems}, indent=1))
    else:
        for posting in found:
            typer.echo(f"{posting.pk}\t{posting.get_state_display()}\t{posting.title}\t{posting.problem}".rstrip())
        for title, sentence in refused:
            typer.echo(f"{title}: {sentence}", err=True)
    if refused:
        raise typer.Exit(REFUSED)
    if wait and any(posting.state != Posting.State.POSTED for posting in found):
        raise typer.Exit(NOT_POSTED)


def _waited_for(asked: Iterable[Posting], patience: timedelta) -> list[Posting]:
    pks = [posting.pk for posting in asked]
    until = timezone.now() + patience
    while Posting.objects.filter(pk__in=pks, state__in=queries.ON_THE_WAY).exists() and timezone.now() < until:
        time.sleep(ASK_EVERY_SECONDS)
    return list(queries.transactions().filter(pk__in=pks).order_by("id"))


def described(posting: Posting) -> dict[str, Any]:
    """A posting for a script."""
    return {
        "id": posting.pk,
        "key": str(posting.key),
        "kind": posting.kind,
        "action": posting.action,
        "title": posting.title,
        "subject_kind": posting.subject_kind,
        "subject_id": posting.subject_id,
        "state": posting.state,
        "problem_code": posting.problem_code,
        "problem": posting.problem,
        "who_can_act": posting.who_can_act,
        "list_id": posting.list_id,
        "asked_by": posting.asked_by.email,
        "asked_at": _moment(posting.asked_at),
        "finished_at": _moment(posting.finished_at),
        "attempts": posting.attempts,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _client(which: str) -> Client:
    found = Client.objects.filter(code=which) or Client.objects.filter(folded_name=name_key(which))
    return _one(found, "client", which)


def _project(which: str) -> Project:
    client_name, colon, name = which.rpartition(":")
    found = Project.objects.filter(is_client_itself=False)
    by_name = found.filter(folded_name=name_key(name))
    if colon:
        by_name = by_name.filter(client__folded_name=name_key(client_name.partition(":")[0]))
    return _one(found.filter(code=which) or by_name, "project", which)


def _staff(which: str) -> Staff:
    by_email = Staff.objects.filter(email__iexact=which) if "@" in which else Staff.objects.none()
    first, _, last = which.partition(" ")
    return _one(by_email or Staff.objects.filter(first_name__iexact=first, last_name__iexact=last), "staff", which)


def _one(found: Iterable[T], what: str, which: str) -> T:
    rows = list(found)[:2] if which.strip() else []
    if len(rows) == 1:
        return rows[0]
    if rows:
        _end(f"There is more than one {what} named {which}. Use its code, or Client:Project.", UNKNOWN)
    _end(f"There is no {what} with the code or name {which}.", UNKNOWN)


def _unlinked() -> list[Subject]:
    file = default_file()
    if file is None:
        _end("No company file is connected. `daybook connection add` connects one.", REFUSED)
    found: list[Subject] = []
    for kind, rows in (
        ("client", Client.objects.filter(is_active=True)),
        ("project", Project.objects.filter(is_active=True, is_client_itself=False)),
        ("staff", Staff.objects.filter(is_active=True)),
    ):
        linked = Link.objects.filter(company_file=file, subject_kind=kind).values("subject_id")
        waiting = Posting.objects.filter(company_file=file, subject_kind=kind, state__in=queries.OPEN)
        if kind == "project" and not file.use_jobs:
            continue
        free = rows.exclude(pk__in=linked).exclude(pk__in=waiting.values("subject_id"))
        found += free.order_by("pk")
    return found


def _posting(number: int) -> Posting:
    found = queries.get(number)
    if found is None:
        _end(f"There is no posting {number}. `daybook post list` shows which are open.", UNKNOWN)
    return found


def _show(posting: Posting, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(described(posting), indent=1))
    else:
        typer.echo(f"{posting.pk}\t{posting.get_state_display()}\t{posting.title}")


def _or_refuse(act: Callable[[], T]) -> T:
    try:
        return act()
    except Refused as refused:
        _end(refused.sentence, REFUSED)


def _end(sentence: str, code: int) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
