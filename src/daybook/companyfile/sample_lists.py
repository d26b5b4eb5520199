"""The lists of the sample firm, Tidewater Design Partners: architects and planners in Portland, Maine. All invented.

One record a line. Under a customer or an item, ``>`` goes one level down and ``;`` separates; a name that begins
with ``-`` is inactive.
"""

from __future__ import annotations

COMPANY = {
    "IsSampleCompany": "true",
    "CompanyName": "Tidewater Design Partners",
    "LegalCompanyName": "Tidewater Design Partners LLC",
    "Address": {"Addr1": "12 Ropewalk Lane", "City": "Portland", "State": "ME", "PostalCode": "04101"},
    "Phone": "207-555-0100",
    "Email": "office@tidewater.example",
    "FirstMonthFiscalYear": "January",
    "FirstMonthIncomeTaxYear": "January",
    "CompanyType": "Architecture and planning",
    "TaxForm": "Form1065",
}

PREFERENCES = {
    "AccountingPreferences": {
        "IsUsingAccountNumbers": "true",
        "IsRequiringAccounts": "true",
        "IsUsingClassTracking": "true",
        "IsUsingAuditTrail": "true",
        "IsAssigningJournalEntryNumbers": "true",
    },
    "JobsAndEstimatesPreferences": {
        "IsUsingEstimates": "true",
        "IsUsingProgressInvoicing": "true",
        "IsPrintingItemsWithZeroAmounts": "false",
    },
    "MultiCurrencyPreferences": {"IsMultiCurrencyOn": "false"},
    "PurchasesAndVendorsPreferences": {
        "IsUsingInventory": "true",
        "DaysBillsAreDue": "30",
        "IsAutomaticallyUsingDiscounts": "false",
    },
    "ReportsPreferences": {"AgingReportBasis": "AgeFromDueDate", "SummaryReportBasis": "Accrual"},
    "SalesAndCustomersPreferences": {
        "IsTrackingReimbursedExpensesAsIncome": "true",
        "IsAutoApplyingPayments": "false",
    },
    "SalesTaxPreferences": {
        "DefaultItemSalesTaxRef": {"FullName": "Maine Sales Tax"},
        "PaySalesTax": "Quarterly",
        "DefaultTaxableSalesTaxCodeRef": {"FullName": "Tax"},
        "DefaultNonTaxableSalesTaxCodeRef": {"FullName": "Non"},
        "IsUsingVendorTaxCode": "false",
        "IsUsingCustomerTaxCode": "true",
    },
    "TimeTrackingPreferences": {"FirstDayOfWeek": "Monday"},
}

# name | type | number | under
ACCOUNTS = """
Operating Account | Bank | 1010 |
Savings Account | Bank | 1020 |
Petty Cash | Bank | 1030 |
Client Retainers Account | Bank | 1040 |
Accounts Receivable | AccountsReceivable | 1100 |
Inventory Asset | OtherCurrentAsset | 1200 |
Prepaid Insurance | OtherCurrentAsset | 1300 |
Furniture and Equipment | FixedAsset | 1500 |
Accumulated Depreciation | FixedAsset | 1510 |
Accounts Payable | AccountsPayable | 2000 |
Company Card | CreditCard | 2100 |
Travel Card | CreditCard | 2110 |
Sales Tax Payable | OtherCurrentLiability | 2200 |
Payroll Liabilities | OtherCurrentLiability | 2300 |
Client Retainers Held | OtherCurrentLiability | 2400 |
Bank Loan | LongTermLiability | 2700 |
Partner Equity | Equity | 3000 |
Retained Earnings | Equity | 3900 |
Fee Income | Income | 4000 |
Design Fees | Income | 4010 | Fee Income
Planning Fees | Income | 4020 | Fee Income
Survey Fees | Income | 4030 | Fee Income
Reimbursed Expenses | Income | 4100 |
Late Charges | OtherIncome | 4900 |
Consultants | CostOfGoodsSold | 5000 |
Project Printing | CostOfGoodsSold | 5100 |
Project Travel | CostOfGoodsSold | 5200 |
Salaries and Wages | Expense | 6000 |
Payroll Taxes | Expense | 6010 | Salaries and Wages
Rent | Expense | 6100 |
Office Supplies | Expense | 6200 |
Software and Licenses | Expense | 6300 |
Telephone and Internet | Expense | 6400 |
Travel | Expense | 6500 |
Airfare | Expense | 6510 | Travel
Lodging | Expense | 6520 | Travel
Meals | Expense | 6530 | Travel
Mileage | Expense | 6540 | Travel
Insurance | Expense | 6600 |
Professional Dues | Expense | 6700 |
Training | Expense | 6800 |
Interest Paid | OtherExpense | 7000 |
"""

