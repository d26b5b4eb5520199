"""Hypothesis strategies that make values for a field table."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from daybook.qbxml.fields import Field
from daybook.qbxml.shape import Values

TEXT = st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff")
_DIGITS = st.integers(min_value=0, max_value=10**9).map(str)
_DAYS = st.dates().map(lambda day: day.isoformat())

_BY_TYPE: dict[str, st.SearchStrategy[str]] = {
    "bool": st.sampled_from(["true", "false"]),
    "date": _DAYS,
    "datetime": st.one_of(_DAYS, _DAYS.map(lambda day: f"{day}T10:20:30-08:00")),
    "amount": st.decimals(min_value=-(10**9), max_value=10**9, places=2).map(lambda number: f"{number:.2f}"),
    "price": st.decimals(min_value=-(10**6), max_value=10**6, places=5).map(lambda number: f"{number:.5f}"),
    "quantity": _DIGITS,
    "percent": st.decimals(min_value=0, max_value=100, places=3).map(lambda number: f"{number:.3f}"),
    "interval": st.tuples(st.integers(0, 99), st.integers(0, 59)).map(lambda pair: f"PT{pair[0]}H{pair[1]}M"),
    "int": st.integers(min_value=-(10**6), max_value=10**6).map(str),
    "float": st.integers(min_value=0, max_value=10**6).map(lambda number: f"{number}.25"),
    "guid": st.uuids().map(lambda key: f"{{{key}}}"),
}


def text_for(field: Field) -> st.SearchStrategy[str]:
    """Texts that the schema takes for an element."""
    if field.type == "enum":
        return st.sampled_from(field.values)
    if field.type in ("str", "id"):
        return st.text(TEXT, max_size=min(field.max_length or 60, 60))
    if field.bounds is not None:
        return st.integers(*field.bounds).map(str)
    return _BY_TYPE[field.type]


@st.composite
def values_for(draw: st.DrawFn, fields: tuple[Field, ...], version: str, desktop_only: bool = True) -> Values:
    """Values of a group that the schema takes, in a dict of any order."""
    values: Values = {}
    for field in fields:
        values |= _values_of(draw, field, version, desktop_only)
    return dict(draw(st.permutations(list(values.items()))))


def _values_of(draw: st.DrawFn, field: Field, version: str, desktop_only: bool) -> Values:
    absent = field.since is not None and float(field.since) > float(version)
    if absent or (desktop_only and not field.desktop) or (not field.required and draw(st.booleans())):
        return {}
    if field.type == "either":
        choices = [child for child in field.children if child.since is None or float(child.since) <= float(version)]
        return _values_of(draw, draw(st.sampled_from(choices)), version, desktop_only) if choices else {}
    if field.type == "all":
        return {
            name: value
            for child in field.children
            for name, value in _values_of(draw, child, version, desktop_only).items()
        }
    one: st.SearchStrategy[Any]
    one = values_for(field.children, version, desktop_only) if field.type == "group" else text_for(field)
    if not field.repeats:
        return {field.name: draw(one)}
    return {field.name: draw(st.lists(one, min_size=1, max_size=2))}
