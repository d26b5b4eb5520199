"""Sales-tax codes."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query

SALES_TAX_CODE = kind(
    "SalesTaxCode",
    "sales_tax_code",
    f"""
{STAMPS}
Amr Name                         3
amr IsActive                     bool
Amr IsTaxable                    bool
amr Desc                         31
amr ItemPurchaseTaxRef           ref31 ~
amr ItemSalesTaxRef              ref31 ~
    """,
    query=list_query(owner=False),
)
