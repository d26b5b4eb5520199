"""Every list kind with a field table, by key."""

from __future__ import annotations

from daybook.qbxml.fields import Kind
from daybook.qbxml.kinds.account import ACCOUNT
from daybook.qbxml.kinds.class_ import CLASS
from daybook.qbxml.kinds.currency import CURRENCY
from daybook.qbxml.kinds.customer import CUSTOMER
from daybook.qbxml.kinds.customer_type import CUSTOMER_TYPE
from daybook.qbxml.kinds.employee import EMPLOYEE
from daybook.qbxml.kinds.item_discount import ITEM_DISCOUNT
from daybook.qbxml.kinds.item_fixed_asset import ITEM_FIXED_ASSET
from daybook.qbxml.kinds.item_group import ITEM_GROUP
from daybook.qbxml.kinds.item_inventory import ITEM_INVENTORY
from daybook.qbxml.kinds.item_inventory_assembly import ITEM_INVENTORY_ASSEMBLY
from daybook.qbxml.kinds.item_non_inventory import ITEM_NON_INVENTORY
from daybook.qbxml.kinds.item_other_charge import ITEM_OTHER_CHARGE
from daybook.qbxml.kinds.item_payment import ITEM_PAYMENT
from daybook.qbxml.kinds.item_sales_tax import ITEM_SALES_TAX
from daybook.qbxml.kinds.item_sales_tax_group import ITEM_SALES_TAX_GROUP
from daybook.qbxml.kinds.item_service import ITEM_SERVICE
from daybook.qbxml.kinds.item_subtotal import ITEM_SUBTOTAL
from daybook.qbxml.kinds.job_type import JOB_TYPE
from daybook.qbxml.kinds.other_name import OTHER_NAME
from daybook.qbxml.kinds.payment_method import PAYMENT_METHOD
from daybook.qbxml.kinds.payroll_item_wage import PAYROLL_ITEM_WAGE
from daybook.qbxml.kinds.sales_rep import SALES_REP
from daybook.qbxml.kinds.sales_tax_code import SALES_TAX_CODE
from daybook.qbxml.kinds.terms_date_driven import TERMS_DATE_DRIVEN
from daybook.qbxml.kinds.terms_standard import TERMS_STANDARD
from daybook.qbxml.kinds.vendor import VENDOR
from daybook.qbxml.kinds.vendor_type import VENDOR_TYPE

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        CUSTOMER,
        EMPLOYEE,
        VENDOR,
        OTHER_NAME,
        ITEM_SERVICE,
        ITEM_OTHER_CHARGE,
        ITEM_NON_INVENTORY,
        ITEM_INVENTORY,
        ITEM_INVENTORY_ASSEMBLY,
        ITEM_FIXED_ASSET,
        ITEM_SUBTOTAL,
        ITEM_DISCOUNT,
        ITEM_PAYMENT,
        ITEM_GROUP,
        ITEM_SALES_TAX,
        ITEM_SALES_TAX_GROUP,
        SALES_TAX_CODE,
        ACCOUNT,
        CLASS,
        TERMS_STANDARD,
        TERMS_DATE_DRIVEN,
        CUSTOMER_TYPE,
        JOB_TYPE,
        VENDOR_TYPE,
        PAYROLL_ITEM_WAGE,
        PAYMENT_METHOD,
        SALES_REP,
        CURRENCY,
    )
}
