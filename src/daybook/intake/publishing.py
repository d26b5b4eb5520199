"""Makes a decided import visible: changes of linked records, and then, in one transaction, everything that is new."""

# ruff: noqa: S608 (the parts of the statements are written here; values go as parameters)

from datetime import datetime
from typing import Any

from daybook.books.merge import Merge
from daybook.books.names import name_key
from daybook.connections.models import Batch, CompanyFile
from daybook.intake import lists, sql
from daybook.intake.merging import Case, Desk, keep_conflicts, snapshot_key, theirs_of
from daybook.intake.models import Arrival, Content, ImportRun, Watermark
from daybook.outbox.models import IN_BOOKS, Link, age

CHANGE_ROWS = 200
CHANGES_AT_ONCE = 1000  # so many changes of linked records appear together with what is new

Decision = Arrival.Decision

_LINK_VALUES = """edit_sequence = a.edit_sequence, time_modified = a.time_modified, name = a.name,
    full_name = a.full_name, folded_name = a.folded_full_name, parent_list_id = a.parent_list_id,
    sublevel = a.sublevel, is_active = a.is_active,
    root_list_id = CASE WHEN a.root_list_id = '' THEN l.root_list_id ELSE a.root_list_id END"""

_WHOLE = "intake_arrival a JOIN intake_content c ON c.id = a.id"

# Links that no record of ours stands behind; whether somebody linked one meanwhile is looked at once more.
UNLINKED = f"""
UPDATE outbox_link AS l SET {_LINK_VALUES}, base = c.base,
    state = CASE WHEN l.state = 'broken' THEN 'theirs_only' ELSE l.state END
FROM {_WHOLE} WHERE l.id = a.link_id AND a.run_id = %(run)s
    AND a.decision IN ('changed', 'waiting', 'clash', 'aside')
    AND l.subject_id IS NULL AND (l.edit_sequence <> a.edit_sequence OR l.state = 'broken' OR l.base <> c.base)"""

# A record that was known by name only is taken now.
TURNED = f"""
UPDATE outbox_link AS l SET {_LINK_VALUES}, base = c.base, subject_kind = a.subject_kind, subject_id = a.subject_id,
    state = 'shared', agreed_at = %(now)s
FROM {_WHOLE} WHERE l.id = a.link_id AND a.run_id = %(run)s AND a.decision IN ('new', 'adopt')
    AND a.subject_id IS NOT NULL AND l.subject_id IS NULL"""

CHILDREN = """
SELECT p.full_name || ':' || c.name, c.id FROM outbox_link c JOIN outbox_link p ON p.company_file_id = %(file)s
    AND p.kind = 'customer' AND p.list_id = c.parent_list_id AND NOT (p.list_id = '')
WHERE c.company_file_id = %(file)s AND c.kind = 'customer' AND c.sublevel = %(level)s
    AND c.full_name <> p.full_name || ':' || c.name"""
CHILD = "UPDATE outbox_link SET full_name = %s, folded_name = %s WHERE id = %s"

ENTRIES_CHANGED = f"""
UPDATE directory_listentry AS e SET name = a.name, full_name = a.full_name, parent_list_id = a.parent_list_id,
    sublevel = a.sublevel, is_active = a.is_active, edit_sequence = a.edit_sequence, time_modified = a.time_modified,
    fields = c.base, gone_at = NULL
FROM {_WHOLE} WHERE e.id = a.link_id AND a.run_id = %(run)s AND a.kind = %(kind)s AND a.decision = 'changed'"""

_MISSING = """NOT EXISTS (SELECT 1 FROM intake_arrival a WHERE a.run_id = %(run)s
    AND a.kind = {row}.kind AND a.list_id = {row}.list_id)"""
_DELETED = """EXISTS (SELECT 1 FROM intake_arrival a WHERE a.run_id = %(run)s
    AND a.kind = 'gone.' || {row}.kind AND a.list_id = {row}.list_id)"""
