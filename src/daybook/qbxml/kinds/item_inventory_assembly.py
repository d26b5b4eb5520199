"""Inventory assemblies."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query
from daybook.qbxml.kinds.shared import BAR_CODE

ITEM_INVENTORY_ASSEMBLY = kind(
    "ItemInventoryAssembly",
    "item_inventory_assembly",
    f"""
{STAMPS}
Amr Name                         31
--r FullName                     159
{BAR_CODE}
amr IsActive                     bool
amr ClassRef                     ref159
amr ParentRef                    ref
--r Sublevel                     int
amr ManufacturerPartNumber       31
amr UnitOfMeasureSetRef          ref31
-m- ForceUOMChange               bool
amr IsTaxIncluded                bool ~
amr SalesTaxCodeRef              ref3
amr SalesDesc                    4095
amr SalesPrice                   price
amr IncomeAccountRef             ref159
-m- ApplyIncomeAccountRefToExistingTxns bool
amr PurchaseDesc                 4095
amr PurchaseCost                 price
amr PurchaseTaxCodeRef           ref3 ~
amr COGSAccountRef               ref159
amr PrefVendorRef                ref41
amr AssetAccountRef              ref159
amr BuildPoint                   quantity
amr Max                          quantity
-m- either
-M-     ClearItemsInGroup        bool
-M-     ItemInventoryAssemblyLine group *
-M-         ItemInventoryRef     ref159
-m-         Quantity             quantity
a-r QuantityOnHand               quantity
--r AverageCost                  price
--r QuantityOnOrder              quantity
--r QuantityOnSalesOrder         quantity
a-- TotalValue                   amount
a-- InventoryDate                date
a-r ExternalGUID                 guid
a-r ItemInventoryAssemblyLine    group *
A-R     ItemInventoryRef         ref159
a-r     Quantity                 quantity
--r DataExtRet                   data_ext *
    """,
    query=list_query("class"),
    group="item",
    iterates=True,
)
