"""Fixed-asset items."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query
from daybook.qbxml.kinds.shared import BAR_CODE

ITEM_FIXED_ASSET = kind(
    "ItemFixedAsset",
    "item_fixed_asset",
    f"""
{STAMPS}
Amr Name                         31
{BAR_CODE}
amr IsActive                     bool
amr ClassRef                     ref159
Amr AcquiredAs                   =New|Old
Amr PurchaseDesc                 50
Amr PurchaseDate                 date
amr PurchaseCost                 price
amr VendorOrPayeeName            50
amr AssetAccountRef              ref159
-m- FixedAssetSalesInfoMod       group
-m-     SalesDesc                50
-m-     SalesDate                date
-m-     SalesPrice               price
-m-     SalesExpense             price
a-r FixedAssetSalesInfo          group
A-R     SalesDesc                50
A-R     SalesDate                date
a-r     SalesPrice               price
a-r     SalesExpense             price
amr AssetDesc                    50
amr Location                     50
amr PONumber                     30
amr SerialNumber                 30
amr WarrantyExpDate              date
amr Notes                        4095
amr AssetNumber                  10
amr CostBasis                    amount
amr YearEndAccumulatedDepreciation amount
amr YearEndBookValue             amount
a-r ExternalGUID                 guid
--r DataExtRet                   data_ext *
    """,
    query=list_query("class"),
    group="item",
    iterates=True,
)
