"""Claiming with 10,000 finished postings in the table, and with 1,000,000."""

import json
import statistics
import time
from pathlib import Path

from django.db import connection
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
ROUNDS, CLAIMS = 10, 50


def seconds_of_claims(company_file: CompanyFile) -> list[float]:
    """How long the Monitor looks what waits and finds the next 20 that are due, 50 times."""
    times = []
    for _ in range(CLAIMS):
        began = time.perf_counter()
        assert waiting.look(company_file.pk, timezone.now()).due
        found = posting.due(company_file.pk, timezone.now(), policy.SET_SIZE)
        times.append(time.perf_counter() - began)
        assert len(found) == policy.SET_SIZE
    return times


def in_turn(company_file: CompanyFile, *databases: Path) -> list[float]:
    """The median seconds of a claim in each database; each has its turn again and again, so that a moment in which
    the machine is slower makes both slower."""
    times: list[list[float]] = [[] for _ in databases]
    for _ in range(ROUNDS):
        for place, database in enumerate(databases):
            connection.close()
            connection.settings_dict["NAME"] = str(database)
            times[place] += seconds_of_claims(company_file)
    return [statistics.median(found) for found in times]


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
    many = Path(connection.settings_dict["NAME"])
    few = many.with_name("few.sqlite3")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(few)])
    finished(example, MANY - FEW)
    seconds = in_turn(company_file, few, many)
    print(json.dumps({"claim_ratio_1m": seconds[0] / seconds[1]}))


if __name__ == "__main__":
    main()
