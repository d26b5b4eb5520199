"""The notation of the field tables: which element stands where, how long it may be, and in which messages it occurs.

A table is a text, one element a line, in the order the schema demands::

    Amr Name              41                 a text of at most 41 characters; needed in an Add, optional in Mod and Ret
    amr BillAddress       address            a group that many kinds share (see GROUPS)
    amr TermsRef          ref31              a reference: ListID and a FullName of at most 31 characters
    a-- OpenBalance       amount             only in an Add
    amr JobStatus         =Awarded|Closed    one of these words; ``=|Awarded`` may be empty, too
    amr ExpirationMonth   int1..12           a whole number from 1 to 12
    amr ShipToAddress     group *50          at most fifty times; the lines indented below are its elements
    amr PrintAs           41 ~               in the schema, but not in the US desktop editions
    -m- Gender            =Male|Female @16.0 since qbXML 16.0
    a-r either                               one of the indented lines (``all``: these lines together)

The three columns stand for Add, Mod and Ret; a capital letter says that the element is required there. A line without a
version mark is in every version from 13.0 on, which is what Daybook speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

FieldType = Literal[
    "str", "id", "bool", "date", "datetime", "amount", "price", "quantity", "percent", "interval", "int", "float",
    "guid", "enum", "group", "either", "all",
]  # fmt: skip

OLDEST_VERSION = "13.0"
NEWEST_VERSION = "16.0"


@dataclass(frozen=True, slots=True)
class Field:
    """One element of a message, or (without a name) a choice or a run of elements."""

    name: str
    type: FieldType
    max_length: int | None = None
    required: bool = False
    repeats: bool = False
    children: tuple[Field, ...] = ()
    since: str | None = None
    values: tuple[str, ...] = ()
    most: int | None = None
    desktop: bool = True
    bounds: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One list of the company file and the elements of its messages."""

    name: str
    key: str
    add: tuple[Field, ...]
    mod: tuple[Field, ...]
    query: tuple[Field, ...]
    ret: tuple[Field, ...]
    iterates: bool = False
    hierarchical: bool = False
    group: str = ""
    versions: tuple[str, str] = (OLDEST_VERSION, NEWEST_VERSION)
    mod_since: str | None = None

    @property
    def list_del_type(self) -> str:
        """The word for this kind in ListDel and ListDeletedQuery."""
        return self.name