_GONE_LINKS = """l.company_file_id = %(file)s AND l.kind = %(kind)s AND NOT (l.list_id = '') AND l.state <> 'broken'
    AND (l.batch_id IS NULL OR l.batch_id <> %(batch)s) AND (l.agreed_at IS NULL OR l.agreed_at < %(began)s)"""
_GONE_ENTRIES = """e.company_file_id = %(file)s AND e.kind = %(kind)s AND e.gone_at IS NULL
    AND (e.batch_id IS NULL OR e.batch_id <> %(batch)s)"""


def has_changes(run: ImportRun) -> bool:
    """Whether more linked records changed than the last transaction takes along."""
    return bool(_changed(run).count() > CHANGES_AT_ONCE)


def apply_changes(run: ImportRun, now: datetime, limit: int = CHANGE_ROWS) -> int:
    """Merge the next linked records that changed; gives how many arrivals were settled. Inside a transaction."""
    arrivals = list(_changed(run).order_by("id")[:limit])
    if not arrivals:
        return 0
    links = {link.pk: link for link in Link.objects.select_for_update().filter(pk__in=[a.link_id for a in arrivals])}
    desk = Desk(run.company_file, list(links.values()), [arrival.parent_list_id for arrival in arrivals])
    held: list[int] = []
    bases = _bases(arrivals)
    cases: list[Case] = []
    for arrival in arrivals:
        link = links.get(arrival.link_id or 0)
        if link is None:
            continue
        agreed_meanwhile = link.agreed_at is not None and link.agreed_at >= arrival.read_at
        if age(arrival.edit_sequence) > age(link.edit_sequence):
            agreed_meanwhile = False  # the clocks of two machines differ
        if agreed_meanwhile or not _merge(run, desk, arrival, bases[arrival.pk], link, cases, now):
            held.append(arrival.pk)
    found = keep_conflicts(cases, now)
    desk.save()
    _write_links(run, [case.link for case in cases])
    _settle(run, arrivals, held, found)
    return len(arrivals)


def _bases(arrivals: list[Arrival]) -> dict[int, dict[str, Any]]:
    return dict(Content.objects.filter(pk__in=[one.pk for one in arrivals]).values_list("pk", "base"))


def _merge(
    run: ImportRun, desk: Desk, arrival: Arrival, base: dict[str, Any], link: Link, cases: list[Case], now: datetime
) -> bool:
    """Merge one arrival into what its link stands for; False if an open posting must speak first."""
    adopted = arrival.decision == Decision.ADOPT
    theirs = theirs_of(arrival.kind, base, arrival.parent_list_id, arrival.is_active)
    case = desk.compare(link, theirs, winner=run.choices.get("first_winner", "books") if adopted else "")
    if case is None:
        return True
    updates = run.company_file.enable_updates or link.kind == "employee" or adopted
    if case.outcome.conflicts and updates and (link.subject_kind, link.subject_id) in desk.busy:
        _take_the_rest(desk, arrival, base, case, now)
        return False
    if case.outcome.is_empty and not adopted:
        _recount(run, arrival.kind)
    if updates:
        desk.apply(case, now)
        link.base = base
    else:
        case.outcome.conflicts.clear()
    desk.follow_activity(case, now)
    _take_names(link, arrival, now)
    cases.append(case)
    return True


def _take_the_rest(desk: Desk, arrival: Arrival, base: dict[str, Any], case: Case, now: datetime) -> None:
    """Take what nobody changed here; the link keeps its EditSequence, so the open posting reads and merges anew."""
    link, clash = case.link, {snapshot_key(case.link, name) for name in case.outcome.conflicts}
    rest = {name: value for name, value in case.outcome.take.items() if snapshot_key(link, name) not in clash}
    if not rest:
        return
    desk.apply(Case(link, case.subject, case.theirs, Merge(take=rest)), now)
    link.base = link.base | {key: base[key] for key in {snapshot_key(link, name) for name in rest} & base.keys()}
    for column in {"parent_list_id", "is_active"} & rest.keys():
        setattr(link, column, getattr(arrival, column))
    link.save(update_fields=["base", "parent_list_id", "is_active"])


