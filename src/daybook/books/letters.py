"""Which letters the books can keep (Windows-1252), and how to write the others with those."""

# ruff: noqa: RUF001 (the point of this table is letters that look like others)

from __future__ import annotations

import unicodedata

_WRITTEN_AS = {
    # Latin letters that do not come apart into a base letter and a mark
    "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "ı": "i", "Ŋ": "Ng", "ŋ": "ng", "Ŧ": "T", "ŧ": "t",
    "ĸ": "k", "ſ": "s", "ẞ": "SS", "Ə": "E", "ə": "e", "ȷ": "j", "Ɨ": "I", "ɨ": "i", "Ʉ": "U", "ʉ": "u",
    # punctuation
    "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-", "′": "'", "″": '"', "ʼ": "'", "ʹ": "'", "⁄": "/", "№": "No.",
    "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u200a": " ", "\u202f": " ", "\u3000": " ",
    "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\u00ad": "",
    # Cyrillic
    "А": "A", "Б": "B", "В": "V", "Г": "G", "Ґ": "G", "Д": "D", "Е": "E", "Є": "Ye", "Ж": "Zh", "З": "Z", "И": "I",
    "І": "I", "К": "K", "Л": "L", "М": "M", "Н": "N", "О": "O", "П": "P", "Р": "R", "С": "S", "Т": "T", "У": "U",
    "Ф": "F", "Х": "Kh", "Ц": "Ts", "Ч": "Ch", "Ш": "Sh", "Щ": "Shch", "Ъ": "", "Ы": "Y", "Ь": "", "Э": "E",
    "Ю": "Yu", "Я": "Ya", "Ђ": "Dj", "Ј": "J", "Љ": "Lj", "Њ": "Nj", "Ћ": "C", "Џ": "Dz",
    # Greek
    "Α": "A", "Β": "V", "Γ": "G", "Δ": "D", "Ε": "E", "Ζ": "Z", "Η": "I", "Θ": "Th", "Ι": "I", "Κ": "K", "Λ": "L",
    "Μ": "M", "Ν": "N", "Ξ": "X", "Ο": "O", "Π": "P", "Ρ": "R", "Σ": "S", "Τ": "T", "Υ": "Y", "Φ": "F", "Χ": "Ch",
    "Ψ": "Ps", "Ω": "O", "ς": "s",
}  # fmt: skip


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
    if character in _WRITTEN_AS:
        return _WRITTEN_AS[character]
    upper = character.upper()
    if upper in _WRITTEN_AS and upper != character:
        return _WRITTEN_AS[upper].lower()
    apart = unicodedata.normalize("NFKD", character)
    if apart == character:
        return ""
    return "".join(one if fits_windows_1252(one) else _spelled(one) for one in apart if not unicodedata.combining(one))
