"""The rules by which records are added, changed, merged and deleted.

Numbered as they are applied to a change:

1. Empty elements are no values; letters outside Windows-1252 become ``?``; blanks around a text go.
2. The name has no colon; employees have first, middle and last name instead of a name.
3. The parent exists, in the same list, and the depth stays within five levels.
4. The name is free in its namespace (customers, vendors, employees and other names share one), inactive records
  included.
5. Every reference finds its record, by ListID when both are given.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from daybook.companyfile import refusals
from daybook.companyfile.answers import ret_shape, write_ret
from daybook.companyfile.store import Row, Store, Values
from daybook.qbxml.fields import NEWEST_VERSION, Field, Kind, named
from daybook.qbxml.kinds import KINDS
from daybook.qbxml.shape import Shape

DEEPEST = 5

_ENTITIES = ("customer", "vendor", "employee", "other_name")
_ITEMS = tuple(key for key, kind in KINDS.items() if kind.group == "item")

REFERS_TO: dict[str, tuple[str, ...]] = {
    "ClassRef": ("class",),
    "CurrencyRef": ("currency",),
    "CustomerTypeRef": ("customer_type",),
    "JobTypeRef": ("job_type",),
    "VendorTypeRef": ("vendor_type",),
    "TermsRef": ("terms_standard", "terms_date_driven"),
    "SalesRepRef": ("sales_rep",),
    "SalesRepEntityRef": ("employee", "vendor", "other_name"),
    "SalesTaxCodeRef": ("sales_tax_code",),
    "PurchaseTaxCodeRef": ("sales_tax_code",),
    "ItemSalesTaxRef": ("item_sales_tax", "item_sales_tax_group"),
    "PreferredPaymentMethodRef": ("payment_method",),
    "SupervisorRef": ("employee",),
    "PayrollItemWageRef": ("payroll_item_wage",),
    "TaxVendorRef": ("vendor",),
    "PrefVendorRef": ("vendor",),
    "ItemRef": _ITEMS,
    "ItemInventoryRef": ("item_inventory", "item_inventory_assembly"),
    **dict.fromkeys(
        "AccountRef IncomeAccountRef ExpenseAccountRef COGSAccountRef AssetAccountRef PrefillAccountRef"
        " TaxOnPurchasesAccountRef TaxOnSalesAccountRef DepositToAccountRef".split(),
        ("account",),
    ),
}
"""Which lists a reference may point into; a reference to any other list finds nothing."""

DEFAULTS: dict[str, Values] = {
    "customer": {"Balance": "0.00", "TotalBalance": "0.00", "JobStatus": "None"},
    "vendor": {"IsVendorEligibleFor1099": "false", "Balance": "0.00"},
    "account": {"Balance": "0.00", "TotalBalance": "0.00", "CashFlowClassification": "None"},
    "item_inventory": {
        "AverageCost": "0.00", "QuantityOnHand": "0", "QuantityOnOrder": "0", "QuantityOnSalesOrder": "0",
    },
    "item_inventory_assembly": {
        "AverageCost": "0.00", "QuantityOnHand": "0", "QuantityOnOrder": "0", "QuantityOnSalesOrder": "0",
    },
    "currency": {"IsUserDefinedCurrency": "true"},
}  # fmt: skip


class Lists:
    """The lists of one company file, changed by its rules; every call belongs inside `Store.change`."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._zone = ZoneInfo(store.setting("time_zone", "UTC"))

    # Adding

    def add(self, kind: Kind, given: Values) -> Row:
        """Add a record from the elements of an Add, or refuse it."""
        values = _cleaned(given)
        name = named_by(kind, values)
        parent = self._parent(kind, values)
        _check_lengths(kind, {**values, "Name": name})
        self._check_name(kind, name, parent)
        self._resolve(kind, values)
        now = int(self._clock().timestamp())
        row = Row(
            kind=kind.key,
            space=kind.group,
            list_id=f"{0x80000000 + self._store.next_number(kind.group):08X}-{now}",
            name=name,
            full_name=_full_name(parent, name),
            parent=parent.list_id if parent else "",
            sublevel=parent.sublevel + 1 if parent else 0,
            is_active=values.get("IsActive", "true") == "true",
            edit_sequence=str(now),
            created=now,
            modified=now,
            values={**DEFAULTS.get(kind.key, {}), **_returned(kind, values, now)},
        )
        _open_balance(row.values)
        _whole(ret_shape(kind.key, NEWEST_VERSION), row.values)
        self.complete(row)
        self._store.insert([row])
        return row

    def complete(self, row: Row) -> None:
        """Write the computed elements into the values and make the Ret text."""
        kind = KINDS[row.kind]
        values = row.values
        values["ListID"] = row.list_id
        values.setdefault("TimeCreated", self.stamp(row.created))
        values.setdefault("TimeModified", self.stamp(row.modified))
        values["EditSequence"] = row.edit_sequence
        values["IsActive"] = "true" if row.is_active else "false"
        if kind.key != "sales_rep":
            values["Name"] = row.name
        values["FullName"] = row.full_name
        if kind.hierarchical:
            values["Sublevel"] = str(row.sublevel)
        if row.parent:
            above = row.full_name.rpartition(":")[0]
            values["ParentRef"] = {"ListID": row.parent, "FullName": above, "Space": row.space}
        else:
            values.pop("ParentRef", None)
        row.ret = ret_text(kind, values)

    def stamp(self, seconds: int) -> str:
        """A time as the file's machine prints it."""
        return datetime.fromtimestamp(seconds, self._zone).isoformat()

    # Changing

    def modify(self, kind: Kind, list_id: str, edit_sequence: str | None, given: Values) -> Row:
        """Change a record: an element left out stays, an empty one is cleared; None asks for no EditSequence."""
        row = self._store.by_list_id(kind.group, list_id)
        if row is None or row.kind != kind.key:
            raise refusals.not_found(list_id)
        if edit_sequence is not None and edit_sequence != row.edit_sequence:
            raise refusals.stale(edit_sequence)
        if list_id in self._store.setting("records_in_use", []):
            raise refusals.in_use(kind.name, row.name)
        changes = _returned(kind, _narrowed(given), int(self._clock().timestamp()))
        self._resolve(kind, changes)
        values = _merged(row.values, changes)
        _chosen(kind.ret, values, changes)
        _whole(ret_shape(kind.key, NEWEST_VERSION), values)
        name = named_by(kind, values)
        _check_lengths(kind, {**changes, "Name": name})
        parent = self._parent(kind, values, moving=row) if "ParentRef" in changes else self._above(row)
        if name != row.name or (parent.list_id if parent else "") != row.parent:
            self._check_name(kind, name, parent, but=row)
        row.values = values
        active = values.get("IsActive", "true") == "true"
        self._rewrite(row, name, parent, active)
        return row

    def _rewrite(self, row: Row, name: str, parent: Row | None, active: bool) -> None:
        renamed = _full_name(parent, name) != row.full_name or (parent.list_id if parent else "") != row.parent
        deactivated = row.is_active and not active
        row.name, row.full_name, row.is_active = name, _full_name(parent, name), active
        row.parent, row.sublevel = (parent.list_id, parent.sublevel + 1) if parent else ("", 0)
        self._touch(row)
        self.complete(row)
        self._store.update(row)
        if renamed:
            self._follow(row)
        if renamed or deactivated:
            for child in self._store.children(row):
                self._rewrite(child, child.name, row, child.is_active and active)

    def _touch(self, row: Row) -> None:
        now = int(self._clock().timestamp())
        shared = self._store.setting("edit_sequences_may_repeat", False)
        last = int(row.edit_sequence) if row.edit_sequence.isdigit() else 0
        row.modified = max(now, row.modified)
        row.edit_sequence = str(row.modified if shared else max(now, last + 1))
        row.values["TimeModified"] = self.stamp(row.modified)

    def _follow(self, row: Row) -> None:
        """Print the new name wherever a record refers to this one."""
        for source in self._store.pointing_at(row.space, row.list_id):
            _renamed(source.values, row)
            source.ret = ret_text(KINDS[source.kind], source.values)
            self._store.update(source)

    # Taking away

    def delete(self, kind: Kind, list_id: str) -> Row:
        """Delete a record that nothing uses."""
        row = self._store.by_list_id(kind.group, list_id)
        if row is None or row.kind != kind.key:
            raise refusals.not_found(list_id)
        if list_id in self._store.setting("records_in_use", []):
            raise refusals.in_use(kind.name, row.name)
        has_balance = row.values.get("Balance", "0.00") not in ("0.00", "0")
        if has_balance or self._store.children(row) or self._store.pointing_at(row.space, row.list_id):
            raise refusals.cannot_delete(row.full_name)
        self._forget(row)
        return row

    def merge(self, away: Row, into: Row) -> Row:
        """Merge a record into another of its list: what is under it or refers to it goes over, and it is deleted."""
        if away.kind != into.kind or away.list_id == into.list_id:
            raise refusals.bad_reference(KINDS[away.kind].name, into.full_name, "merge")
        if self._is_under(into, away):
            raise refusals.bad_parent(into.full_name, KINDS[away.kind].name)
        for child in self._store.children(away):
            self._check_name(KINDS[child.kind], child.name, into, but=child)
            self._rewrite(child, child.name, into, child.is_active and into.is_active)
        for source in self._store.pointing_at(away.space, away.list_id):
            _repointed(source.values, away, into)
            source.ret = ret_text(KINDS[source.kind], source.values)
            self._store.update(source)
        self._forget(away)
        self._rewrite(into, into.name, self._above(into), into.is_active)
        return into

    def _forget(self, row: Row) -> None:
        self._store.remove(row)
        self._store.execute(
            "INSERT INTO deleted VALUES (?, ?, ?, ?, ?)",
            (KINDS[row.kind].list_del_type, row.list_id, row.full_name, row.created, int(self._clock().timestamp())),
        )

    # The rules

    def _check_name(self, kind: Kind, name: str, parent: Row | None, but: Row | None = None) -> None:
        if not name:
            raise refusals.missing("FirstName" if kind.key == "employee" else "Name")
        if ":" in name:
            raise refusals.bad_name(name)
        holder = self._store.by_name(kind.group, parent.list_id if parent else "", name)
        if holder and (but is None or holder.id != but.id):
            raise refusals.name_in_use(name)

    def _above(self, row: Row) -> Row | None:
        """The record above; of one that was loaded without the record above it, what is known of that."""
        if not row.parent:
            return None
        above = self._store.by_list_id(row.space, row.parent)
        if above is None:
            full_name = row.full_name.rpartition(":")[0]
            above = Row(row.kind, row.space, row.parent, full_name, full_name, "", row.sublevel - 1, True, "", 0, 0)
        return above

    def _parent(self, kind: Kind, values: Values, moving: Row | None = None) -> Row | None:
        reference = values.get("ParentRef")
        if not reference:
            return None
        said = reference.get("ListID") or reference.get("FullName", "")
        parent = self._find((kind.key,), reference)
        if parent is None or (moving and (parent.id == moving.id or self._is_under(parent, moving))):
            raise refusals.bad_parent(said, kind.name)
        if parent.sublevel + 1 + (self._depth(moving) if moving else 0) >= DEEPEST:
            raise refusals.too_deep(parent.full_name, kind.name)
        return parent

    def _is_under(self, row: Row, above: Row) -> bool:
        while row.parent:
            if row.parent == above.list_id:
                return True
            higher = self._above(row)
            if higher is None or not higher.id:
                return False
            row = higher
        return False

    def _depth(self, row: Row) -> int:
        return max((1 + self._depth(child) for child in self._store.children(row)), default=0)

    def _find(self, kinds: tuple[str, ...], reference: Values) -> Row | None:
        if reference.get("ListID"):
            row = self._store.by_list_id(KINDS[kinds[0]].group, reference["ListID"])
            return row if row and row.kind in kinds else None
        return self._store.by_full_name(kinds, reference.get("FullName", ""))

    def _resolve(self, kind: Kind, values: Values) -> None:
        """Replace each reference by the ListID and FullName of the record it finds."""
        for name, value in values.items():
            if name == "ParentRef":
                continue
            if isinstance(value, list):
                values[name] = [self._resolved(kind, name, one) for one in value]
            else:
                values[name] = self._resolved(kind, name, value)

    def _resolved(self, kind: Kind, name: str, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if not name.endswith("Ref") or not ("ListID" in value or "FullName" in value):
            self._resolve(kind, value)
            return value
        if not value.get("ListID") and not value.get("FullName"):
            return {}
        kinds = REFERS_TO.get(name, ())
        row = self._find(kinds, value) if kinds else None
        if row is None:
            said = value.get("ListID") or value.get("FullName", "")
            raise refusals.bad_reference(name.removesuffix("Ref"), said, kind.name)
        return {"ListID": row.list_id, "FullName": row.full_name, "Space": row.space}


def _check_lengths(kind: Kind, values: Values) -> None:
    """An Add takes some texts longer than the list can hold; a built name of an employee can be too long as well."""
    order = ret_shape(kind.key, NEWEST_VERSION).order
    for name, value in values.items():
        longest = order[name].max_length if name in order else None
        if longest is not None and isinstance(value, str) and len(value) > longest:
            raise refusals.too_long(name, longest)


def named_by(kind: Kind, values: Values) -> str:
    """The name of a record: of an employee its first, middle and last name, of a sales representative the initials."""
    if kind.key == "employee":
        return " ".join(filter(None, (values.get(part) for part in ("FirstName", "MiddleName", "LastName"))))
    return str(values.get("Initial" if kind.key == "sales_rep" else "Name", ""))


def ret_text(kind: Kind, values: Values) -> str:
    """The ready-made Ret of a record: newest version, without private data, which only an OwnerID asks for."""
    return write_ret(kind.name + "Ret", ret_shape(kind.key, NEWEST_VERSION), values)


def _full_name(parent: Row | None, name: str) -> str:
    return f"{parent.full_name}:{name}" if parent else name


def storable(text: str) -> str:
    """A text as the file keeps it: Windows-1252, other letters become a question mark."""
    return text.encode("cp1252", "replace").decode("cp1252").strip()


def _narrowed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _narrowed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_narrowed(inner) for inner in value]
    return storable(value)


