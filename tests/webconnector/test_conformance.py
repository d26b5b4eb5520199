"""Clients that are not ours, over real HTTP: zeep from Intuit's WSDL and from ours, .NET's wire shape, recordings."""

import re
import socket
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.sax.saxutils import escape

import httpx
import psutil
import pytest
import zeep
from lxml import etree

from daybook.companyfile import RequestProcessor
from daybook.intake.models import ImportRun
from daybook.intake.operations import ask_import
from daybook.outbox.models import Posting
from tests.monitor.harness import House, State
from tests.oracle import schema_errors
from tests.webconnector.pc import PC, Session, fault_of
from tests.webconnector.served import Site, cast, path, sample_file, site

__all__ = ["cast", "path", "sample_file", "site"]

SAID_FIRST = {"strHCPResponse": "", "strCompanyFileName": "", "qbXMLCountry": "US"}
VERSION = {"qbXMLMajorVers": 16, "qbXMLMinorVers": 0}


def whole_session(site: Site, service: Any) -> list[str]:
    """A session from the first call to the last by any client; gives the texts that were carried."""
    assert service.serverVersion().startswith("Daybook")
    assert not service.clientVersion(strVersion="2.3.0.215")
    ticket, file = service.authenticate(strUserName=site.user, strPassword=site.password)[:2]
    assert file == str(site.house.path)
    processor, carried = RequestProcessor(), []
    processor.open_connection("", "zeep")
    open_file = processor.begin_session(file, "do_not_care")
    percent = 0
    while percent < 100:
        text = service.sendRequestXML(ticket=ticket, **SAID_FIRST, **VERSION)
        carried.append(text)
        response = processor.process_request(open_file, text)
        percent = service.receiveResponseXML(ticket=ticket, response=response, hresult="", message="")
        assert isinstance(percent, int) and percent >= 0
    processor.close_connection()
    assert not service.getLastError(ticket=ticket)
    assert service.closeConnection(ticket=ticket)
    return carried


def services_of(client: zeep.Client, address: str) -> list[Any]:
    """A proxy for each binding, SOAP 1.1 and 1.2, at our address."""
    return [client.create_service(name, address) for name in client.wsdl.bindings]


@pytest.mark.conformance
def test_zeep_plays_whole_sessions_from_intuits_wsdl(oracle: Path, site: Site) -> None:
    services = services_of(zeep.Client(str(oracle / "qbwc" / "QBWebConnectorSvc.wsdl")), site.address)
    assert len(services) == 2
    for number, service in enumerate(services):
        posting = site.house.ask(f"Client {number}")
        run = ask_import(site.house.cast.ada, site.house.file, None, now=site.house.clock())
        carried = whole_session(site, service)
        run.refresh_from_db()
        assert (site.house.state(posting), run.state) == (State.POSTED, ImportRun.State.PUBLISHED)
        for text in carried:
            version = re.search(r'<\?qbxml version="([0-9.]+)"\?>', text)
            assert version is not None and schema_errors(text, version[1]) == []
        assert {'version="16.0"' in text for text in carried[1:]} == {True}
        assert service.authenticate(strUserName=site.user, strPassword=site.password)[1] == "none"
        assert service.authenticate(strUserName=site.user, strPassword="wrong")[1] == "nvu"


def test_zeep_plays_a_whole_session_from_our_own_wsdl(site: Site) -> None:
    site.house.ask("Zenith")
    services = services_of(zeep.Client(f"{site.address}?wsdl"), site.address)
    whole_session(site, services[0])
    site.house.ask("Apex")
    whole_session(site, services[1])
    assert set(Posting.objects.values_list("state", flat=True)) == {State.POSTED}


@pytest.mark.conformance
def test_our_wsdl_describes_the_operations_as_intuits_does(oracle: Path, site: Site) -> None:
    def described(where: str) -> dict[str, dict[str, str]]:
        client = zeep.Client(where)
        return {
            str(binding.name.localname)[-2:]: {
                name: f"{operation.input.signature()} -> {operation.output.signature()}"
                for name, operation in binding._operations.items()
            }
            for binding in client.wsdl.bindings.values()
        }

    theirs = described(str(oracle / "qbwc" / "QBWebConnectorSvc.wsdl"))
    ours = described(f"{site.address}?wsdl")
    assert {frozenset(operations) for operations in ours.values()} == {
        frozenset(operations) for operations in theirs.values()
    }
    assert _signatures(ours) == _signatures(theirs)


