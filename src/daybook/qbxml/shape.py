"""A field table made ready for work: which order of elements is valid, how a group is checked, read and written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from daybook.qbxml.fields import NEWEST_VERSION, OLDEST_VERSION, Field, named
from daybook.qbxml.types import fits_xml, trouble_with

Values = dict[str, Any]
"""The elements of a group: text, a nested group, or a list of these where an element repeats."""


class FieldRefused(ValueError):
    """A value that must not be sent: which element, and why QuickBooks would not take it."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} {why}")
        self.path = path
        self.why = why


class Shape:
    """The elements of one group in one version."""

    __slots__ = ("_needed", "_pattern", "_places", "_steps", "groups", "leaves", "order", "repeats")

    def __init__(self, fields: tuple[Field, ...], version: str) -> None:
        known = tuple(field for field in named(fields) if _has(field, version))
        self.order: dict[str, Field] = {field.name: field for field in known}
        self.groups: dict[str, Shape] = {
            field.name: Shape(field.children, version) for field in known if field.type == "group"
        }
        self.repeats: frozenset[str] = frozenset(field.name for field in known if field.repeats)
        self.leaves: frozenset[str] = frozenset(self.order) - self.groups.keys() - self.repeats
        self._steps = [
            (name, f"<{name}>", f"</{name}>", self.groups.get(name), name in self.repeats) for name in self.order
        ]
        self._needed = [
            [one.name for one in named((field,))] for field in fields if field.required and _has(field, version)
        ]
        self._places = {name: place for place, name in enumerate(self.order)}
        self._pattern = re.compile(_sequence(fields, version))

    def accepts(self, names: list[str]) -> bool:
        """Whether these elements, in this order, are a complete and valid group."""
        return self._pattern.fullmatch("".join(f"{name} " for name in names)) is not None

    def write_trusted(self, values: Values) -> str:
        """The group's elements as XML in schema order, unchecked: for a company file's own records, many a second."""
        parts: list[str] = []
        add = parts.append
        for name, opening, closing, group, repeats in self._steps:
            value = values.get(name)
            if value is None:
                continue
            if repeats or group is not None:
                for one in value if repeats else (value,):
                    add(opening + (escape(one) if group is None else group.write_trusted(one)) + closing)
            elif "&" in value or "<" in value or ">" in value or "\r" in value:
                add(opening + escape(value) + closing)
            else:
                add(opening + value + closing)
        return "".join(parts)

    def write(self, values: Values, path: str, *, desktop_only: bool = True) -> str:
        """The group's elements as XML in schema order, whatever the order of the dict; FieldRefused if invalid."""
        unknown = values.keys() - self.order.keys()
        if unknown:
            raise FieldRefused(f"{path}/{min(unknown)}", "is not an element of this message")
        names: list[str] = []
        parts: list[str] = []
        for name in sorted(values, key=self._places.__getitem__):
            field, place = self.order[name], f"{path}/{name}"
            if desktop_only and not field.desktop:
                raise FieldRefused(place, "is not in the US desktop editions")
            for value in values[name] if field.repeats else [values[name]]:
                names.append(name)
                parts.append(self._element(name, field, value, place, desktop_only))
        if not self.accepts(names):
            raise FieldRefused(path, self._what_is_wrong(names))
        return "".join(parts)

    def _element(self, name: str, field: Field, value: Any, place: str, desktop_only: bool) -> str:
        if field.type == "group":
            if not isinstance(value, dict):
                raise FieldRefused(place, "needs elements of its own")
            return f"<{name}>{self.groups[name].write(value, place, desktop_only=desktop_only)}</{name}>"
        if not isinstance(value, str):
            raise FieldRefused(place, f"must be text, not {type(value).__name__}")
        why = "holds a character that XML cannot carry" if not fits_xml(value) else trouble_with(field, value)
        if why:
            raise FieldRefused(place, why)
        return f"<{name}>{escape(value)}</{name}>"

    def _what_is_wrong(self, names: list[str]) -> str:
        for name, field in self.order.items():
            if field.most is not None and names.count(name) > field.most:
                return f"has more than {field.most} {name}"
        missing = [" or ".join(choice) for choice in self._needed if not set(choice) & set(names)]
        if missing:
            return f"lacks {', '.join(missing)}"
        return f"cannot hold {', '.join(dict.fromkeys(names)) or 'nothing'} together"


def escape(text: str) -> str:
    """Text for an element or a double-quoted attribute."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if '"' in text:
        text = text.replace('"', "&quot;")
    if "\r" in text:
        text = text.replace("\r", "&#13;")
    return text


def attributes_text(values: dict[str, str | None]) -> str:
    """The attributes of an element that are given, with a leading blank each."""
    for name, value in values.items():
        if value is not None and not fits_xml(value):
            raise FieldRefused(f"@{name}", "holds a character that XML cannot carry")
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items() if value is not None)


def ascii_only(text: str) -> str:
    """The same XML with every other character as a numeric entity, so that nobody has to guess an encoding."""
    return text if text.isascii() else text.encode("ascii", "xmlcharrefreplace").decode("ascii")


@lru_cache(maxsize=64)
def spoken(version: str) -> str:
    """The version of our tables that fits a request's version: an older one is read as the oldest we speak."""
    return min(max(version, OLDEST_VERSION, key=_number), NEWEST_VERSION, key=_number)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _has(field: Field, version: str) -> bool:
    return field.since is None or _number(field.since) <= _number(version)


def _sequence(fields: tuple[Field, ...], version: str) -> str:
    return "".join(_particle(field, version) for field in fields if _has(field, version))


def _particle(field: Field, version: str) -> str:
    if field.type == "either":
        choices = [choice for child in field.children if (choice := _sequence((child,), version))]
        body = "(?:" + "|".join(choices) + ")" if choices else ""
        return body + ("" if field.required or not body else "?")
    if field.type == "all":
        return "(?:" + _sequence(field.children, version) + ")"
    return f"(?:{field.name} )" + _occurrence(field)


def _occurrence(field: Field) -> str:
    if not field.repeats:
        return "" if field.required else "?"
    least = "1" if field.required else "0"
    return f"{{{least},{field.most or ''}}}"


@lru_cache(maxsize=1024)
def shape_of(fields: tuple[Field, ...], version: str) -> Shape:
    """The shape of a table in a version, made once."""
    return Shape(fields, version)
