"""The sandbox company file: a file on disk that answers qbXML as a QuickBooks company file does.

`RequestProcessor` is the interface of the desktop; `CompanyFile` is what the bookkeeper does at the QuickBooks side.
"""

from __future__ import annotations

from daybook.companyfile.errors import CompanyFileError, FileInUse, HResult, NotPossible
from daybook.companyfile.file import CompanyFile, Entry, create
from daybook.companyfile.processor import Mode, RequestProcessor
from daybook.qbxml.kinds import KINDS

__all__ = [
    "KINDS",
    "CompanyFile",
    "CompanyFileError",
    "Entry",
    "FileInUse",
    "HResult",
    "Mode",
    "NotPossible",
    "RequestProcessor",
    "create",
]
