"""Which company file this is: the first thing that is read in a session, before anything is written."""

from collections.abc import Mapping
from typing import Any

from daybook.connectors.qbd import queries as questions
from daybook.monitor.conversation import IDENTIFY, Conversation
from daybook.monitor.values import Ask
from daybook.qbxml.documents import AnswerSet
from daybook.qbxml.requests import write_set

FILE_ID = "FileID"
# Each fact of the preferences that Daybook goes by: group, element.
PREFERENCES = {
    "class_tracking": ("AccountingPreferences", "IsUsingClassTracking"),
    "requires_accounts": ("AccountingPreferences", "IsRequiringAccounts"),
    "account_numbers": ("AccountingPreferences", "IsUsingAccountNumbers"),
    "closing_date": ("AccountingPreferences", "ClosingDate"),
    "sales_tax_on": ("SalesTaxPreferences", "IsUsingSalesTax"),
    "multi_currency": ("MultiCurrencyPreferences", "IsMultiCurrencyOn"),
    "use_time_tracking": ("TimeTrackingPreferences", "FirstDayOfWeek"),
    "job_estimates": ("JobsAndEstimatesPreferences", "IsUsingEstimates"),
}


def question(talk: Conversation) -> Ask:
    """Ask for host, company and preferences in one message."""
    requests = [questions.host(), questions.company(), questions.preferences()]
    return talk.read_only(write_set(requests), IDENTIFY)


def identity_in(answers: AnswerSet) -> dict[str, str]:
    """What tells this company file from others."""
    values = _values(answers, "company")
    private = values.get("DataExtRet", [])
    file_id = next((one.get("DataExtValue", "") for one in private if one.get("DataExtName") == FILE_ID), "")
    found = {
        "file_id": file_id,
        "company_name": values.get("CompanyName", ""),
        "legal_name": values.get("LegalCompanyName", ""),
        "fiscal_year": values.get("FirstMonthFiscalYear", ""),
        "country": _values(answers, "host").get("Country", ""),
    }
    return {name: str(value) for name, value in found.items() if value}


def host_in(answers: AnswerSet) -> dict[str, Any]:
    """The program that has the file open."""
    values = _values(answers, "host")
    return {
        "product": values.get("ProductName", ""),
        "release": ".".join(filter(None, (values.get("MajorVersion", ""), values.get("MinorVersion", "")))),
        "country": values.get("Country", ""),
        "versions": values.get("SupportedQBXMLVersion", []),
        "mode": values.get("QBFileMode", ""),
    }


def preferences_in(answers: AnswerSet) -> dict[str, Any]:
    """The preferences that posting goes by, as flat facts."""
    values = _values(answers, "preferences")
    found: dict[str, Any] = {}
    for name, (group, element) in PREFERENCES.items():
        text = values.get(group, {}).get(element)
        if text is not None:
            found[name] = {"true": True, "false": False}.get(text, text)
    return found


def same_file(known: Mapping[str, str], found: Mapping[str, str]) -> bool:
    """Whether both are the same company file: by its own id where both have one, else by the company's name."""
    if known.get("file_id") and found.get("file_id"):
        return known["file_id"] == found["file_id"]
    return known.get("company_name", "").casefold() == found.get("company_name", "").casefold()


def whole(answers: AnswerSet) -> bool:
    """Whether the file told what must be known before anything is written."""
    return bool(_values(answers, "company") and _values(answers, "host"))


def _values(answers: AnswerSet, request_id: str) -> dict[str, Any]:
    for answer in answers.answers:
        if answer.request_id == request_id and answer.records:
            return dict(answer.records[0].values)
    return {}
