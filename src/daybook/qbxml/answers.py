"""Documents of answers: read whole, read as a stream of records, and written as QuickBooks writes them.

Note on speed. A full import reads pages of 500 records, a hundred thousand in a row. Building a tree of each page costs
more than everything else together, so ``iter_records`` cuts a page at its tags. It does so only for plain records,
the kind QuickBooks writes: elements without attributes, all of them in the table of that answer. A record with anything
else in it (an attribute, an element we do not know) is given to the XML parser, alone; a document with a comment or a
CDATA section, whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from lxml import etree

from daybook.qbxml.documents import Answer, AnswerSet, BrokenAnswer, Record
from daybook.qbxml.fields import NEWEST_VERSION
from daybook.qbxml.messages import ANSWERS, ERROR_RECOVERY
from daybook.qbxml.safety import elements_of, has_text, parse
from daybook.qbxml.shape import Shape, Values, ascii_only, attributes_text, shape_of, spoken
from daybook.qbxml.types import fits_xml

LARGEST_ANSWER = 1024 * 1024 * 1024

_NO_SHAPE = Shape((), NEWEST_VERSION)

# Read whole


def read_answers(text: str | bytes, *, largest: int = LARGEST_ANSWER) -> AnswerSet:
    """All answers of a document at once, for the small ones; BrokenAnswer if it is cut off or is not qbXML."""
    root = parse(text, largest, BrokenAnswer)
    messages = root.find("QBXMLMsgsRs")
    if root.tag != "QBXML" or messages is None:
        raise BrokenAnswer("the document is not QBXML with QBXMLMsgsRs")
    if any(has_text(element) for element in (root, messages, *messages)):
        raise BrokenAnswer("the document holds text between its elements")
    answers = [_answer(element) for element in elements_of(messages)]
    code = messages.get("messageSetStatusCode")
    return AnswerSet(answers, _status(code) if code else None, messages.get("newMessageSetID"))


def _answer(element: etree._Element) -> Answer:
    name = str(element.tag)
    records: list[Record] = []
    recovery: Values | None = None
    bare: Values = {}
    for child in elements_of(element):
        child_name = str(child.tag)
        if child_name == "ErrorRecovery":
            recovery = _values(child, _NO_SHAPE)
        elif len(child):
            records.append(Record(child_name, _values(child, _ret_shape(name, child_name))))
        else:
            bare[child_name] = child.text or ""
    if bare:
        records.append(Record(name, bare))
    return _head(name, {str(key): str(value) for key, value in element.items()}, records, recovery)


def _head(name: str, attributes: dict[str, str], records: list[Record], recovery: Values | None = None) -> Answer:
    return Answer(
        name,
        attributes.pop("requestID", None),
        _status(attributes.pop("statusCode", "")),
        attributes.pop("statusSeverity", ""),
        attributes.pop("statusMessage", ""),
        attributes,
        records,
        recovery,
    )


def _status(code: str) -> int:
    try:
        return int(code)
    except ValueError as trouble:
        raise BrokenAnswer(f"an answer has the status {code!r}, which is no number") from trouble


@lru_cache(maxsize=512)
def _ret_shape(answer_name: str, ret_name: str) -> Shape:
    message = ANSWERS.get(answer_name)
    if message is None or message.ret_name != ret_name:
        return _NO_SHAPE
    return shape_of(message.ret, NEWEST_VERSION)


def _values(element: etree._Element, shape: Shape) -> Values:
    values: Values = {}
    for child in elements_of(element):
        name = str(child.tag)
        value: Any
        if len(child) or name in shape.groups:
            value = _values(child, shape.groups.get(name, _NO_SHAPE))
        else:
            value = child.text or ""
        if name in shape.repeats:
            values.setdefault(name, []).append(value)
        elif name in values:
            earlier = values[name]
            values[name] = [*earlier, value] if isinstance(earlier, list) else [earlier, value]
        else:
            values[name] = value
    return values


# Read as a stream

_INSIDE_TAG = r"""((?:[^<>"'/]|"[^"<]*"|'[^'<]*')*)(/?)>"""
_MESSAGES = re.compile(r"\s*(?:<\?[^>]*\?>\s*)*<QBXML\s*>\s*<QBXMLMsgsRs" + _INSIDE_TAG)
_OTHER_ENCODING = re.compile(rb"""(?i)<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["']|us-ascii["'])|\xff\xfe|\xfe\xff""")
_ANSWER = re.compile(r"\s*<(\w+Rs)" + _INSIDE_TAG)
_RECORD = re.compile(r"\s*<(\w+)>")
_ATTRIBUTE = re.compile(r"""\s*([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_BLANKS = str.maketrans("\t\n", "  ")  # as XML reads them within an attribute
_ENTITY = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));|&")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def iter_records(source: str | bytes, *, largest: int = LARGEST_ANSWER) -> Iterator[Answer | Record]:
    """Each answer of a document (its ``records`` left empty), followed by its records one by one, in flat memory.

    BrokenAnswer comes when the reading reaches the cut, so nothing of a page is to be published before its end.
    """
    for part in iter_cuts(source, largest=largest):
        yield part.record() if isinstance(part, Cut) else part


def iter_cuts(source: str | bytes, *, largest: int = LARGEST_ANSWER) -> Iterator[Answer | Record | Cut]:
    """The same for those who read many: a plain record as its texts alone, beside what they mean."""
    text = _plain_text(source, largest)
    head = _MESSAGES.match(text) if text is not None and "<!" not in text else None
    if text is None or head is None:
        return _flat(read_answers(source, largest=largest))
    return _stream(text, head)


def _plain_text(source: str | bytes, largest: int) -> str | None:
    """The text with the line ends XML wants, or None where only the XML parser can tell what it is."""
    if len(source) > largest:
        raise BrokenAnswer(f"the document is larger than {largest} bytes")
    if isinstance(source, bytes):
        if _OTHER_ENCODING.match(source):
            return None
        try:
            source = source.decode("utf-8-sig")
        except UnicodeDecodeError as trouble:
            raise BrokenAnswer("the document is not in UTF-8 and does not say in what else") from trouble
    if not fits_xml(source):
        raise BrokenAnswer("the document holds characters that XML cannot carry")
    return source.replace("\r\n", "\n").replace("\r", "\n") if "\r" in source else source


def _flat(answers: AnswerSet) -> Iterator[Answer | Record]:
    for answer in answers.answers:
        yield _without_records(answer)
        yield from answer.records


def _without_records(answer: Answer) -> Answer:
    return Answer(
        answer.name,
        answer.request_id,
        answer.status_code,
        answer.severity,
        answer.message,
        answer.attributes,
        [],
        answer.recovery,
    )


def _stream(text: str, head: re.Match[str]) -> Iterator[Answer | Record | Cut]:
    end = text.rfind("</QBXMLMsgsRs>") if not head[2] else head.end()
    if end < 0 or not text.rstrip().endswith("</QBXML>"):
        raise BrokenAnswer("the document is cut off")
    position = head.end()
    while match := _ANSWER.match(text, position, end):
        closing = f"</{match[1]}>"
        stop = match.end() if match[3] else text.find(closing, match.end(), end)
        if stop < 0:
            raise BrokenAnswer(f"the document is cut off within {match[1]}")
        if match[3] or not match[1].endswith("QueryRs"):  # of the others there is one record at most
            position = stop if match[3] else stop + len(closing)
            yield from _flat(AnswerSet([_parsed_answer(text[match.start() : position])]))
        else:
            yield _head(match[1], _attributes(match[2]), [])
            yield from _records(text, match.end(), stop, match[1])
            position = stop + len(closing)
    if text[position:end].strip():
        raise BrokenAnswer("the document holds something that is no answer")


def _parsed_answer(text: str) -> Answer:
    return _answer(parse(text, LARGEST_ANSWER, BrokenAnswer))


def _attributes(text: str) -> dict[str, str]:
    if _ATTRIBUTE.sub("", text).strip():
        raise BrokenAnswer(f"an answer has attributes that are not XML: {text!r}")
    text = text.translate(_BLANKS)
    return {match[1]: _unescape(match[2] if match[2] is not None else match[3]) for match in _ATTRIBUTE.finditer(text)}


def _records(text: str, position: int, stop: int, answer_name: str) -> Iterator[Record | Cut]:
    while match := _RECORD.match(text, position, stop):
        name = match[1]
        closing = f"</{name}>"
        end = text.find(closing, match.end(), stop)
        if end < 0:
            raise BrokenAnswer(f"the document is cut off within {name}")
        position = end + len(closing)
        shape = _ret_shape(answer_name, name)
        cut = _cut(name, text[match.end() : end], shape)
        if cut is None:
            yield Record(name, _values(parse(text[match.start() : position], LARGEST_ANSWER, BrokenAnswer), shape))
        else:
            yield cut
    if text[position:stop].strip():
        raise BrokenAnswer(f"{answer_name} holds something that is no record")


class _Group(NamedTuple):
    """Which of a plain record's texts are those of one of its groups."""

    parent: int
    name: str
    repeats: bool
    names: tuple[str, ...]
    texts: slice


class Make:
    """The elements that plain records have in common, in their order: what each of their texts means."""

    __slots__ = ("_groups", "many", "places", "take")

    def __init__(self, groups: list[_Group], take: Callable[[list[str]], tuple[str, ...]]) -> None:
        self._groups = groups
        self.take = take
        self.many = groups[-1].texts.stop
        self.places = {name: place for place, name in enumerate(groups[0].names)}
        """Where the texts of the record's own elements stand, those in groups aside."""

    def values(self, texts: tuple[str, ...]) -> Values:
        """The elements with these texts."""
        made: list[Values] = []
        for parent, name, repeats, names, part in self._groups:
            values: Values = dict(zip(names, texts[part], strict=True))
            if parent >= 0:
                if repeats:
                    made[parent].setdefault(name, []).append(values)
                else:
                    made[parent][name] = values
            made.append(values)
        return made[0]


class Cut(NamedTuple):
    """A plain record, cut at its tags."""

    name: str
    make: Make
    texts: tuple[str, ...]

    def record(self) -> Record:
        """The same with its elements by name."""
        return Record(self.name, self.make.values(self.texts))


def _cut(name: str, text: str, shape: Shape) -> Cut | None:
    """A plain record, cut at its tags; None if it is not plain.

    Records with the same tags in the same order are common, so what the tags mean is worked out once for each order.
    """
    tokens = text.replace(">", "<").split("<")
    if 2 * text.count("<") != len(tokens) - 1:
        return None
    make = _make("<".join(tokens[1::2]), shape)
    if make is None:
        return None
    texts = make.take(tokens)
    if "&" in text:
        texts = tuple([_unescape(one) if "&" in one else one for one in texts])
    return Cut(name, make, texts)


@lru_cache(maxsize=8192)
def _make(tags: str, shape: Shape) -> Make | None:
    """What a record's tags mean, or None if they are not those of a plain record of this shape."""
    opened: list[tuple[int, str, bool, dict[str, int], Shape]] = [(-1, "", False, {}, shape)]
    path = [0]
    names = tags.split("<") if tags else []
    place = 0
    while place < len(names):
        name = names[place]
        _, current, _, leaves, inside = opened[path[-1]]
        if name in inside.leaves and name not in leaves and names[place + 1 : place + 2] == [f"/{name}"]:
            leaves[name] = 2 * place + 2
            place += 1
        elif name in inside.groups:
            opened.append((path[-1], name, name in inside.repeats, {}, inside.groups[name]))
            path.append(len(opened) - 1)
        elif len(path) > 1 and name == f"/{current}":
            path.pop()
        else:
            return None
        place += 1
    return _made(opened) if len(path) == 1 else None


def _made(opened: list[tuple[int, str, bool, dict[str, int], Shape]]) -> Make:
    groups: list[_Group] = []
    places: list[int] = []
    for parent, name, repeats, leaves, _ in opened:
        groups.append(_Group(parent, name, repeats, tuple(leaves), slice(len(places), len(places) + len(leaves))))
        places += leaves.values()
    return Make(groups, _taker(places))


def _taker(places: list[int]) -> Callable[[list[str]], tuple[str, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda tokens: tuple(tokens[place] for place in places)


def _unescape(text: str) -> str:
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name is not None and name in _NAMED:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else 0
    if not 0 < code < 0x110000 or not fits_xml(chr(code)):
        raise BrokenAnswer(f"the document holds {match[0]!r}, which XML does not know")
    return chr(code)


# Write


def write_answers(
    answers: Iterable[Answer],
    *,
    version: str = "13.0",
    new_set_id: str | None = None,
    set_status_code: int | None = None,
) -> str:
    """A document of answers as QuickBooks writes it, every record in schema order whatever the order of its dict."""
    status = None if set_status_code is None else str(set_status_code)
    head = attributes_text({"newMessageSetID": new_set_id, "messageSetStatusCode": status})
    parts = ['<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs', head, ">\n"]
    for answer in answers:
        _write_answer(answer, spoken(version), parts.append)
    parts.append("</QBXMLMsgsRs>\n</QBXML>\n")
    return ascii_only("".join(parts))


def _write_answer(answer: Answer, version: str, add: Callable[[str], None]) -> None:
    head: dict[str, str | None] = {
        "requestID": answer.request_id,
        "statusCode": str(answer.status_code),
        "statusSeverity": answer.severity,
        "statusMessage": answer.message,
        **answer.attributes,
    }
    add(f"<{answer.name}{attributes_text(head)}")
    if not answer.records and answer.recovery is None:
        add("/>\n")
        return
    add(">\n")
    for record in answer.records:
        body = _written_shape(answer.name, version).write_trusted(record.values)
        add(body if record.name == answer.name else f"<{record.name}>{body}</{record.name}>\n")
    if answer.recovery is not None:
        add(f"<ErrorRecovery>{shape_of(ERROR_RECOVERY, version).write_trusted(answer.recovery)}</ErrorRecovery>\n")
    add(f"</{answer.name}>\n")


@lru_cache(maxsize=512)
def _written_shape(answer_name: str, version: str) -> Shape:
    return shape_of(ANSWERS[answer_name].ret, version)