CLASSES = "Architecture > Residential; > Commercial; Planning; Surveying; Interiors; -Landscape"
CUSTOMER_TYPES = "Commercial; Developer; Institution; Municipality; Non-profit; Private client"
JOB_TYPES = "New building; Renovation; Study; Survey; Retainer"
VENDOR_TYPES = "Consultant; Supplier; Utility; Tax agency"
PAYMENT_METHODS = (
    "Cash=Cash; Check=Check; Visa=Visa; MasterCard=MasterCard; American Express=AmericanExpress; Bank transfer=Other"
)
CURRENCIES = "US Dollar=USD; Canadian Dollar=CAD; Euro=EUR; British Pound Sterling=GBP"
TERMS = "Due on receipt=0; Net 10=10; Net 15=15; Net 30=30; Net 45=45; -Net 60=60"
DATE_TERMS = "10th of the month=10; End of month=31"
SALES_REPS = "MR=Mia Ruiz; HL=Helen M Lang; TO=Tomás Ortega"

# name | wage type | account
WAGES = """
Salary | SalaryRegular | Salaries and Wages
Hourly Rate | HourlyRegular | Salaries and Wages
Overtime Rate | HourlyOvertime | Salaries and Wages
Vacation Hourly | HourlyVacation | Salaries and Wages
Sick Hourly | HourlySick | Salaries and Wages
Bonus | Bonus | Salaries and Wages
"""

# first | middle | last | title | city | hired
EMPLOYEES = """
Mia | | Ruiz | Project manager | Portland | 2017-03-06
Ben | | Osei | Bookkeeper | Westbrook | 2018-09-10
Helen | M | Lang | Partner | Portland | 2012-01-02
Tomás | | Ortega | Partner | Cape Elizabeth | 2012-01-02
Priya | K | Nair | Architect | Portland | 2019-05-13
Jonas | | Weber | Architect | South Portland | 2020-02-03
Clara | | Dubois | Interior designer | Portland | 2021-06-14
Owen | T | Fletcher | Surveyor | Scarborough | 2016-10-17
Ingrid | | Solberg | Planner | Falmouth | 2018-04-09
Marcus | | Hale | Drafter | Portland | 2022-08-22
Yuki | | Tanaka | Architect | Portland | 2023-01-16
Rosa | L | Medina | Office manager | Westbrook | 2015-11-30
Declan | | Byrne | Surveyor | Gorham | 2024-03-04
Anneke | | Visser | Planner | Portland | 2024-09-16
-Walter | | Simms | Drafter | Saco | 2014-07-07
"""

# name | type | terms | city
VENDORS = """
Beacon Structural Engineers | Consultant | Net 30 | Boston, MA 02110
Granite Point Soils Lab | Consultant | Net 30 | Biddeford, ME 04005
Lumen Lighting Consultants | Consultant | Net 15 | Cambridge, MA 02139
Casco Blueprint & Print | Supplier | Net 15 | Portland, ME 04101
Old Wharf Office Supply | Supplier | Net 10 | Portland, ME 04101
Ridgeline Software | Supplier | Due on receipt | Burlington, VT 05401
Maine Coastal Power | Utility | Net 15 | Augusta, ME 04330
Tern Telephone Company | Utility | Net 15 | Portland, ME 04104
State Revenue Office | Tax agency | Net 30 | Augusta, ME 04332
Harbor Street Properties | Supplier | Due on receipt | Portland, ME 04101
Franz Keller, Model Maker | Consultant | Net 30 | Brunswick, ME 04011
-Northgate Couriers | Supplier | Net 10 | Portland, ME 04103
"""

OTHER_NAMES = """
Helen Lang (draws)
Tomás Ortega (draws)
Planning Board Portland
Coastal Credit Union
Eastside Parking
"""

