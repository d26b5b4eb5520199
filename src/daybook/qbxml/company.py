"""What a company file says about itself: host and company; and the deleting of list records."""

from __future__ import annotations

from daybook.qbxml.fields import table

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"

LIST_DEL_TYPES = "|".join(
    """
    Account BillingRate Class Currency Customer CustomerMsg CustomerType DateDrivenTerms Employee InventorySite
    ItemDiscount ItemFixedAsset ItemGroup ItemInventory ItemInventoryAssembly ItemNonInventory ItemOtherCharge
    ItemPayment ItemSalesTax ItemSalesTaxGroup ItemService ItemSubtotal JobType OtherName PaymentMethod
    PayrollItemNonWage PayrollItemWage PriceLevel SalesRep SalesTaxCode ShipMethod StandardTerms ToDo
    UnitOfMeasureSet Vehicle Vendor VendorType WorkersCompCode
    """.split()
)

_INCLUDE = "q IncludeRetElement          50 *"
_CAPACITIES = "".join(
    f"R     {name + 'MetaData':<24} group\nR         MaxCapacity          int\n"
    for name in """
    Account BillingRate Class CustomerMsg CustomerType Entity Item JobType PaymentMethod PayrollItem PriceLevel
    SalesRep SalesTaxCode ShipMethod Template Terms ToDo Vehicle VendorType
    """.split()
)

HOST_QUERY = table(
    f"""
q IncludeListMetaData          group
Q     IncludeMaxCapacity       bool
{_INCLUDE}
    """,
    "q",
)
HOST_RET = table(
    f"""
r ProductName                  255
r MajorVersion                 5
r MinorVersion                 5
r Country                      2
r SupportedQBXMLVersion        10 *
r IsAutomaticLogin             bool
r QBFileMode                   =MultiUser|SingleUser
r ListMetaData                 group
{_CAPACITIES}
    """,
    "r",
)

COMPANY_QUERY = table(
    f"""
{_INCLUDE}
q OwnerID                      guid *
    """,
    "q",
)
COMPANY_RET = table(
    f"""
r IsSampleCompany              bool
r CompanyName                  59
r LegalCompanyName             59
r Address                      address
r AddressBlock                 block
r LegalAddress                 address
r CompanyAddressForCustomer    address
r CompanyAddressBlockForCustomer block
r Phone                        51
r Fax                          51
r Email                        1023
r CompanyEmailForCustomer      str ~
r CompanyWebSite               128
r FirstMonthFiscalYear         ={MONTHS}
r FirstMonthIncomeTaxYear      ={MONTHS}
r CompanyType                  255
r EIN                          20
r SSN                          11
r TaxForm                      =Form1040|Form1065|Form1120|Form1120S|Form990|Form990PF|Form990T|OtherOrNone
r SubscribedServices           group
r     Service                  group *
R         Name                 50
R         Domain               50
R         ServiceStatus        =Active|Expired|Never|Pending|Suspended|Terminated|Trial
r AccountantCopy               group
R     AccountantCopyExists     bool
r     DividingDate             date
r DataExtRet                   data_ext *
    """,
    "r",
)

LIST_DEL = table(
    f"""
Q ListDelType                  ={LIST_DEL_TYPES}
Q ListID                       id
    """,
    "q",
)
LIST_DEL_RET = table(
    f"""
r ListDelType                  ={LIST_DEL_TYPES}
r ListID                       id
r TimeDeleted                  datetime
r FullName                     str
    """,
    "r",
)

LIST_DELETED_QUERY = table(
    f"""
Q ListDelType                  ={LIST_DEL_TYPES} *
q DeletedDateRangeFilter       group
q     FromDeletedDate          datetime
q     ToDeletedDate            datetime
{_INCLUDE}
    """,
    "q",
)
LIST_DELETED_RET = table(
    f"""
r ListDelType                  ={LIST_DEL_TYPES}
r ListID                       id
r TimeCreated                  datetime
r TimeDeleted                  datetime
r FullName                     str
    """,
    "r",
)
