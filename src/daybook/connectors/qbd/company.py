"""What a company file says about itself, as plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daybook.connectors.qbd.elements import reference_from
from daybook.qbxml.documents import Record
from daybook.qbxml.types import to_bool

Facts = dict[str, Any]

FILE_ID = "FileID"


def host_facts(record: Record) -> Facts:
    """Which QuickBooks it is, the versions of qbXML it speaks, and whether the file is in multi-user mode."""
    get = record.values.get
    return {
        "product": get("ProductName", ""),
        "major_version": get("MajorVersion", ""),
        "minor_version": get("MinorVersion", ""),
        "country": get("Country", ""),
        "qbxml_versions": list(get("SupportedQBXMLVersion", ())),
        "automatic_login": to_bool(get("IsAutomaticLogin", "")),
        "multi_user": get("QBFileMode", "MultiUser") == "MultiUser",
    }


def company_facts(record: Record) -> Facts:
    """Which company file it is; ``marks`` are the private values kept in it, the file's own ID among them."""
    get = record.values.get
    marks = {one.get("DataExtName", ""): one.get("DataExtValue", "") for one in get("DataExtRet", ())}
    return {
        "company_name": get("CompanyName", ""),
        "legal_name": get("LegalCompanyName", ""),
        "is_sample": to_bool(get("IsSampleCompany", "")),
        "fiscal_year_begins": get("FirstMonthFiscalYear", ""),
        "file_id": marks.get(FILE_ID, ""),
        "marks": marks,
    }


def preference_facts(record: Record) -> Facts:
    """What is switched on; a section that the edition does not have is switched off."""
    accounting = _section(record, "AccountingPreferences")
    tax = _section(record, "SalesTaxPreferences")
    currency = _section(record, "MultiCurrencyPreferences")
    access = _section(record, "CurrentAppAccessRights")
    return {
        "class_tracking": to_bool(accounting.get("IsUsingClassTracking", "")),
        "account_numbers": to_bool(accounting.get("IsUsingAccountNumbers", "")),
        "closing_date": accounting.get("ClosingDate", ""),
        "sales_tax_on": bool(tax),
        "default_tax_item": reference_from(tax.get("DefaultItemSalesTaxRef")),
        "multi_currency": to_bool(currency.get("IsMultiCurrencyOn", "")),
        "home_currency": reference_from(currency.get("HomeCurrencyRef")),
        "time_tracking": "TimeTrackingPreferences" in record.values,
        "first_day_of_week": _section(record, "TimeTrackingPreferences").get("FirstDayOfWeek", ""),
        "estimates": to_bool(_section(record, "JobsAndEstimatesPreferences").get("IsUsingEstimates", "")),
        "automatic_login": to_bool(access.get("IsAutomaticLoginAllowed", "")),
        "personal_data": to_bool(access.get("IsPersonalDataAccessAllowed", "")),
    }


def deletion_of(record: Record) -> Facts:
    """One record of the list of deleted records."""
    get = record.values.get
    return {
        "list_del_type": get("ListDelType", ""),
        "list_id": get("ListID", ""),
        "full_name": get("FullName", ""),
        "time_deleted": get("TimeDeleted", ""),
    }


def _section(record: Record, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = record.values.get(name) or {}
    return found
