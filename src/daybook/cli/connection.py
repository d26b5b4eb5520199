"""`daybook connection`: company files, connected and cared for from the command line.

Exit codes: 0 done, 1 refused (the sentence says why), 2 no such company file, 4 the file could not be opened in time.
"""

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path, PureWindowsPath
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from daybook.cli.processes import answers
from daybook.cli.setup import prepare
from daybook.companyfile import CompanyFile as Sandbox
from daybook.companyfile import HResult
from daybook.connections import agents, operations, queries, trials, webconnectors
from daybook.connections.models import Agent, CompanyFile
from daybook.connections.words import WAYS, carrier, does, standing_of, state_told
from daybook.intake.moving import accept_move
from daybook.intake.operations import checked_answers, say_restored
from daybook.people.errors import Refused
from daybook.people.queries import operator

app = typer.Typer(help="Connect company files, pause them, let go of them.", no_args_is_help=True)

REFUSED, UNKNOWN_FILE, NOT_OPENED = 1, 2, 4
ASK_EVERY_SECONDS = 0.1
DOOR_OPENS_WITHIN = timedelta(seconds=15)

T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Which = Annotated[str, typer.Argument(help="The company file, by name, path or number; the default one if left out.")]


@app.callback()
def _every_command() -> None:
    prepare()


@app.command()
def add(
    sandbox: Annotated[
        Path | None, typer.Option(help="A sandbox company file, made by `daybook sandbox create`.")
    ] = None,
    agent: Annotated[bool, typer.Option("--agent", help="A company file that our agent reaches.")] = False,
    webconnector: Annotated[
        bool, typer.Option("--webconnector", help="A company file that Intuit's Web Connector reaches.")
    ] = False,
    path: Annotated[str, typer.Option(help="Where it is on that PC; the file that is open there if left out.")] = "",
    name: Annotated[str, typer.Option(help="What people call it; the name of the file if left out.")] = "",
    time_zone: Annotated[str, typer.Option(help="The time zone of the nightly sync, such as Europe/Berlin.")] = "UTC",
    choices: Annotated[str, typer.Option(help="Answers to the questions of the wizard, as JSON.")] = "{}",
    as_json: Json = False,
) -> None:
    """Connect a company file. One that was connected before at this place comes back with its links.

    One that is elsewhere now comes back by `daybook connection point-at`.
    """
    if [agent, webconnector, sandbox is not None].count(True) != 1:
        _refuse("Say which way the company file is reached: --sandbox with its path, --webconnector, or --agent.")
    way, where = (agents.WAY, path) if agent else (webconnectors.WAY, path)
    if sandbox is not None:
        way, where = "sandbox", _sandbox_path(sandbox)
    answers = _answers(choices)
    company_file = _or_refuse(
        lambda: operations.add_company_file(
            operator(),
            name=name or PureWindowsPath(where).stem or "QuickBooks",
            way=way,
            path=where,
            choices=answers,
            time_zone=time_zone,
            now=timezone.now(),
        )
    )
    if agent:
        _tell_code(company_file, as_json)
    elif webconnector:
        _tell_password(company_file, as_json)
    else:
        _tell(company_file, f"{company_file.name} is connected. The Monitor opens it as soon as it runs.", as_json)


def _answers(choices: str) -> dict[str, str]:
    try:
        given = json.loads(choices)
    except json.JSONDecodeError as error:
        _refuse(f"--choices is not JSON: {error}")
    return _or_refuse(lambda: checked_answers(given))


def _sandbox_path(sandbox: Path) -> str:
    path = sandbox.expanduser().absolute()
    if not path.is_file():
        _refuse(f"There is no file {path}. `daybook sandbox create {path}` makes one.")
    try:
        Sandbox.open(path).close()
    except HResult as refused:
        _refuse(refused.message)
    return str(path)


@app.command()
def code(which: Which = "", as_json: Json = False) -> None:
    """Make a new code to enrol an agent; it works once, within half an hour."""
    _tell_code(_file(which), as_json)


def _tell_code(company_file: CompanyFile, as_json: bool) -> None:
    kept, made = _or_refuse(lambda: agents.make_code(operator(), company_file, timezone.now()))
    until = timezone.now() + DOOR_OPENS_WITHIN
    while not agents.door() and _site_runs() and timezone.now() < until:
        time.sleep(ASK_EVERY_SECONDS)
    url = agents.address()
    if not agents.door():
        typer.echo(f"Nothing answers agents at {url} yet. Start `daybook serve` or `daybook remote`.", err=True)
    if as_json:
        more = {"address": url, "code": made, "code_expires_at": _moment(kept.expires_at)}
        typer.echo(json.dumps(described(company_file) | more, indent=1))
        return
    typer.echo(f"{company_file.name} waits for its agent. Type this on the PC with QuickBooks, within half an hour:")
    typer.echo(f"    daybook-agent enrol --url {url} --code {made}")


