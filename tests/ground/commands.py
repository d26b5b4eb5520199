"""The page of all commands: `python -m tests.ground.commands` writes docs/howto/commands.md from their own help."""

from collections.abc import Iterator
from pathlib import Path

import click
import typer

from daybook.cli.main import build

FILE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "commands.md"
HEAD = """\
# Commands

Written by `make docs` from what each command says of itself with `--help`. Each exits with 0 when it did what was
asked, 1 when it did not and says why, and 2 when it was typed wrongly. `--json` prints what a script reads.
"""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, groups left out."""
    yield from _within("daybook", typer.main.get_command(build()))


def _within(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield name, command
        return
    for child, found in sorted(children.items()):
        if not found.hidden:
            yield from _within(f"{name} {child}", found)


def page() -> str:
    """The text of docs/howto/commands.md."""
    return HEAD + "".join(_section(name, command) for name, command in commands())


def _section(name: str, command: click.Command) -> str:
    shown = [each for each in command.params if not getattr(each, "hidden", False)]
    usage = " ".join([name, *(_usage(each) for each in shown)])
    lines = [f"\n## {name}\n", (command.help or "").strip(), "", f"    {usage}", ""]
    lines += [f"- `{_label(each)}` {getattr(each, 'help', None) or ''}".rstrip() for each in shown]
    return "\n".join(lines).rstrip() + "\n"


def _label(each: click.Parameter) -> str:
    return ", ".join([*each.opts, *each.secondary_opts]) if each.param_type_name == "option" else _name(each)


def _name(each: click.Parameter) -> str:
    return str(each.metavar or each.name or "").upper()


def _usage(each: click.Parameter) -> str:
    if each.param_type_name == "option":
        value = "" if getattr(each, "is_flag", False) else f" {_name(each)}"
        return f"{each.opts[0]}{value}" if each.required else f"[{each.opts[0]}{value}]"
    text = _name(each) + ("…" if each.nargs == -1 else "")
    return text if each.required else f"[{text}]"


if __name__ == "__main__":
    import django

    django.setup()
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(page(), encoding="utf-8")
