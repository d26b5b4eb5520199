"""Stands in for QuickBooks beside an agent: `daybook-agent run --stand-in daybook.companyfile.standin:StandIn`."""

from daybook.companyfile.errors import HResult
from daybook.companyfile.processor import RequestProcessor


class StandIn(RequestProcessor):
    """A sandbox company file as the agent drives QuickBooks; `failure` is what its calls raise."""

    failure = HResult
