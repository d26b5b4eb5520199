"""A small server of the Web Connector's protocol, written from its description alone: it knows nothing of Daybook.

It keeps its session in a cookie, as Intuit's sample does, and leaves an answer out where it has nothing to say.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape, unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAMESPACE = "http://developer.intuit.com/"


class Minimal:
    """What the server wants, and what it was told."""

    def __init__(self, requests: list[str], *, file: str = "") -> None:
        self.requests = requests
        self.file = file
        self.calls: list[str] = []
        self.given: list[dict[str, str]] = []
        self.answers: list[str] = []
        self.errors: list[str] = []
        self.says_no_op = 0
        self.verdict = "done"
        self.receive_says: int | None = None
        self.without: set[str] = set()
        self.cookies: list[str] = []
        self.last_error = ""
        self.more: list[str] = []

    def answer(self, operation: str, given: dict[str, str]) -> str | list[str] | None:
        self.calls.append(operation)
        self.given.append(given)
        found: str | list[str] | None = getattr(self, f"_{operation}")(given)
        return found

    def _serverVersion(self, given: dict[str, str]) -> str:
        return "minimal 1"

    def _clientVersion(self, given: dict[str, str]) -> None:
        return None

    def _authenticate(self, given: dict[str, str]) -> list[str]:
        known = (given["strUserName"], given["strPassword"]) == ("u", "p")
        return ["the-ticket", self.file if known else "nvu", *self.more]

    def _sendRequestXML(self, given: dict[str, str]) -> str:
        if self.says_no_op:
            self.says_no_op -= 1
            self.last_error = "NoOp"
            return "NoOp"
        self.last_error = "" if self.requests else "Nothing to do."
        return self.requests.pop(0) if self.requests else ""

    def _receiveResponseXML(self, given: dict[str, str]) -> str:
        self.answers.append(given["response"])
        self.errors.append(given["hresult"])
        if self.receive_says is not None:
            self.last_error = "It went wrong."
            return str(self.receive_says)
        return "100" if not self.requests else "50"

    def _connectionError(self, given: dict[str, str]) -> str:
        self.errors.append(given["hresult"])
        verdict, self.verdict = self.verdict, "DONE"
        return verdict

    def _getLastError(self, given: dict[str, str]) -> str:
        return self.last_error

    def _closeConnection(self, given: dict[str, str]) -> str:
        return "Bye."


@contextmanager
def serving(wanted: Minimal) -> Iterator[str]:
    """Serve it; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Be quiet."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8")
            wanted.cookies.append(self.headers.get("Cookie", ""))
            operation = self.headers["SOAPAction"].strip('"').rpartition("/")[2]
            pairs = re.findall(r"<(\w+)>([^<]*)</\1>", body)
            given = {name: unescape(value) for name, value in pairs}
            given |= dict.fromkeys(re.findall(r"<(\w+) />", body), "")
            if operation in wanted.without:
                self._send(500, "<s:Fault><faultcode>s:Client</faultcode><faultstring>unknown</faultstring></s:Fault>")
                return
            found = wanted.answer(operation, given)
            inner = "" if found is None else f"<{operation}Result>{_shown(found)}</{operation}Result>"
            self._send(200, f'<{operation}Response xmlns="{NAMESPACE}">{inner}</{operation}Response>')

        def _send(self, status: int, inner: str) -> None:
            body = (
                '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
                f"<s:Body>{inner}</s:Body></s:Envelope>"
            ).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Set-Cookie", "ASP.NET_SessionId=abc; path=/")
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.block_on_close = False  # a connection that is kept alive is not waited for
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/service"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _shown(found: str | list[str]) -> str:
    return "".join(f"<string>{escape(one)}</string>" for one in found) if isinstance(found, list) else escape(found)
