"""What the file says of itself: host, company and preferences."""

from __future__ import annotations

from daybook.companyfile.store import Store, Values

VERSIONS = ("1.0 1.1 2.0 2.1 3.0 4.0 4.1 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0").split()
PERSONAL = (
    "SSN",
    "BirthDate",
    "Gender",
    "Ethnicity",
    "Disabled",
    "DisabilityDesc",
    "USCitizen",
    "USVeteran",
    "MilitaryStatus",
)
"""Elements of employees that need access to personal data."""


def host(store: Store) -> Values:
    """The values of a HostRet."""
    return {
        "ProductName": "Daybook Sandbox Company File",
        "MajorVersion": "34",
        "MinorVersion": "0",
        "Country": "US",
        "SupportedQBXMLVersion": VERSIONS,
        "IsAutomaticLogin": "true",
        "QBFileMode": "SingleUser" if store.setting("mode") == "single" else "MultiUser",
    }


def company(store: Store) -> Values:
    """The values of a CompanyRet; its private data holds the file's identity under OwnerID 0."""
    values: Values = dict(store.setting("company", {}))
    values["DataExtRet"] = [
        {
            "OwnerID": "0",
            "DataExtName": "FileID",
            "DataExtType": "STR255TYPE",
            "DataExtValue": store.setting("file_id", ""),
        }
    ]
    return values


def preferences(store: Store) -> Values:
    """The values of a PreferencesRet."""
    values: Values = {name: dict(group) for name, group in store.setting("preferences", {}).items()}
    if closing_date := store.setting("closing_date"):
        values.setdefault("AccountingPreferences", {})["ClosingDate"] = closing_date
    values["CurrentAppAccessRights"] = {
        "IsAutomaticLoginAllowed": "true" if store.setting("automatic_login", True) else "false",
        "AutomaticLoginUserName": store.setting("login_user", "Admin"),
        "IsPersonalDataAccessAllowed": "true" if store.setting("personal_data", True) else "false",
    }
    return values
