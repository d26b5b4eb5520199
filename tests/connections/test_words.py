"""What is the matter and who can act stand side by side as sentences."""

import re

import pytest

from daybook.connections.models import CompanyFile
from daybook.connections.words import acting, does, state_told, told
from daybook.connectors.qbd.errors import HRESULTS, STATUS_CODES, Meaning


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("The administrator of QuickBooks", "Who can act: The administrator of QuickBooks."),
        ("An administrator can connect a company file of the US edition",
         "An administrator can connect a company file of the US edition."),
        ("Open the right company file in QuickBooks, or move the connection",
         "Open the right company file in QuickBooks, or move the connection."),
        ("Nobody has to act; Daybook tries again by itself", "Nobody has to act; Daybook tries again by itself."),
        ("", ""),
    ],
)  # fmt: skip
def test_who_can_act_is_a_sentence(who: str, sentence: str) -> None:
    assert acting(who) == sentence


@pytest.mark.parametrize("meaning", [*HRESULTS.values(), *STATUS_CODES.values()], ids=lambda meaning: meaning.sentence)
def test_every_meaning_is_told_in_whole_sentences(meaning: Meaning) -> None:
    assert re.fullmatch(r"[A-Z].*[.?] (Who can act: )?[A-Z][^.]*\.", told(meaning.sentence, meaning.who_can_act))


def test_a_state_without_anybody_to_act_is_its_sentence_alone() -> None:
    file = CompanyFile(name="Rock Castle", state_sentence="The file was not opened again yet.")
    assert state_told(file) == "The file was not opened again yet."


def test_who_reaches_the_file_is_said_by_the_way() -> None:
    said = [does(CompanyFile(name="Rock", way=way), "opens it") for way in ("sandbox", "agent", "webconnector")]
    assert said == [
        "The Monitor opens it now.",
        "The agent opens it as soon as it asks for work.",
        "The Web Connector opens it when it asks next.",
    ]
