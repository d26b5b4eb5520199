"""The chart of accounts."""

from __future__ import annotations

from daybook.qbxml.fields import STAMPS, kind, list_query

ACCOUNT_TYPES = "|".join(
    """
    AccountsPayable AccountsReceivable Bank CostOfGoodsSold CreditCard Equity Expense FixedAsset Income
    LongTermLiability NonPosting OtherAsset OtherCurrentAsset OtherCurrentLiability OtherExpense OtherIncome
    """.split()
)
SPECIAL_ACCOUNT_TYPES = "|".join(
    """
    AccountsPayable AccountsReceivable CondenseItemAdjustmentExpenses CostOfGoodsSold DirectDepositLiabilities
    Estimates ExchangeGainLoss InventoryAssets ItemReceiptAccount OpeningBalanceEquity PayrollExpenses
    PayrollLiabilities PettyCash PurchaseOrders ReconciliationDifferences RetainedEarnings SalesOrders
    SalesTaxPayable UncategorizedExpenses UncategorizedIncome UndepositedFunds
    """.split()
)
DETAIL_ACCOUNT_TYPES = "|".join(
    """
    AP AR AccumulatedAdjustment AccumulatedAmortization AccumulatedAmortizationOfOtherAssets
    AccumulatedDepletion AccumulatedDepreciation AdvertisingOrPromotional AllowanceForBadDebts Amortization
    Auto BadDebts BankCharges Buildings CashOnHand CharitableContributions Checking CommonStock CostOfLabor
    CostOfLaborCOS CreditCard DepletableAssets Depreciation DevelopmentCosts DiscountsOrRefundsGiven
    DividendIncome DuesAndSubscriptions EmployeeCashAdvances Entertainment EntertainmentMeals EquipmentRental
    EquipmentRentalCOS FederalIncomeTaxPayable FurnitureAndFixtures Goodwill Insurance InsurancePayable
    IntangibleAssets InterestEarned InterestPaid Inventory InvestmentMortgageOrRealEstateLoans InvestmentOther
    InvestmentTaxExemptSecurities InvestmentUSGovObligations Land LeaseBuyout LeaseholdImprovements
    LegalAndProfessionalFees Licenses LineOfCredit LoanPayable LoansToOfficers LoansToOthers
    LoansToStockholders MachineryAndEquipment MoneyMarket NonProfitIncome NotesPayable
    OfficeOrGeneralAdministrativeExpenses OpeningBalanceEquity OrganizationalCosts OtherCostsOfServiceCOS
    OtherCurrentAssets OtherCurrentLiab OtherFixedAssets OtherInvestmentIncome OtherLongTermAssets
    OtherLongTermLiab OtherMiscExpense OtherMiscIncome OtherMiscServiceCost OtherPrimaryIncome OwnersEquity
    PaidInCapitalOrSurplus PartnerContributions PartnerDistributions PartnersEquity PayrollClearing
    PayrollExpenses PayrollTaxPayable PenaltiesAndSettlements PreferredStock PrepaidExpenses
    PrepaidExpensesPayable PromotionalMeals RentOrLeaseOfBuildings RentsHeldInTrust RentsInTrustLiab
    RepairAndMaintenance Retainage RetainedEarnings SalesOfProductIncome SalesTaxPayable Savings
    SecurityDeposits ServiceOrFeeIncome ShareholderNotesPayable ShippingFreightAndDelivery
    ShippingFreightAndDeliveryCOS StateOrLocalIncomeTaxPayable SuppliesAndMaterials SuppliesAndMaterialsCOGS
    TaxExemptInterest TaxesPaid Travel TravelMeals TreasuryStock TrustAccounts TrustAccountsLiab
    UndepositedFunds Utilities Vehicles
    """.split()
)
ACCOUNT_TYPE_FILTER = f"""
q         AccountType           ={ACCOUNT_TYPES} *
"""

ACCOUNT = kind(
    "Account",
    "account",
    f"""
{STAMPS}
Amr Name                         31
--r FullName                     159
amr IsActive                     bool
amr ParentRef                    ref
--r Sublevel                     int
Amr AccountType                  ={ACCOUNT_TYPES}
a-r DetailAccountType            ={DETAIL_ACCOUNT_TYPES} ~
--r SpecialAccountType           ={SPECIAL_ACCOUNT_TYPES}
--r IsTaxAccount                 bool ~
amr AccountNumber                7
amr BankNumber                   25
--r LastCheckNumber              str ~
amr Desc                         200
--r Balance                      amount
--r TotalBalance                 amount
am- OpenBalance                  amount
am- OpenBalanceDate              date
amr SalesTaxCodeRef              ref3 ~
--r TaxLineInfoRet               group
--R     TaxLineID                int
--r     TaxLineName              256
--r CashFlowClassification       =None|Operating|Investing|Financing|NotApplicable
am- TaxLineID                    int
amr CurrencyRef                  ref64
--r DataExtRet                   data_ext *
    """,
    query=list_query(ACCOUNT_TYPE_FILTER, "currency"),
)
