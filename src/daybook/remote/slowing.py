"""Slows those who try codes: after a few wrong ones from an address, one try in so many seconds."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE_TRIES = 5
FORGIVEN_AFTER_SECONDS = 15 * 60.0
LONGEST_SECONDS = 60.0
ADDRESSES_KEPT = 10_000


@dataclass
class _Record:
    wrong: int = 0
    last_at: float = 0.0


class Slowing:
    """Counts wrong tries by address; a right code is never refused, but its address may have to wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def seconds_left(self, address: str) -> float:
        """How long this address has to wait before its next try is looked at."""
        record = self._records.get(address)
        if record is None or record.wrong < FREE_TRIES:
            return 0.0
        since = self._clock() - record.last_at
        if since > FORGIVEN_AFTER_SECONDS:
            del self._records[address]
            return 0.0
        return max(0.0, min(LONGEST_SECONDS, 2.0 ** (record.wrong - FREE_TRIES)) - since)

    def wrong(self, address: str) -> None:
        """This address tried something that does not open the door."""
        record = self._records.setdefault(address, _Record())
        record.wrong, record.last_at = record.wrong + 1, self._clock()
        self._records.move_to_end(address)
        while len(self._records) > ADDRESSES_KEPT:
            self._records.popitem(last=False)
