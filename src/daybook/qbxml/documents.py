"""The values that a qbXML document is made of, and what can be wrong with one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from daybook.qbxml.shape import Values

OnError = Literal["continueOnError", "stopOnError", "rollbackOnError"]
"""What to do after a refused request; QuickBooks takes the word rollbackOnError but does not roll back."""


class SchemaViolation(ValueError):
    """A request text that QuickBooks would refuse as a whole, without saying where."""


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

    ``attributes`` are the others of the element, such as iteratorRemainingCount and iteratorID. A ListDel has one
    record, named ``ListDelRs``.
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
