"""The lists of the books in the order in which a pass reads them: what others refer to comes first."""

from collections.abc import Iterable
from dataclasses import dataclass

LOOKUPS = (
    "currency",
    "account",
    "class",
    "terms_standard",
    "terms_date_driven",
    "customer_type",
    "job_type",
    "vendor_type",
    "sales_tax_code",
    "item_sales_tax",
    "item_sales_tax_group",
    "item_service",
    "item_non_inventory",
    "item_other_charge",
    "item_inventory",
    "item_inventory_assembly",
    "item_fixed_asset",
    "item_subtotal",
    "item_discount",
    "item_payment",
    "item_group",
    "payment_method",
    "sales_rep",
    "payroll_item_wage",
)
NAMES = ("customer", "employee", "vendor", "other_name")
DELETED = "list_deleted"
GONE = "gone."

ORDER = (*LOOKUPS, *NAMES, DELETED)

LABOR_ITEMS = ("item_service",)
EXPENSE_ITEMS = ("item_other_charge", "item_non_inventory", "item_inventory")


@dataclass(frozen=True)
class Box:
    """One box that a person ticks on the import page."""

    key: str
    label: str
    kinds: tuple[str, ...]


BOXES = (
    Box("customers", "Customers and jobs", ("customer_type", "job_type", "customer")),
    Box("employees", "Employees", ("employee",)),
    Box("vendors", "Vendors and other names", ("vendor_type", "vendor", "other_name")),
    Box(
        "lookups",
        "All accounts, items and look-ups",
        tuple(kind for kind in LOOKUPS if kind not in ("customer_type", "job_type", "vendor_type")),
    ),
)


class UnknownList(ValueError):
    """There is no list of that name."""


def chosen(names: Iterable[str] | None) -> list[str]:
    """The kinds of a choice of boxes or kinds, in reading order; what was deleted is always asked for too."""
    if names is None:
        return list(ORDER)
    boxes = {box.key: box.kinds for box in BOXES}
    wanted: set[str] = set()
    for name in names:
        if name not in boxes and name not in ORDER:
            raise UnknownList(f"{name} is not a list. Choose from: {', '.join([*boxes, *ORDER[:-1]])}.")
        wanted |= set(boxes.get(name, (name,)))
    return [kind for kind in ORDER if kind in wanted or kind == DELETED]
