"""SOAP envelopes, 1.1 and 1.2: calls read by namespace, answers and faults written.

Everything that is not a plain call is refused before it costs anything: a document type, another encoding than UTF-8,
more tags or attributes than a call has, deep nesting. The answer of QuickBooks stands in the envelope as escaped text,
so that even a long one has few tags.
"""

import re
from dataclasses import dataclass, field
from itertools import islice
from xml.sax.saxutils import escape

from lxml import etree

from daybook.qbxml.safety import elements_of, has_text

SERVICE = "http://developer.intuit.com/"
ENVELOPES = {
    "http://schemas.xmlsoap.org/soap/envelope/": "1.1",
    "http://www.w3.org/2003/05/soap-envelope": "1.2",
}
NAMESPACES = {version: namespace for namespace, version in ENVELOPES.items()}
CONTENT_TYPES = {"1.1": "text/xml; charset=utf-8", "1.2": "application/soap+xml; charset=utf-8"}
MOST_TAGS, MOST_ATTRIBUTES = 500, 50_000

_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_TAG = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>|<", re.DOTALL)
_ATTRIBUTE = re.compile(rb"""=\s*["']""")


class Fault(Exception):
    """A call that is not taken: one sentence, who has to mend it (Client or Server), and the SOAP version if known."""

    def __init__(self, sentence: str, *, who: str = "Client", version: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.who = who
        self.version = version


@dataclass(frozen=True)
class Call:
    """One operation with its parameters, and the SOAP version to answer in."""

    operation: str
    parameters: dict[str, str] = field(default_factory=dict)
    version: str = "1.1"


def read(body: bytes, action: str = "") -> Call:
    """The call in an envelope; `action` is what the SOAPAction header or the content type says, if anything."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Fault("The envelope has a document type, which SOAP does not allow.")
    _check_encoding(body)
    _check_size(body)
    root = _parse(body)
    version = ENVELOPES.get(etree.QName(root).namespace or "")
    if version is None or etree.QName(root).localname != "Envelope":
        raise Fault("This is not a SOAP envelope of version 1.1 or 1.2.", who="VersionMismatch")
    try:
        call = _call_in(root, version)
    except Fault as fault:
        raise Fault(fault.sentence, who=fault.who, version=version) from fault
    if action and action.rpartition("/")[2] != call.operation:
        raise Fault(f"The SOAPAction names another operation than {call.operation}.", version=version)
    return call


def write(call: Call, result: str | int | list[str]) -> bytes:
    """The answer to a call."""
    shown = _strings(result) if isinstance(result, list) else escape(str(result))
    name = call.operation
    inner = f'<{name}Response xmlns="{SERVICE}"><{name}Result>{shown}</{name}Result></{name}Response>'
    return _envelope(inner, call.version)


def write_fault(fault: Fault, version: str) -> bytes:
    """A fault, in the words of a SOAP version."""
    sentence = escape(fault.sentence)
    if version == "1.1":
        inner = f"<soap:Fault><faultcode>soap:{fault.who}</faultcode><faultstring>{sentence}</faultstring></soap:Fault>"
        return _envelope(inner, "1.1")
    who = {"Client": "Sender", "Server": "Receiver"}.get(fault.who, fault.who)
    code = f"<soap:Code><soap:Value>soap:{who}</soap:Value></soap:Code>"
    reason = f'<soap:Reason><soap:Text xml:lang="en">{sentence}</soap:Text></soap:Reason>'
    return _envelope(f"<soap:Fault>{code}{reason}</soap:Fault>", "1.2")


def _strings(found: list[str]) -> str:
    return "".join(f"<string>{escape(one)}</string>" for one in found)


def _envelope(inner: str, version: str) -> bytes:
    head = f'<soap:Envelope xmlns:soap="{NAMESPACES[version]}">'
    return f'<?xml version="1.0" encoding="utf-8"?>{head}<soap:Body>{inner}</soap:Body></soap:Envelope>'.encode()


# --- reading ----------------------------------------------------------------------------------------------------------
def _check_encoding(body: bytes) -> None:
    declared = _ENCODING.match(body[:200].removeprefix(b"\xef\xbb\xbf"))
    if declared is not None and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise Fault("The envelope is not in UTF-8.")


def _check_size(body: bytes) -> None:
    tags = sum(1 for _ in islice(_TAG.finditer(body), MOST_TAGS + 1))
    attributes = sum(1 for _ in islice(_ATTRIBUTE.finditer(body), MOST_ATTRIBUTES + 1))
    if tags > MOST_TAGS or attributes > MOST_ATTRIBUTES:
        raise Fault("The envelope has more in it than a call has.")


def _parse(body: bytes) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except etree.XMLSyntaxError as trouble:
        raise Fault(f"The envelope is not XML: {trouble.msg}") from trouble
    if root.getroottree().docinfo.internalDTD is not None:
        raise Fault("The envelope has a document type, which SOAP does not allow.")
    return root


def _call_in(root: etree._Element, version: str) -> Call:
    namespace = NAMESPACES[version]
    header = root.find(f"{{{namespace}}}Header")
    for entry in header if header is not None else ():
        if entry.get(f"{{{namespace}}}mustUnderstand") in ("1", "true"):
            raise Fault("The envelope has a header that must be understood and is not.", who="MustUnderstand")
    bodies = root.findall(f"{{{namespace}}}Body")
    calls = elements_of(bodies[0]) if len(bodies) == 1 else []
    if len(calls) != 1 or etree.QName(calls[0]).namespace != SERVICE:
        raise Fault(f"The envelope does not hold one call of {SERVICE}.")
    return Call(etree.QName(calls[0]).localname, _parameters(calls[0]), version)


def _parameters(call: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in elements_of(call):
        name = etree.QName(child).localname
        if len(child) or name in found or etree.QName(child).namespace not in (SERVICE, None):
            raise Fault(f"The parameter {name} is not a single text.")
        found[name] = child.text or ""
    if has_text(call):
        raise Fault("There is text between the parameters.")
    return found
