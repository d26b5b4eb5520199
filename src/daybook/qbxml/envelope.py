"""Whole qbXML documents: message sets of requests, and the answers to them.

Nothing foreign gets past this module: no document type, no entities of its own, no network, and limits on size and depth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from lxml import etree

from daybook.qbxml.messages import ANSWERS, ERROR_RECOVERY, REQUEST_NAMES, REQUESTS, Message
from daybook.qbxml.shape import Refused, Shape, Values, ascii_only, escape, shape_of, spoken
from daybook.qbxml.types import NOT_XML, trouble_with

OnError = Literal["continueOnError", "stopOnError", "rollbackOnError"]

LARGEST_REQUEST = 8 * 1024 * 1024
LARGEST_ANSWER = 1024 * 1024 * 1024
DEEPEST = 40

VERSIONS = (
    "1.0 1.1 2.0 2.1 3.0 4.0 4.1 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0".split()
)  # fmt: skip
_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_QBXML_VERSION = re.compile(r"""\s*version\s*=\s*["']([^"']*)["']\s*""")


class SchemaViolation(ValueError):
    """A request text that QuickBooks would refuse as a whole, without saying where."""


class FieldRefused(ValueError):
    """A value that we must not send: which element, and why QuickBooks would not take it."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} {why}")
        self.path = path
        self.why = why


class BrokenAnswer(ValueError):
    """An answer that is cut off or is not qbXML."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``body`` holds its elements, an Add being ``{"CustomerAdd": {...}}``."""

    name: str
    request_id: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    body: Values = field(default_factory=dict)
    known: bool = True

    @property
    def record(self) -> Values:
        """The elements of the record in an Add or a Mod."""
        inner: Values = self.body.get(self.name[:-2], {})
        return inner


@dataclass(frozen=True, slots=True)
class MessageSet:
    """A document of requests."""

    version: str
    on_error: OnError
    requests: list[Request]
    new_set_id: str | None = None
    old_set_id: str | None = None
    response_data: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One record of an answer: ``CustomerRet`` and its elements."""

    name: str
    values: Values


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request.

    ``attributes`` are the others of the element, such as iteratorRemainingCount and iteratorID. A ListDel has one record named
    ``ListDelRs``.
    """

    name: str
    request_id: str | None
    status_code: int
    severity: str
    message: str
    attributes: dict[str, str] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    recovery: Values | None = None


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """A document of answers; the status of the set is given only where message-set ids are used."""

    answers: list[Answer]
    set_status_code: int | None = None
    new_set_id: str | None = None


# Requests


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
        f"<QBXMLMsgsRq{_attributes(attributes | {'responseData': response_data})}>",
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
    try:
        body = shape.write(request.body, request.name)
    except Refused as refused:
        raise FieldRefused(refused.path, refused.why) from refused
    return f"<{request.name}{_attributes({'requestID': request.request_id, **request.attributes})}>{body}</{request.name}>"


def _attributes(values: dict[str, str | None]) -> str:
    for name, value in values.items():
        if value is not None and NOT_XML.search(value):
            raise FieldRefused(f"@{name}", "holds a character that XML cannot carry")
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items() if value is not None)


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
    root = _parse(text, largest, SchemaViolation)
    version = _version_before(root)
    elements = _elements(root)
    if elements and elements[0].tag == "SignonMsgsRq":
        elements = elements[1:]
    if root.tag != "QBXML" or len(elements) != 1 or elements[0].tag != "QBXMLMsgsRq" or _has_text(root):
        raise SchemaViolation("the document is not QBXML with one QBXMLMsgsRq")
    messages = elements[0]
    given = _plain_attributes(messages)
    extra = given.keys() - {"onError", "newMessageSetID", "oldMessageSetID", "responseData"}
    if extra or _has_text(messages) or given.get("responseData", "includeAll") not in ("includeAll", "includeNone"):
        raise SchemaViolation("QBXMLMsgsRq has an attribute or text that the schema does not know")
    on_error = given.get("onError")
    if on_error not in ("continueOnError", "stopOnError", "rollbackOnError"):
        raise SchemaViolation("QBXMLMsgsRq says not what to do on an error (onError)")
    requests = [_read_request(element, spoken(version)) for element in _elements(messages)]
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
    attributes = _plain_attributes(element)
    request_id = attributes.pop("requestID", None)
    message, shape = REQUESTS.get(name), _request_shape(name, version)
    if message is None or shape is None:
        return Request(name, request_id, attributes, _read_anything(element, 0), known=False)
    trouble = _trouble_with_attributes(message, attributes)
    if trouble:
        raise SchemaViolation(f"{name} {trouble}")
    return Request(name, request_id, attributes, _read_group(element, shape, name))