def _signatures(described: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    plain = {(name, text) for operations in described.values() for name, text in operations.items()}
    return {(name, re.sub(r"\bns\d+:|\w+:(?=ArrayOfString)", "", text)) for name, text in plain}


# --- .NET's wire shape ------------------------------------------------------------------------------------------------
class DotNet:
    """A client as .NET 2.0 writes to the wire: one connection kept alive, 100-continue, and cookies or none."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.stream = self.socket.makefile("rb")

    def call(self, operation: str, **parameters: str) -> tuple[bytes, SimpleNamespace]:
        """Send head and body apart, as it does; what stood between, and the answer."""
        body = self._envelope(operation, parameters)
        self.head(operation, len(body))
        between = self.read_head()
        self.socket.sendall(body)
        return between, self.read_answer()

    @staticmethod
    def _envelope(operation: str, parameters: dict[str, str]) -> bytes:
        given = [f"<{name}>{escape(value)}</{name}>" if value else f"<{name} />" for name, value in parameters.items()]
        return (
            '<?xml version="1.0" encoding="utf-8"?>'
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
            f'<soap:Body><{operation} xmlns="http://developer.intuit.com/">{"".join(given)}</{operation}></soap:Body>'
            "</soap:Envelope>"
        ).encode()

    def head(self, operation: str, length: int) -> None:
        lines = [
            "POST /webconnector/ HTTP/1.1",
            "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 2.0.50727.9179)",
            "Content-Type: text/xml; charset=utf-8",
            f'SOAPAction: "http://developer.intuit.com/{operation}"',
            "Host: localhost",
            f"Content-Length: {length}",
            "Expect: 100-continue",
            "Connection: Keep-Alive",
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def read_head(self) -> bytes:
        lines = []
        while (line := self.stream.readline()).strip():
            lines.append(line)
        return b"".join(lines)

    def read_answer(self) -> SimpleNamespace:
        head = self.read_head()
        length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
        return SimpleNamespace(status=int(head.split()[1]), head=head, content=self.stream.read(length))


def test_dot_nets_wire_shape_is_understood(site: Site) -> None:
    posting = site.house.ask("Zenith")
    client = DotNet(site.port)
    between, answer = client.call("serverVersion")
    assert between.startswith(b"HTTP/1.1 100") and answer.status == 200
    _, answer = client.call("authenticate", strUserName=site.user, strPassword=site.password)
    ticket, file = (one.text for one in etree.fromstring(answer.content).iter("{*}string"))
    processor = RequestProcessor()
    processor.open_connection("", "wire")
    open_file = processor.begin_session(file, "do_not_care")
    percent = 0
    while percent < 100:
        said = SAID_FIRST | {name: str(value) for name, value in VERSION.items()}
        _, answer = client.call("sendRequestXML", ticket=ticket, **said)
        text = etree.fromstring(answer.content).findtext(".//{*}sendRequestXMLResult")
        response = processor.process_request(open_file, text)
        _, answer = client.call("receiveResponseXML", ticket=ticket, response=response, hresult="", message="")
        percent = int(etree.fromstring(answer.content).findtext(".//{*}receiveResponseXMLResult"))
    processor.close_connection()
    assert b"set-cookie" not in answer.head.lower()
    client.call("closeConnection", ticket=ticket)
    client.socket.close()
    assert site.house.state(posting) == State.POSTED


def test_a_hundred_megabytes_are_refused_before_they_are_sent(site: Site) -> None:
    client = DotNet(site.port)
    client.head("receiveResponseXML", 100 * 2**20)
    answer = client.read_answer()
    assert (answer.status, fault_of(answer)) == (500, "The envelope is larger than 8 MB.")  # type: ignore[arg-type]
    client.socket.close()


def test_a_hundred_megabytes_that_are_sent_anyway_take_no_memory(site: Site) -> None:
    assert site.process is not None
    server = psutil.Process(site.process.pid)
    processes = [server, *server.children(recursive=True)]
    httpx.get(site.address)
    before = sum(process.memory_info().rss for process in processes)
    chunk = b"<a>" * 20_000
    with suppress(httpx.TransportError):  # the server may hang up on it
        httpx.post(
            site.address, content=(chunk for _ in range(1_700)), headers={"Content-Type": "text/xml"}, timeout=60
        )
    grown = sum(process.memory_info().rss for process in processes) - before
    assert grown < 40 * 2**20
    assert httpx.get(site.address).status_code == 200


# --- recordings -------------------------------------------------------------------------------------------------------
def recordings(oracle: Path) -> list[Path]:
    return sorted((oracle / "samples" / "recorded-qbwc-soap").glob("*.xml"))


@pytest.mark.conformance
def test_recorded_envelopes_are_taken_as_they_came(oracle: Path, house: House, pc: PC) -> None:
    """Whoever recorded them unescaped the answer in some, which is then no text any more: those are escaped again."""
    assert recordings(oracle)
    for file in recordings(oracle):
        body = file.read_bytes().lstrip()
        if b"<QBXML>" in body:
            assert fault_of(pc.post(body))
            head, _, rest = body.partition(b"<response>")
            answer_text, _, tail = rest.partition(b"</response>")
            body = head + b"<response>" + escape(answer_text.decode()).encode() + b"</response>" + tail
        answer = pc.post(body, SOAPAction='"http://developer.intuit.com/receiveResponseXML"')
        assert fault_of(answer) == ""
        assert etree.fromstring(answer.content).findtext(".//{*}receiveResponseXMLResult") == "-1"  # of no session


@pytest.mark.conformance
def test_a_recorded_answer_that_speaks_of_something_else_is_looked_up(oracle: Path, house: House, pc: PC) -> None:
    posting = house.ask("Zenith")
    session = Session(pc)
    session.carry(session.up_to("CustomerAddRq"))
    body = (oracle / "samples" / "recorded-qbwc-soap" / "invoice_add_rs.xml").read_bytes()
    pc.post(re.sub(rb"<ticket>[^<]*", b"<ticket>" + session.ticket.encode(), body))
    assert house.state(posting) == State.IN_DOUBT
    session.close()
    pc.update()
    assert house.state(posting) == State.POSTED and len(house.found("Zenith")) == 1
