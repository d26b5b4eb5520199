"""An application talking to a company file, and a clock that only a test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from daybook.companyfile import Mode, RequestProcessor
from daybook.qbxml.envelope import Answer, AnswerSet, Request, read_answers, write_set


class Clock:
    """The time, until it is told to pass."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)


class Talk:
    """One application with one session."""

    def __init__(
        self, path: Path, clock: Clock, *faults: str, app: str = "Daybook Monitor", mode: Mode = "multi"
    ) -> None:
        self.slept: list[float] = []
        self.processor = RequestProcessor(clock=clock, sleep=self.slept.append, faults=faults)
        self.processor.open_connection("", app)
        self.ticket = self.processor.begin_session(str(path), mode)

    def say(self, text: str | bytes) -> str:
        """Text in, text out."""
        return self.processor.process_request(self.ticket, text)

    def ask_all(self, *requests: Request, **how: Any) -> AnswerSet:
        """The answers to a message set."""
        return read_answers(self.say(write_set(requests, **how)))

    def ask(self, name: str, body: dict[str, Any] | None = None, *, version: str = "13.0", **attributes: str) -> Answer:
        """The answer to one request."""
        return self.ask_all(Request(name, "1", attributes, body or {}), version=version).answers[0]

    def add(self, kind: str, **values: Any) -> Answer:
        """The answer to an Add."""
        return self.ask(f"{kind}AddRq", {f"{kind}Add": values})

    def mod(self, kind: str, record: dict[str, Any], **values: Any) -> Answer:
        """The answer to a Mod of a record that an answer gave."""
        same = {name: record[name] for name in ("ListID", "EditSequence")}
        return self.ask(f"{kind}ModRq", {f"{kind}Mod": {**same, **values}})

    def get(self, kind: str, full_name: str) -> dict[str, Any]:
        """A record by its FullName."""
        (record,) = self.ask(f"{kind}QueryRq", {"FullName": [full_name]}).records
        return record.values

    def names(self, kind: str, **body: Any) -> list[str]:
        """The names that a query finds."""
        return [
            record.values.get("FullName") or record.values["Name"]
            for record in self.ask(f"{kind}QueryRq", body).records
        ]

    def end(self) -> None:
        """End the session."""
        self.processor.end_session(self.ticket)


def customer(request_id: str, name: str, **values: Any) -> Request:
    """The Add of a customer."""
    return Request("CustomerAddRq", request_id, body={"CustomerAdd": {"Name": name, **values}})
