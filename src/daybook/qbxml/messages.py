"""Every request the schema names, the tables of those we know, and the shape of their answers.

A request name that has no table here (an InvoiceAdd, a report) is still a name of the schema: it can be read, and a
company file that does not support it answers with status 3250.
"""

from __future__ import annotations

from dataclasses import dataclass

from daybook.qbxml import company, preferences
from daybook.qbxml.fields import OLDEST_VERSION, Field, table
from daybook.qbxml.kinds import KINDS

META_DATA = ("NoMetaData", "MetaDataOnly", "MetaDataAndResponseData")
ITERATOR = ("Start", "Continue", "Stop")

INCLUDE_RET_ELEMENT = Field("IncludeRetElement", "str", 50, repeats=True)

ERROR_RECOVERY = table(
    """
R either
r     ListID                   id
r     OwnerID                  guid
r     TxnID                    id
r TxnNumber                    int
r EditSequence                 16
r ExternalGUID                 guid
    """,
    "r",
)


@dataclass(frozen=True, slots=True)
class Message:
    """One request: its elements, its attributes beside requestID, and what its answer holds."""

    name: str
    fields: tuple[Field, ...]
    ret_name: str
    ret: tuple[Field, ...]
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    since: str = OLDEST_VERSION
    recovers: bool = False
    bare: bool = False

    @property
    def answer_name(self) -> str:
        """The element name of the answer: CustomerQueryRq is answered by CustomerQueryRs."""
        return self.name[:-2] + "Rs"


def _list_messages() -> list[Message]:
    found = []
    for kind in KINDS.values():
        ret_name = f"{kind.name}Ret"
        for verb, fields, since in (("Add", kind.add, OLDEST_VERSION), ("Mod", kind.mod, kind.mod_since)):
            if fields:
                wrapper = Field(kind.name + verb, "group", required=True, children=fields)
                body = (wrapper, INCLUDE_RET_ELEMENT)
                found.append(
                    Message(
                        f"{kind.name}{verb}Rq", body, ret_name, kind.ret, (), since or OLDEST_VERSION, recovers=True
                    )
                )
        attributes: tuple[tuple[str, tuple[str, ...]], ...] = (("metaData", META_DATA),)
        if kind.iterates:
            attributes += (("iterator", ITERATOR), ("iteratorID", ()))
        found.append(Message(f"{kind.name}QueryRq", kind.query, ret_name, kind.ret, attributes))
    return found


def _other_messages() -> list[Message]:
    return [
        Message("HostQueryRq", company.HOST_QUERY, "HostRet", company.HOST_RET),
        Message("CompanyQueryRq", company.COMPANY_QUERY, "CompanyRet", company.COMPANY_RET),
        Message("PreferencesQueryRq", preferences.PREFERENCES_QUERY, "PreferencesRet", preferences.PREFERENCES_RET),
        Message("ListDelRq", company.LIST_DEL, "ListDelRs", company.LIST_DEL_RET, bare=True),
        Message(
            "ListDeletedQueryRq",
            company.LIST_DELETED_QUERY,
            "ListDeletedRet",
            company.LIST_DELETED_RET,
            (("metaData", META_DATA),),
        ),
    ]


REQUESTS: dict[str, Message] = {message.name: message for message in _list_messages() + _other_messages()}
ANSWERS: dict[str, Message] = {message.answer_name: message for message in REQUESTS.values()}

