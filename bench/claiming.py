"""Claiming with 10,000 finished postings in the table, and with 1,000,000."""

import json
import statistics
import time

from django.utils import timezone

from bench.inside import QUICK, connect, run_monitor
from bench.queued import finished, projects, queue
from daybook.connections.models import CompanyFile
from daybook.directory.models import Client
from daybook.intake.operations import ask_import
from daybook.monitor import policy, posting, waiting
from daybook.outbox.models import Posting
from daybook.people.queries import operator

FEW, MANY = 10_000, 100_000 if QUICK else 1_000_000
CLAIMS = 300


def claims_per_second(company_file: CompanyFile) -> float:
    """How often a second the Monitor looks what waits and finds the next 20 that are due, the median of 300 times."""
    times = []
    for _ in range(CLAIMS):
        began = time.perf_counter()
        assert waiting.look(company_file.pk, timezone.now()).due
        found = posting.due(company_file.pk, timezone.now(), policy.SET_SIZE)
        times.append(time.perf_counter() - began)
        assert len(found) == policy.SET_SIZE
    return 1 / statistics.median(times)


def main() -> None:
    """One posting is posted for real, then copied."""
    company_file = connect(customers=40)
    ask_import(operator(), company_file, None, trigger="first", now=timezone.now())
    run_monitor()
    now, client = timezone.now(), Client.objects.filter(is_active=True).order_by("id")[0]
    subjects = projects(client, 201, now, "Claim")
    queue(operator(), company_file, subjects[:1], now)
    run_monitor()
    example = Posting.objects.get(state="posted")
    finished(example, FEW)
    queue(operator(), company_file, subjects[1:], now)
    few = claims_per_second(company_file)
    finished(example, MANY - FEW)
    print(json.dumps({"claim_ratio_1m": claims_per_second(company_file) / few}))


if __name__ == "__main__":
    main()
