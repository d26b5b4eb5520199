"""Posting many queued records: in message sets of 20, and one by one."""

import json

from django.utils import timezone

from bench.inside import QUICK, connect, run_monitor
from bench.queued import projects, queue
from daybook.connections.models import CompanyFile
from daybook.directory.models import Client
from daybook.intake.operations import ask_import
from daybook.monitor import policy
from daybook.outbox.models import Posting
from daybook.people.queries import operator

BATCHED = 1_000 if QUICK else 10_000
SINGLE = 200 if QUICK else 1_000


def post(company_file: CompanyFile, many: int, set_size: int, mark: str) -> tuple[float, float]:
    """Records a second outside the company file, and durable commits a record."""
    now, client = timezone.now(), Client.objects.filter(is_active=True).order_by("id")[0]
    queue(operator(), company_file, projects(client, many, now, mark), now)
    before, policy.SET_SIZE = Posting.objects.filter(state="posted").count(), set_size
    measured = run_monitor()
    posted = Posting.objects.filter(state="posted").count() - before
    assert posted == many, f"{posted} of {many} were posted"
    return many / measured.net_seconds, measured.commits / many


def main() -> None:
    """Both ways, on a firm that was read before."""
    company_file = connect(customers=40)
    ask_import(operator(), company_file, None, trigger="first", now=timezone.now())
    run_monitor()
    batch, commits = post(company_file, BATCHED, 20, "Batch")
    single, _ = post(company_file, SINGLE, 1, "Single")
    figures = {
        "post_batch_records_per_s": batch,
        "post_commits_per_record": commits,
        "post_single_records_per_s": single,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
