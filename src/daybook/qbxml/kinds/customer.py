"""Customers and their jobs; a job is a customer with a parent."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query
from daybook.qbxml.kinds.shared import ADDITIONAL_NOTES, CONTACTS

CUSTOMER = kind(
    "Customer",
    "customer",
    f"""
{STAMPS}
Amr Name                         41
--r FullName                     209
amr IsActive                     bool
amr ClassRef                     ref159
amr ParentRef                    ref
--r Sublevel                     int
amr CompanyName                  41
amr Salutation                   15
amr FirstName                    25
amr MiddleName                   5
amr LastName                     25
amr Suffix                       str ~
amr JobTitle                     41
amr BillAddress                  address
--r BillAddressBlock             block
amr ShipAddress                  address
--r ShipAddressBlock             block
amr ShipToAddress                group *50
AMR     Name                     41
amr     Addr1                    41
amr     Addr2                    41
amr     Addr3                    41
amr     Addr4                    41
amr     Addr5                    41
amr     City                     31
amr     State                    21
amr     PostalCode               13
amr     Country                  31
amr     Note                     41
amr     DefaultShipTo            bool
amr PrintAs                      41 ~
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
amr CustomerTypeRef              ref159
amr TermsRef                     ref31
amr SalesRepRef                  ref5
--r Balance                      amount
--r TotalBalance                 amount
a-- OpenBalance                  amount
a-- OpenBalanceDate              date
amr SalesTaxCodeRef              ref3
amr ItemSalesTaxRef              ref31
amr SalesTaxCountry              =|Australia|Canada|UK|US ~
amr ResaleNumber                 15
amr AccountNumber                99
amr CreditLimit                  amount
amr PreferredPaymentMethodRef    ref31
amr CreditCardInfo               group
amr     CreditCardNumber         25
amr     ExpirationMonth          int1..12
amr     ExpirationYear           int
amr     NameOnCard               41
amr     CreditCardAddress        41
amr     CreditCardPostalCode     41
amr JobStatus                    =|Awarded|Closed|InProgress|None|NotAwarded|Pending
amr JobStartDate                 date
amr JobProjectedEndDate          date
amr JobEndDate                   date
amr JobDesc                      99
amr JobTypeRef                   ref159
amr Notes                        4095
{ADDITIONAL_NOTES}
A--     Note                     4095
amr IsStatementWithParent        bool ~
amr DeliveryMethod               =|Email|Fax|Print ~
amr PreferredDeliveryMethod      =None|Email|Fax
amr PriceLevelRef                ref31
a-r ExternalGUID                 guid
amr TaxRegistrationNumber        30 ~
amr CurrencyRef                  ref64
--r DataExtRet                   data_ext *
    """,
    query=list_query("total_balance", "currency", "class"),
    group="entity",
    iterates=True,
)
