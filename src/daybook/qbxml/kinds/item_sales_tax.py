"""Sales-tax items."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query
from daybook.qbxml.kinds.shared import BAR_CODE

ITEM_SALES_TAX = kind(
    "ItemSalesTax",
    "item_sales_tax",
    f"""
{STAMPS}
Amr Name                         31
{BAR_CODE}
amr IsActive                     bool
amr ClassRef                     ref159
amr ItemDesc                     4095
amr TaxRate                      percent
amr TaxVendorRef                 ref41
amr SalesTaxReturnLineRef        ref ~
a-r ExternalGUID                 guid
--r DataExtRet                   data_ext *
    """,
    query=list_query("class"),
    group="item",
    iterates=True,
)
