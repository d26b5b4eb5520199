"""Group items."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query
from daybook.qbxml.kinds.shared import BAR_CODE

ITEM_GROUP = kind(
    "ItemGroup",
    "item_group",
    f"""
{STAMPS}
Amr Name                         31
{BAR_CODE}
amr IsActive                     bool
amr ItemDesc                     4095
amr UnitOfMeasureSetRef          ref31
-m- ForceUOMChange               bool
amr IsPrintItemsInGroup          bool
--r SpecialItemType              =FinanceCharge|ReimbursableExpenseGroup|ReimbursableExpenseSubtotal
-m- either
-M-     ClearItemsInGroup        bool
-M-     ItemGroupLine            group *
-m-         ItemRef              ref
-m-         Quantity             quantity
-m-         UnitOfMeasure        31
a-r ExternalGUID                 guid
a-r ItemGroupLine                group *
a-r     ItemRef                  ref
a-r     Quantity                 quantity
a-r     UnitOfMeasure            31
--r DataExtRet                   data_ext *
    """,
    query=list_query(),
    group="item",
    iterates=True,
)