def _cleaned(values: Values) -> Values:
    """The values that say something: no empty texts, groups or lists."""
    return {name: kept for name, value in values.items() if (kept := _kept(value))}


def _kept(value: Any) -> Any:
    if isinstance(value, dict):
        return _cleaned(value)
    if isinstance(value, list):
        return [kept for one in value if (kept := _kept(one))]
    return storable(value)


def _merged(old: Values, changes: Values) -> Values:
    """Old values with changes laid over them: empty clears, a group is merged, a list is replaced."""
    merged = dict(old)
    for name, change in changes.items():
        if isinstance(change, dict) and not name.endswith("Ref"):
            inner = _merged(old.get(name, {}) if isinstance(old.get(name), dict) else {}, change)
            merged[name] = inner
        else:
            merged[name] = _cleaned(change) if isinstance(change, dict) else change
        if not merged[name]:
            del merged[name]
    return merged


def _chosen(fields: tuple[Field, ...], values: Values, changes: Values) -> None:
    """Where the table takes one of several elements, the changed one puts the others out."""
    for one in fields:
        if one.type == "either":
            groups = [{field.name for field in named((choice,))} for choice in one.children]
            for group in groups:
                if group & changes.keys() and any(changes.get(name) for name in group):
                    for other in set().union(*groups) - group:
                        values.pop(other, None)
            _chosen(one.children, values, changes)
        elif one.type == "all":
            _chosen(one.children, values, changes)
        elif one.children and isinstance(changes.get(one.name), dict) and isinstance(values.get(one.name), dict):
            _chosen(one.children, values[one.name], changes[one.name])


