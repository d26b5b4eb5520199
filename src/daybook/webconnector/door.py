"""The door of the Web Connector: a small WSGI application beside the site, without sessions, cookies and CSRF."""

import ipaddress
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from daybook.connections import webconnectors
from daybook.webconnector import soap
from daybook.webconnector.service import Service
from daybook.webconnector.soap import Fault
from daybook.webconnector.wsdl import wsdl

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

LARGEST_BODY = 8 * 1024 * 1024
TEXT = "text/plain; charset=utf-8"
SUPPORT = """\
This is the address at which Intuit's Web Connector asks Daybook for work.
Whoever looks after Daybook in your firm can help: they see the connection on its page "Connection".
"""

log = structlog.get_logger(__name__)


class Door:
    """Takes requests to a service; one object serves all threads."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.desk: ThreadPoolExecutor | None = None

    def beside(self, site: Application) -> Application:
        """The site, with this door at an address of its own."""
        if connection.vendor == "sqlite":
            # A connection to SQLite forgets what it has read as soon as another one has written. The calls of a session
            # come one after the other, so one thread and its connection serve them all; taking turns costs a third.
            self.desk = ThreadPoolExecutor(1, "webconnector")

        def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            if environ["PATH_INFO"].startswith(webconnectors.PATH):
                close_old_connections()
                return self(environ, start_response)
            return site(environ, start_response)

        return application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if path not in (webconnectors.PATH, webconnectors.SUPPORT_PATH):
            return _text(start_response, "404 Not Found", "There is nothing here.")
        if method in ("GET", "HEAD"):
            asked = parse_qs(environ.get("QUERY_STRING", "").lower(), keep_blank_values=True)
            if path == webconnectors.PATH and "wsdl" in asked:
                body = wsdl(webconnectors.address()).encode()
                return _send(start_response, "200 OK", "text/xml; charset=utf-8", body)
            return _text(start_response, "200 OK", SUPPORT)
        if method != "POST" or path != webconnectors.PATH:
            return _text(start_response, "405 Method Not Allowed", "Calls come by POST.")
        return self._call(environ, start_response)

    def _call(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        version = "1.2" if environ.get("CONTENT_TYPE", "").startswith("application/soap+xml") else "1.1"
        try:
            _check_transport(environ)
            call = soap.read(_body(environ), _action(environ))
            answer = soap.write(call, self._answered(call, _address(environ)))
            return _send(start_response, "200 OK", soap.CONTENT_TYPES[call.version], answer)
        except Fault as fault:
            spoken = fault.version or version
            broken = "400 Bad Request" if spoken == "1.2" and fault.who != "Server" else "500 Internal Server Error"
            return _send(start_response, broken, soap.CONTENT_TYPES[spoken], soap.write_fault(fault, spoken))

    def _answered(self, call: soap.Call, address: str) -> str | int | list[str]:
        if self.desk is not None and "ticket" in call.parameters:
            return self.desk.submit(self._at_desk, call, address).result()
        return self._served(call, address)

    def _at_desk(self, call: soap.Call, address: str) -> str | int | list[str]:
        close_old_connections()
        return self._served(call, address)

    def _served(self, call: soap.Call, address: str) -> str | int | list[str]:
        try:
            return self.service.answer(call, address)
        except DatabaseError as error:
            connection.close()
            log.exception("The database did not do what it was asked.", operation=call.operation)
            raise Fault("Daybook cannot reach its database just now.", who="Server", version=call.version) from error
        except Fault as fault:
            raise Fault(fault.sentence, who=fault.who, version=call.version) from fault
        except Exception as error:
            log.exception("A fault of Daybook.", operation=call.operation)
            sentence = "Daybook made a mistake; its log has the details."
            raise Fault(sentence, who="Server", version=call.version) from error


def _body(environ: Environ) -> bytes:
    """What came, if it is not more than any call may have; more is not even read."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and int(length) > LARGEST_BODY:
        raise Fault(f"The envelope is larger than {LARGEST_BODY // 2**20} MB.")
    body: bytes = environ["wsgi.input"].read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise Fault(f"The envelope is larger than {LARGEST_BODY // 2**20} MB.")
    return body


def _action(environ: Environ) -> str:
    """What the call says it is: by the SOAPAction header, or since SOAP 1.2 by a part of the content type."""
    action = str(environ.get("HTTP_SOAPACTION", ""))
    for part in str(environ.get("CONTENT_TYPE", "")).split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.lower() == "action":
            action = action or value
    return action.strip().strip('"')


def _check_transport(environ: Environ) -> None:
    """A password goes over TLS, or does not leave the machine."""
    if environ.get("wsgi.url_scheme") == "https" or environ.get("HTTP_X_FORWARDED_PROTO", "").lower() == "https":
        return
    if "HTTP_X_FORWARDED_PROTO" in environ or not _is_this_machine(environ.get("REMOTE_ADDR", "")):
        raise Fault("This service is asked over https only.")


def _is_this_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _address(environ: Environ) -> str:
    """Where the call came from: the last hop that a proxy in front of us names, else who is connected."""
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return str(forwarded or environ.get("REMOTE_ADDR", ""))[:45]


def _text(start_response: StartResponse, status: str, words: str) -> Iterable[bytes]:
    return _send(start_response, status, TEXT, words.encode())


def _send(start_response: StartResponse, status: str, kind: str, body: bytes) -> Iterable[bytes]:
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")])
    return [body]