def _recount(run: ImportRun, kind: str) -> None:
    """It came again, but nothing that we keep is different."""
    counts = run.counts.setdefault(kind, {})
    counts["changed"] = counts.get("changed", 0) - 1
    counts["same"] = counts.get("same", 0) + 1


def _take_names(link: Link, arrival: Arrival, now: datetime) -> None:
    for column in ("edit_sequence", "time_modified", "name", "full_name", "parent_list_id", "sublevel", "is_active"):
        setattr(link, column, getattr(arrival, column))
    link.folded_name = arrival.folded_full_name
    link.root_list_id = arrival.root_list_id or link.root_list_id
    link.state = Link.State.SHARED
    link.agreed_at = now


_LINK_COLUMNS = [
    "edit_sequence", "time_modified", "name", "full_name", "folded_name", "parent_list_id", "sublevel", "is_active",
    "root_list_id", "state", "base", "agreed_at",
]  # fmt: skip


def _write_links(run: ImportRun, links: list[Link]) -> None:
    if links:
        Link.everything.bulk_update(links, _LINK_COLUMNS, batch_size=100)


def _settle(run: ImportRun, arrivals: list[Arrival], held: list[int], conflicts: int) -> None:
    """Mark what was applied, so that a run that goes on after a crash does not apply it twice."""
    done = [arrival.pk for arrival in arrivals if arrival.pk not in held]
    Arrival.objects.filter(pk__in=done).update(decision=Decision.DONE)
    Arrival.objects.filter(pk__in=held).update(decision=Decision.OURS)
    for arrival in arrivals:
        if arrival.pk in held:
            kind = run.counts.setdefault(arrival.kind, {})
            kind["ours"] = kind.get("ours", 0) + 1
    if conflicts:
        run.counts["conflicts"] = {"found": run.counts.get("conflicts", {}).get("found", 0) + conflicts}


def _changed(run: ImportRun) -> Any:
    """Arrivals of linked records, with something to take over."""
    wanted = run.arrivals.filter(decision=Decision.CHANGED, subject_id__isnull=False)
    return wanted.exclude(link_id=None)


def settle_adopted(run: ImportRun, now: datetime) -> None:
    """Level out the records that became one by name: the side that the firm chose holds where they differ."""
    arrivals = list(run.arrivals.filter(decision=Decision.ADOPT))
    for start in range(0, len(arrivals), CHANGE_ROWS):
        part = arrivals[start : start + CHANGE_ROWS]
        links = Link.everything.filter(
            IN_BOOKS,
            company_file=run.company_file,
            kind__in={one.kind for one in part},
            list_id__in=[one.list_id for one in part],
        )
        by_id = {(link.kind, link.list_id): link for link in links}
        desk = Desk(run.company_file, list(by_id.values()), [one.parent_list_id for one in part])
        bases = _bases(part)
        cases: list[Case] = []
        for arrival in part:
            link = by_id.get((arrival.kind, arrival.list_id))
            if link is not None and link.subject_id == arrival.subject_id:
                _merge(run, desk, arrival, bases[arrival.pk], link, cases, now)
        desk.save()


def publish(run: ImportRun, full: set[str], began: datetime, now: datetime) -> None:
    """The one transaction in which an import becomes visible; called inside it."""
    values = {
        "run": run.pk,
        "file": run.company_file_id,
        "batch": run.batch_id or 0,
        "now": sql.moment(now),
        "began": sql.moment(began),
    }
    if run.batch_id:
        Batch.objects.filter(pk=run.batch_id).update(published_at=now)
    if run.position.get("known"):
        sql.run(UNLINKED, values)
        sql.run(TURNED, values)
        while apply_changes(run, now):
            pass
        _rename_children(run, values)
    if any(counts.get("adopt") for counts in run.counts.values()):
        settle_adopted(run, now)
    if run.counts:
        for kind in lists.LOOKUPS:
            if run.counts.get(kind, {}).get("changed"):
                sql.run(ENTRIES_CHANGED, values | {"kind": kind})
    _mark_gone(run, full, values)


