"""`daybook user`: who can sign in."""

import json
import sys
from typing import Annotated, Any, NoReturn

import typer
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from daybook.cli.setup import prepare
from daybook.history import accounts
from daybook.people import operations, queries, shipped
from daybook.people.errors import Refused
from daybook.people.models import SecurityGroup, User

app = typer.Typer(help="Add people who sign in, and change what they may do.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Email = Annotated[str, typer.Argument(help="The e-mail address the person signs in with.")]
Generate = Annotated[bool, typer.Option("--generate", help="Make a password and print it once.")]


@app.callback()
def _every_command() -> None:
    prepare()


@app.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="The name that others read.")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="May do everything, the connection included.")] = False,
    group: Annotated[list[str] | None, typer.Option(help="A security group; may be given several times.")] = None,
    generate: Generate = False,
    as_json: Json = False,
) -> None:
    """Add a person. The password is asked for, or read from standard input, or made with --generate."""
    names = [shipped.EVERYONE, *(group or []), *([shipped.ADMINISTRATORS] if admin else [])]
    groups = _groups(names)
    password = _password(generate)
    actor = queries.operator()
    shown_name = name or email.partition("@")[0].replace(".", " ").title()
    user = _or_refuse(
        lambda: accounts.add_user(
            actor, email=email, name=shown_name, groups=groups, password=password, now=timezone.now()
        )
    )
    _tell(f"{user.email} can sign in now.", user, password if generate else None, as_json)


@app.command("list")
def list_users(as_json: Json = False) -> None:
    """Show who has an account, and the security groups of each."""
    users = list(queries.people().prefetch_related("groups").order_by("email"))
    if as_json:
        typer.echo(json.dumps([_described(user) for user in users], indent=1))
        return
    table = Table("E-mail", "Name", "Security groups", "Signs in")
    for user in users:
        rings = ", ".join(group.name for group in user.groups.all())
        table.add_row(user.email, user.name, rings, "yes" if user.is_active else "no")
    Console().print(table)


@app.command()
def password(email: Email, generate: Generate = False, as_json: Json = False) -> None:
    """Give a person a new password."""
    user, new = _user(email), _password(generate)
    _or_refuse(lambda: accounts.set_password(queries.operator(), user, new, timezone.now()))
    _tell(f"{user.email} has a new password.", user, new if generate else None, as_json)


@app.command()
def groups(
    email: Email,
    group: Annotated[list[str] | None, typer.Argument(help="The security groups the person has from now on.")] = None,
    as_json: Json = False,
) -> None:
    """Give a person exactly these security groups; without any, show those the person has."""
    user = _user(email)
    if group:
        rings = _groups(group)
        _or_refuse(lambda: accounts.set_groups(queries.operator(), user, rings, timezone.now()))
    _tell(f"{user.email}: {', '.join(queries.group_names(user)) or 'no security group'}.", user, None, as_json)


@app.command()
def deactivate(email: Email, as_json: Json = False) -> None:
    """Take a person's sign-in away. What the person did stays."""
    user = _user(email)
    _or_refuse(lambda: accounts.deactivate_user(queries.operator(), user, timezone.now()))
    _tell(f"{user.email} cannot sign in any more.", user, None, as_json)


def _user(email: str) -> User:
    user = queries.find(email)
    if user is None:
        _fail(f"Nobody has the address {email}. `daybook user list` shows who there is.")
    return user


def _groups(names: list[str]) -> list[SecurityGroup]:
    known, unknown = queries.groups_named(names)
    if unknown:
        there = ", ".join(SecurityGroup.objects.order_by("name").values_list("name", flat=True))
        _fail(f"There is no security group called {unknown[0]}. There are: {there}.")
    return known


def _password(generate: bool) -> str:
    if generate:
        return operations.generated_password()
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


def _or_refuse(change: Any) -> Any:
    try:
        return change()
    except Refused as refused:
        _fail(refused.sentence)


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def _described(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "groups": [group.name for group in user.groups.all()],
        "is_active": user.is_active,
    }


def _tell(sentence: str, user: User, made: str | None, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_described(user) | ({"password": made} if made else {})))
        return
    typer.echo(sentence)
    if made:
        typer.echo(f"Password: {made}")
