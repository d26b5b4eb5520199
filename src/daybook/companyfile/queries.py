"""List queries: filters, pages, iterators, and what was deleted."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from daybook.companyfile import refusals
from daybook.companyfile.answers import is_the_same_in, ret_shape, write_ret
from daybook.companyfile.store import Store, Values, name_key, sort_key
from daybook.qbxml.fields import Kind

DELETED_DAYS = 90
_OPERATORS = {"LessThan": "<", "LessThanEqual": "<=", "Equal": "=", "GreaterThan": ">", "GreaterThanEqual": ">="}
_PLACES = {"StartsWith": "= 1", "Contains": "> 0", "EndsWith": ""}


@dataclass(slots=True)
class Iterator:
    """A query under way: the records that were chosen at its start, and how many were handed out."""

    question: str
    chosen: array[int]
    given: int = 0

    def next(self, count: int) -> Sequence[int]:
        """The ids of the next page."""
        page = self.chosen[self.given : self.given + count]
        self.given += len(page)
        return page

    @property
    def remaining(self) -> int:
        return len(self.chosen) - self.given


@dataclass(slots=True)
class Found:
    """What a query answers with."""

    rets: list[str]
    code: int = 0
    message: str = refusals.OK
    attributes: dict[str, str] = field(default_factory=dict)


def moment(text: str, zone: ZoneInfo) -> int:
    """Unix seconds of a time in a filter; without an offset it is the file's local time."""
    parsed = datetime.fromisoformat(text)
    return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).timestamp())


