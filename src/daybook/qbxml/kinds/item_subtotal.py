"""Subtotal items."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query
from daybook.qbxml.kinds.shared import BAR_CODE

ITEM_SUBTOTAL = kind(
    "ItemSubtotal",
    "item_subtotal",
    f"""
{STAMPS}
Amr Name                         31
{BAR_CODE}
amr IsActive                     bool
am- ItemDesc                     4095
--r ItemDesc                     str
--r SpecialItemType              =FinanceCharge|ReimbursableExpenseGroup|ReimbursableExpenseSubtotal
a-r ExternalGUID                 guid
--r DataExtRet                   data_ext *
    """,
    query=list_query(),
    group="item",
    iterates=True,
)