# name | description | price | account | under
SERVICES = """
Design | Design work | 0.00 | Fee Income:Design Fees |
Concept | Concept design | 135.00 | Fee Income:Design Fees | Design
Drawings | Construction drawings | 120.00 | Fee Income:Design Fees | Design
Site Visits | Visits to the site during construction | 125.00 | Fee Income:Design Fees | Design
Interiors | Interior design | 110.00 | Fee Income:Design Fees |
Planning | Planning and permits | 140.00 | Fee Income:Planning Fees |
Survey | Land survey, field crew | 160.00 | Fee Income:Survey Fees |
Drafting | Drafting | 85.00 | Fee Income:Design Fees |
Principal | Partner's time | 210.00 | Fee Income |
Project Management | Managing the project | 150.00 | Fee Income |
Expert Opinion | Expert opinions for court | 240.00 | Fee Income |
-Model Building | Models in our own workshop | 95.00 | Fee Income:Design Fees |
"""
OTHER_CHARGES = """
Mileage | Miles driven | 0.70 | Reimbursed Expenses |
Airfare | Air travel | 0.00 | Reimbursed Expenses |
Lodging | Hotels | 0.00 | Reimbursed Expenses |
Permit Fees | Fees paid to authorities | 0.00 | Reimbursed Expenses |
Late Charge | Charge for late payment | 0.00 | Late Charges |
"""
NON_INVENTORY = """
Plan Prints | Prints of plans, per sheet | 4.50 | Reimbursed Expenses |
Courier Parcel | Parcels sent | 18.00 | Reimbursed Expenses |
Site Sign | Project sign at the site | 240.00 | Reimbursed Expenses |
"""
INVENTORY = """
Design Handbook | Our handbook, printed | 42.00 | Fee Income |
Display Board | Mounted display board | 65.00 | Fee Income |
"""
# name | rate
SALES_TAXES = """
Maine Sales Tax | 5.5
Out of State | 0
"""

# name | type | terms | rep | city | contact | jobs
CUSTOMERS = """
Alder & Finch Publishing | Commercial | Net 30 | MR | Portland, ME 04101 | Ruth Alder | Reading room; Office move > Lease review; > Fit-out > Furniture
Arrowmere Town | Municipality | Net 45 | HL | Arrowmere, ME 04555 | Dana Whitcomb | Library extension > Concept; > Permits; Waterfront study; -School roof
Bellweather Foods | Commercial | Net 30 | TO | Auburn, ME 04210 | Greg Santos | Bakery line 2; Loading dock
Birch Hollow Camp | Non-profit | Net 30 | MR | Bridgton, ME 04009 | Lena Frost | Dining hall
Blackwater Brewing | Commercial | Net 15 | MR | Biddeford, ME 04005 | Pete Rudd | Taproom; Cold store > Phase 1 > Survey; > Phase 2
Caldwell, James and Ann | Private client | Due on receipt | HL | Yarmouth, ME 04096 | Ann Caldwell | Kitchen and porch
Casco Rowing Club | Non-profit | Net 30 | TO | Portland, ME 04101 | Will Thorne | Boathouse
Cedar Bay Dental | Commercial | Net 30 | MR | South Portland, ME 04106 | Dr. Nora Lee | Second practice
Chapman Estates | Developer | Net 30 | HL | Scarborough, ME 04074 | Bruce Chapman | Orchard Lane > Lot survey > East boundary; > Houses; Mill Court; -Quarry site
Clearwater Aquatics | Commercial | Net 15 | TO | Rockland, ME 04841 | Mina Park |
Cobalt Instruments | Commercial | Net 30 | MR | Saco, ME 04072 | Aaron Blum | Clean room
Davenport Museum | Institution | Net 45 | HL | Bath, ME 04530 | Sylvia Grant | East wing > Concept; > Lighting; Storage study
Eastman & Daughters Funeral Home | Commercial | Net 30 | TO | Lewiston, ME 04240 | Joyce Eastman | Chapel
Elm Street Housing Trust | Non-profit | Net 30 | MR | Portland, ME 04102 | Omar Haddad | Building A; Building B; Site plan
Fairhaven Hospital | Institution | Net 45 | HL | Bangor, ME 04401 | Carol Winters | Ward 4 renovation > Planning; > Interiors; Parking study
Fjord Outfitters | Commercial | Net 15 | TO | Freeport, ME 04032 | Nils Aker | Flagship store
Garrison Point Marina | Commercial | Net 30 | MR | Kittery, ME 03904 | Hugh Barrow | Boat hall; Pier survey
Goldfinch Bakery | Commercial | Due on receipt | MR | Portland, ME 04101 | Amélie Roux |
Greenleaf Nurseries | Commercial | Net 30 | TO | Gray, ME 04039 | Tess Holloway | Greenhouse 3
Hartwell School District | Municipality | Net 45 | HL | Hartwell, ME 04777 | Paul Jennings | Gymnasium > Concept; > Drawings; > Site visits; -Bus garage
Hillcrest Veterinary | Commercial | Net 30 | MR | Windham, ME 04062 | Dr. Ian Moss | Kennel wing
Iron Bridge Lofts | Developer | Net 30 | TO | Lewiston, ME 04240 | Sasha Volkov | Conversion > Survey; > Units 1-12; > Units 13-20
Juniper Legal | Commercial | Net 15 | HL | Portland, ME 04101 | Beth Carmichael | Expert opinion Dow; Expert opinion Reyes
Kestrel Capital | Developer | Net 30 | HL | Boston, MA 02110 | Stuart Pell | Pier 9 > Feasibility > Traffic; > Permits
Lakeshore Credit Union | Commercial | Net 30 | TO | Naples, ME 04055 | Irene Dodd | Branch refit
Larkspur Montessori | Institution | Net 30 | MR | Brunswick, ME 04011 | Faye Lindqvist | Outdoor classroom
Maple Ridge Condominiums | Private client | Net 30 | TO | Westbrook, ME 04092 | Carl Benning | Facade report
Meridian Biotech | Commercial | Net 30 | MR | Portland, ME 04103 | Vikram Shah | Lab 2 > Concept; > Fit-out; Roof plant
Morrow Family | Private client | Due on receipt | HL | Falmouth, ME 04105 | Ed Morrow | House on the hill
Oakline Furniture | Commercial | Net 30 | TO | Norway, ME 04268 | Britt Nyman | Showroom
Pemaquid Theatre | Non-profit | Net 45 | HL | Damariscotta, ME 04543 | Gwen Tully | Stage tower; Foyer
Quill & Compass Books | Commercial | Net 15 | MR | Belfast, ME 04915 | Theo March |
Ravenscroft Hotel | Commercial | Net 30 | TO | Bar Harbor, ME 04609 | Margot Penn | Rooms 30-44; Spa > Concept; > Interiors
Saltmarsh Conservancy | Non-profit | Net 30 | MR | Wells, ME 04090 | Lou Keating | Visitor centre; Boardwalk survey
Sandbar Rentals | Commercial | Due on receipt | TO | Old Orchard Beach, ME 04064 | Kim Doyle |
Stonefield Church | Non-profit | Net 45 | HL | Topsham, ME 04086 | Rev. Alan Pike | Parish hall
Thistle & Rye | Commercial | Net 15 | MR | Camden, ME 04843 | Moira Baird | Restaurant
Union Wharf Partners | Developer | Net 30 | HL | Portland, ME 04101 | Leo Castellan | Wharf 1 > Survey; > Masterplan; Wharf 2
-Vance Textiles | Commercial | Net 30 | TO | Sanford, ME 04073 | Roy Vance | -Mill survey
Westbrook Transit | Municipality | Net 45 | HL | Westbrook, ME 04092 | Janet Quimby | Depot > Permits; Shelter design
"""

