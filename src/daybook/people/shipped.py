"""What a new database has: six security groups, and the operator who stands for the command line."""

from typing import Any

from daybook.people.rights import Right

ADMINISTRATORS = "System Administrators"
EVERYONE = "Everyone"
DIRECTORS = "Directors"
SALES = "Sales"
PROJECT_MANAGERS = "Project Managers"
OUTSIDE_CONTRACTORS = "Outside Contractors"
OPERATOR_EMAIL = "command-line@daybook.invalid"

_SEE = [Right.PROJECTS_VIEW, Right.CLIENTS_VIEW, Right.STAFF_VIEW, Right.LISTS_VIEW]
_LEAD = [*_SEE, Right.PROJECTS_ADD, Right.PROJECTS_EDIT, Right.CLIENTS_EDIT, Right.POST_TO_ACCOUNTING]

GROUPS: dict[str, tuple[str, list[Right]]] = {
    ADMINISTRATORS: ("Everything, the connection and the people included.", list(Right)),
    EVERYONE: ("What each new person gets: the projects to record time on.", [Right.PROJECTS_VIEW]),
    DIRECTORS: (
        "Lead the firm and its books: projects, staff, posting, imports and approvals.",
        [
            *_LEAD,
            Right.STAFF_ADD,
            Right.STAFF_EDIT,
            Right.APPROVE_TRANSFERS,
            Right.INTEGRATION_VIEW,
            Right.TRANSACTIONS_VIEW,
            Right.IMPORT,
            Right.LISTS_EDIT,
        ],
    ),
    SALES: (
        "Win clients: add clients and projects, and ask for them to be posted.",
        [Right.PROJECTS_VIEW, Right.CLIENTS_VIEW, Right.CLIENTS_EDIT, Right.PROJECTS_ADD],
    ),
    PROJECT_MANAGERS: (
        "Run projects: add, change and post them.",
        [*_LEAD, Right.INTEGRATION_VIEW, Right.TRANSACTIONS_VIEW],
    ),
    OUTSIDE_CONTRACTORS: ("People from outside: only what is given to them one by one.", []),
}


def ship(apps: Any) -> None:
    """Write the shipped groups and the operator where they are missing; `apps` may be a migration's registry."""
    group_model = apps.get_model("people", "SecurityGroup")
    for name, (description, rights) in GROUPS.items():
        values = {"description": description, "rights": [right.value for right in rights]}
        group_model.objects.get_or_create(name=name, defaults=values)
    operator, _ = apps.get_model("people", "User").objects.get_or_create(
        email=OPERATOR_EMAIL, defaults={"name": "Command line", "is_program": True, "password": "!"}
    )
    operator.groups.add(group_model.objects.get(name=ADMINISTRATORS))
