"""The tour and the other pages name files and functions; they must be there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)#:]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    lost = [
        match["target"] for match in LINK.finditer(page.read_text()) if not (page.parent / match["target"]).exists()
    ]
    assert lost == []


def test_every_function_named_in_the_tour_is_in_its_file() -> None:
    tour = ROOT / "docs" / "tour.md"
    named = [
        (tour.parent / match["target"], match["text"].strip("`").rpartition(": ")[2].rpartition(".")[2])
        for match in LINK.finditer(tour.read_text())
        if match["text"].startswith("`") and (": " in match["text"] or "/" not in match["text"])
    ]
    assert len(named) > 30
    lost = [f"{file.name}: {name}" for file, name in named if f"def {name}(" not in file.read_text()]
    assert lost == []
