"""A stand-in for Intuit's Web Connector: asks any server of that protocol for work, and drives a sandbox company file.

One update is one walk, in the order in which the real one calls:

    serverVersion, clientVersion, authenticate, [open the file], (connectionError)*,
    (sendRequestXML, receiveResponseXML)*, (getLastError), closeConnection

It keeps cookies, waits for five seconds after a NoOp, and takes the server's wishes about when to come again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

import httpx
from lxml import etree

from daybook.companyfile.errors import OTHER_COMPANY, CompanyFileError, HResult
from daybook.companyfile.processor import RequestProcessor
from daybook.qbxml.documents import Request
from daybook.qbxml.requests import write_set
from daybook.qbxml.safety import elements_of

SERVICE = "http://developer.intuit.com/"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
VERSION = "2.3.0.215"
USER_AGENT = "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 2.0.50727.9179)"
COUNTRY, MAJOR, MINOR = "US", "16", "0"
NO_OP = "noop"
NO_OP_SECONDS = 5.0
MOST_FILES_TRIED = 3
ANSWER_SECONDS = 600.0
LONGEST_ANSWER = 64 * 1024 * 1024


class NoService(Exception):
    """The server cannot be reached, or does not speak this protocol; the text says which."""


class NotKnown(NoService):
    """The server does not know this operation."""


@dataclass(frozen=True)
class Update:
    """What came of one update: a word, what the server said, and when it wants to be asked again."""

    ended: str
    message: str = ""
    requests: int = 0
    wait_seconds: int = 0
    every_seconds: int | None = None

    @property
    def went_well(self) -> bool:
        """Whether the server had what it wanted, or wanted nothing."""
        return self.ended in ("done", "none", "busy")


@dataclass
class Service:
    """The server, as a program of .NET 2.0 speaks to it."""

    url: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=httpx.Timeout(30, read=ANSWER_SECONDS)))

    def call(self, operation: str, **parameters: str) -> list[str]:
        """The texts of the answer: one, or as many as an array has; none where the server left the answer out."""
        try:
            answer = self.client.post(self.url, content=_envelope(operation, parameters), headers=_headers(operation))
        except httpx.HTTPError as error:
            raise NoService(f"{self.url} cannot be reached: {error}") from error
        return _result(operation, answer)


def _headers(operation: str) -> dict[str, str]:
    return {
        "Content-Type": "text/xml; charset=utf-8",
        "SOAPAction": f'"{SERVICE}{operation}"',
        "User-Agent": USER_AGENT,
        "Expect": "100-continue",
    }


def _envelope(operation: str, parameters: dict[str, str]) -> bytes:
    parts = [f"<{name}>{escape(value)}</{name}>" if value else f"<{name} />" for name, value in parameters.items()]
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'
        f'<{operation} xmlns="{SERVICE}">{"".join(parts)}</{operation}></soap:Body></soap:Envelope>'
    ).encode()


def _result(operation: str, answer: httpx.Response) -> list[str]:
    if len(answer.content) > LONGEST_ANSWER:
        raise NoService(f"The answer to {operation} is longer than any request.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(answer.content, parser)
    except etree.XMLSyntaxError as error:
        raise NoService(f"The answer to {operation} is no SOAP envelope (HTTP {answer.status_code}).") from error
    fault = root.find(f".//{{{SOAP}}}Fault")
    if fault is not None:
        words = (fault.findtext("faultstring") or "no reason given").strip()
        known = NotKnown if operation in ("serverVersion", "clientVersion") else NoService
        raise known(f"The server answered {operation} with a fault: {words}")
    if root.find(f".//{{{SERVICE}}}{operation}Response") is None:
        raise NoService(f"The answer to {operation} does not hold its response.")
    result = root.find(f".//{{{SERVICE}}}{operation}Result")
    if result is None:
        return []
    return [child.text or "" for child in elements_of(result)] or [result.text or ""]


@dataclass
class Connector:
    """The Web Connector of one PC: a server, a user of it, and the company file that is open in QuickBooks."""

    service: Service
    user: str
    password: str
    file: Path | None = None
    tell: Callable[[str], None] = lambda line: None
    wait: Callable[[float], object] = time.sleep
    processor: Callable[[], RequestProcessor] = RequestProcessor

    def __post_init__(self) -> None:
        if self.file is not None and not self.file.expanduser().exists():
            raise CompanyFileError(f"{self.file} is not there. Name the company file that is open in QuickBooks.")

    def is_another(self, wanted: str) -> bool:
        """Whether the server wants another company file than the one that is open in QuickBooks."""
        return self.file is not None and wanted != "" and _place(wanted) != _place(self.file)

    def update(self) -> Update:
        """Ask for work once, and do all of it; NoService when the server cannot be spoken with."""
        refused = self._versions()
        if refused:
            return Update("stopped", refused)
        said = self.service.call("authenticate", strUserName=self.user, strPassword=self.password)
        if len(said) < 2:
            raise NoService("The answer to authenticate has fewer than two texts.")
        ticket, file = said[0], said[1]
        later = [_number(one) for one in said[2:4]]
        wait, every = (*later, None, None)[:2]
        if file.lower() in ("none", "nvu", "busy"):
            self.tell(f"authenticate: {file.lower()}")
            self._one("closeConnection", ticket=ticket)
            return Update(file.lower(), "", 0, wait or 0, every)
        session = Session(self, ticket)
        try:
            return session.run(file)
        finally:
            session.processor.close_connection()

    def _versions(self) -> str:
        """Tell the versions; why the server does not go on with us, if it does not. Either question may be unknown."""
        try:
            self.tell(f"serverVersion: {self._one('serverVersion')}")
        except NotKnown:
            self.tell("serverVersion: the server does not know it")
        try:
            said = self._one("clientVersion", strVersion=VERSION)
        except NotKnown:
            return ""
        return said[2:] if said.startswith("E:") else ""

    def _one(self, operation: str, **parameters: str) -> str:
        return "".join(self.service.call(operation, **parameters)[:1])


class Session:
    """One session: the ticket of the server, and the open company file."""

    def __init__(self, connector: Connector, ticket: str) -> None:
        self.connector = connector
        self.ticket = ticket
        self.processor = connector.processor()
        self.file_ticket = ""
        self.path = ""
        self.requests = 0

    def run(self, file: str) -> Update:
        """Open the file that the server wants and carry its requests, then close."""
        if not self._open(file):
            return Update("not opened", self._call("closeConnection"))
        ended, message = self._carry()
        self.processor.end_session(self.file_ticket)
        closing = self._call("closeConnection")
        self.connector.tell(f"closeConnection: {closing}")
        return Update(ended, message or closing, self.requests)

    def _call(self, operation: str, **parameters: str) -> str:
        return self.connector._one(operation, ticket=self.ticket, **parameters)

    def _open(self, wanted: str) -> bool:
        """Open the file; where that fails, ask the server for another one, a few times."""
        self.processor.open_connection("", "Web Connector")
        for _ in range(MOST_FILES_TRIED):
            self.path = wanted or str(self.connector.file or "")
            try:
                if self.connector.is_another(wanted):
                    raise HResult(OTHER_COMPANY)
                self.file_ticket = self.processor.begin_session(self.path, "do_not_care")
                return True
            except HResult as failure:
                self.connector.tell(f"connectionError: {failure}")
                wanted = self._call("connectionError", hresult=f"0x{failure.code:08X}", message=failure.message)
            if wanted.lower() == "done":
                return False
        return False

    def _carry(self) -> tuple[str, str]:
        """Carry request after request; how it ended, and what the server says about it."""
        introduction = self._introduction()
        while True:
            text = self._call(
                "sendRequestXML",
                strHCPResponse=introduction,
                strCompanyFileName=self.path,
                qbXMLCountry=COUNTRY,
                qbXMLMajorVers=MAJOR,
                qbXMLMinorVers=MINOR,
            )
            introduction = ""
            if not text or text.lower() == NO_OP:
                said = self._call("getLastError")
                if said.lower() != NO_OP:
                    return "done" if not text else "stopped", said
                self.connector.tell("NoOp")
                self.connector.wait(NO_OP_SECONDS)
                continue
            percent = self._bring(text)
            self.connector.tell(f"receiveResponseXML: {percent} %")
            if percent < 0:
                return "stopped", self._call("getLastError")
            if percent >= 100:
                return "done", ""

    def _bring(self, text: str) -> int:
        """Have a request answered by the company file and bring the answer; how much is done, in percent."""
        self.requests += 1
        given = {"response": "", "hresult": "", "message": ""}
        try:
            given["response"] = self.processor.process_request(self.file_ticket, text)
        except HResult as failure:
            given |= {"hresult": f"0x{failure.code:08X}", "message": failure.message}
        said = _number(self._call("receiveResponseXML", **given))
        if said is None:
            raise NoService("The answer to receiveResponseXML is no number.")
        return said

    def _introduction(self) -> str:
        """What the company file says of its host, its company and its preferences; empty if it says nothing."""
        asked = [
            Request("HostQueryRq", "0"),
            Request("CompanyQueryRq", "1", {}, {"OwnerID": ["0"]}),
            Request("PreferencesQueryRq", "2"),
        ]
        try:
            return self.processor.process_request(self.file_ticket, write_set(asked))
        except HResult:
            return ""


def _place(path: str | Path) -> Path:
    return Path(path).expanduser().resolve()


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Application:
    """What a .qwc file says: where the server is, who asks, and how often."""

    url: str
    user: str
    every_seconds: int | None = None


def read_qwc(path: Path) -> Application:
    """Read a .qwc file; NoService if it is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.parse(str(path), parser).getroot()
    except (etree.XMLSyntaxError, OSError) as error:
        raise NoService(f"{path} is no .qwc file: {error}") from error
    url, user = root.findtext("AppURL") or "", root.findtext("UserName") or ""
    if root.tag != "QBWCXML" or not url or not user:
        raise NoService(f"{path} is no .qwc file: AppURL and UserName are missing.")
    seconds = _number(root.findtext("Scheduler/RunEveryNSeconds") or "")
    minutes = _number(root.findtext("Scheduler/RunEveryNMinutes") or "")
    return Application(url, user, seconds if seconds is not None else minutes * 60 if minutes is not None else None)
