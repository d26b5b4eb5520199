"""What a company file has switched on: the answer to a preferences query."""

from __future__ import annotations

from daybook.qbxml.fields import table

PREFERENCES_QUERY = table("q IncludeRetElement          50 *", "q")

PREFERENCES_RET = table(
    """
r AccountingPreferences        group
R     IsUsingAccountNumbers    bool
R     IsRequiringAccounts      bool
R     IsUsingClassTracking     bool
r     AssignClassesTo          =|None|Accounts|Items|Names
R     IsUsingAuditTrail        bool
R     IsAssigningJournalEntryNumbers bool
r     ClosingDate              date
r FinanceChargePreferences     group
r     AnnualInterestRate       percent
r     MinFinanceCharge         amount
R     GracePeriod              int
r     FinanceChargeAccountRef  ref159
R     IsAssessingForOverdueCharges bool
R     CalculateChargesFrom     =DueDate|InvoiceOrBilledDate
R     IsMarkedToBePrinted      bool
r JobsAndEstimatesPreferences  group
R     IsUsingEstimates         bool
R     IsUsingProgressInvoicing bool
R     IsPrintingItemsWithZeroAmounts bool
r MultiCurrencyPreferences     group
r     IsMultiCurrencyOn        bool
r     HomeCurrencyRef          ref64
r MultiLocationInventoryPreferences group
r     IsMultiLocationInventoryAvailable bool
r     IsMultiLocationInventoryEnabled bool
r PurchasesAndVendorsPreferences group
R     IsUsingInventory         bool
R     DaysBillsAreDue          int
R     IsAutomaticallyUsingDiscounts bool
r     DefaultDiscountAccountRef ref159
r ReportsPreferences           group
R     AgingReportBasis         =AgeFromDueDate|AgeFromTransactionDate
R     SummaryReportBasis       =Accrual|Cash
r SalesAndCustomersPreferences group
r     DefaultShipMethodRef     ref15
r     DefaultFOB               13
r     DefaultMarkup            percent
R     IsTrackingReimbursedExpensesAsIncome bool
R     IsAutoApplyingPayments   bool
r     PriceLevels              group
R         IsUsingPriceLevels   bool
r         IsRoundingSalesPriceUp bool
r SalesTaxPreferences          group
R     DefaultItemSalesTaxRef   ref31
R     PaySalesTax              =Monthly|Quarterly|Annually
R     DefaultTaxableSalesTaxCodeRef ref3
R     DefaultNonTaxableSalesTaxCodeRef ref3
r     IsUsingVendorTaxCode     bool
r     IsUsingCustomerTaxCode   bool
r     IsUsingAmountsIncludeTax bool
r TimeTrackingPreferences      group
R     FirstDayOfWeek           =Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday
r CurrentAppAccessRights       group
R     IsAutomaticLoginAllowed  bool
r     AutomaticLoginUserName   29
R     IsPersonalDataAccessAllowed bool
r ItemsAndInventoryPreferences group
r     EnhancedInventoryReceivingEnabled bool
r     IsTrackingSerialOrLotNumber =|None|SerialNumber|LotNumber
r     IsInventoryExpirationDateEnabled bool @16.0
r     isTrackingOnSalesTransactionsEnabled bool
r     isTrackingOnPurchaseTransactionsEnabled bool
r     isTrackingOnInventoryAdjustmentEnabled bool
r     isTrackingOnBuildAssemblyEnabled bool
r     FIFOEnabled              bool
r     FIFOEffectiveDate        date
r     IsRSBEnabled             bool
r     IsBarcodeEnabled         bool
    """,
    "r",
)
