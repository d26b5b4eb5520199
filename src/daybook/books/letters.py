"""Which letters the books can keep (Windows-1252), and how to write the others with those."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from anyascii import anyascii

_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}
MOST_SHOWN = 5


def fits_windows_1252(text: str) -> bool:
    """Whether QuickBooks can keep the text; it turns every other character into a question mark."""
    if text.isascii():
        return True
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def strangers(text: str) -> str:
    """The characters of a text that QuickBooks cannot keep, each once, in order."""
    return "".join(dict.fromkeys(character for character in text if not fits_windows_1252(character)))


def transliterated(text: str) -> str:
    """The text with every stranger written in letters QuickBooks keeps; one that has no such spelling is left out."""
    text = unicodedata.normalize("NFC", text)
    return "".join(one if fits_windows_1252(one) else _spelled(one) for one in text)


def _spelled(character: str) -> str:
    spelled = anyascii(character)
    return "" if spelled.startswith(":") and spelled != ":" else spelled  # the name of a small picture, as :cat:


def listed(characters: Iterable[str]) -> str:
    """Characters for a sentence, in quotes; one that cannot be seen by its number and name. The first few of many."""
    every = list(characters)
    shown = [_shown(character) for character in every[:MOST_SHOWN]]
    if len(every) > MOST_SHOWN:
        return f"{', '.join(shown)} and {len(every) - MOST_SHOWN} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _UNSEEN:
        return f"“{character}”"
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'a character without a name').lower()})"