class Query:
    """One list query over one kind."""

    def __init__(self, store: Store, kind: Kind, body: Values, version: str) -> None:
        self._store = store
        self._kind = kind
        self._body = body
        self._version = version
        self._hidden: tuple[str, ...] = ()
        self._zone = ZoneInfo(store.setting("time_zone", "UTC"))

    def hide(self, elements: tuple[str, ...]) -> None:
        """Leave elements out of the answer."""
        self._hidden = elements

    def question(self) -> str:
        """The filters as one text, to compare the pages of an iterator."""
        return json.dumps({k: v for k, v in self._body.items() if k != "MaxReturned"}, sort_keys=True)

    def by_identity(self) -> Found | None:
        """Answer a query by ListID or FullName, or None if this is not one."""
        wanted: list[str] = self._body.get("ListID") or self._body.get("FullName") or []
        if not wanted:
            return None
        column, change = ("list_id", str) if "ListID" in self._body else ("sort_key", sort_key)
        ids, missing = [], ""
        for one in wanted:
            found = self._store.rows(
                f"SELECT id FROM record WHERE kind = ? AND {column} = ?"
                + (" AND space = ?" if column == "list_id" else ""),
                (self._kind.key, change(one), *((self._kind.group,) if column == "list_id" else ())),
            )
            ids += [row[0] for row in found]
            missing = missing or ("" if found else one)
        if missing:
            return Found(self.rets(ids), 500, refusals.not_found_warning(missing))
        return Found(self.rets(ids))

    def chosen(self) -> array[int]:
        """The ids of the records that the filters choose, in the order of the list."""
        conditions, parameters, index = self._conditions()
        rows = self._store.rows(
            f"SELECT id FROM record INDEXED BY {index} WHERE {' AND '.join(conditions)} ORDER BY sort_key", parameters
        )
        return array("q", [row[0] for row in rows])

    def rets(self, ids: Sequence[int]) -> list[str]:
        """The Ret texts of records, in the order of their ids."""
        wanted, owners = self._body.get("IncludeRetElement"), self._body.get("OwnerID")
        ready = not wanted and not owners and is_the_same_in(self._kind.key, self._version) and not self._hidden
        column = "ret" if ready else "content"
        found = dict(
            self._store.rows(
                f"SELECT id, {column} FROM record WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            )
        )
        texts = [found[number] for number in ids if number in found]
        return texts if ready else [self._built(json.loads(text), wanted, owners) for text in texts]

    def _built(self, values: Values, wanted: list[str] | None, owners: list[str] | None) -> str:
        if owners:
            values["DataExtRet"] = [one for one in values.get("DataExtRet", []) if one.get("OwnerID", "0") in owners]
        values = {name: value for name, value in values.items() if name not in self._hidden}
        if wanted:
            values = {name: value for name, value in values.items() if name in wanted}
        return write_ret(
            self._kind.name + "Ret", ret_shape(self._kind.key, self._version, private=bool(owners)), values
        )

    def _conditions(self) -> tuple[list[str], list[object], str]:
        body = self._body
        conditions, index = ["kind = ?"], "record_sorted"
        parameters: list[object] = [self._kind.key]
        wanted = body.get("ActiveStatus", "ActiveOnly")
        if wanted != "All":
            conditions.append(f"is_active = {int(wanted == 'ActiveOnly')}")
        for name, comparison in (("FromModifiedDate", ">="), ("ToModifiedDate", "<=")):
            if body.get(name):
                conditions.append(f"modified {comparison} ?")
                parameters.append(moment(body[name], self._zone))
                index = "record_modified"
        for condition, values in self._name_conditions() + self._value_conditions():
            conditions.append(condition)
            parameters += values
        return conditions, parameters, index

    def _name_conditions(self) -> list[tuple[str, list[object]]]:
        conditions: list[tuple[str, list[object]]] = []
        if pattern := self._body.get("NameFilter"):
            text = name_key(pattern["Name"])
            if pattern["MatchCriterion"] == "EndsWith":
                conditions.append(("substr(name_key, -length(?)) = ?", [text, text]))
            else:
                conditions.append((f"instr(name_key, ?) {_PLACES[pattern['MatchCriterion']]}", [text]))
        if window := self._body.get("NameRangeFilter"):
            for name, comparison in (("FromName", ">="), ("ToName", "<=")):
                if window.get(name):
                    conditions.append((f"name_key {comparison} ?", [name_key(window[name])]))
        return conditions

    def _value_conditions(self) -> list[tuple[str, list[object]]]:
        conditions: list[tuple[str, list[object]]] = []
        if balance := self._body.get("TotalBalanceFilter"):
            cents = int(balance["Amount"].replace(".", "") or 0)
            cents = cents if "." in balance["Amount"] else cents * 100
            element = "TotalBalance" if self._kind.key == "customer" else "Balance"
            conditions.append(
                (
                    f"CAST(replace(json_extract(content, '$.{element}'), '.', '') AS INTEGER)"
                    f" {_OPERATORS[balance['Operator']]} ?",
                    [cents],
                )
            )
        for name, reference in (("CurrencyFilter", "CurrencyRef"), ("ClassFilter", "ClassRef")):
            if chosen := self._body.get(name):
                conditions.append(self._reference_condition(reference, chosen))
        for name in ("AccountType", "PaymentMethodType"):
            if self._body.get(name):
                conditions.append(_one_of(f"json_extract(content, '$.{name}')", self._body[name]))
        return conditions

    def _reference_condition(self, reference: str, chosen: Values) -> tuple[str, list[object]]:
        if "ListID" in chosen:
            return _one_of(f"json_extract(content, '$.{reference}.ListID')", chosen["ListID"])
        if "FullName" in chosen:
            wanted = [name_key(name) for name in chosen["FullName"]]
            return _one_of(f"lower(json_extract(content, '$.{reference}.FullName'))", wanted)
        top = chosen.get("FullNameWithChildren", "")
        if "ListIDWithChildren" in chosen:
            row = self._store.by_list_id("class", chosen["ListIDWithChildren"])
            top = row.full_name if row else ""
        column = f"lower(json_extract(content, '$.{reference}.FullName'))"
        return f"({column} = ? OR instr({column}, ?) = 1)", [name_key(top), name_key(top) + ":"]


def deleted(store: Store, body: Values, now: datetime, zone: ZoneInfo) -> Iterable[Values]:
    """The records deleted in the last 90 days of the asked types, oldest first."""
    oldest = int((now.astimezone(UTC) - timedelta(days=DELETED_DAYS)).timestamp())
    window = body.get("DeletedDateRangeFilter", {})
    first = max(oldest, moment(window["FromDeletedDate"], zone) if window.get("FromDeletedDate") else oldest)
    condition, parameters = _one_of("kind", body["ListDelType"])
    if window.get("ToDeletedDate"):
        condition += " AND deleted <= ?"
        parameters.append(moment(window["ToDeletedDate"], zone))
    for kind, list_id, full_name, created, gone in store.rows(
        "SELECT kind, list_id, full_name, created, deleted FROM deleted"
        f" WHERE {condition} AND deleted >= ? ORDER BY deleted",
        (*parameters, first),
    ):
        yield {
            "ListDelType": kind,
            "ListID": list_id,
            "TimeCreated": datetime.fromtimestamp(created, zone).isoformat(),
            "TimeDeleted": datetime.fromtimestamp(gone, zone).isoformat(),
            "FullName": full_name,
        }


def _one_of(column: str, values: Iterable[Any]) -> tuple[str, list[object]]:
    wanted = list(values)
    return f"{column} IN ({', '.join('?' * len(wanted))})", wanted
