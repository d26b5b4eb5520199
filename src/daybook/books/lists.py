"""The lists of the books, as people see them: the names of each, and whether Daybook writes it too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ListKind:
    """One list: what one entry is called, what many are called, and whether records go both ways."""

    key: str
    label: str
    plural: str
    two_way: bool = False
    people: bool = False


@dataclass(frozen=True, slots=True)
class ListItem:
    """An entry of a list that Daybook only looks up; ``facts`` are what is known beside the name."""

    kind: str
    list_id: str
    name: str
    full_name: str
    parent_list_id: str = ""
    sublevel: int = 0
    is_active: bool = True
    edit_sequence: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


LISTS: dict[str, ListKind] = {
    kind.key: kind
    for kind in (
        ListKind("customer", "Customer or job", "Customers and jobs", two_way=True, people=True),
        ListKind("employee", "Employee", "Employees", two_way=True, people=True),
        ListKind("vendor", "Vendor", "Vendors", people=True),
        ListKind("other_name", "Other name", "Other names", people=True),
        ListKind("item_service", "Service item", "Service items"),
        ListKind("item_other_charge", "Other charge", "Other charges"),
        ListKind("item_non_inventory", "Non-inventory item", "Non-inventory items"),
        ListKind("item_inventory", "Inventory item", "Inventory items"),
        ListKind("item_inventory_assembly", "Inventory assembly", "Inventory assemblies"),
        ListKind("item_fixed_asset", "Fixed asset", "Fixed assets"),
        ListKind("item_subtotal", "Subtotal item", "Subtotal items"),
        ListKind("item_discount", "Discount item", "Discount items"),
        ListKind("item_payment", "Payment item", "Payment items"),
        ListKind("item_group", "Group item", "Group items"),
        ListKind("item_sales_tax", "Sales-tax item", "Sales-tax items"),
        ListKind("item_sales_tax_group", "Sales-tax group", "Sales-tax groups"),
        ListKind("sales_tax_code", "Sales-tax code", "Sales-tax codes"),
        ListKind("account", "Account", "Accounts"),
        ListKind("class", "Class", "Classes"),
        ListKind("terms_standard", "Terms", "Terms"),
        ListKind("terms_date_driven", "Date-driven terms", "Date-driven terms"),
        ListKind("customer_type", "Customer type", "Customer types"),
        ListKind("job_type", "Job type", "Job types"),
        ListKind("vendor_type", "Vendor type", "Vendor types"),
        ListKind("payroll_item_wage", "Payroll wage item", "Payroll wage items"),
        ListKind("payment_method", "Payment method", "Payment methods"),
        ListKind("sales_rep", "Sales representative", "Sales representatives"),
        ListKind("currency", "Currency", "Currencies"),
    )
}
