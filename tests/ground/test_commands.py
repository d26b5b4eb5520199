"""Every command says what it does, and stands on the page of commands."""

import pytest

from daybook.cli.main import COMMANDS, GROUPS
from tests.conftest import RunDaybook
from tests.ground.commands import FILE, commands, page


def test_every_command_and_every_option_says_what_it_is_for() -> None:
    silent = []
    for name, command in commands():
        if not command.help:
            silent.append(name)
        silent += [f"{name} {each.name}" for each in command.params if not getattr(each, "help", None)]
    assert silent == []


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), "run `make docs`"


@pytest.mark.parametrize(
    "wanted",
    "demo serve monitor sandbox connection import post status doctor backup restore user".split(),
)
def test_each_command_that_was_promised_is_there(wanted: str) -> None:
    assert wanted in GROUPS.keys() | COMMANDS.keys()


def test_an_unknown_command_exits_with_two(run_daybook: RunDaybook) -> None:
    typed = run_daybook("fly")
    assert typed.returncode == 2
    assert "fly" in typed.stderr
