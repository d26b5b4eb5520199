"""Discount items."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query
from daybook.qbxml.kinds.shared import BAR_CODE

ITEM_DISCOUNT = kind(
    "ItemDiscount",
    "item_discount",
    f"""
{STAMPS}
Amr Name                         31
--r FullName                     159
{BAR_CODE}
amr IsActive                     bool
amr ClassRef                     ref159
amr ParentRef                    ref
--r Sublevel                     int
amr ItemDesc                     4095
amr SalesTaxCodeRef              ref3
amr either
AMR     DiscountRate             price
AMR     DiscountRatePercent      percent
amr AccountRef                   ref159
-m- ApplyAccountRefToExistingTxns bool
a-r ExternalGUID                 guid
--r DataExtRet                   data_ext *
    """,
    query=list_query("class"),
    group="item",
    iterates=True,
)
