# ruff: noqa: E501
"""What is measured, in which unit, and what is promised."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """A figure with its limit, which is kept from below or, where more is better, from above."""

    name: str
    unit: str
    limit: float
    more_is_better: bool
    sentence: str

    def ratio(self, value: float) -> float:
        """How many times better than the limit; 1 or more keeps the promise."""
        if not value:
            return float("inf") if not self.more_is_better else 0.0
        return value / self.limit if self.more_is_better else self.limit / value


PROMISES = {
    promise.name: promise
    for promise in (
        Promise("told_p50_ms", "ms", 150, False, "From the click on Post to the person told, median"),
        Promise("told_p95_ms", "ms", 300, False, "The same, 95th percentile"),
        Promise("claim_p95_ms", "ms", 50, False, "From the asking for a posting to its claim by the Monitor, 95th percentile"),
        Promise("import_net_records_per_s", "records/s", 10_000, True, "Full import of 100,000 customers and jobs, outside the company file's own time"),
        Promise("import_peak_mb_10k", "MB", 150, False, "Peak memory of an import of 10,000"),
        Promise("import_peak_mb_100k", "MB", 150, False, "Peak memory of an import of 100,000"),
        Promise("import_flat_ratio", "ratio", 1.2, False, "Peak memory of 100,000 against 10,000"),
        Promise("nochange_sync_s_10k", "s", 5, False, "A sync in which nothing changed, 10,000 names"),
        Promise("nochange_sync_s_100k", "s", 5, False, "A sync in which nothing changed, 100,000 names"),
        Promise("post_batch_records_per_s", "records/s", 1_000, True, "10,000 queued records in message sets of 20, outside the company file's own time"),
        Promise("post_single_records_per_s", "records/s", 98, True, "The same one by one; the limit is the best peer's figure"),
        Promise("post_commits_per_record", "commits", 0.2, False, "Durable commits a record, in message sets of 20"),
        Promise("claim_ratio_1m", "ratio", 0.9, True, "Claiming with 1,000,000 finished postings against 10,000"),
        Promise("save_during_import_s", "s", 1, False, "The longest that a person's save waits during an import"),
        Promise("idle_mb", "MiB", 250, False, "Web and Monitor at rest, PSS"),
        Promise("idle_core_percent", "%", 0.5, False, "Web and Monitor at rest, share of a core"),
        Promise("agent_told_p50_ms", "ms", 400, False, "From the click on Post to the person told, through an agent over loopback, median"),
        Promise("agents_200_core_percent", "%", 5, False, "200 agents waiting for work, share of a core of the process they wait in"),
        Promise("agents_200_mb", "MiB", 150, False, "The same, its memory, PSS"),
        Promise("agents_200_threads", "threads", 20, False, "The same, its threads"),
        Promise("site_beside_agents_ratio", "ratio", 1.2, False, "A list page of the site while 200 agents wait against none, median"),
        Promise("list_page_p95_ms", "ms", 150, False, "The project list page with 100,000 projects, 95th percentile"),
        Promise("wc_import_records_per_s_10k", "records/s", 2_500, True, "Full import of 10,000 customers and jobs through the Web Connector, over HTTP, outside the company file's own time"),
        Promise("wc_import_records_per_s_100k", "records/s", 2_500, True, "The same of 100,000"),
        Promise("wc_import_peak_mb_10k", "MB", 150, False, "Peak memory of the site during that import of 10,000"),
        Promise("wc_import_peak_mb_100k", "MB", 150, False, "Peak memory of the site during that import of 100,000"),
        Promise("wc_post_records_per_s", "records/s", 1_000, True, "10,000 queued records in message sets of 20 through the Web Connector, over HTTP, outside the company file's own time, median of three runs"),
        Promise("wc_told_p95_s", "s", 6, False, "From the click on Post to the person told while a session is held open by NoOp, 95th percentile"),
    )
}  # fmt: skip


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the values lies; the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
