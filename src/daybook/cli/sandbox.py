"""`daybook sandbox`: make a company file to try things on, and play its bookkeeper."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal, ParamSpec, TypeVar

import typer

from daybook.companyfile import KINDS, CompanyFile, CompanyFileError, HResult, RequestProcessor, create
from daybook.companyfile.loading import Report
from daybook.companyfile.webconnector import Application, Connector, NoService, Service, Update, read_qwc

app = typer.Typer(no_args_is_help=True, help="A company file that answers like QuickBooks, and its bookkeeper.")

File = Annotated[Path, typer.Argument(help="The company file, for example rock.qbw.")]
Which = Annotated[str, typer.Argument(help="The record's full name (Customer:Job) or its ListID.")]
Name = Annotated[str, typer.Argument(help="The new name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Switch(StrEnum):
    """On or off."""

    ON = "on"
    OFF = "off"


OnOff = Annotated[Switch, typer.Argument(help="on or off.")]


class Mode(StrEnum):
    """Who works in the file."""

    SINGLE = "single"
    MULTI = "multi"


class Dialog(StrEnum):
    """What to do with the dialog."""

    OPEN = "open"
    CLOSE = "close"


class Denied(StrEnum):
    """What the login user may not do."""

    NOTHING = "nothing"
    WRITE = "write"
    ALL = "all"


class Show(StrEnum):
    """Which records to show."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    ALL = "all"


P = ParamSpec("P")
R = TypeVar("R")


