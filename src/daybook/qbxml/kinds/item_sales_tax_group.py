"""Groups of sales-tax items."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query
from daybook.qbxml.kinds.shared import BAR_CODE

ITEM_SALES_TAX_GROUP = kind(
    "ItemSalesTaxGroup",
    "item_sales_tax_group",
    f"""
{STAMPS}
Amr Name                         31
{BAR_CODE}
amr IsActive                     bool
amr ItemDesc                     4095
a-r ExternalGUID                 guid
Amr ItemSalesTaxRef              ref31 *
--r DataExtRet                   data_ext *
    """,
    query=list_query(),
    group="item",
    iterates=True,
)
