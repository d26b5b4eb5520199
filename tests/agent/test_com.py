"""The border to QuickBooks on Windows: five calls of a COM object, which only here is played by a stand-in."""

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from daybook.connectors.errors import FixConnection, TryLater
from daybook.connectors.qbd.errors import HRESULTS, from_hresult
from daybook_agent.meanings import MEANINGS, explained, meaning
from daybook_agent.quickbooks import CallFailed, RequestProcessor, factory

HRESULTS_OF_QUICKBOOKS = sorted(HRESULTS)
DISP_E_EXCEPTION = -2147352567  # how COM wraps the number of a program
SINGLE_USER = -2147220464  # 0x80040410


class ComError(Exception):
    """pywintypes.com_error: HRESULT, text, what the program says, argument."""


class FakeProcessor:
    """QBXMLRP2.RequestProcessor as COM shows it."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.fails: dict[str, ComError] = {}

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> str:
            self.calls.append((name, *arguments))
            if name in self.fails:
                raise self.fails[name]
            return {"BeginSession": "{TICKET}", "ProcessRequest": "<QBXML/>"}.get(name, "")

        return call


@pytest.fixture
def processor(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProcessor]:
    made = FakeProcessor()
    pythoncom, pywintypes, win32com = ModuleType("pythoncom"), ModuleType("pywintypes"), ModuleType("win32com")
    client = ModuleType("win32com.client")
    vars(pythoncom).update(CoInitialize=lambda: made.calls.append(("CoInitialize",)))
    vars(pythoncom).update(CoUninitialize=lambda: made.calls.append(("CoUninitialize",)))
    vars(pywintypes).update(com_error=ComError)
    vars(client).update(Dispatch=lambda name: made.calls.append(("Dispatch", name)) or made)
    vars(win32com).update(client=client)
    for module in (pythoncom, pywintypes, win32com, client):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    yield made
    sys.modules.pop("daybook_agent.com", None)


def quickbooks() -> RequestProcessor:
    return factory()()


def test_the_five_calls_are_made_as_quickbooks_wants_them(processor: FakeProcessor) -> None:
    one = quickbooks()
    one.open_connection("", "Daybook")
    ticket = one.begin_session("C:\\Books\\firm.qbw", "do_not_care")
    assert one.process_request(ticket, "<?xml?>") == "<QBXML/>"
    one.end_session(ticket)
    one.close_connection()
    assert processor.calls == [
        ("CoInitialize",),
        ("Dispatch", "QBXMLRP2.RequestProcessor"),
        ("OpenConnection2", "", "Daybook", 1),
        ("BeginSession", "C:\\Books\\firm.qbw", 2),
        ("ProcessRequest", "{TICKET}", "<?xml?>"),
        ("EndSession", "{TICKET}"),
        ("CloseConnection",),
        ("CoUninitialize",),
    ]


def test_the_number_of_quickbooks_is_taken_out_of_what_com_wraps_around_it(processor: FakeProcessor) -> None:
    words = "The company data file is open in single-user mode."
    details = (0, "QBXMLRP2.RequestProcessor.2", words, None, 0, SINGLE_USER)
    processor.fails["BeginSession"] = ComError(DISP_E_EXCEPTION, "Exception occurred.", details, None)
    one = quickbooks()
    one.open_connection("", "Daybook")
    with pytest.raises(CallFailed) as failed:
        one.begin_session("C:\\Books\\firm.qbw", "do_not_care")
    assert (failed.value.code, failed.value.message) == (0x80040410, words)
    assert isinstance(from_hresult(failed.value.code), TryLater)


def test_a_number_of_com_itself_stands_as_it_is(processor: FakeProcessor) -> None:
    processor.fails["OpenConnection2"] = ComError(-2147221164, "Class not registered", None, None)
    one = quickbooks()
    with pytest.raises(CallFailed) as failed:
        one.open_connection("", "Daybook")
    assert failed.value.code == 0x80040154
    assert isinstance(from_hresult(failed.value.code), FixConnection)


def test_quickbooks_that_is_gone_can_still_be_let_go(processor: FakeProcessor) -> None:
    one = quickbooks()
    one.close_connection()
    one.open_connection("", "Daybook")
    processor.fails["CloseConnection"] = ComError(-2147023174, "The RPC server is unavailable.", None, None)
    with pytest.raises(CallFailed):
        one.close_connection()
    assert processor.calls[-1] == ("CoUninitialize",)
    one.close_connection()


@pytest.mark.parametrize("code", HRESULTS_OF_QUICKBOOKS, ids=hex)
def test_every_number_of_quickbooks_has_a_sentence_and_somebody_who_can_act(code: int) -> None:
    assert code in MEANINGS
    assert meaning(code).who_can_act
    assert f"0x{code:08X}" in explained(code, "")


def test_an_unknown_number_is_told_with_what_quickbooks_said() -> None:
    assert "QuickBooks says: Strange." in explained(0x80049999, "Strange.")


def test_without_windows_the_module_of_com_is_not_needed() -> None:
    assert "daybook_agent.com" not in sys.modules
    importlib.import_module("daybook_agent.main")
    assert "daybook_agent.com" not in sys.modules
