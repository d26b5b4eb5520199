"""Answer text: the Ret of a record, and the document around the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from daybook.qbxml.fields import NEWEST_VERSION, Field, named
from daybook.qbxml.kinds import KINDS
from daybook.qbxml.messages import REQUESTS
from daybook.qbxml.shape import Shape, escape, spoken

HEAD = '<?xml version="1.0" ?>\n'


@lru_cache(maxsize=256)
def ret_shape(kind: str, version: str, *, private: bool = False) -> Shape:
    """The order of a kind's Ret; private data (DataExtRet) is in it only if asked for."""
    ret = KINDS[kind].ret
    return Shape(ret if private else tuple(field for field in ret if field.name != "DataExtRet"), spoken(version))


@lru_cache(maxsize=64)
def message_shape(name: str, version: str) -> Shape:
    """The order of what answers a request that is not about a list."""
    return Shape(REQUESTS[name].ret, spoken(version))


def write_fields(shape: Shape, values: Mapping[str, Any]) -> str:
    """The elements that have a value, in the order of the shape."""
    parts: list[str] = []
    _write(shape, values, parts)
    return "".join(parts)


def write_ret(name: str, shape: Shape, values: Mapping[str, Any]) -> str:
    """One ``<NameRet>`` element."""
    return f"<{name}>\n{write_fields(shape, values)}</{name}>\n"


def _write(shape: Shape, values: Mapping[str, Any], parts: list[str]) -> None:
    groups = shape.groups
    for name in shape.order:
        value = values.get(name)
        if value is None:
            continue
        for one in value if isinstance(value, list) else (value,):
            if name in groups:
                parts.append(f"<{name}>\n")
                _write(groups[name], one, parts)
                parts.append(f"</{name}>\n")
            else:
                parts.append(f"<{name}>{escape(one)}</{name}>\n")


@lru_cache(maxsize=64)
def is_the_same_in(kind: str, version: str) -> bool:
    """Whether a Ret of the newest version is right for this version too."""
    return spoken(version) == NEWEST_VERSION or not _has_newer(KINDS[kind].ret)


def _has_newer(fields: tuple[Field, ...]) -> bool:
    return any(field.since is not None or _has_newer(field.children) for field in named(fields))


def answer(
    name: str,
    request_id: str,
    code: int,
    message: str,
    *,
    content: Iterable[str] = (),
    attributes: Mapping[str, str] | None = None,
) -> str:
    """The answer to one request; `name` is the request's name, ``CustomerAddRq``."""
    tag = name[:-2] + "Rs"
    status = {
        "requestID": request_id,
        "statusCode": str(code),
        "statusSeverity": severity(code),
        "statusMessage": message,
        **(attributes or {}),
    }
    head = " ".join([tag, *(f'{key}="{escape(value)}"' for key, value in status.items())])
    body = "".join(content)
    return f"<{head}>\n{body}</{tag}>\n" if body else f"<{head} />\n"


def document(answers: Iterable[str], *, set_id: str | None = None, set_status: int | None = None) -> str:
    """The whole answer document."""
    attributes = ""
    if set_id is not None:
        attributes += f' newMessageSetID="{escape(set_id)}"'
    if set_status is not None:
        attributes += f' messageSetStatusCode="{set_status}"'
    return f"{HEAD}<QBXML>\n<QBXMLMsgsRs{attributes}>\n{''.join(answers)}</QBXMLMsgsRs>\n</QBXML>\n"


def severity(code: int) -> str:
    """Info below 500, Warn below 1000, Error above."""
    return "Info" if code < 500 else "Warn" if code < 1000 else "Error"
