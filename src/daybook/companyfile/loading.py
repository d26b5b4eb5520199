"""Fills a company file from qbXML answers that were exported from a real one.

The answers may stand alone or in the SOAP envelope of a Web Connector's receiveResponseXML, and their elements may
stand in a wrong order. List records keep their ListID, EditSequence, times and every value. What is no list record
of ours, or cannot be kept as it is, goes into the table ``aside`` with the reason; nothing is dropped silently.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from daybook.companyfile.errors import CompanyFileError
from daybook.companyfile.queries import moment
from daybook.companyfile.rules import DEFAULTS, REFERS_TO, Lists, named_by, names_in, storable
from daybook.companyfile.store import Row, Store, Values
from daybook.qbxml.envelope import Answer, BrokenAnswer, Record, iter_records
from daybook.qbxml.fields import NEWEST_VERSION, Kind
from daybook.qbxml.kinds import KINDS
from daybook.qbxml.shape import Shape, shape_of
from daybook.qbxml.types import trouble_with

_DOCUMENT = re.compile(r"<QBXML[\s>].*?(?:</QBXML>|$)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BY_RET = {kind.name + "Ret": kind for kind in KINDS.values()}


class CannotLoad(CompanyFileError):
    """The text holds no qbXML answers that can be read."""


@dataclass(slots=True)
class Report:
    """What was loaded: new and replaced records a kind, what went aside and why, and how many answers were refusals."""

    new: Counter[str] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)
    aside: Counter[str] = field(default_factory=Counter)
    refused: int = 0


def load(
    store: Store, data: bytes, source: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Report:
    """Load the answers of one exported text in one commit; CannotLoad leaves the file as it was."""
    loader = Loader(store, source, clock)
    with store.change():
        for document in documents(data, source):
            loader.take(document)
    return loader.report


def load_file(store: Store, path: Path) -> Report:
    """Load the answers of a file."""
    return load(store, path.read_bytes(), path.name)


def documents(data: bytes, source: str) -> list[str]:
    """The qbXML documents in a text, out of their envelopes."""
    text = _decoded(data)
    if "<QBXML" not in text and "&lt;QBXML" in text:
        text = html.unescape(text)
    found = [match[0] for match in _DOCUMENT.finditer(_COMMENT.sub("", text))]
    if not found:
        raise CannotLoad(f"{source} holds no qbXML document.")
    return found


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            break
    return data.decode("cp1252", "replace")


class Loader:
    """Takes documents of answers into an open file."""

    def __init__(self, store: Store, source: str, clock: Callable[[], datetime]) -> None:
        self.report = Report()
        self._store = store
        self._source = source
        self._clock = clock
        self._lists = Lists(store, clock)
        self._zone = ZoneInfo(store.setting("time_zone", "UTC"))

    def take(self, document: str) -> None:
        """Take one document."""
        try:
            for found in iter_records(document):
                if isinstance(found, Answer):
                    self.report.refused += found.status_code >= 500
                else:
                    self._record(found)
        except BrokenAnswer as broken:
            raise CannotLoad(f"{self._source} cannot be read: {broken}.") from broken

    def _record(self, record: Record) -> None:
        kind = _BY_RET.get(record.name)
        if kind is not None:
            self._list_record(kind, record)
        elif record.name == "CompanyRet":
            self._store.set("company", {name: value for name, value in record.values.items() if name != "DataExtRet"})
            self.report.replaced["company"] += 1
        elif record.name == "ListDeletedRet" and "ListID" in record.values:
            self._deleted(record.values)
        else:
            self._aside(record.name, "no list record that the sandbox keeps", record.values)

    def _aside(self, element: str, reason: str, values: Any) -> None:
        self._store.execute(
            "INSERT INTO aside (source, element, reason, content) VALUES (?, ?, ?, ?)",
            (self._source, element, reason, json.dumps(values, ensure_ascii=False)),
        )
        self.report.aside[f"{element}: {reason}"] += 1

    def _deleted(self, values: Values) -> None:
        gone = moment(values["TimeDeleted"], self._zone)
        created = moment(values["TimeCreated"], self._zone) if "TimeCreated" in values else gone
        self._store.execute(
            "INSERT INTO deleted VALUES (?, ?, ?, ?, ?)",
            (values["ListDelType"], values["ListID"], values.get("FullName", ""), created, gone),
        )
        self.report.new["deleted"] += 1

    # List records

    def _list_record(self, kind: Kind, record: Record) -> None:
        values = self._fitting(record.name, shape_of(kind.ret, NEWEST_VERSION), record.values)
        name = values.get("Name") or named_by(kind, values) or values.get("FullName", "").rpartition(":")[2]
        if not name:
            self._aside(record.name, "has no name", record.values)
            return
        row = self._row(kind, name, values)
        present = self._store.by_list_id(kind.group, row.list_id)
        holder = self._store.by_name(kind.group, row.parent, name)
        if (present and present.kind != kind.key) or (holder and (present is None or holder.id != present.id)):
            other = present if present and present.kind != kind.key else holder
            self._aside(
                record.name, f'its name or ListID is held by "{other.full_name if other else ""}"', record.values
            )
            return
        _know_spaces(row.values)
        self._lists.complete(row)
        if present:
            row.id = present.id
            self._store.update(row)
            self.report.replaced[kind.key] += 1
        else:
            self._store.insert([row])
            self.report.new[kind.key] += 1

    def _row(self, kind: Kind, name: str, values: Values) -> Row:
        created, modified, edit_sequence = self._times(values)
        full_name = values.get("FullName") or ":".join(
            filter(None, (values.get("ParentRef", {}).get("FullName"), name))
        )
        parent = self._parent(kind, values)
        list_id = values.get("ListID") or f"{0x80000000 + self._store.next_number(kind.group):08X}-{created}"
        prefix = list_id.partition("-")[0]
        if re.fullmatch("[89A-F][0-9A-F]{7}", prefix):
            self._store.numbers_used_to(kind.group, int(prefix, 16) - 0x80000000)
        return Row(
            kind.key, kind.group, list_id, name, full_name, parent, full_name.count(":") if kind.hierarchical else 0,
            values.get("IsActive", "true") == "true", edit_sequence, created, modified,
            {**({} if kind.key.startswith("item") else DEFAULTS.get(kind.key, {})), **values},
        )  # fmt: skip

    def _parent(self, kind: Kind, values: Values) -> str:
        reference = values.get("ParentRef", {})
        if reference.get("ListID") or not reference.get("FullName"):
            return str(reference.get("ListID", ""))
        row = self._store.by_full_name([kind.key], reference["FullName"])
        return row.list_id if row else f"unknown:{reference['FullName']}"

    def _times(self, values: Values) -> tuple[int, int, str]:
        """When it was created and modified; where the answer does not say, ListID and EditSequence are times too."""
        now = int(self._clock().timestamp())
        sequence = values.get("EditSequence", "")
        suffix = values.get("ListID", "").rpartition("-")[2]
        born = int(suffix) if suffix.isdigit() else now
        created = moment(values["TimeCreated"], self._zone) if values.get("TimeCreated") else born
        changed = int(sequence) if sequence.isdigit() and len(sequence) >= 9 else created
        modified = moment(values["TimeModified"], self._zone) if values.get("TimeModified") else changed
        return created, modified, sequence or str(modified)

    def _fitting(self, path: str, shape: Shape, values: Values) -> Values:
        """The elements that the table takes, repeated ones as lists; the others go aside."""
        fitting: Values = {}
        for name, value in values.items():
            field_ = shape.order.get(name)
            if field_ is None:
                self._aside(
                    f"{path}/{name}", "is not in the table of its kind", {"record": values.get("ListID"), name: value}
                )
                continue
            kept = [
                one
                for given in (value if isinstance(value, list) else [value])
                for one in self._fitting_element(f"{path}/{name}", shape, name, given)
            ]
            if kept:
                fitting[name] = kept if field_.repeats else kept[0]
        return fitting

    def _fitting_element(self, path: str, shape: Shape, name: str, value: Any) -> Iterator[Any]:
        if name in shape.groups:
            inner = self._fitting(path, shape.groups[name], value if isinstance(value, dict) else {})
            if inner and shape.groups[name].accepts(names_in(shape.groups[name], inner)):
                yield inner
            elif value:
                self._aside(path, "is not complete", value)
            return
        why = (
            trouble_with(shape.order[name], value) if isinstance(value, str) else "holds elements where a value belongs"
        )
        if why:
            self._aside(path, why, value)
        else:
            yield storable(value)


def _know_spaces(values: Values) -> None:
    """Mark each reference with the namespace that its ListID belongs to."""
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                if name in REFERS_TO and "ListID" in one:
                    one["Space"] = KINDS[REFERS_TO[name][0]].group
                else:
                    _know_spaces(one)