def _read_group(element: etree._Element, shape: Shape, path: str) -> Values:
    if _has_text(element):
        raise SchemaViolation(f"{path} holds text between its elements")
    names: list[str] = []
    values: Values = {}
    for child in _elements(element):
        name = str(child.tag)
        field_ = shape.order.get(name)
        if field_ is None:
            raise SchemaViolation(f"{path} has no element {name}")
        if _plain_attributes(child):
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
    if _elements(element):
        raise SchemaViolation(f"{path}/{element.tag} holds elements where the schema has a value")
    return "".join(element.itertext(with_tail=True)) if len(element) else element.text or ""


def _read_anything(element: etree._Element, depth: int) -> Values:
    if depth > DEEPEST:
        raise SchemaViolation("the document is nested too deeply")
    values: Values = {}
    for child in _elements(element):
        name = str(child.tag)
        value: Any = _read_anything(child, depth + 1) if len(child) else child.text or ""
        if name not in values:
            values[name] = value
        elif isinstance(values[name], list):
            values[name].append(value)
        else:
            values[name] = [values[name], value]
    return values


# Reading XML safely


def _parse(text: str | bytes, largest: int, error: type[ValueError]) -> etree._Element:
    data, encoding = _bytes_of(text, error)
    if len(data) > largest:
        raise error(f"the document is larger than {largest} bytes")
    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, LookupError) as trouble:
        raise error(f"the document is not XML: {trouble}") from trouble
    if root.getroottree().docinfo.internalDTD is not None:
        raise error("the document has a document type, which qbXML does not")
    return root


def _bytes_of(text: str | bytes, error: type[ValueError]) -> tuple[bytes, str | None]:
    try:
        data, encoding = (text.encode("utf-8"), "utf-8") if isinstance(text, str) else (text, None)
    except UnicodeEncodeError as trouble:
        raise error("the document holds half a character") from trouble
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise error("the document has a document type, which qbXML does not")
    return data.lstrip() if encoding else data, encoding


def _elements(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str)]


def _has_text(element: etree._Element) -> bool:
    if element.text and element.text.strip():
        return True
    return any(child.tail and child.tail.strip() for child in element)


def _plain_attributes(element: etree._Element) -> dict[str, str]:
    return {
        str(name): str(value) for name, value in element.items() if not str(name).startswith(_SCHEMA_INSTANCE)
    }


# Answers


def read_answers(text: str | bytes, *, largest: int = LARGEST_ANSWER) -> AnswerSet:
    """All answers of a document at once, for the small ones; BrokenAnswer if it is cut off or is not qbXML."""
    root = _parse(text, largest, BrokenAnswer)
    messages = root.find("QBXMLMsgsRs")
    if root.tag != "QBXML" or messages is None:
        raise BrokenAnswer("the document is not QBXML with QBXMLMsgsRs")
    answers = []
    for element in _elements(messages):
        answer = _head(str(element.tag), dict(element.items()))
        answers.append(_with_records(answer, element))
    code = messages.get("messageSetStatusCode")
    return AnswerSet(answers, _status(code) if code else None, messages.get("newMessageSetID"))


def _head(name: str, attributes: dict[Any, Any]) -> Answer:
    return Answer(
        name,
        attributes.pop("requestID", None),
        _status(attributes.pop("statusCode", "")),
        attributes.pop("statusSeverity", ""),
        attributes.pop("statusMessage", ""),
        attributes,
    )


def _status(code: str) -> int:
    try:
        return int(code)
    except ValueError as trouble:
        raise BrokenAnswer(f"an answer has the status {code!r}, which is no number") from trouble


