"""The agents that wait: one future each, woken by the doorbell; no thread waits for an agent."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from daybook.connections.doorbell import EVERY_FILE, Doorbell
from daybook.remote.visits import ACTIVE, Caller, Waiting

LISTEN_SECONDS = 60.0


@dataclass(eq=False)
class Seat:
    """Where one agent waits."""

    caller: Caller
    state: str = ACTIVE
    left: bool = False
    rung: asyncio.Event = field(default_factory=asyncio.Event)

    def leave(self) -> None:
        """End the waiting: the agent went away, or came again."""
        self.left = True
        self.rung.set()

    async def wait(self, seconds: float) -> bool:
        """Until somebody rings; False when the time is over before."""
        try:
            async with asyncio.timeout(seconds):
                return await self.rung.wait()
        except TimeoutError:
            return False


class WaitingRoom:
    """All seats of this process."""

    def __init__(self) -> None:
        self._seats: dict[int, Seat] = {}

    @contextmanager
    def seat(self, caller: Caller) -> Iterator[Seat]:
        """A seat for an agent; one it had before is given up, because an agent waits once."""
        before = self._seats.get(caller.agent.pk)
        if before is not None:
            before.leave()
        taken = self._seats[caller.agent.pk] = Seat(caller)
        try:
            yield taken
        finally:
            if self._seats.get(caller.agent.pk) is taken:
                del self._seats[caller.agent.pk]

    def ring(self, company_file_ids: frozenset[int] | set[int]) -> None:
        """Wake those who wait for these company files."""
        for seat in self._seats.values():
            if EVERY_FILE in company_file_ids or seat.caller.file_id in company_file_ids:
                seat.rung.set()

    def waiting(self) -> list[Waiting]:
        """Who waits now."""
        return [
            Waiting(seat.caller.agent.pk, seat.caller.file_id, seat.caller.holder, seat.state)
            for seat in self._seats.values()
        ]


class Listener:
    """One thread that hears the doorbell for all of them."""

    def __init__(self, heard: Callable[[frozenset[int]], None]) -> None:
        self._heard = heard
        self._loop = asyncio.get_running_loop()
        self._bell = Doorbell()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="doorbell", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with self._bell as bell:
            while not self._ending.is_set():
                rang = bell.wait(LISTEN_SECONDS)
                if rang and not self._ending.is_set():
                    self._loop.call_soon_threadsafe(self._heard, rang)

    def stop(self) -> None:
        """Stop listening."""
        self._ending.set()
        self._bell.wake()
        self._thread.join()
