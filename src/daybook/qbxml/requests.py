"""Documents of requests: written so that QuickBooks takes them, read as strictly as QuickBooks reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from lxml import etree

from daybook.qbxml.documents import MessageSet, OnError, Request, SchemaViolation
from daybook.qbxml.messages import REQUEST_NAMES, REQUESTS, Message
from daybook.qbxml.safety import DEEPEST, elements_of, has_text, parse, plain_attributes
from daybook.qbxml.shape import FieldRefused, Shape, Values, ascii_only, attributes_text, shape_of, spoken
from daybook.qbxml.types import trouble_with

LARGEST_REQUEST = 8 * 1024 * 1024

VERSIONS = "1.0 1.1 2.0 2.1 3.0 4.0 4.1 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0".split()
_ON_ERROR: dict[str, OnError] = {
    "continueOnError": "continueOnError",
    "stopOnError": "stopOnError",
    "rollbackOnError": "rollbackOnError",
}
_QBXML_VERSION = re.compile(r"""\s*version\s*=\s*["']([^"']*)["']\s*""")


def write_set(
    requests: Iterable[Request],
    *,
    version: str = "13.0",
    on_error: OnError = "continueOnError",
    new_set_id: str | None = None,
    old_set_id: str | None = None,
    response_data: str | None = None,
) -> str:
    """A document of requests in plain ASCII; FieldRefused names the first value that QuickBooks would not take."""
    attributes = {"newMessageSetID": new_set_id, "oldMessageSetID": old_set_id, "onError": on_error}
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<?qbxml version="{version}"?>',
        "<QBXML>",
        f"<QBXMLMsgsRq{attributes_text(attributes | {'responseData': response_data})}>",
        *(_write_request(request, version) for request in requests),
        "</QBXMLMsgsRq>",
        "</QBXML>\n",
    ]
    return ascii_only("\n".join(lines))


def _write_request(request: Request, version: str) -> str:
    message = REQUESTS.get(request.name)
    shape = _request_shape(request.name, spoken(version))
    if message is None or shape is None:
        raise FieldRefused(request.name, f"is not a request of qbXML {version} that Daybook writes")
    if request.request_id is not None and len(request.request_id) > 50:
        raise FieldRefused(f"{request.name}/@requestID", "is longer than 50 characters")
    trouble = _trouble_with_attributes(message, request.attributes)
    if trouble:
        raise FieldRefused(request.name, trouble)
    head = attributes_text({"requestID": request.request_id, **request.attributes})
    return f"<{request.name}{head}>{shape.write(request.body, request.name)}</{request.name}>"


def _trouble_with_attributes(message: Message, given: dict[str, str]) -> str | None:
    allowed = dict(message.attributes)
    for name, value in given.items():
        if name not in allowed:
            return f"takes no attribute {name}"
        if allowed[name] and value not in allowed[name]:
            return f"has {name}={value!r}, which is none of {', '.join(allowed[name])}"
    return None


@lru_cache(maxsize=512)
def _request_shape(name: str, version: str) -> Shape | None:
    message = REQUESTS.get(name)
    if message is None or float(message.since) > float(version):
        return None
    return shape_of(message.fields, version)


def read_set(text: str | bytes, *, largest: int = LARGEST_REQUEST) -> MessageSet:
    """The requests of a document; SchemaViolation wherever the schema of its version is not kept."""
    root = parse(text, largest, SchemaViolation)
    version = _version_before(root)
    elements = elements_of(root)
    if elements and elements[0].tag == "SignonMsgsRq":
        elements = elements[1:]
    if root.tag != "QBXML" or len(elements) != 1 or elements[0].tag != "QBXMLMsgsRq" or has_text(root):
        raise SchemaViolation("the document is not QBXML with one QBXMLMsgsRq")
    messages = elements[0]
    given = plain_attributes(messages)
    extra = given.keys() - {"onError", "newMessageSetID", "oldMessageSetID", "responseData"}
    if extra or has_text(messages) or given.get("responseData", "includeAll") not in ("includeAll", "includeNone"):
        raise SchemaViolation("QBXMLMsgsRq has an attribute or text that the schema does not know")
    on_error = _ON_ERROR.get(given.get("onError", ""))
    if on_error is None:
        raise SchemaViolation("QBXMLMsgsRq does not say what to do on an error (onError)")
    requests = [_read_request(element, spoken(version)) for element in elements_of(messages)]
    new, old = given.get("newMessageSetID"), given.get("oldMessageSetID")
    return MessageSet(version, on_error, requests, new, old, given.get("responseData"))


def _version_before(root: etree._Element) -> str:
    for sibling in root.itersiblings(preceding=True):
        if isinstance(sibling, etree._ProcessingInstruction) and sibling.target == "qbxml":
            match = _QBXML_VERSION.fullmatch(sibling.text or "")
            if match is not None and match[1] in VERSIONS:
                return match[1]
            raise SchemaViolation(f"qbxml {sibling.text!r} is no version that QuickBooks speaks")
    raise SchemaViolation("the document does not say its qbXML version")


def _read_request(element: etree._Element, version: str) -> Request:
    name = str(element.tag)
    since = REQUEST_NAMES.get(name)
    if since is None or float(since) > float(version):
        raise SchemaViolation(f"{name} is not a request of qbXML {version}")
    attributes = plain_attributes(element)
    request_id = attributes.pop("requestID", None)
    message, shape = REQUESTS.get(name), _request_shape(name, version)
    if message is None or shape is None:
        return Request(name, request_id, attributes, _read_anything(element, 0), known=False)
    trouble = _trouble_with_attributes(message, attributes)
    if trouble:
        raise SchemaViolation(f"{name} {trouble}")
    return Request(name, request_id, attributes, _read_group(element, shape, name))


def _read_group(element: etree._Element, shape: Shape, path: str) -> Values:
    if has_text(element):
        raise SchemaViolation(f"{path} holds text between its elements")
    names: list[str] = []
    values: Values = {}
    for child in elements_of(element):
        name = str(child.tag)
        field_ = shape.order.get(name)
        if field_ is None:
            raise SchemaViolation(f"{path} has no element {name}")
        if plain_attributes(child):
            raise SchemaViolation(f"{path}/{name} takes no attributes")
        names.append(name)
        value: Any
        if field_.type == "group":
            value = _read_group(child, shape.groups[name], f"{path}/{name}")
        else:
            value = _leaf(child, path)
            why = trouble_with(field_, value)
            if why:
                raise SchemaViolation(f"{path}/{name} {why}")
        _put(values, name, value, field_.repeats)
    if not shape.accepts(names):
        raise SchemaViolation(f"{path} does not hold its elements in a valid order")
    return values


def _put(values: Values, name: str, value: Any, repeats: bool) -> None:
    if repeats:
        values.setdefault(name, []).append(value)
    else:
        values[name] = value


def _leaf(element: etree._Element, path: str) -> str:
    if elements_of(element):
        raise SchemaViolation(f"{path}/{element.tag} holds elements where the schema has a value")
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""


def _read_anything(element: etree._Element, depth: int) -> Values:
    if depth > DEEPEST:
        raise SchemaViolation("the document is nested too deeply")
    values: Values = {}
    for child in elements_of(element):
        name = str(child.tag)
        value: Any = _read_anything(child, depth + 1) if len(child) else child.text or ""
        if name not in values:
            values[name] = value
        elif isinstance(values[name], list):
            values[name].append(value)
        else:
            values[name] = [values[name], value]
    return values
