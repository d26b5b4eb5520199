"""The cast, and what tests of pages need."""

from types import SimpleNamespace

import pytest
from django.test import Client

from daybook.people.models import SecurityGroup, User
from daybook.people.shipped import ADMINISTRATORS, DIRECTORS, EVERYONE, GROUPS, PROJECT_MANAGERS
from tests.web.browser import sign_in, site

__all__ = ["cast", "cast_client", "sign_in", "site"]

PEOPLE = {
    "mia": ("Mia Ruiz", [EVERYONE, PROJECT_MANAGERS]),
    "ada": ("Ada Berg", [EVERYONE, ADMINISTRATORS]),
    "ben": ("Ben Osei", [EVERYONE, DIRECTORS]),
    "sam": ("Sam Lind", [EVERYONE]),
}
PASSWORD = "correct horse battery"


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """Mia the manager, Ada the administrator, Ben the bookkeeper and Sam of the staff, each with their groups."""
    groups = {}
    for name, (description, rights) in GROUPS.items():
        # A test that uses real transactions leaves an empty database behind, the shipped groups gone too.
        groups[name], _ = SecurityGroup.objects.get_or_create(
            name=name, defaults={"description": description, "rights": [right.value for right in rights]}
        )
    people = {}
    for key, (name, names) in PEOPLE.items():
        people[key] = User.objects.create_user(f"{key}@example.test", name, PASSWORD)
        people[key].groups.set([groups[one] for one in names])
    return SimpleNamespace(**people)


@pytest.fixture
def cast_client(client: Client, cast: SimpleNamespace) -> Client:
    """A browser without a screen, signed in as Ada."""
    client.force_login(cast.ada)
    return client