def _site_runs() -> bool:
    """Whether the site of this home answers; it opens the door of the agents."""
    from daybook.cli.serve import noted_url  # loads what only a server needs

    url = noted_url()
    return url is not None and answers(url)


@app.command()
def password(which: Which = "", as_json: Json = False) -> None:
    """Make a new password for the Web Connector; the one before is good for nothing from now on."""
    _tell_password(_file(which), as_json)


def _tell_password(company_file: CompanyFile, as_json: bool) -> None:
    connector, made = _or_refuse(lambda: webconnectors.make(operator(), company_file, timezone.now()))
    url, qwc = webconnectors.address(), webconnectors.qwc(connector)
    if as_json:
        more = {"address": url, "user": connector.user_name, "password": made, "qwc": qwc}
        typer.echo(json.dumps(described(company_file) | more, indent=1))
        return
    if trouble := webconnectors.trouble_with_address():
        typer.echo(trouble, err=True)
    typer.echo(f"{company_file.name} waits for the Web Connector. Save this as {webconnectors.qwc_name(connector)}:")
    typer.echo(f"\n{qwc}")
    typer.echo(
        "Add it to the Web Connector on the PC with QuickBooks, and type this password there; it is not shown again:"
    )
    typer.echo(f"    {made}")


@app.command("agents")
def list_agents(which: Which = "", as_json: Json = False) -> None:
    """Show the agents of a company file: on which PC, how they are, and when they were last seen."""
    found = agents.agents_of(_file(which), timezone.now())
    if as_json:
        typer.echo(json.dumps([_agent(one) for one in found], indent=1))
        return
    table = Table("No.", "PC", "State", "Last seen", "Version")
    for one in found:
        row = one.agent
        table.add_row(str(row.pk), row.machine, one.state, _moment(row.last_seen_at) or "never", row.version)
    Console().print(table)


def _agent(one: agents.AgentSeen) -> dict[str, Any]:
    row = one.agent
    return {
        "id": row.pk,
        "machine": row.machine,
        "system": row.system,
        "version": row.version,
        "state": one.state,
        "sentence": one.sentence,
        "enrolled_at": _moment(row.enrolled_at),
        "last_seen_at": _moment(row.last_seen_at),
        "revoked_at": _moment(row.revoked_at),
    }


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(help="The number of the agent, as `daybook connection agents` shows it.")],
) -> None:
    """Shut an agent out; its key opens nothing from now on."""
    agent = Agent.objects.select_related("company_file").filter(pk=number).first()
    if agent is None:
        _refuse(f"There is no agent {number}. `daybook connection agents` shows which are.")
    _or_refuse(lambda: agents.revoke(operator(), agent, timezone.now()))
    typer.echo(f"The agent on {agent.machine} is shut out.")


@app.command("list")
def list_files(
    everything: Annotated[bool, typer.Option("--all", help="Deleted connections too.")] = False, as_json: Json = False
) -> None:
    """Show the company files and how they are."""
    found = list(queries.files(with_disconnected=everything))
    if as_json:
        typer.echo(json.dumps([described(company_file) for company_file in found], indent=1))
        return
    table = Table("No.", "Name", "Way", "Path", "State", "")
    for company_file in found:
        shown = standing_of(queries.health(company_file, timezone.now()))
        how = ("Deleted", "") if company_file.disconnected_at else (shown.word, shown.sentence)
        way = WAYS.get(company_file.way, company_file.way)
        table.add_row(str(company_file.pk), company_file.name, way, company_file.path, *how)
    Console().print(table)


@app.command()
def delete(which: Which = "", as_json: Json = False) -> None:
    """Take a connection away. Links and transactions stay, for when it is made again."""
    company_file = _or_refuse(lambda: operations.delete_connection(operator(), _file(which), timezone.now()))
    _tell(company_file, f"The connection to {company_file.name} is deleted; its links are kept.", as_json)


@app.command()
def pause(
    which: Which = "",
    reason: Annotated[str, typer.Option(help="Why, for those who wonder.")] = "",
    as_json: Json = False,
) -> None:
    """Post and read nothing until it is resumed."""
    company_file = _or_refuse(lambda: operations.pause(operator(), _file(which), reason, timezone.now()))
    _tell(company_file, f"{company_file.name} is paused. What waits keeps its place.", as_json)


