"""Decides what is to become of each arrival, by SQL over ranges of the shelf; nothing outside the shelf is changed.

What is decided, per record of the books:

    shared link, same EditSequence and values      same        (nothing is written)
    shared link, something else                    changed     (merged field by field, see merging.py)
    no link, a record of ours has the name         adopt       first import: they become one
                                                   clash       later: waits for a person
    no link, an employee after the first import    waiting     for a yes or no
    no link, inactive and not wanted; no parent    aside       known by name, but not taken
    no link, a posting of ours still in doubt      ours        left to the posting; read again next time
    link that was agreed on after the reading      ours        read again next time
    no link                                        new

A parent is decided before its children. Where every parent arrived before its children, as QuickBooks sorts its lists,
one walk over the shelf does for all levels; otherwise there is a walk for each level.
"""

# ruff: noqa: S608 (the parts of the statements are written here; values go as parameters)

from dataclasses import dataclass
from typing import Any

from daybook.intake import lists, sql
from daybook.intake.models import ImportRun

DECIDE_ROWS = 10000
LEVELS = 5

# `|| ''` keeps both databases on the primary key, by whose ranges the shelf is walked.
_RANGE = "n.id >= %(low)s AND n.id < %(high)s"
_BASE = "(SELECT c.base FROM intake_content c WHERE c.id = n.id)"
_LINK = """LEFT JOIN outbox_link l ON l.company_file_id = %(file)s AND l.kind = %(kind)s
    AND l.list_id = n.list_id AND NOT (l.list_id = '')"""
# An EditSequence only ever grows. What came is newer than what was agreed on, whatever the clocks of two machines say.
NEWER = "(LENGTH(n.edit_sequence), n.edit_sequence) > (LENGTH(l.edit_sequence), l.edit_sequence)"
_KNOWN = f"""
        WHEN l.id IS NULL OR (l.state = 'theirs_only' AND ((NOT l.is_active AND n.is_active) OR %(retake)s)) THEN
            {{unknown}}
        WHEN l.state <> 'broken' AND l.edit_sequence = n.edit_sequence AND l.base = {_BASE} THEN 'same'
        WHEN l.agreed_at >= n.read_at AND NOT {NEWER} THEN 'ours'
        ELSE 'changed'"""
_WRITE = """
UPDATE intake_arrival AS a
SET decision = d.decision, link_id = d.link_id, subject_kind = d.subject_kind, subject_id = d.subject_id,
    client_id = d.client_id, parent_id = d.parent_id, root_list_id = d.root_list_id
FROM ({chosen}) AS d WHERE a.id = d.id"""

_SUBJECT = """
        CASE WHEN m.decision = 'new' THEN %(subject)s WHEN m.decision = 'adopt' THEN m.mark_kind
             WHEN m.decision IN ('same', 'changed') THEN COALESCE(m.link_kind, '') ELSE '' END AS subject_kind,
        CASE WHEN m.decision = 'new' AND %(subject)s <> '' THEN m.id + %(offset)s
             WHEN m.decision = 'adopt' THEN m.mark_id
             WHEN m.decision IN ('same', 'changed') THEN m.link_subject END AS subject_id"""
_MARKED = (
    "n.subject_kind AS mark_kind, n.subject_id AS mark_id, l.subject_kind AS link_kind, l.subject_id AS link_subject"
)

TOP = _WRITE.format(
    chosen=f"""
    SELECT s.id, s.decision, s.link_id, s.subject_kind, s.subject_id,
           CASE WHEN s.subject_kind = 'client' THEN s.subject_id END AS client_id,
           CAST(NULL AS bigint) AS parent_id, s.list_id AS root_list_id
    FROM (SELECT m.id, m.list_id, m.decision, m.link_id, {_SUBJECT}
        FROM (SELECT n.id, n.list_id, l.id AS link_id, {_MARKED}, CASE
        {_KNOWN.format(unknown="CASE WHEN n.decision IN ('adopt', 'clash', 'ours') THEN n.decision {unknown} END")}
            END AS decision
            FROM intake_arrival n {_LINK}
            WHERE {_RANGE} AND n.kind || '' = %(kind)s AND n.sublevel = 0) AS m) AS s"""
)
_CUSTOMER = "WHEN n.is_active OR %(inactive)s THEN 'new' ELSE 'aside'"
_EMPLOYEE = "WHEN NOT n.is_active THEN 'aside' WHEN %(first)s THEN 'new' ELSE 'waiting'"
_NAME_ONLY = "ELSE 'new'"

