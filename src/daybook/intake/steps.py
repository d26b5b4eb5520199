"""The way of an import from the complete pass to the published batch, one short step at a time.

    prepare -> match -> decide (ranges) -> join -> count -> [a person looks] ->
    begin -> write (ranges) -> change -> publish; at the end, also after a stop: clear (ranges)

Each step is one short transaction of the caller, and writes down where the next begins: a Monitor that dies in between
goes on from there, and nothing shows before the last one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from daybook.connections.models import Batch
from daybook.directory.queries import closed_status, default_status
from daybook.intake import clearing, codes, deciding, lists, matching, publishing, sql, staging, telling, types, writing
from daybook.intake.models import FINISHED, Arrival, ImportRun, Watermark

State = ImportRun.State
DELETED_IS_TOLD_FOR = timedelta(days=90)
MANY = 500  # arrivals that change what the planner should know

PARENT_CAME_LATER = """
SELECT 1 FROM intake_arrival n JOIN intake_arrival p
    ON p.run_id = %(run)s AND p.kind = 'customer' AND p.list_id = n.parent_list_id AND p.id > n.id
WHERE n.id >= %(low)s AND n.id < %(high)s AND n.kind || '' = 'customer' AND n.sublevel > 0
LIMIT 1"""
COUNTS = """
SELECT kind, decision, COUNT(*), COUNT(link_id) FROM intake_arrival
WHERE id >= %(first)s AND id < %(end)s GROUP BY kind, decision"""

RENAMED = """
SELECT 1 FROM intake_arrival a JOIN outbox_link l ON l.id = a.link_id
WHERE a.run_id = %(run)s AND a.kind = 'customer' AND a.full_name <> l.full_name LIMIT 1"""


def plan_reading(run: ImportRun, now: datetime) -> None:
    """Say from where each list is read; an empty text is a full read, after which what is missing is gone."""
    known = {mark.kind: mark for mark in Watermark.objects.filter(company_file=run.company_file)}
    options = options_of(run)
    everything = run.trigger in (ImportRun.Trigger.FIRST, ImportRun.Trigger.RECONCILE) or run.company_file.reread_needed
    for kind in run.lists:
        mark = known.get(kind)
        stale = mark is None or now - mark.complete_at > DELETED_IS_TOLD_FOR
        differs = mark is not None and kind == "customer" and mark.options != options
        run.sync_from[kind] = "" if mark is None or everything or stale or differs else mark.modified_from
        if mark is None or differs:
            run.position.setdefault("first" if mark is None else "retake", []).append(kind)
    run.position["marks"] = {}


def options_of(run: ImportRun) -> str:
    """The choices that say which records are taken at all; with others, everything is read again."""
    jobs = "jobs" if run.company_file.use_jobs else "customers"
    return f"{jobs}, inactive {run.choices.get('inactive', 'skip')}"


def pass_complete(run: ImportRun) -> None:
    """Everything was read; deciding begins."""
    run.state = State.DECIDING
    run.position = {name: run.position[name] for name in _KEPT if name in run.position} | {"step": "prepare"}


_KEPT = ("marks", "first", "retake", "began", "deleted", "known", "renamed", "offsets", "low", "high", "groups")


def step(run: ImportRun, now: datetime) -> bool:
    """Do the next step and say whether there is another; inside the caller's transaction, which also saves the run."""
    if run.state in FINISHED:
        more = clearing.clear(run)
        if not more and run.position.get("high", 0) - run.position.get("low", 0) > MANY:
            sql.refresh_statistics()
        return more
    if run.state == State.STAGED:
        return False
    following = _STEPS[run.position["step"]](run, now)
    if following:
        run.position["step"] = following
    return run.state != State.STAGED


def _prepare(run: ImportRun, now: datetime) -> str:
    """Set ids aside for everything that may be written, and see whether parents came before their children."""
    found = sql.rows("SELECT MIN(id), MAX(id) FROM intake_arrival WHERE id >= %s AND id < %s", staging.ids_of(run))
    if found[0][0] is None:
        return "count"
    low, high = int(found[0][0]), int(found[0][1]) + 1
    if high - low > MANY:
        sql.refresh_statistics()
    if "offsets" not in run.position:
        run.position["offsets"] = {name: sql.reserve(table, high - low) - low for name, table in _TABLES.items()}
    later = sql.rows(PARENT_CAME_LATER, {"run": run.pk, "low": low, "high": high})
    groups: list[int | None] = list(range(deciding.LEVELS)) if later else [None]
    run.position |= {"low": low, "high": high, "groups": groups, "group": 0, "at": low}
    return "match"


_TABLES = {
    "contact": "directory_contact",
    "client": "directory_client",
    "project": "directory_project",
    "staff": "directory_staff",
}


def _match(run: ImportRun, now: datetime) -> str:
    first = run.position.get("first", [])
    if run.counts:  # it was decided before, for the preview
        marked = (Arrival.Decision.ADOPT, Arrival.Decision.CLASH, Arrival.Decision.OURS)
        run.arrivals.filter(decision__in=marked).update(decision="", subject_kind="", subject_id=None)
    matching.mark_ours_in_doubt(run)
    matching.match_clients(run, "customer" in first)
    matching.match_staff(run, "employee" in first)
    return "decide"


