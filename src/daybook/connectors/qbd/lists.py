"""The lists that are only looked up, in one table: which facts of each kind we keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daybook.books.lists import ListItem
from daybook.connectors.qbd.elements import reference_from
from daybook.connectors.qbd.head import head_of
from daybook.qbxml.documents import Record

Path = tuple[str, ...]

TEXTS: dict[str, dict[str, tuple[Path, ...]]] = {
    "item_service": {
        "description": (("SalesOrPurchase", "Desc"), ("SalesAndPurchase", "SalesDesc")),
        "price": (("SalesOrPurchase", "Price"), ("SalesAndPurchase", "SalesPrice")),
        "cost": (("SalesAndPurchase", "PurchaseCost"),),
    },
    "item_inventory": {
        "description": (("SalesDesc",),),
        "price": (("SalesPrice",),),
        "cost": (("PurchaseCost",),),
    },
    "item_fixed_asset": {"description": (("AssetDesc",), ("PurchaseDesc",))},
    "item_described": {"description": (("ItemDesc",),)},
    "item_discount": {
        "description": (("ItemDesc",),),
        "rate": (("DiscountRatePercent",),),
        "amount": (("DiscountRate",),),
    },
    "item_sales_tax": {"description": (("ItemDesc",),), "rate": (("TaxRate",),)},
    "sales_tax_code": {"description": (("Desc",),), "taxable": (("IsTaxable",),)},
    "account": {
        "type": (("AccountType",),),
        "special_type": (("SpecialAccountType",),),
        "number": (("AccountNumber",),),
        "description": (("Desc",),),
        "bank_number": (("BankNumber",),),
    },
    "terms_standard": {
        "due_days": (("StdDueDays",),),
        "discount_days": (("StdDiscountDays",),),
        "discount_percent": (("DiscountPct",),),
    },
    "terms_date_driven": {
        "due_day_of_month": (("DayOfMonthDue",),),
        "due_next_month_days": (("DueNextMonthDays",),),
        "discount_day_of_month": (("DiscountDayOfMonth",),),
        "discount_percent": (("DiscountPct",),),
    },
    "payroll_item_wage": {"wage_type": (("WageType",),)},
    "payment_method": {"type": (("PaymentMethodType",),)},
    "currency": {"code": (("CurrencyCode",),), "exchange_rate": (("ExchangeRate",),), "as_of": (("AsOfDate",),)},
}
for _kind in ("item_other_charge", "item_non_inventory"):
    TEXTS[_kind] = TEXTS["item_service"]
TEXTS["item_inventory_assembly"] = TEXTS["item_inventory"]
for _kind in ("item_subtotal", "item_payment", "item_group", "item_sales_tax_group"):
    TEXTS[_kind] = TEXTS["item_described"]

_ITEM_ACCOUNTS: dict[str, tuple[Path, ...]] = {
    "account": (("SalesOrPurchase", "AccountRef"), ("SalesAndPurchase", "IncomeAccountRef"), ("IncomeAccountRef",)),
    "expense_account": (("SalesAndPurchase", "ExpenseAccountRef"), ("COGSAccountRef",)),
    "sales_tax_code": (("SalesTaxCodeRef",),),
}
REFERENCES: dict[str, dict[str, tuple[Path, ...]]] = {
    **dict.fromkeys(
        ("item_service", "item_other_charge", "item_non_inventory", "item_inventory", "item_inventory_assembly"),
        _ITEM_ACCOUNTS,
    ),
    "item_fixed_asset": {"account": (("AssetAccountRef",),)},
    "item_discount": {"account": (("AccountRef",),)},
    "item_payment": {"account": (("DepositToAccountRef",),), "payment_method": (("PaymentMethodRef",),)},
    "item_sales_tax": {"vendor": (("TaxVendorRef",),)},
    "account": {"currency": (("CurrencyRef",),)},
    "payroll_item_wage": {"account": (("ExpenseAccountRef",),)},
    "sales_rep": {"person": (("SalesRepEntityRef",),)},
}


def facts_of(kind: str, record: Record) -> dict[str, Any]:
    """The facts of a looked-up record that we keep beside its name; only those that are there."""
    facts: dict[str, Any] = {}
    for name, paths in TEXTS.get(kind, {}).items():
        text = next((found for path in paths if (found := _at(record.values, path))), "")
        if text:
            facts[name] = text
    for name, paths in REFERENCES.get(kind, {}).items():
        for path in paths:
            reference = reference_from(_at(record.values, path))
            if reference is not None:
                facts[name] = reference
                break
    if kind == "item_sales_tax_group":
        facts["items"] = [reference_from(one) for one in record.values.get("ItemSalesTaxRef", ())]
    return facts


def _at(values: Mapping[str, Any], path: Path) -> Any:
    found: Any = values
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def value_from(kind: str, record: Record) -> ListItem:
    """A looked-up record as a value."""
    head = head_of(record)
    return ListItem(kind, *head[:7], facts=facts_of(kind, record))
