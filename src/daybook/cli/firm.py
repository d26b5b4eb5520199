"""Makes the people of the demo's firm in one process, which `daybook demo` starts in the demo's home."""

import json
from typing import Annotated

import typer
from django.utils import timezone

from daybook.cli.setup import prepare
from daybook.cli.story import BOOKKEEPERS, CAST
from daybook.history import accounts
from daybook.people import operations, queries, shipped
from daybook.people.rights import Right


def command(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; there is no other way.")] = True,
) -> None:
    """Add the cast; prints the passwords that were made, as JSON."""
    prepare()
    # QuickBooks side, where the bookkeeper's part is played, is for those who manage the connection.
    accounts.save_group(
        queries.operator(),
        None,
        name=BOOKKEEPERS,
        description="Keep the books in QuickBooks: the connection, and the page QuickBooks side.",
        rights=[Right.CONNECTION_MANAGE],
        now=timezone.now(),
    )
    passwords = {}
    for person in CAST:
        password = operations.generated_password()
        groups, _ = queries.groups_named({shipped.EVERYONE, *person.groups})
        accounts.add_user(
            queries.operator(),
            email=person.email,
            name=person.name,
            groups=groups,
            password=password,
            now=timezone.now(),
        )
        passwords[person.role] = password
    typer.echo(json.dumps(passwords))