def _rename_children(run: ImportRun, values: dict[str, Any]) -> None:
    """A customer that was renamed gives its jobs other full names, also those that QuickBooks did not send."""
    if not run.position.get("renamed"):
        return
    for level in range(1, 5):
        renamed = sql.rows(CHILDREN, values | {"level": level})
        sql.run_each(CHILD, [(name, name_key(name), number) for name, number in renamed])


def _mark_gone(run: ImportRun, full: set[str], values: dict[str, Any]) -> None:
    """Break the links of what was deleted or merged, and mark look-ups; nothing of ours is deleted."""
    deleted = set(run.position.get("deleted", []))
    for kind in sorted(full | deleted):
        conditions = [_MISSING] if kind in full else []
        conditions += [_DELETED] if kind in deleted else []
        condition = " OR ".join(conditions)
        if kind in lists.NAMES:
            _break_links(run, kind, condition, values)
        else:
            where = f"{_GONE_ENTRIES} AND ({condition.format(row='e')})"
            statement = f"UPDATE directory_listentry AS e SET gone_at = %(now)s WHERE {where}"
            _count_gone(run, kind, sql.run(statement, values | {"kind": kind}))


def _break_links(run: ImportRun, kind: str, condition: str, values: dict[str, Any]) -> None:
    given = values | {"kind": kind}
    where = f"{_GONE_LINKS} AND ({condition.format(row='l')})"
    replaced = """COALESCE((SELECT o.list_id FROM outbox_link o, intake_arrival g WHERE g.run_id = %(run)s
        AND g.kind = 'gone.' || l.kind AND g.list_id = l.list_id AND o.company_file_id = %(file)s AND o.kind = l.kind
        AND o.full_name = g.full_name AND o.list_id <> l.list_id AND o.state <> 'broken' ORDER BY o.id LIMIT 1), '')"""
    broken = sql.run(
        f"""UPDATE outbox_link AS l SET state = 'broken', replaced_by_list_id = {replaced}
        WHERE {where} AND l.subject_id IS NOT NULL""",
        given,
    )
    dropping = f"SELECT l.id FROM outbox_link l WHERE {where} AND l.subject_id IS NULL"
    sql.run(f"DELETE FROM intake_conflict WHERE link_id IN ({dropping})", given)
    dropped = sql.run(f"DELETE FROM outbox_link WHERE id IN ({dropping})", given)
    _count_gone(run, kind, broken + dropped)


def _count_gone(run: ImportRun, kind: str, many: int) -> None:
    if many:
        run.counts.setdefault(kind, {})["gone"] = many


def move_watermarks(run: ImportRun, marks: dict[str, str], options: str, now: datetime) -> None:
    """Remember how far each list was read; one with records that a posting holds back is read from there again."""
    for kind in run.lists:
        held = bool(run.counts.get(kind, {}).get("ours"))
        values: dict[str, Any] = {"complete_at": now, "options": options}
        if marks.get(kind) and not held:
            values["modified_from"] = marks[kind]
        Watermark.objects.update_or_create(company_file=run.company_file, kind=kind, defaults=values)


def note_synced(company_file: CompanyFile, whole: bool, now: datetime) -> None:
    """The page of the connection shows when its lists were read last."""
    values: dict[str, Any] = {"last_sync_at": now, "last_sync_ok": True}
    if whole:
        values["reread_needed"] = False
    CompanyFile.objects.filter(pk=company_file.pk).update(**values)
