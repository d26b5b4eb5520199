"""Vendors."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query
from daybook.qbxml.kinds.shared import ADDITIONAL_NOTES, CONTACTS

VENDOR = kind(
    "Vendor",
    "vendor",
    f"""
{STAMPS}
Amr Name                         41
amr IsActive                     bool
amr ClassRef                     ref159
--r IsTaxAgency                  bool ~
amr CompanyName                  41
amr Salutation                   15
amr FirstName                    25
amr MiddleName                   5
amr LastName                     25
amr Suffix                       str ~
amr JobTitle                     41
amr VendorAddress                address
--r VendorAddressBlock           block
amr ShipAddress                  address
amr Phone                        21
amr Mobile                       21 ~
amr Pager                        21 ~
amr AltPhone                     21
amr Fax                          21
amr Email                        1023
amr Cc                           1023
amr Contact                      41
amr AltContact                   41
amr AdditionalContactRef         contact_way *8
{CONTACTS}
amr NameOnCheck                  41
amr AccountNumber                99
amr Notes                        4095
{ADDITIONAL_NOTES}
A--     Note                     4095
amr VendorTypeRef                ref159
amr TermsRef                     ref31
amr CreditLimit                  amount
amr VendorTaxIdent               15
amr IsVendorEligibleFor1099      bool
--r Balance                      amount
a-- OpenBalance                  amount
a-- OpenBalanceDate              date
amr BillingRateRef               ref31
a-r ExternalGUID                 guid
amr SalesTaxCodeRef              ref3 ~
amr SalesTaxCountry              =|Australia|Canada|UK|US ~
amr IsSalesTaxAgency             bool ~
amr SalesTaxReturnRef            ref ~
amr TaxRegistrationNumber        30 ~
amr ReportingPeriod              =|Monthly|Quarterly ~
amr IsTaxTrackedOnPurchases      bool ~
amr TaxOnPurchasesAccountRef     ref159 ~
amr IsTaxTrackedOnSales          bool ~
amr TaxOnSalesAccountRef         ref159 ~
amr IsTaxOnTax                   bool ~
amr PrefillAccountRef            ref159 *3
amr CurrencyRef                  ref64
--r DataExtRet                   data_ext *
    """,
    query=list_query("total_balance", "currency", "class"),
    group="entity",
    iterates=True,
)
