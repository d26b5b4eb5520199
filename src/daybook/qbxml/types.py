"""The value types of qbXML: which texts the schema takes, and text to Python values and back."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

from daybook.qbxml.fields import Field

_AMOUNT = re.compile(r"([+-]?[0-9]{1,13}(\.[0-9]{2})?)?")
_NUMBER = re.compile(r"([+-]?[0-9]{1,10}(\.[0-9]{1,5})?)?")
_DATETIME = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
    r"(T(?P<hour>[0-9]{1,2})(:(?P<minute>[0-9]{1,2})(:(?P<second>[0-9]{1,2})(?P<zone>[+-]{1}[0-9]{1,2}:[0-9]{1,2})?)?)?)?"
)
_DATE = re.compile(r"-?([0-9]{4,})-([0-9]{2})-([0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?")
_INTERVAL = re.compile(r"-?PT(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?")
_INT = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_GUID = re.compile(r"0|\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}")

_CONTROLS = bytes(code for code in range(32) if chr(code) not in "\t\n\r")


def fits_xml(text: str) -> bool:
    """Whether XML can carry this text: no control characters, no halves of characters."""
    if text.isascii() and text.isprintable():
        return True
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return False
    clean = len(data.translate(None, _CONTROLS)) == len(data)
    return clean and b"\xef\xbf\xbe" not in data and b"\xef\xbf\xbf" not in data


def _is_date(text: str) -> bool:
    text = text.strip()
    match = _DATE.fullmatch(text)
    if not text or match is None:
        return not text
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    return year > 0 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(max(year % 400, 4) + 2000, month)[1]


_CHECKS: dict[str, Callable[[str], object]] = {
    "bool": lambda text: text.strip() in ("true", "false", "1", "0", ""),
    "date": _is_date,
    "datetime": lambda text: not text.strip() or _DATETIME.fullmatch(text),
    "amount": _AMOUNT.fullmatch,
    "price": _NUMBER.fullmatch,
    "quantity": _NUMBER.fullmatch,
    "percent": _NUMBER.fullmatch,
    "interval": lambda text: not text.strip() or _INTERVAL.fullmatch(text.strip()),
    "int": lambda text: _INT.fullmatch(text.strip()),
    "float": lambda text: not text.strip() or _FLOAT.fullmatch(text.strip()),
    "guid": _GUID.fullmatch,
}


def trouble_with(field: Field, text: str) -> str | None:
    """Why the schema refuses this text for this element, or None."""
    if field.max_length is not None and len(text) > field.max_length:
        return f"has {len(text)} characters; QuickBooks takes {field.max_length}"
    if field.type == "enum":
        return (
            None if text in field.values else f"is {text!r}, which is none of {', '.join(filter(None, field.values))}"
        )
    check = _CHECKS.get(field.type)
    if check is not None and not check(text):
        return f"is {text!r}, which is not a {field.type}"
    if field.bounds is not None and not field.bounds[0] <= int(text) <= field.bounds[1]:
        return f"is {text}, which is not between {field.bounds[0]} and {field.bounds[1]}"
    return None


def to_bool(text: str) -> bool:
    """``true`` and ``1`` are true, everything else is false."""
    return text.strip() in ("true", "1")


def from_bool(value: bool) -> str:
    """``true`` or ``false``."""
    return "true" if value else "false"


def to_decimal(text: str) -> Decimal | None:
    """A number of money, price, quantity or percent; nothing for an empty text."""
    if not text:
        return None
    try:
        return Decimal(text.rstrip("%"))
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a number") from error


def from_amount(value: Decimal) -> str:
    """Money with two decimals."""
    return f"{value:.2f}"


def to_date(text: str) -> date | None:
    """A calendar day; nothing for an empty text."""
    return date.fromisoformat(text.strip()[:10]) if text.strip() else None


def to_datetime(text: str) -> datetime | None:
    """An aware instant; a text without an offset is read as UTC.

    The printed offset is that of the machine QuickBooks runs on and is wrong by an hour in old summers: compare with
    an overlap.
    """
    match = _DATETIME.fullmatch(text.strip())
    if match is None:
        if text.strip():
            raise ValueError(f"{text!r} is not a time")
        return None
    year, month, day = (int(part) for part in match["date"].split("-"))
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    return datetime(year, month, day, hour, minute, second, tzinfo=_zone(match["zone"]))


def _zone(text: str | None) -> timezone:
    if not text:
        return UTC
    hours, minutes = (int(part) for part in text[1:].split(":"))
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def from_datetime(value: datetime) -> str:
    """An instant to the second, with its offset."""
    text = value.isoformat(timespec="seconds")
    return text[:-1] + "+00:00" if text.endswith("Z") else text


def to_minutes(text: str) -> int | None:
    """Whole minutes of a duration such as ``PT8H30M``; seconds are rounded half up."""
    match = _INTERVAL.fullmatch(text.strip())
    if match is None:
        if text.strip():
            raise ValueError(f"{text!r} is not a duration")
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = hours * 60 + minutes + (seconds + 30) // 60
    return -total if text.strip().startswith("-") else total


def from_minutes(minutes: int) -> str:
    """A duration of hours and minutes, as QuickBooks writes it."""
    hours, rest = divmod(minutes, 60)
    return f"PT{hours}H{rest}M"