@app.command()
def resume(which: Which = "", as_json: Json = False) -> None:
    """Go on after a pause, or after something was mended."""
    company_file = _or_refuse(lambda: operations.resume(operator(), _file(which), timezone.now()))
    _tell(company_file, f"{company_file.name} goes on.", as_json)


@app.command("point-at")
def point_at(
    path: Annotated[Path, typer.Argument(help="Where the company file is now.")],
    which: Which = "",
    as_json: Json = False,
) -> None:
    """Say that the company file was moved; its links are kept. A deleted connection comes back at that place."""
    place, now = str(path.expanduser().absolute()), timezone.now()
    deleted = queries.find(which, deleted=True) if which and queries.find(which) is None else None
    if deleted is not None:
        company_file = _or_refuse(lambda: operations.connect_again(operator(), deleted, now, place))
    else:
        company_file = _or_refuse(lambda: operations.point_at(operator(), _file(which), place, now))
    _tell(company_file, f"{company_file.name} is looked for at {place} now.", as_json)


@app.command()
def move(
    which: Which = "",
    sandbox: Annotated[Path | None, typer.Option(help="Look at this sandbox company file, perhaps a copy.")] = None,
    agent: Annotated[bool, typer.Option("--agent", help="Look at it through our agent.")] = False,
    webconnector: Annotated[
        bool, typer.Option("--webconnector", help="Look at it through Intuit's Web Connector.")
    ] = False,
    path: Annotated[str, typer.Option(help="Where it is on that PC; the file that is open there if left out.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="What was found is the file from now on.")] = False,
    back: Annotated[bool, typer.Option("--back", help="Leave it; the connection is where it was.")] = False,
    as_json: Json = False,
) -> None:
    """Look at the file by another way, at another place, or at a copy: nothing is posted until --yes, or --back.

    Without a place it shows what was found so far.
    """
    company_file, now = _file(which), timezone.now()
    asked = [sandbox is not None, webconnector, agent, yes, back]
    if asked.count(True) > 1:
        _refuse("Say one thing: a place (--sandbox, --webconnector or --agent), --yes, or --back.")
    if yes:
        _or_refuse(lambda: accept_move(operator(), company_file, now))
    elif back:
        _or_refuse(lambda: trials.go_back(operator(), company_file, now))
    elif any(asked):
        way, where = (agents.WAY, path) if agent else (webconnectors.WAY, path)
        if sandbox is not None:
            way, where = trials.SANDBOX, _sandbox_path(sandbox)
        _or_refuse(lambda: trials.begin(operator(), company_file, way=way, path=where, now=now))
    _tell_trial(CompanyFile.objects.get(pk=company_file.pk), as_json)


def _tell_trial(company_file: CompanyFile, as_json: bool) -> None:
    trial = trials.of_file(company_file)
    if as_json:
        shown = trials.described(trial) if trial is not None else None
        typer.echo(json.dumps(described(company_file) | {"trial": shown}, indent=1))
        return
    if trial is None:
        place = company_file.path or "the PC where it is open in QuickBooks"
        typer.echo(f"{company_file.name} is at {place}, and is not looked at elsewhere.")
        return
    verdict = trials.verdict(trial)
    if verdict is None:
        far = f"{trial.compared} of {trial.total} are compared."
        if trial.identified_at is None:
            far = f"It was not opened there yet. {_lets_in(company_file)}".strip()
        typer.echo(f"{company_file.name} is tried at the other place. {far}")
        typer.echo("Nothing is posted meanwhile. `daybook connection move` shows how far it is.")
        return
    if verdict.may_be_taken:
        ways_out = "`--yes` moves the connection there, `--back` leaves it."
    else:
        ways_out = "The links are of another company, so it cannot be moved there. `--back` leaves it."
    typer.echo(f"{verdict.sentence} Nothing was posted. {ways_out}")


def _lets_in(company_file: CompanyFile) -> str:
    """What lets in whoever opens the file, as long as nobody is let in."""
    if company_file.way == agents.WAY:
        if all(one.is_revoked for one in agents.agents_of(company_file, timezone.now())):
            return f"`daybook connection code {company_file.pk}` lets an agent in."
    elif company_file.way == webconnectors.WAY and webconnectors.of_file(company_file) is None:
        return f"`daybook connection password {company_file.pk}` lets the Web Connector in."
    return ""


@app.command()
def accept(which: Which = "", as_json: Json = False) -> None:
    """Say that the file at this place is the right one, though it looks like another."""
    company_file = _or_refuse(lambda: operations.accept_identity(operator(), _file(which), timezone.now()))
    _tell(company_file, f"{company_file.name} is accepted. {does(company_file, 'opens it as it is')}", as_json)


@app.command()
def release(which: Which = "", as_json: Json = False) -> None:
    """Let go of the file as soon as the request on its way is answered."""
    company_file = _file(which)
    _or_refuse(lambda: operations.release_file(operator(), company_file, timezone.now()))
    _tell(company_file, f"{carrier(company_file)} lets go of {company_file.name}.", as_json)


@app.command()
def restored(which: Which = "", as_json: Json = False) -> None:
    """Say that the company file was restored from a backup, so that everything is read anew."""
    company_file = _file(which)
    run = _or_refuse(lambda: say_restored(operator(), company_file, timezone.now()))
    sentence = "A full import is asked for." if run else "It is read in full by its first import."
    _tell(company_file, f"{company_file.name} is read anew. {sentence}", as_json)


@app.command()
def test(
    which: Which = "",
    seconds: Annotated[float, typer.Option(help="How long to wait for that.")] = 15,
    as_json: Json = False,
) -> None:
    """Have the file opened now by the Monitor, the agent or the Web Connector, and say how it went."""
    asked_at = timezone.now()
    company_file = _or_refuse(lambda: operations.try_connection(operator(), _file(which), asked_at))
    company_file = _wait_for_contact(company_file, timedelta(seconds=seconds))
    if company_file.check_asked_at is not None:
        _end(company_file, _why_nobody_tried(company_file), as_json)
    if company_file.state != CompanyFile.State.ACTIVE:
        _end(company_file, state_told(company_file), as_json)
    _tell(company_file, f"{company_file.name} opens.", as_json)


def _why_nobody_tried(company_file: CompanyFile) -> str:
    now = timezone.now()
    if company_file.way == agents.WAY:
        there = any(one.is_there for one in agents.agents_of(company_file, now))
        return "The agent did not try in time." if there else "No agent asks for work. `daybook connection agents`"
    if company_file.way == webconnectors.WAY:
        return _why_no_web_connector_tried(company_file, now)
    alive = any(monitor.alive for monitor in queries.monitors(now))
    return "The Monitor did not try in time." if alive else "No Monitor runs. Start `daybook monitor`."


def _why_no_web_connector_tried(company_file: CompanyFile, now: datetime) -> str:
    connector = webconnectors.of_file(company_file)
    if connector is None:
        return "No Web Connector was let in. `daybook connection password` does."
    found = webconnectors.standing(connector, now)
    if found.word not in webconnectors.THERE:
        return f"The file is opened when the Web Connector asks. {found.sentence}"
    at = f" It is expected at {found.due_at.astimezone():%H:%M:%S}." if found.due_at else ""
    return does(company_file, "opens the file") + at


def _wait_for_contact(company_file: CompanyFile, patience: timedelta) -> CompanyFile:
    until = timezone.now() + patience
    while company_file.check_asked_at is not None and timezone.now() < until:
        time.sleep(ASK_EVERY_SECONDS)
        company_file.refresh_from_db()
    return company_file


def described(company_file: CompanyFile) -> dict[str, Any]:
    """A company file for a script."""
    return {
        "id": company_file.pk,
        "name": company_file.name,
        "way": company_file.way,
        "path": company_file.path,
        "state": company_file.state,
        "sentence": company_file.state_sentence,
        "who_can_act": company_file.who_can_act,
        "problem_code": company_file.state_code,
        "paused": company_file.paused,
        "in_trial": company_file.in_trial,
        "is_default": company_file.is_default,
        "connected": company_file.disconnected_at is None,
        "last_contact_at": _moment(company_file.last_contact_at),
        "last_sync_at": _moment(company_file.last_sync_at),
        "next_sync_at": _moment(company_file.next_sync_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _file(which: str) -> CompanyFile:
    found = queries.find(which) if which else queries.default_file()
    if found is None:
        typer.echo("No such company file is connected. `daybook connection list` shows which are.", err=True)
        raise typer.Exit(UNKNOWN_FILE)
    return found


def _or_refuse(act: Callable[[], T]) -> T:
    try:
        return act()
    except Refused as refused:
        _refuse(refused.sentence)


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(REFUSED)


def _tell(company_file: CompanyFile, sentence: str, as_json: bool) -> None:
    typer.echo(json.dumps(described(company_file), indent=1) if as_json else sentence)


def _end(company_file: CompanyFile, sentence: str, as_json: bool) -> NoReturn:
    if as_json:
        typer.echo(json.dumps(described(company_file), indent=1))
    typer.echo(sentence, err=True)
    raise typer.Exit(NOT_OPENED)
