"""A PC with QuickBooks and the Web Connector on it: our stand-in at the real door, in this process and by one clock."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx
from lxml import etree

from daybook.companyfile import RequestProcessor
from daybook.companyfile.webconnector import Connector, Service, Update
from daybook.connections import webconnectors
from daybook.connections.models import CompanyFile, WebConnector
from daybook.monitor.engine import Engine
from daybook.webconnector import soap
from daybook.webconnector.door import Door
from daybook.webconnector.service import Service as Served
from tests.monitor.harness import CountedIds, House, Wire

URL = "http://localhost/webconnector/"
SOAP_11, SOAP_12 = soap.NAMESPACES["1.1"], soap.NAMESPACES["1.2"]


class PC:
    """One computer; each has an address, and a Web Connector that knows the password."""

    def __init__(self, house: House, mark: str = "P", address: str = "127.0.0.1") -> None:
        self.house = house
        self.address = address
        self.file: CompanyFile = house.file
        self.password = ""
        self.connector = webconnectors.of_file(house.file) or self.let_in()
        self.ids = CountedIds(mark)
        self.lines: list[str] = []
        self.waited: list[float] = []
        self.during_wait: list[Callable[[], object]] = []

    def let_in(self) -> WebConnector:
        """The administrator lets the Web Connector in; its password is typed here."""
        CompanyFile.objects.filter(pk=self.house.file.pk).update(way="webconnector")
        self.house.file.refresh_from_db()
        connector, self.password = webconnectors.make(self.house.cast.ada, self.house.file, self.house.clock())
        return connector

    @property
    def door(self) -> Door:
        """Another process of the site each time: nothing is in memory between two calls."""
        return Door(Served(Engine(self.house.clock, self.ids)))

    @property
    def client(self) -> httpx.Client:
        """What goes over HTTP, without a network between."""
        return httpx.Client(transport=httpx.WSGITransport(app=self.door, remote_addr=self.address))

    def call(self, operation: str, **parameters: Any) -> list[str]:
        """One call, as the Web Connector makes it."""
        return Service(URL, self.client).call(operation, **{name: str(value) for name, value in parameters.items()})

    def one(self, operation: str, **parameters: Any) -> str:
        return "".join(self.call(operation, **parameters)[:1])

    def authenticate(self, password: str | None = None) -> list[str]:
        given = self.password if password is None else password
        return self.call("authenticate", strUserName=self.connector.user_name, strPassword=given)

    def post(self, body: bytes, **headers: str) -> httpx.Response:
        """Any bytes."""
        return self.client.post(URL, content=body, headers={"Content-Type": "text/xml; charset=utf-8"} | headers)

    def knock(self, body: bytes, length: int | None = None) -> int:
        """Any bytes, straight at the door; the status of the answer."""
        statuses: list[str] = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/webconnector/",
            "REMOTE_ADDR": self.address,
            "CONTENT_TYPE": "text/xml; charset=utf-8",
            "CONTENT_LENGTH": str(len(body) if length is None else length),
            "wsgi.input": BytesIO(body),
        }
        self.door(environ, lambda status, headers: statuses.append(status))
        return int(statuses[0].split()[0])

    def update(self, **more: Any) -> Update:
        """A whole update by the stand-in."""
        connector = Connector(
            Service(URL, self.client),
            self.connector.user_name,
            self.password,
            self.house.path,
            tell=self.lines.append,
            wait=self._wait,
            processor=self.processor,
            **more,
        )
        return connector.update()

    def processor(self) -> RequestProcessor:
        """The QuickBooks of this PC, at whose wire the house listens."""
        house = self.house
        return Wire(house.clock, house.faults, house.sent, house.spoil, house.before)

    def _wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.house.clock.pass_by(seconds=seconds)
        for happens in self.during_wait[:1]:
            happens()
        del self.during_wait[:1]

    def fresh(self) -> WebConnector:
        """Its row as it is now."""
        return WebConnector.objects.get(pk=self.connector.pk)


class Session:
    """A session by hand, call by call, with the file open beside it."""

    def __init__(self, pc: PC) -> None:
        self.pc = pc
        self.ticket, self.file, *_ = pc.authenticate()
        self.processor = pc.processor()
        self.processor.open_connection("", "by hand")
        self.file_ticket = self.processor.begin_session(str(pc.house.path), "do_not_care")

    def send(self, **more: str) -> str:
        """What we are to carry."""
        given = {"strHCPResponse": "", "strCompanyFileName": "", "qbXMLCountry": "US"}
        given |= {"qbXMLMajorVers": "16", "qbXMLMinorVers": "0"}
        return self.pc.one("sendRequestXML", ticket=self.ticket, **(given | more))

    def carry(self, text: str) -> str:
        return self.processor.process_request(self.file_ticket, text)

    def receive(self, response: str = "", hresult: str = "", message: str = "") -> int:
        given = {"response": response, "hresult": hresult, "message": message}
        return int(self.pc.one("receiveResponseXML", ticket=self.ticket, **given))

    def up_to(self, wanted: str) -> str:
        """Carry until the next text holds these words; gives it, not carried yet."""
        while True:
            text = self.send()
            assert text, f"there was no {wanted}"
            if wanted in text:
                return text
            assert self.receive(self.carry(text)) < 100

    def error(self) -> str:
        return self.pc.one("getLastError", ticket=self.ticket)

    def close(self) -> str:
        self.let_go()
        return self.pc.one("closeConnection", ticket=self.ticket)

    def let_go(self) -> None:
        """The PC is switched off."""
        self.processor.close_connection()


def fault_of(answer: httpx.Response) -> str:
    """The words of a SOAP fault, of either version; empty if it is none."""
    root = etree.fromstring(answer.content)
    reason = root.findtext(f".//{{{SOAP_12}}}Text")
    return root.findtext(".//faultstring") or reason or ""


def envelope(inner: str, namespace: str = SOAP_11, head: str = "") -> bytes:
    """An envelope with this inside its body."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{namespace}">{head}'
        f"<soap:Body>{inner}</soap:Body></soap:Envelope>"
    ).encode()
