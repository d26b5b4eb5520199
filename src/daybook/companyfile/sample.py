"""A believable firm to begin with."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from random import Random

from daybook.companyfile.rules import Lists
from daybook.companyfile.store import Store
from daybook.qbxml.kinds import KINDS


def fill(store: Store, *, customers: int, seed: int, today: date) -> None:
    """Fill an empty file."""
    random = Random(seed)
    now = datetime.combine(today, time(9), UTC)
    with store.change():
        store.set("mode", "multi")
        store.set("time_zone", "America/New_York")
        store.set("file_id", f"{{{random.getrandbits(128):032x}}}")
        store.set("company", {"IsSampleCompany": "true", "CompanyName": "Harbour & Lane Architects"})
        lists = Lists(store, lambda: now)
        for number in range(customers):
            lists.add(KINDS["customer"], {"Name": f"Customer {number}"})