_NAMES = """
    HostQuery CompanyQuery CompanyActivityQuery PreferencesQuery AccountAdd AccountMod AccountQuery
    SpecialAccountAdd AccountTaxLineInfoQuery LeadAdd LeadMod LeadQuery CustomerAdd CustomerMod CustomerQuery
    EmployeeAdd EmployeeMod EmployeeQuery OtherNameAdd OtherNameMod OtherNameQuery VendorAdd VendorMod VendorQuery
    EntityQuery StandardTermsAdd StandardTermsQuery DateDrivenTermsAdd DateDrivenTermsQuery TermsQuery ClassAdd
    ClassMod ClassQuery SalesRepAdd SalesRepMod SalesRepQuery CustomerTypeAdd CustomerTypeQuery VendorTypeAdd
    VendorTypeQuery JobTypeAdd JobTypeQuery CustomerMsgAdd CustomerMsgQuery PaymentMethodAdd PaymentMethodQuery
    ShipMethodAdd ShipMethodQuery SalesTaxCodeAdd SalesTaxCodeMod SalesTaxCodeQuery ToDoAdd ToDoMod ToDoQuery
    ItemServiceAdd ItemServiceMod ItemServiceQuery ItemNonInventoryAdd ItemNonInventoryMod ItemNonInventoryQuery
    ItemOtherChargeAdd ItemOtherChargeMod ItemOtherChargeQuery ItemInventoryAdd ItemInventoryMod
    ItemInventoryQuery ItemInventoryAssemblyAdd ItemInventoryAssemblyMod ItemInventoryAssemblyQuery
    ItemFixedAssetAdd ItemFixedAssetMod ItemFixedAssetQuery ItemSubtotalAdd ItemSubtotalMod ItemSubtotalQuery
    ItemDiscountAdd ItemDiscountMod ItemDiscountQuery ItemPaymentAdd ItemPaymentMod ItemPaymentQuery
    ItemSalesTaxAdd ItemSalesTaxMod ItemSalesTaxQuery ItemSalesTaxGroupAdd ItemSalesTaxGroupMod
    ItemSalesTaxGroupQuery ItemGroupAdd ItemGroupMod ItemGroupQuery SpecialItemAdd ItemQuery PayrollItemWageAdd
    PayrollItemWageQuery PayrollItemNonWageQuery TemplateQuery PriceLevelAdd PriceLevelMod PriceLevelQuery
    BillingRateAdd BillingRateQuery VehicleAdd VehicleMod VehicleQuery UnitOfMeasureSetAdd UnitOfMeasureSetQuery
    WorkersCompCodeAdd WorkersCompCodeMod WorkersCompCodeQuery Form1099CategoryAccountMappingMod
    Form1099CategoryAccountMappingQuery SalesTaxReturnQuery SalesTaxReturnLineQuery CurrencyAdd CurrencyMod
    CurrencyQuery PayrollLastPeriodQuery InventorySiteAdd InventorySiteMod InventorySiteQuery InvoiceAdd
    InvoiceMod InvoiceQuery EstimateAdd EstimateMod EstimateQuery SalesOrderAdd SalesOrderMod SalesOrderQuery
    SalesReceiptAdd SalesReceiptMod SalesReceiptQuery CreditMemoAdd CreditMemoMod CreditMemoQuery
    ReceivePaymentAdd ReceivePaymentMod ReceivePaymentQuery ReceivePaymentToDepositQuery ChargeAdd ChargeMod
    ChargeQuery PurchaseOrderAdd PurchaseOrderMod PurchaseOrderQuery BillAdd BillMod BillQuery ItemReceiptAdd
    ItemReceiptMod ItemReceiptQuery VendorCreditAdd VendorCreditMod VendorCreditQuery BillPaymentCheckAdd
    BillPaymentCheckMod BillPaymentCheckQuery BillPaymentCreditCardAdd BillPaymentCreditCardQuery BillToPayQuery
    SalesTaxPaymentCheckAdd SalesTaxPaymentCheckMod SalesTaxPaymentCheckQuery SalesTaxPayableQuery
    InventoryAdjustmentAdd InventoryAdjustmentMod InventoryAdjustmentQuery TimeTrackingAdd TimeTrackingMod
    TimeTrackingQuery CheckAdd CheckMod CheckQuery CreditCardChargeAdd CreditCardChargeMod CreditCardChargeQuery
    CreditCardCreditAdd CreditCardCreditMod CreditCardCreditQuery JournalEntryAdd JournalEntryMod
    JournalEntryQuery DepositAdd DepositMod DepositQuery ListDel ListMerge ListDeletedQuery TxnDel TxnVoid
    TxnDeletedQuery ClearedStatusMod ListDisplayAdd ListDisplayMod TxnDisplayAdd TxnDisplayMod
    DataEventRecoveryInfoDel DataEventRecoveryInfoQuery TransactionQuery BuildAssemblyAdd BuildAssemblyMod
    BuildAssemblyQuery ItemAssembliesCanBuildQuery ARRefundCreditCardAdd ARRefundCreditCardQuery VehicleMileageAdd
    VehicleMileageQuery TransferInventoryAdd TransferInventoryMod TransferInventoryQuery ItemSitesQuery
    BarCodeQuery TransferAdd TransferMod TransferQuery GeneralSummaryReportQuery JobReportQuery TimeReportQuery
    AgingReportQuery BudgetSummaryReportQuery GeneralDetailReportQuery CustomDetailReportQuery
    CustomSummaryReportQuery PayrollDetailReportQuery PayrollSummaryReportQuery DataExtDefAdd DataExtDefMod
    DataExtDefDel DataExtDefQuery DataExtAdd DataExtMod DataExtDel
"""
_NAMES_SINCE_16 = """
    PreferencesMod EmployeeDefaultMod EmployeeDefaultQuery PayrollItemWageMod PayrollItemAdditionAdd
    PayrollItemAdditionMod PayrollItemDeductionAdd PayrollItemDeductionMod PayrollItemCompanyContributionAdd
    PayrollItemCompanyContributionMod PayrollItemWorkersCompensationAdd PayrollItemWorkersCompensationMod
    PayrollItemDirectDepositAdd PayrollItemDirectDepositMod PayrollItemTaxAdd PayrollItemTaxMod PayrollItemQuery
    AlertAdd AlertDel AlertQuery PayrollYearToDateAdjustmentAdd PayrollYearToDateAdjustmentQuery
    PayrollLiabilityAdjustmentAdd PayrollLiabilityAdjustmentQuery PayrollPriorPaymentAdd PayrollPriorPaymentQuery
    PaycheckQuery PayrollLiabilityCheckQuery QBCommandExec
"""

REQUEST_NAMES: dict[str, str] = {f"{name}Rq": "13.0" for name in _NAMES.split()} | {
    f"{name}Rq": "16.0" for name in _NAMES_SINCE_16.split()
}
"""Every request name of the schema, with the oldest version (of those we speak) that has it."""