def _with_records(answer: Answer, element: etree._Element) -> Answer:
    recovery: Values | None = None
    bare: Values = {}
    for child in _elements(element):
        name = str(child.tag)
        if name == "ErrorRecovery":
            recovery = _values(child, None)
        elif len(child):
            answer.records.append(Record(name, _values(child, _ret_shape(answer.name, name))))
        else:
            bare[name] = child.text or ""
    if bare:
        answer.records.append(Record(answer.name, bare))
    if recovery is None:
        return answer
    return Answer(
        answer.name,
        answer.request_id,
        answer.status_code,
        answer.severity,
        answer.message,
        answer.attributes,
        answer.records,
        recovery,
    )


@lru_cache(maxsize=512)
def _ret_shape(answer_name: str, ret_name: str) -> Shape | None:
    message = ANSWERS.get(answer_name)
    return shape_of(message.ret, "16.0") if message is not None and message.ret_name == ret_name else None


def _values(element: etree._Element, shape: Shape | None) -> Values:
    groups, repeats = (shape.groups, shape.repeats) if shape is not None else ({}, frozenset())
    values: Values = {}
    for child in element:
        name = child.tag
        value: Any
        if len(child) or name in groups:
            value = _values(child, groups.get(name))
        else:
            value = child.text or ""
        if name in repeats:
            values.setdefault(name, []).append(value)
        elif name in values:
            values[name] = [*_as_list(values[name]), value]
        else:
            values[name] = value
    return values


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def iter_records(source: str | bytes, *, largest: int = LARGEST_ANSWER) -> Iterator[Answer | Record]:
    """Each answer of a document (its ``records`` left empty), followed by its records one by one, in flat memory.

    BrokenAnswer comes when the reading reaches the cut, so nothing of a page is to be published before its end.
    """
    answers = read_answers(source, largest=largest)
    for answer in answers.answers:
        yield Answer(
            answer.name, answer.request_id, answer.status_code, answer.severity, answer.message, answer.attributes
        )
        yield from answer.records


def write_answers(
    answers: Iterable[Answer],
    *,
    version: str = "13.0",
    new_set_id: str | None = None,
    set_status_code: int | None = None,
) -> str:
    """A document of answers as QuickBooks writes it, every record in schema order whatever the order of its dict."""
    status = None if set_status_code is None else str(set_status_code)
    head = _attributes({"newMessageSetID": new_set_id, "messageSetStatusCode": status})
    parts = ['<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs', head, ">\n"]
    for answer in answers:
        _write_answer(answer, spoken(version), parts.append)
    parts.append("</QBXMLMsgsRs>\n</QBXML>\n")
    return ascii_only("".join(parts))


def _write_answer(answer: Answer, version: str, emit: Callable[[str], None]) -> None:
    head = {
        "requestID": answer.request_id,
        "statusCode": str(answer.status_code),
        "statusSeverity": answer.severity,
        "statusMessage": answer.message,
        **answer.attributes,
    }
    emit(f"<{answer.name}{_attributes(head)}")
    if not answer.records and answer.recovery is None:
        emit("/>\n")
        return
    emit(">\n")
    for record in answer.records:
        shape = _written_shape(answer.name, version)
        if record.name == answer.name:
            emit(_compact(record.values, shape))
        else:
            emit(f"<{record.name}>{_compact(record.values, shape)}</{record.name}>\n")
    if answer.recovery is not None:
        emit(f"<ErrorRecovery>{_compact(answer.recovery, shape_of(ERROR_RECOVERY, version))}</ErrorRecovery>\n")
    emit(f"</{answer.name}>\n")


@lru_cache(maxsize=512)
def _written_shape(answer_name: str, version: str) -> Shape:
    return shape_of(ANSWERS[answer_name].ret, version)


def _compact(values: Values, shape: Shape) -> str:
    groups, repeats = shape.groups, shape.repeats
    parts: list[str] = []
    for name in shape.order:
        value = values.get(name)
        if value is None:
            continue
        for one in value if name in repeats else (value,):
            text = _compact(one, groups[name]) if name in groups else escape(one)
            parts.append(f"<{name}>{text}</{name}>")
    return "".join(parts)
