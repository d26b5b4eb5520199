"""Non-inventory items."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query
from daybook.qbxml.kinds.shared import BAR_CODE, SALES_OR_PURCHASE

ITEM_NON_INVENTORY = kind(
    "ItemNonInventory",
    "item_non_inventory",
    f"""
{STAMPS}
Amr Name                         31
--r FullName                     159
{BAR_CODE}
amr IsActive                     bool
a-- ParentRef                    ref
amr ClassRef                     ref159
-mr ParentRef                    ref
--r Sublevel                     int
amr ManufacturerPartNumber       31
amr UnitOfMeasureSetRef          ref31
-m- ForceUOMChange               bool
amr IsTaxIncluded                bool ~
amr SalesTaxCodeRef              ref3
{SALES_OR_PURCHASE}
a-r ExternalGUID                 guid
--r DataExtRet                   data_ext *
    """,
    query=list_query("class"),
    group="item",
    iterates=True,
)
