"""`daybook user`, as a process."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from daybook.people.queries import find, group_names, has_right
from daybook.people.rights import Right

Run = Callable[..., Any]


@pytest.fixture
def run(run_daybook: Run, settings: Any) -> Run:
    """Runs `daybook user …`, whose passwords are hashed in earnest."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    return lambda *arguments, **options: run_daybook("user", *arguments, **options)


@pytest.mark.django_db(transaction=True)
def test_the_first_administrator_is_added_by_command(run: Run) -> None:
    done = run("add", "Ada@example.test", "--name", "Ada Berg", "--admin", input="correct horse battery\n")
    assert (done.returncode, done.stdout) == (0, "ada@example.test can sign in now.\n"), done.stderr
    ada = find("ada@example.test")
    assert ada is not None and ada.check_password("correct horse battery")
    assert has_right(ada, Right.CONNECTION_MANAGE)


@pytest.mark.django_db(transaction=True)
def test_a_made_password_is_printed_once(run: Run) -> None:
    made = json.loads(run("add", "sam@example.test", "--generate", "--json").stdout)
    sam = find("sam@example.test")
    assert sam is not None and sam.check_password(made["password"])
    listed = json.loads(run("list", "--json").stdout)
    assert [(one["email"], "password" in one) for one in listed] == [("sam@example.test", False)]


@pytest.mark.django_db(transaction=True)
def test_groups_passwords_and_sign_ins_are_changed(run: Run) -> None:
    run("add", "ada@example.test", "--admin", "--generate")
    run("add", "sam@example.test", "--generate")
    assert run("groups", "sam@example.test", "Everyone", "sales").returncode == 0
    assert run("password", "sam@example.test", input="another horse battery\n").returncode == 0
    sam = find("sam@example.test")
    assert sam is not None and group_names(sam) == ["Everyone", "Sales"]
    assert sam.check_password("another horse battery")
    assert run("deactivate", "sam@example.test").returncode == 0
    sam.refresh_from_db()
    assert not sam.is_active


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_done_is_said_on_standard_error_with_code_1(run: Run) -> None:
    for arguments, sentence in (
        (("password", "nobody@example.test"), "Nobody has the address nobody@example.test"),
        (("add", "sam@example.test", "--group", "Pilots"), "no security group called Pilots"),
        (("add", "sam", "--generate"), "Enter an e-mail address"),
    ):
        done = run(*arguments, input="correct horse battery\n")
        assert (done.returncode, done.stdout) == (1, "")
        assert sentence in done.stderr