def _plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Refusals are one line on standard error and exit code 1."""

    @wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> R:
        try:
            return command(*arguments, **options)
        except (HResult, CompanyFileError, NoService, OSError) as refused:
            typer.echo(str(refused), err=True)
            raise typer.Exit(1) from None

    return run


@contextmanager
def _opened(path: Path) -> Iterator[CompanyFile]:
    with CompanyFile.open(path) as file:
        yield file


def _known(name: str) -> str:
    if name not in KINDS:
        raise typer.BadParameter(f"There is no list {name!r}. Lists: {', '.join(KINDS)}.")
    return name


Kind = Annotated[str, typer.Argument(help=f"The list: {', '.join(KINDS)}.", callback=_known)]

# The file


@app.command("create")
@_plainly
def create_file(
    file: File,
    customers: Annotated[int, typer.Option(min=0, help="At least this many customers and jobs.")] = 40,
    seed: Annotated[int, typer.Option(help="The same seed makes the same firm.")] = 1,
    empty: Annotated[bool, typer.Option("--empty", help="No sample firm in it.")] = False,
) -> None:
    """Make a company file with a sample firm in it."""
    with create(file, customers=customers, seed=seed, empty=empty) as made:
        typer.echo(f"{file}: {sum(made.status()['records'].values())} records.")


@app.command("load")
@_plainly
def load_answers(
    file: File, answers: Annotated[list[Path], typer.Argument(help="qbXML answers exported from a real company file.")]
) -> None:
    """Fill a company file (made empty if it is not there) from qbXML answers; what does not fit is kept aside."""
    missing = [str(path) for path in answers if not path.is_file()]
    if missing:
        raise CompanyFileError(f"Nothing was loaded: there is no file {', '.join(missing)}.")
    made, loaded = not file.exists(), False
    try:
        with create(file, empty=True) if made else CompanyFile.open(file) as opened:
            for path in answers:
                _say_loaded(path, opened.load(path))
                loaded = True
    except BaseException:
        if made and not loaded:
            file.unlink(missing_ok=True)
        raise


def _say_loaded(path: Path, report: Report) -> None:
    typer.echo(f"{path.name}: {sum(report.new.values())} new, {sum(report.replaced.values())} replaced.")
    for kind, count in sorted((report.new + report.replaced).items()):
        typer.echo(f"  {kind}: {count}")
    for reason, count in report.aside.items():
        typer.echo(f"  kept aside: {count} x {reason}")
    if report.refused:
        typer.echo(f"  answers without records, because their requests were refused: {report.refused}")


@app.command("query")
@_plainly
def query(file: File) -> None:
    """Answer one qbXML document from standard input on standard output; an HRESULT goes to standard error."""
    processor = RequestProcessor()
    processor.open_connection("", "daybook sandbox query")
    ticket = processor.begin_session(str(file), "do_not_care")
    try:
        answered = processor.process_request(ticket, sys.stdin.buffer.read())
    finally:
        processor.close_connection()
    sys.stdout.buffer.write(answered.encode())


@app.command("status")
@_plainly
def status(file: File, as_json: AsJson = False) -> None:
    """What the file holds and how it is set."""
    with _opened(file) as opened:
        found = opened.status()
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    for name in ("company", "file_id", "mode", "dialog", "slow_ms", "held_by", "stored_answers", "aside"):
        typer.echo(f"{name}: {found[name]}")
    for kind, count in found["records"].items():
        typer.echo(f"  {kind}: {count}")


@app.command("show")
@_plainly
def show(
    file: File,
    kind: Kind,
    text: Annotated[str, typer.Option(help="Only names with this text.")] = "",
    which: Annotated[Show, typer.Option("--show", help="Which records.")] = Show.ACTIVE,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """The records of a list."""
    with _opened(file) as opened:
        entries = opened.entries(kind, show=which.value, text=text, limit=limit)
    if as_json:
        typer.echo(json.dumps([entry.values for entry in entries], indent=2, ensure_ascii=False))
        return
    for entry in entries:
        typer.echo(f"{entry.list_id}  {entry.full_name}{'' if entry.is_active else '  (inactive)'}")


@app.command("backup")
@_plainly
def backup(
    file: File,
    to: Annotated[Path, typer.Argument(help="The copy to write.")],
    seconds: Annotated[float, typer.Option(help="How long the backup takes; applications are kept out meanwhile.")] = 0,
) -> None:
    """Back the file up."""
    with _opened(file) as opened, opened.backing_up():
        opened.copy(to)
        time.sleep(seconds)
    typer.echo(f"Backed up to {to}.")


@app.command("restore")
@_plainly
def restore(file: File, backup: Annotated[Path, typer.Argument(help="A backup made before.")]) -> None:
    """Bring the file back to the state of a backup."""
    with _opened(file) as opened:
        opened.restore(backup)
    typer.echo(f"{file} is as it was in {backup}.")


# The records


@app.command("add")
@_plainly
def add(
    file: File,
    kind: Kind,
    name: Annotated[str, typer.Argument(help="Its name; of an employee first, middle and last name.")],
    parent: Annotated[str, typer.Option(help="The full name or ListID of the record above.")] = "",
    values: Annotated[list[str] | None, typer.Option("--set", help="Element=value; Group/Element=value.")] = None,
) -> None:
    """Add a record."""
    with _opened(file) as opened:
        typer.echo(opened.add(kind, name, parent=parent, values=_values(values or [])).list_id)


@app.command("change")
@_plainly
def change(
    file: File,
    kind: Kind,
    which: Which,
    values: Annotated[list[str], typer.Option("--set", help="Element=value; Group/Element=value; no value clears.")],
) -> None:
    """Change values of a record."""
    with _opened(file) as opened:
        opened.change(kind, which, _values(values))


def _values(settings: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for setting in settings:
        path, equals, value = setting.partition("=")
        if not equals:
            raise typer.BadParameter(f"{setting!r} is not Element=value.")
        *groups, element = path.split("/")
        inner = values
        for group in groups:
            inner = inner.setdefault(group, {})
        inner[element] = value
    return values


@app.command("rename")
@_plainly
def rename(file: File, kind: Kind, which: Which, name: Name) -> None:
    """Give a record another name."""
    with _opened(file) as opened:
        opened.rename(kind, which, name)


@app.command("deactivate")
@_plainly
def deactivate(file: File, kind: Kind, which: Which) -> None:
    """Make a record inactive, and those under it."""
    with _opened(file) as opened:
        opened.set_active(kind, which, False)


@app.command("activate")
@_plainly
def activate(file: File, kind: Kind, which: Which) -> None:
    """Make a record active again."""
    with _opened(file) as opened:
        opened.set_active(kind, which, True)


@app.command("merge")
@_plainly
def merge(
    file: File, kind: Kind, away: Which, into: Annotated[str, typer.Argument(help="The record that stays.")]
) -> None:
    """Merge one record into another."""
    with _opened(file) as opened:
        opened.merge(kind, away, into)


@app.command("delete")
@_plainly
def delete(file: File, kind: Kind, which: Which) -> None:
    """Delete a record that nothing uses."""
    with _opened(file) as opened:
        opened.delete(kind, which)


# How the file is used


@app.command("dialog")
@_plainly
def dialog(file: File, do: Annotated[Dialog, typer.Argument(help="open or close.")]) -> None:
    """Open or close a dialog that keeps applications out."""
    with _opened(file) as opened:
        if do is Dialog.OPEN:
            opened.open_dialog()
        else:
            opened.close_dialog()


@app.command("mode")
@_plainly
def mode(file: File, mode: Annotated[Mode, typer.Argument(help="single or multi.")]) -> None:
    """Work alone in the file (single), or with others (multi)."""
    with _opened(file) as opened:
        opened.set_mode(mode.value)


@app.command("slow")
@_plainly
def slow(file: File, milliseconds: Annotated[int, typer.Argument(help="How much longer; 0 ends it.")]) -> None:
    """Make every answer take longer; 0 ends it."""
    with _opened(file) as opened:
        opened.slow(milliseconds)


@app.command("closing-date")
@_plainly
def closing_date(file: File, day: Annotated[str, typer.Argument(help="2026-12-31, or none.")]) -> None:
    """Close the books up to a day."""
    with _opened(file) as opened:
        opened.set_closing_date(_day(day))


def _day(text: str) -> date | None:
    if text == "none":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day. Write it as 2026-12-31, or none.") from None


_DENIED: dict[Denied, Literal["", "write", "all"]] = {Denied.NOTHING: "", Denied.WRITE: "write", Denied.ALL: "all"}


@app.command("permission")
@_plainly
def permission(
    file: File, kind: Kind, denied: Annotated[Denied, typer.Argument(help="nothing, write or all.")]
) -> None:
    """What the user whom applications log in as may not do with a list (status 3260)."""
    with _opened(file) as opened:
        opened.set_login_permission(kind, _DENIED[denied])


@app.command("personal-data")
@_plainly
def personal_data(file: File, allowed: OnOff) -> None:
    """Whether applications see personal data of employees (status 3261)."""
    with _opened(file) as opened:
        opened.set_personal_data(allowed is Switch.ON)


@app.command("automatic-login")
@_plainly
def automatic_login(file: File, allowed: OnOff) -> None:
    """Whether applications may log in by themselves (0x8004041D)."""
    with _opened(file) as opened:
        opened.set_automatic_login(allowed is Switch.ON)


@app.command("ask-administrator")
@_plainly
def ask_administrator(file: File, asks: OnOff) -> None:
    """Whether an application needs the administrator's yes before its first session (0x80040418)."""
    with _opened(file) as opened:
        opened.ask_administrator(asks is Switch.ON)