# A job stands under what its parent became: the parent's arrival in this run, else the parent's link.
JOBS = _WRITE.format(
    chosen=f"""
    SELECT m.id, m.decision, m.link_id, {_SUBJECT},
           m.client_id, m.parent_id, m.root_list_id
    FROM (SELECT p.id, p.link_id, p.mark_kind, p.mark_id, p.link_kind, p.link_subject, p.client_id, p.parent_id,
            p.root_list_id, CASE WHEN p.decision = 'new' AND (p.client_id IS NULL OR p.parent_blocked OR NOT %(jobs)s)
                THEN 'aside' ELSE p.decision END AS decision
        FROM (SELECT n.id, l.id AS link_id, {_MARKED},
            COALESCE(pa.client_id, CASE WHEN %(level)s > 1 THEN pp.client_id
                 WHEN pl.subject_kind = 'client' THEN pl.subject_id END) AS client_id,
            CASE WHEN %(level)s > 1 AND %(nested)s THEN COALESCE(CASE WHEN pa.subject_kind = 'project'
                 THEN pa.subject_id END, pp.id) END AS parent_id,
            COALESCE(NULLIF(pa.root_list_id, ''), NULLIF(pl.root_list_id, ''), '') AS root_list_id,
            COALESCE(pl.state = 'blocked', FALSE) AS parent_blocked,
            CASE {_KNOWN.format(unknown=f"CASE WHEN n.decision = 'ours' THEN 'ours' {_CUSTOMER} END")} END AS decision
            FROM intake_arrival n {_LINK}
            LEFT JOIN intake_arrival pa ON pa.run_id = %(run)s AND pa.kind = %(kind)s AND pa.list_id = n.parent_list_id
            LEFT JOIN outbox_link pl ON pl.company_file_id = %(file)s AND pl.kind = %(kind)s
                AND pl.list_id = n.parent_list_id AND NOT (pl.list_id = '')
            LEFT JOIN directory_project pp ON pp.id = pl.subject_id AND pl.subject_kind = 'project'
            WHERE {_RANGE} AND n.kind || '' = %(kind)s AND n.sublevel = %(level)s) AS p) AS m"""
)
HAS_JOBS = f"""
UPDATE intake_arrival SET has_jobs = TRUE
WHERE run_id = %(run)s AND kind = 'customer' AND NOT has_jobs AND list_id IN (
    SELECT n.parent_list_id FROM intake_arrival n
    WHERE {_RANGE} AND n.kind || '' = 'customer' AND n.sublevel = 1 AND n.decision <> 'aside')"""
ENTRIES = f"""
UPDATE intake_arrival AS a SET decision = d.decision, link_id = d.entry_id
FROM (SELECT n.id, e.id AS entry_id,
        CASE WHEN e.id IS NULL THEN 'new'
             WHEN e.edit_sequence = n.edit_sequence AND e.fields = {_BASE} AND e.gone_at IS NULL THEN 'same'
             ELSE 'changed' END AS decision
    FROM intake_arrival n
    LEFT JOIN directory_listentry e ON e.company_file_id = %(file)s AND e.kind = %(kind)s AND e.list_id = n.list_id
    WHERE {_RANGE} AND n.kind || '' = %(kind)s) AS d
WHERE a.id = d.id"""
KINDS_IN_RANGE = f"""
SELECT n.kind, n.sublevel FROM intake_arrival n WHERE {_RANGE}
GROUP BY n.kind, n.sublevel ORDER BY n.kind, n.sublevel"""


@dataclass(frozen=True)
class Rules:
    """What the firm chose, and which lists are read for the first time."""

    inactive: bool
    nested: bool
    jobs: bool
    counts_jobs: bool
    first: frozenset[str]
    retake: frozenset[str]


def decide_range(run: ImportRun, rules: Rules, low: int, high: int, level: int | None) -> None:
    """Decide the arrivals with ids from `low` to below `high`; of customers only one level, or all (None)."""
    values = {"run": run.pk, "file": run.company_file_id, "low": low, "high": high}
    found = sql.rows(KINDS_IN_RANGE, values)
    if level in (None, 0):
        for kind in {kind for kind, _ in found if kind in lists.LOOKUPS}:
            sql.run(ENTRIES, values | {"kind": kind})
    for kind, sublevel in found:
        if kind in lists.NAMES and level in (None, sublevel):
            _decide_names(run, rules, kind, sublevel, values)


def _decide_names(run: ImportRun, rules: Rules, kind: str, sublevel: int, values: dict[str, Any]) -> None:
    ids: dict[str, int] = run.position["offsets"]
    subject = {"customer": "client" if sublevel == 0 else "project", "employee": "staff"}.get(kind, "")
    given = values | {
        "kind": kind,
        "subject": subject,
        "offset": ids.get(subject, 0),
        "inactive": rules.inactive,
        "first": kind in rules.first,
        "retake": kind in rules.retake,
    }
    if sublevel == 0:
        unknown = {"customer": _CUSTOMER, "employee": _EMPLOYEE}.get(kind, _NAME_ONLY)
        sql.run(TOP.replace("{unknown}", unknown), given)
    else:
        sql.run(JOBS, given | {"level": sublevel, "nested": rules.nested, "jobs": rules.jobs})
        if sublevel == 1 and rules.counts_jobs:
            sql.run(HAS_JOBS, values)
