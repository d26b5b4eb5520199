"""A conversation with a sandbox company file."""

from __future__ import annotations

from pathlib import Path

from daybook.companyfile import RequestProcessor, create
from daybook.qbxml.envelope import Answer, Request, read_answers, write_set


class Books:
    """A fresh company file and one session with it."""

    def __init__(self, folder: Path, customers: int = 12) -> None:
        self.path = folder / "firm.daybook"
        create(self.path, customers=customers, seed=1)
        self.processor = RequestProcessor()
        self.processor.open_connection("", "Daybook")
        self.ticket = self.processor.begin_session(str(self.path), "multi")

    def ask(self, *requests: Request, version: str = "16.0") -> list[Answer]:
        """The answers to these requests."""
        return read_answers(self.processor.process_request(self.ticket, write_set(requests, version=version))).answers

    def close(self) -> None:
        """End the session."""
        self.processor.end_session(self.ticket)
        self.processor.close_connection()
