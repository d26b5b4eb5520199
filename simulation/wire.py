"""The way to the company file, which breaks; the real request processor does the work behind it."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from daybook.companyfile import HResult, RequestProcessor
from daybook.companyfile.errors import ANSWER_LOST, BAD_TICKET, CANNOT_OPEN, HELD_BY_OTHER
from daybook.companyfile.faults import Faults
from daybook.companyfile.processor import Mode
from simulation.world import Killed, World

GARBAGE = ("", "<html>502 Bad Gateway</html>", "<?xml version='1.0'?><QBXML>", "\x00\x01")


@dataclass
class Carriage:
    """What a wire needs of the one who drives it: who it is, how to let others act, whom to tell of what was sent."""

    world: World
    name: str
    wait: Callable[[], None]
    before: Callable[[str], None]
    after: Callable[[str], None]
    opened: Callable[[str], None]
    under_way: str = ""


class Chances(Faults):
    """What goes wrong inside the company file, decided anew at each place."""

    def __init__(self, carriage: Carriage) -> None:
        super().__init__()
        self._carriage = carriage

    def at(self, point: str, position: int = 0) -> bool:
        """Do what chance says; True if the caller shall fail it itself."""
        carriage = self._carriage
        kinds = ["quickbooks dies", "monitor dies"]
        if point == "store_answer":
            kinds = ["not stored"]
        elif point == "before_commit":
            kinds.append("disk full")
        kind = carriage.world.draw(f"books.{point}.{min(position, 3)}", kinds, 0.5)
        if kind == "quickbooks dies":
            raise HResult(ANSWER_LOST)
        if kind == "monitor dies":
            raise Killed
        if kind == "disk full":
            raise sqlite3.OperationalError("database or disk is full")
        if point in ("before_request", "after_request"):
            carriage.after(carriage.under_way)
            carriage.wait()
        return kind == "not stored"


class Wire(RequestProcessor):
    """A request processor whose callers and answers get lost."""

    def __init__(self, carriage: Carriage) -> None:
        world = carriage.world
        super().__init__(clock=world.books_now, sleep=world.pass_by, faults=Chances(carriage))
        self.carriage = carriage
        self.dead = False

    def begin_session(self, path: str, mode: Mode = "do_not_care") -> str:
        """Open the file, if nothing stands in the way."""
        kind = self.carriage.world.draw("wire.open", ("busy", "cannot open"))
        if kind:
            raise HResult(HELD_BY_OTHER if kind == "busy" else CANNOT_OPEN)
        ticket = super().begin_session(path, mode)
        self.carriage.opened(path)
        return ticket

    def process_request(self, ticket: str, text: str | bytes) -> str:
        """Carry a text there and the answer back, perhaps."""
        carriage, world = self.carriage, self.carriage.world
        sent = text if isinstance(text, str) else text.decode()
        kind = world.draw("wire.there", ("lost", "session gone", "busy"))
        if kind == "lost":
            raise HResult(ANSWER_LOST)
        if kind == "session gone" or self.dead:
            self.close_connection()
            self.dead = True
            raise HResult(BAD_TICKET)
        if kind == "busy":
            raise HResult(HELD_BY_OTHER)
        carriage.before(sent)
        carriage.under_way = sent
        try:
            answer = super().process_request(ticket, text)
        finally:
            world.steps += 1
            carriage.after(sent)
        return self._back(answer)

    def _back(self, answer: str) -> str:
        world = self.carriage.world
        kind = world.draw("wire.back", ("lost", "cut off", "garbage", "session gone"))
        if kind == "lost":
            raise HResult(ANSWER_LOST)
        if kind == "session gone":
            self.close_connection()
            self.dead = True
            raise HResult(ANSWER_LOST)
        if kind == "cut off":
            return answer[: world.random.randrange(len(answer))]
        if kind == "garbage":
            return world.random.choice(GARBAGE)
        return answer

    def end_session(self, ticket: str) -> None:
        """Close the file, if it is still open."""
        if not self.dead:
            super().end_session(ticket)

    def let_go(self) -> None:
        """What the system does when the process ends."""
        self.close_connection()
        self.dead = True


def attribute(text: str, name: str) -> str:
    """An attribute of a message set, as it is written there."""
    _, found, rest = text.partition(f'{name}="')
    return rest.partition('"')[0] if found else ""