def _decide(run: ImportRun, now: datetime) -> str:
    place = run.position
    low = place["at"]
    high = min(low + deciding.DECIDE_ROWS, place["high"])
    deciding.decide_range(run, rules_of(run), low, high, place["groups"][place["group"]])
    return "decide" if _next_range(run, high) else "join"


def _join(run: ImportRun, now: datetime) -> str:
    matching.match_jobs(run, "customer" in run.position.get("first", []))
    return "count"


def rules_of(run: ImportRun) -> deciding.Rules:
    """What the firm chose, for the deciding."""
    return deciding.Rules(
        inactive=run.choices.get("inactive", "skip") == "import",
        nested=run.choices.get("sub_jobs", "nested") == "nested",
        jobs=run.company_file.use_jobs,
        counts_jobs=run.preview or run.choices.get("customers_without_jobs") == "client_and_project",
        first=frozenset(run.position.get("first", [])),
        retake=frozenset(run.position.get("retake", [])),
    )


def _count(run: ImportRun, now: datetime) -> str:
    run.counts, run.position["deleted"], run.position["known"] = {}, [], 0
    first, end = staging.ids_of(run)
    for kind, decision, many, known in sql.rows(COUNTS, {"first": first, "end": end}):
        run.position["known"] += known if decision != Arrival.Decision.SAME else 0
        if kind.startswith(lists.GONE):
            run.position["deleted"].append(kind.removeprefix(lists.GONE))
        else:
            run.counts.setdefault(kind, {})[decision] = many
    run.position["renamed"] = bool(run.position["known"] and sql.rows(RENAMED, {"run": run.pk}))
    if run.preview:
        run.state = State.STAGED
        telling.staged(run, now)
    else:
        run.state = State.PUBLISHING
    return "begin"


def _begin(run: ImportRun, now: datetime) -> str:
    """Open the batch, if there is anything new to put into it."""
    if not any(counts.keys() & _WRITTEN for counts in run.counts.values()):
        return "change"
    if run.batch is None:
        run.batch = Batch.objects.create(company_file=run.company_file, made_at=now)
        run.leftovers = True
    run.position |= {"group": 0, "at": run.position["low"]}
    writing.write_lookups(run, now)
    codes.write(run)
    return "write"


_WRITTEN = {"new", "adopt", "clash", "waiting", "aside"}


def _write(run: ImportRun, now: datetime) -> str:
    place = run.position
    low = place["at"]
    high = min(low + writing.WRITE_ROWS, place["high"])
    level = place["groups"][place["group"]]
    writing.write_range(run, _values(run, now), low, high, -1 if level is None else level)
    return "write" if _next_range(run, high) else "change"


def _values(run: ImportRun, now: datetime) -> dict[str, Any]:
    active = default_status()
    inactive = run.company_file.auto_inactive_status or getattr(closed_status(), "pk", active.pk)
    actor = run.asked_by
    return {
        "run": run.pk,
        "file": run.company_file_id,
        "batch": run.batch_id,
        "now": sql.moment(now),
        "contact": run.position["offsets"]["contact"],
        "project": run.position["offsets"]["project"],
        "status": active.pk,
        "inactive_status": inactive,
        "actor": actor.pk if actor else None,
        "actor_name": actor.name if actor else "",
    }


def _change(run: ImportRun, now: datetime) -> str:
    """Many changed records are taken over before the last step, which stays short."""
    if run.position.get("known") and publishing.has_changes(run):
        publishing.apply_changes(run, now)
        return "change"
    return "publish"


def _publish(run: ImportRun, now: datetime) -> str:
    began = datetime.fromisoformat(run.position["began"])
    full = {kind for kind in run.lists if not run.sync_from.get(kind) and kind != lists.DELETED}
    full -= set(run.position.get("first", []))
    publishing.publish(run, full, began, now)
    types.link(run)
    codes.publish(run)
    publishing.move_watermarks(run, run.position.get("marks", {}), options_of(run), now)
    whole = run.lists == list(lists.ORDER) and not any(run.sync_from.get(kind) for kind in run.lists)
    publishing.note_synced(run.company_file, whole, now)
    run.state, run.finished_at = State.PUBLISHED, now
    run.leftovers = "low" in run.position
    telling.done(run, now)
    return ""


def _next_range(run: ImportRun, high: int) -> bool:
    """Move on to the next range, or to the first of the next level; False when all are done."""
    place = run.position
    if high < place["high"]:
        place["at"] = high
    elif place["group"] + 1 < len(place["groups"]):
        place |= {"group": place["group"] + 1, "at": place["low"]}
    else:
        return False
    return True


_STEPS: dict[str, Callable[[ImportRun, datetime], str]] = {
    "prepare": _prepare,
    "match": _match,
    "decide": _decide,
    "join": _join,
    "count": _count,
    "begin": _begin,
    "write": _write,
    "change": _change,
    "publish": _publish,
}
