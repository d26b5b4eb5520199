"""Other-charge items."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query
from daybook.qbxml.kinds.shared import BAR_CODE, SALES_OR_PURCHASE

ITEM_OTHER_CHARGE = kind(
    "ItemOtherCharge",
    "item_other_charge",
    f"""
{STAMPS}
Amr Name                         31
--r FullName                     159
{BAR_CODE}
amr IsActive                     bool
amr ClassRef                     ref159
amr ParentRef                    ref
--r Sublevel                     int
amr IsTaxIncluded                bool ~
amr SalesTaxCodeRef              ref3
{SALES_OR_PURCHASE}
--r SpecialItemType              =FinanceCharge|ReimbursableExpenseGroup|ReimbursableExpenseSubtotal
a-r ExternalGUID                 guid
--r DataExtRet                   data_ext *
    """,
    query=list_query("class"),
    group="item",
    iterates=True,
)