def named(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Every named element of a table in order, looking into choices."""
    for field in fields:
        if field.type in ("either", "all"):
            yield from named(field.children)
        else:
            yield field


GROUPS = {
    "address": """
        Addr1 41
        Addr2 41
        Addr3 41
        Addr4 41
        Addr5 41
        City 31
        State 21
        PostalCode 13
        Country 31
        Note 41
    """,
    "block": """
        Addr1 41
        Addr2 41
        Addr3 41
        Addr4 41
        Addr5 41
    """,
    "contact_way": """
        ! ContactName 40
        ! ContactValue 255
    """,
    "data_ext": """
        OwnerID guid
        ! DataExtName 31
        ! DataExtType =AMTTYPE|DATETIMETYPE|INTTYPE|PERCENTTYPE|PRICETYPE|QUANTYPE|STR1024TYPE|STR255TYPE
        ! DataExtValue str
    """,
    "note": "! Note 4095",
}

_LINE = re.compile(r"(?P<columns>\S+) (?P<indent> *)(?P<name>\S+) *(?P<rest>.*)")


class _Line(NamedTuple):
    depth: int
    columns: str
    name: str
    words: list[str]


def table(text: str, column: str) -> tuple[Field, ...]:
    """Read a table and keep what occurs in one column (``a``, ``m``, ``r``; ``q`` for queries)."""
    lines = [_line(line) for line in text.splitlines() if line.strip()]
    fields, rest = _block(lines, 0, column)
    if rest:
        raise ValueError(f"a table line is indented without a parent: {rest[0].name}")
    return fields


def _line(line: str) -> _Line:
    match = _LINE.match(line.strip())
    if match is None:
        raise ValueError(f"not a table line: {line!r}")
    return _Line(len(match["indent"]) // 4, match["columns"], match["name"], match["rest"].split())


def _block(lines: list[_Line], depth: int, column: str) -> tuple[tuple[Field, ...], list[_Line]]:
    fields: list[Field] = []
    while lines and lines[0].depth == depth:
        line, lines = lines[0], lines[1:]
        children: tuple[Field, ...] = ()
        if lines and lines[0].depth > depth:
            children, lines = _block(lines, depth + 1, column)
        if column in line.columns.lower():
            fields.append(_field(line, column.upper() in line.columns, children))
    return tuple(fields), lines


def _field(line: _Line, required: bool, children: tuple[Field, ...]) -> Field:
    name, words = line.name, list(line.words)
    if name in ("either", "all"):
        name, words = "", [name, *words]
    type_, max_length, values, shared = _type(words.pop(0))
    repeats, most, since, desktop = False, None, None, True
    for word in words:
        if word[0] == "*":
            repeats, most = True, int(word[1:]) if word[1:] else None
        elif word[0] == "@":
            since = word[1:]
        elif word == "~":
            desktop = False
        else:
            raise ValueError(f"unknown mark {word!r} at {name}")
    bounds = _bounds(line.words) if type_ == "int" else None
    return Field(name, type_, max_length, required, repeats, children or shared, since, values, most, desktop, bounds)


def _bounds(words: list[str]) -> tuple[int, int] | None:
    low, dots, high = words[0].removeprefix("int").partition("..")
    return (int(low), int(high or 2**31 - 1)) if dots else None


def _type(word: str) -> tuple[FieldType, int | None, tuple[str, ...], tuple[Field, ...]]:
    if word.isdigit():
        return "str", int(word), (), ()
    if word[0] == "=":
        return "enum", None, tuple(word[1:].split("|")), ()
    if word.startswith("int") and word != "interval":
        return "int", None, (), ()
    if word.startswith("ref"):
        return "group", None, (), reference(int(word[3:]) if word[3:] else None)
    if word in GROUPS:
        return "group", None, (), shared_group(word)
    return word, 36 if word == "id" else None, (), ()  # type: ignore[return-value]


def reference(max_length: int | None) -> tuple[Field, ...]:
    """The two elements of a reference; ListID wins when both are given."""
    return Field("ListID", "id", 36), Field("FullName", "str", max_length)


def shared_group(name: str) -> tuple[Field, ...]:
    """The elements of one of the GROUPS."""
    text = "\n".join(
        ("x " if not line.strip().startswith("!") else "X ") + line.strip().removeprefix("! ")
        for line in GROUPS[name].splitlines()
        if line.strip()
    )
    return table(text, "x")


STAMPS = """
-Mr ListID                      id
--r TimeCreated                 datetime
--r TimeModified                datetime
-Mr EditSequence                16
"""

_QUERY = """
q either
Q     ListID                    id *
Q     FullName                  str *
Q     all
q         MaxReturned           int1..
q         ActiveStatus          =|ActiveOnly|InactiveOnly|All
q         FromModifiedDate      datetime
q         ToModifiedDate        datetime
q         either
Q             NameFilter        group
Q                 MatchCriterion =StartsWith|Contains|EndsWith
Q                 Name          str
Q             NameRangeFilter   group
q                 FromName      str
q                 ToName        str
{filters}
q IncludeRetElement             50 *
{owner}
"""

FILTERS = {
    "total_balance": """
q         TotalBalanceFilter    group
Q             Operator          =LessThan|LessThanEqual|Equal|GreaterThan|GreaterThanEqual
Q             Amount            amount
""",
    "currency": """
q         CurrencyFilter        group
Q             either
Q                 ListID        id *
Q                 FullName      64 *
""",
    "class": """
q         ClassFilter           group
Q             either
Q                 ListID        id *
Q                 FullName      str *
Q                 ListIDWithChildren id
Q                 FullNameWithChildren str
""",
}


def list_query(*filters: str, owner: bool = True) -> tuple[Field, ...]:
    """The elements of a list query: by ListID, by FullName, or by filters, in the one order the schema takes."""
    chosen = "".join(FILTERS.get(name, name) for name in filters)
    return table(_QUERY.format(filters=chosen, owner="q OwnerID                       guid *" if owner else ""), "q")


def kind(
    name: str,
    key: str,
    text: str,
    *,
    query: tuple[Field, ...],
    group: str = "",
    iterates: bool = False,
    mod: bool = True,
    mod_since: str | None = None,
) -> Kind:
    """Build a kind from its table; ``group`` names the kinds that share one namespace (default: this kind alone)."""
    ret = table(text, "r")
    return Kind(
        name,
        key,
        add=table(text, "a"),
        mod=table(text, "m") if mod else (),
        query=query,
        ret=ret,
        iterates=iterates,
        hierarchical=any(field.name == "ParentRef" for field in named(ret)),
        group=group or key,
        mod_since=mod_since,
    )
