"""A program that comes for letters, as the Web Connector and the agent do: each call finds a new engine."""

from collections.abc import Iterator

from daybook.companyfile import HResult, RequestProcessor
from daybook.monitor import visiting
from daybook.monitor.engine import Engine
from daybook.monitor.values import HResultSeen
from tests.monitor.harness import CountedIds, House


class Visitor:
    """One program on one PC, with QuickBooks beside it."""

    def __init__(self, house: House, name: str = "pc", mark: str = "V") -> None:
        self.house = house
        self.name = name
        self.ids = CountedIds(mark)
        self.epoch = 0
        self.processor = RequestProcessor(clock=house.clock)
        self.ticket = ""
        self.carried: list[str] = []

    @property
    def engine(self) -> Engine:
        """Another process's engine: nothing is in memory between two calls."""
        return Engine(self.house.clock, self.ids)

    def begin(self) -> bool:
        """Come to the door; whether the file is this visitor's now."""
        found = visiting.begin(self.engine, self.house.file.pk, self.name, self.name)
        self.epoch = found or 0
        return found is not None

    def has_work(self) -> bool:
        return visiting.has_work(self.engine, self.house.file.pk, self.epoch)

    def open(self) -> bool:
        self.processor.open_connection("", "Visitor")
        try:
            self.ticket = self.processor.begin_session(self.house.file.path, "do_not_care")
        except HResult as failure:
            visiting.cannot_open(self.engine, self.house.file.pk, self.epoch, _seen(failure))
            return False
        visiting.opened(self.engine, self.house.file.pk, self.epoch)
        return True

    def next(self) -> str | None:
        """The text to carry."""
        mine = (self.engine, self.house.file.pk, self.epoch)
        ask = visiting.due_request(*mine)
        if ask is None and visiting.carry_on(*mine):
            ask = visiting.due_request(*mine)
        ask = ask or visiting.last_request(*mine)
        if ask is not None:
            self.carried.append(ask.text)
        return ask.text if ask else None

    def carry(self, text: str) -> str | HResultSeen:
        try:
            return self.processor.process_request(self.ticket, text)
        except HResult as failure:
            return _seen(failure)

    def take(self, answer: str | HResultSeen) -> bool:
        return visiting.take_answer(self.engine, self.house.file.pk, self.epoch, answer)

    def letters(self) -> Iterator[str]:
        """Carry letter after letter; gives each text before it is carried."""
        while (text := self.next()) is not None:
            yield text
            if not self.take(self.carry(text)):
                return

    def go(self) -> None:
        """End in good order."""
        self.close()
        visiting.ended(self.engine, self.house.file.pk, self.epoch)

    def close(self) -> None:
        """Close the file, and say nothing."""
        if self.ticket:
            self.processor.end_session(self.ticket)
        self.processor.close_connection()
        self.ticket = ""

    def visit(self) -> None:
        """A whole visit."""
        if self.begin() and self.has_work() and self.open():
            for _ in self.letters():
                continue
        self.go()


def _seen(failure: HResult) -> HResultSeen:
    return HResultSeen(failure.code, failure.message)
