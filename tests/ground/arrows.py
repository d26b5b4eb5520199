"""Which room leans on which: `python -m tests.ground.arrows` writes docs/arrows.txt from the imports in src."""

import ast
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "src" / "daybook"
FILE = REPOSITORY / "docs" / "arrows.txt"
HEAD = """\
Which room leans on which, read from the imports. Arrows point downwards only; a test compares this file with the code
and with the table of docs/rooms.md. `make docs` writes it.

"""


def rooms() -> list[str]:
    """The folders of the package."""
    return sorted(path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists())


def arrows() -> dict[str, dict[str, list[str]]]:
    """For each room the rooms it imports from, each with the modules that do so."""
    known = set(rooms())
    found: dict[str, dict[str, list[str]]] = {room: {} for room in sorted(known)}
    for path in sorted(SOURCE.rglob("*.py")):
        here = path.relative_to(SOURCE).parts[0]
        if here not in known or "migrations" in path.parts:
            continue
        for target in sorted(_imported_rooms(path) & known - {here}):
            found[here].setdefault(target, []).append(str(path.relative_to(SOURCE)))
    return found


def _imported_rooms(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[1] for name in node.names if name.name.startswith("daybook.")}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module == "daybook":
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("daybook."):
            found.add(str(node.module).split(".")[1])
    return found


def drawing() -> str:
    """The text of docs/arrows.txt."""
    lines = [f"{room:12} -> {', '.join(sorted(targets)) or '-'}" for room, targets in arrows().items()]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(drawing(), encoding="utf-8")