def _whole(shape: Shape, values: Values) -> None:
    """Groups that a Ret could not hold as they are get their missing texts, or go."""
    for name in values.keys() & shape.groups.keys():
        inner = shape.groups[name]
        groups = values[name] if isinstance(values[name], list) else [values[name]]
        kept = [group for group in groups if _is_whole(inner, group)]
        if not kept:
            del values[name]
        elif isinstance(values[name], list):
            values[name] = kept


def names_in(shape: Shape, values: Values) -> list[str]:
    """The elements of a group in the order of its table, repeated ones as often as they occur."""
    return [
        name
        for name in shape.order
        if name in values
        for _ in range(len(values[name]) if isinstance(values[name], list) else 1)
    ]


def _is_whole(shape: Shape, group: Values) -> bool:
    _whole(shape, group)
    if shape.accepts(names_in(shape, group)):
        return True
    for name, one in shape.order.items():
        if one.required and one.type == "str":
            group.setdefault(name, "")
    return shape.accepts(names_in(shape, group))


def _returned(kind: Kind, given: Values, now: int) -> Values:
    """The elements of an Add or Mod under the names that a Ret uses for them."""
    returned: Values = {}
    known = {field.name for field in named(kind.ret)}
    for name, value in given.items():
        if name in ("ListID", "EditSequence"):
            continue
        base = name if name in known else name.removesuffix("Mod")
        if base == "BarCode" and isinstance(value, dict):
            returned["BarCodeValue"] = value.get("BarCodeValue", "")
        elif base + "Ret" in known:
            returned[base + "Ret"] = _numbered(base, value, now)
        else:
            returned[base] = value
    return returned