@app.command("authorize")
@_plainly
def authorize(file: File, application: Annotated[str, typer.Argument(help="Its name, as it gives it.")]) -> None:
    """The administrator's yes for an application."""
    with _opened(file) as opened:
        opened.authorize(application)


@app.command("other-company")
@_plainly
def other_company(file: File, name: Annotated[str, typer.Argument(help="Its name; empty ends it.")]) -> None:
    """Pretend that QuickBooks has another company open (0x8004040A)."""
    with _opened(file) as opened:
        opened.set_other_company_open(name)


@app.command("other-version")
@_plainly
def other_version(file: File, differs: OnOff) -> None:
    """Pretend that another version of QuickBooks made the file (0x80040409)."""
    with _opened(file) as opened:
        opened.set_other_version(differs is Switch.ON)


@app.command("use")
@_plainly
def use(file: File, kind: Kind, which: Which, in_use: OnOff) -> None:
    """Have a record open for editing, so that applications cannot change it (status 3175)."""
    with _opened(file) as opened:
        opened.use_record(kind, which, in_use is Switch.ON)


@app.command("refuse")
@_plainly
def refuse(file: File, codes: Annotated[list[int], typer.Argument(help="Status codes, in turn.")]) -> None:
    """Refuse the next writing requests with these status codes."""
    with _opened(file) as opened:
        opened.refuse_next(*codes)


# The Web Connector


@app.command("webconnector")
@_plainly
def web_connector(
    password: Annotated[str, typer.Option(help="The password that the server gave.", envvar="DAYBOOK_QBWC_PASSWORD")],
    url: Annotated[str, typer.Option(help="The address of the server.")] = "",
    user: Annotated[str, typer.Option(help="The user name that the server gave.")] = "",
    qwc: Annotated[Path | None, typer.Option(help="A .qwc file, which names address, user and schedule.")] = None,
    file: Annotated[Path | None, typer.Option(help="The company file that is open; no other one opens.")] = None,
    every: Annotated[int, typer.Option(help="Ask every so many seconds; 0 takes the schedule of the .qwc file.")] = 0,
    once: Annotated[bool, typer.Option("--once", help="Ask once and end: exit code 0 or 1.")] = False,
) -> None:
    """Stand in for Intuit's Web Connector: ask a server for work as the real one does, and drive a company file."""
    known = read_qwc(qwc) if qwc is not None else Application(url, user)
    if not known.url or not known.user:
        raise typer.BadParameter("Name the server by --url and --user, or by --qwc.")
    connector = Connector(Service(known.url), known.user, password, file, tell=_say)
    asks_every = every or known.every_seconds or 60
    while True:
        update = _updated(connector)
        if once:
            raise typer.Exit(0 if update.went_well else 1)
        asks_every = every or update.every_seconds or asks_every
        time.sleep(max(asks_every, update.wait_seconds))


def _updated(connector: Connector) -> Update:
    """One update; a server that cannot be reached is asked again at the next turn, as the real one does."""
    try:
        update = connector.update()
    except NoService as trouble:
        update = Update("no service", str(trouble))
    _say(f"Update: {update.ended}, {update.requests} requests. {update.message}".rstrip())
    return update


def _say(line: str) -> None:
    typer.echo(f"{datetime.now().astimezone():%H:%M:%S} {line}")
    sys.stdout.flush()