STREETS = (
    "Commercial St; Congress St; Pine St; Spring St; High St; Fore St; Deering Ave; Forest Ave; Brackett St; Oak St"
)
TOWNS = (
    "Portland, ME 04101; Bangor, ME 04401; Augusta, ME 04330; Concord, NH 03301; Dover, NH 03820; Salem, MA 01970;"
    " Lowell, MA 01852; Burlington, VT 05401; Keene, NH 03431; Bath, ME 04530"
)
FIRST_WORDS = (
    "Amber Anchor Ashford Bayview Beacon Bramble Bright Brook Canyon Chestnut Clover Copper Coral Crescent Crown Dover"
    " Eagle Ember Evergreen Fern Flint Forge Fox Glen Granite Gull Hazel Heron Hollow Ivory Jasper Keystone Lantern"
    " Laurel Linden Lumen Marble Meadow Mill Mist Moss North Orchard Otter Pebble Pike Poplar Quarry Raven Reed River"
    " Rowan Sable Saffron Sage Shore Silver Slate Sparrow Spruce Summit Swift Thorn Timber Vale Violet Wharf Willow Wren"
)
SECOND_WORDS = (
    "Advisors Analytics Associates Builders Capital Clinic Consulting Creamery Dairy Dental Design Developers Electric"
    " Energy Engineering Estates Farms Finance Foods Foundation Fisheries Gallery Group Health Holdings Homes Hotel"
    " Housing Imports Institute Insurance Laboratories Law Logistics Lumber Machine Marine Media Medical Mills Motors"
    " Museum Optics Partners Pharmacy Plastics Press Properties Realty School Ski Software Solar Systems Textiles"
    " Theatre Tools Trading Trust Vineyards Works"
)
JOB_WORDS = (
    "New wing; Renovation; Site survey; Roof; Office fit-out; Feasibility study; Permits; Parking; Facade; Interiors;"
    " Storehouse; Entrance; Energy report; Phase 1; Phase 2; Masterplan; Lighting; Boundary survey; Canteen; Archive"
)
PARTS = "Concept; Drawings; Permits; Site visits; Survey; Interiors; Close-out"
CONTACTS = (
    "Alice Boyd; Ray Carver; Nadia Rahman; Peter Holm; Grace Lin; Samuel Ortiz; Irma Novak; Douglas Reid; Elena Costa; Hugo"
    " Martel; Tanya Brooks; Kwame Asante; Linda Fox; Arthur Kemp; Mei Chen; Julia Stone; Victor Hahn; Amira Said"
)