def _numbered(base: str, entries: list[Values], now: int) -> list[Values]:
    """Contacts and additional notes carry numbers and times of their own."""
    day = datetime.fromtimestamp(now, UTC)
    if base == "AdditionalNotes":
        return [
            {"NoteID": str(number), "Date": day.date().isoformat(), **entry} for number, entry in enumerate(entries, 1)
        ]
    return [
        {
            "ListID": f"{0x80000000 + number:08X}-{now}",
            "TimeCreated": day.isoformat(),
            "TimeModified": day.isoformat(),
            "EditSequence": str(now),
            **entry,
        }
        for number, entry in enumerate(entries, 1)
    ]


def _open_balance(values: Values) -> None:
    if "OpenBalance" in values:
        for name in ("Balance", "TotalBalance"):
            if name in values:
                values[name] = values["OpenBalance"]


def _renamed(values: Values, row: Row) -> None:
    for value in _reference_values(values):
        if value["ListID"] == row.list_id and value["Space"] == row.space:
            value["FullName"] = row.full_name


def _repointed(values: Values, away: Row, into: Row) -> None:
    for value in _reference_values(values):
        if value["ListID"] == away.list_id and value["Space"] == away.space:
            value.update(ListID=into.list_id, FullName=into.full_name)


def _reference_values(values: Any) -> list[Values]:
    found: list[Values] = []
    if isinstance(values, dict):
        if "Space" in values:
            found.append(values)
        for inner in values.values():
            found += _reference_values(inner)
    elif isinstance(values, list):
        for inner in values:
            found += _reference_values(inner)
    return found
