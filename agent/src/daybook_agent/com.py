"""QuickBooks on this PC, through its request processor, which is a COM object. Windows only."""

from typing import Any

import pythoncom
import pywintypes
import win32com.client

from daybook_agent.quickbooks import CallFailed, Mode

PROGRAM = "QBXMLRP2.RequestProcessor"
ON_THIS_PC = 1  # localQBD
MODES: dict[Mode, int] = {"single": 0, "multi": 1, "do_not_care": 2}


class QuickBooks:
    """The five calls. COM belongs to the thread that opened the connection, and so do all of them."""

    failure = CallFailed

    def __init__(self) -> None:
        self._processor: Any = None

    def open_connection(self, app_id: str, app_name: str) -> None:
        """Say which application is calling."""
        pythoncom.CoInitialize()
        try:
            self._processor = win32com.client.Dispatch(PROGRAM)
            self._processor.OpenConnection2(app_id, app_name, ON_THIS_PC)
        except pywintypes.com_error as error:
            raise _failed(error) from error

    def begin_session(self, path: str, mode: Mode) -> str:
        """Open the company file, or take the one that is open when the path is empty; gives the ticket."""
        try:
            return str(self._processor.BeginSession(path, MODES[mode]))
        except pywintypes.com_error as error:
            raise _failed(error) from error

    def process_request(self, ticket: str, text: str) -> str:
        """Carry one letter there, and bring the answer."""
        try:
            return str(self._processor.ProcessRequest(ticket, text))
        except pywintypes.com_error as error:
            raise _failed(error) from error

    def end_session(self, ticket: str) -> None:
        """Close the company file."""
        try:
            self._processor.EndSession(ticket)
        except pywintypes.com_error as error:
            raise _failed(error) from error

    def close_connection(self) -> None:
        """Let QuickBooks go, whatever state it is in."""
        processor, self._processor = self._processor, None
        if processor is None:
            return
        try:
            processor.CloseConnection()
        except pywintypes.com_error as error:
            raise _failed(error) from error
        finally:
            del processor
            pythoncom.CoUninitialize()


def _failed(error: Any) -> CallFailed:
    """QuickBooks puts its own number into the last field of the exception; outside it stands 0x80020009."""
    hresult, text, details, _ = error.args
    if details and len(details) > 5 and details[5]:
        return CallFailed(details[5], details[2] or text or "")
    return CallFailed(hresult, text or "")
