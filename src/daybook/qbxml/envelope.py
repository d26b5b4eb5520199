"""Whole qbXML documents: the one module that other rooms import to read and write them."""

from __future__ import annotations

from daybook.qbxml.answers import LARGEST_ANSWER, Cut, Make, iter_cuts, iter_records, read_answers, write_answers
from daybook.qbxml.documents import (
    Answer,
    AnswerSet,
    BrokenAnswer,
    MessageSet,
    OnError,
    Record,
    Request,
    SchemaViolation,
)
from daybook.qbxml.requests import LARGEST_REQUEST, VERSIONS, read_set, write_set
from daybook.qbxml.shape import FieldRefused, Values

__all__ = [
    "LARGEST_ANSWER",
    "LARGEST_REQUEST",
    "VERSIONS",
    "Answer",
    "AnswerSet",
    "BrokenAnswer",
    "Cut",
    "FieldRefused",
    "Make",
    "MessageSet",
    "OnError",
    "Record",
    "Request",
    "SchemaViolation",
    "Values",
    "iter_cuts",
    "iter_records",
    "read_answers",
    "read_set",
    "write_answers",
    "write_set",
]
