"""Reads lists of the books page by page for the engine, and hands what arrived to the shelf.

Between two calls everything is on the run's row: which list, which page, which iterator of which session. An iterator
dies with its session; that list is then read from its start again, and what came before is replaced.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType

from django.db import connection

from daybook import sql
from daybook.connections.models import CompanyFile, Session
from daybook.connectors.errors import ConnectorError, FixConnection
from daybook.connectors.qbd import queries as questions
from daybook.intake import lists, operations, staging, steps
from daybook.intake.models import FINISHED, ImportRun
from daybook.intake.staging import TIME_MODIFIED, Cells
from daybook.monitor import arrivals
from daybook.monitor.faults import reach
from daybook.monitor.lease import under_lease
from daybook.monitor.schedule import holds_back
from daybook.qbxml.documents import Answer, Record, Request
from daybook.qbxml.envelope import BrokenAnswer, iter_cuts
from daybook.qbxml.kinds import KINDS
from daybook.qbxml.types import to_datetime
from daybook.sql import Columns

State = ImportRun.State

# The printed offsets are off by an hour in old summers, an hour comes twice in autumn, and clocks differ.
OVERLAP = timedelta(hours=2)
MOST_INTERRUPTIONS = 20
FOUND, NOTHING_FOUND = 0, 1
BAD_ITERATOR = 3391
UNKNOWN_HERE = {3250, 1030}  # a feature that is switched off, a list that this edition does not have
REST_AFTER, REST = 0.6, 0.105


class Breather:
    """Lets others write: SQLite has one writer, and those who wait look only each tenth of a second.

    `with breather: advance(…)`; after so many seconds of work it waits long enough for everybody to have looked once.
    """

    def __init__(self, clock: Callable[[], float], wait: Callable[[float], object]) -> None:
        self._clock = clock
        self._wait = wait
        self._worked = 0.0
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = self._clock()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worked += self._clock() - self._began
        if self._worked >= REST_AFTER and connection.vendor == "sqlite":
            self._worked = 0.0
            self._wait(REST)


def due_run(company_file: CompanyFile, now: datetime) -> ImportRun | None:
    """The import that has something to do now, or a finished one that still has to be cleared away."""
    for run in _RUN.read(_DUE, [company_file.pk, company_file.pk]):
        run.company_file = company_file
        if not holds_back(run, now):
            return run
    return None


_RUN = Columns(ImportRun, *(field.name for field in ImportRun._meta.concrete_fields))
# Each half by its own partial index: this is asked for every page, and a firm has many old runs.
_DUE = """
WHERE t.id IN (
    SELECT r.id FROM intake_importrun r WHERE r.company_file_id = %s
        AND NOT (r.state IN ('published', 'failed', 'stopped')) AND r.state <> 'staged'
    UNION ALL SELECT r.id FROM intake_importrun r WHERE r.company_file_id = %s AND r.leftovers AND r.state <> 'staged')
ORDER BY t.id"""


def needs_books(run: ImportRun) -> bool:
    """Whether it has to read; otherwise what it has to do is here."""
    return run.state in (State.WAITING, State.RUNNING)


def next_request(session: Session, run: ImportRun, now: datetime) -> list[Request] | None:
    """The next page to ask for; None when everything is read, or when nothing is to be read."""
    if not needs_books(run):
        return None
    if run.state == State.WAITING and not _begin(session, run, now):
        return None
    place = run.position
    if place["session"] != session.number:
        _lose_place(session, run, now)
    kind = run.lists[place["list"]]
    since = _since(run.sync_from.get(kind, ""))
    if kind == lists.DELETED:
        return [questions.deleted_since([key for key in lists.ORDER if key in KINDS], since)]
    if place.get("iterator"):
        return [questions.next_page(kind, place["iterator"], modified_from=since)]
    return [questions.whole_list(kind, modified_from=since)]


def _begin(session: Session, run: ImportRun, now: datetime) -> bool:
    """Begin to read; False if somebody stopped it meanwhile."""
    run.state, run.started_at = State.RUNNING, now
    run.position = {"list": 0, "session": session.number, "began": now.isoformat()}
    run.choices = operations.DEFAULT_CHOICES | run.company_file.choices | run.choices
    steps.plan_reading(run, now)
    with under_lease(run.company_file_id, session.epoch, now):
        begins = _still(State.WAITING, run)
        if begins:
            _save(run)
    return begins


def _lose_place(session: Session, run: ImportRun, now: datetime) -> None:
    """Another session: the iterator is gone, so the list is read from its start."""
    run.position |= {"session": session.number, "iterator": ""}
    run.progress.pop(run.lists[run.position["list"]], None)
    with under_lease(run.company_file_id, session.epoch, now):
        run.save(update_fields=["position", "progress"])


def _since(mark: str) -> datetime | None:
    moment = to_datetime(mark) if mark else None
    return moment - OVERLAP if moment else None


def read(session: Session, run: ImportRun, text: str, now: datetime) -> Callable[[], None]:
    """Read a page, before the transaction; what is given back puts it on the shelf, inside the transaction.

    A page that is cut off is asked for again; nothing of it is kept.
    """
    kind = run.lists[run.position["list"]]
    try:
        answer, arrived, mark = _read(kind, text)
    except BrokenAnswer:
        return partial(_from_the_start, run, "The answers of QuickBooks came cut off again and again.", now)
    if answer.status_code == BAD_ITERATOR:
        return partial(_from_the_start, run, "QuickBooks lost its place in a list again and again.", now)
    if answer.status_code not in {FOUND, NOTHING_FOUND} | UNKNOWN_HERE:
        return partial(_refused, run, kind, answer, now)
    rows: list[staging.Pair] = []
    first = run.position.get("next", staging.ids_of(run)[0])
    for key, some in arrived.items():
        rows += staging.rows_of(run, key, some, first + len(rows), now)
    run.position["next"] = first + len(rows)
    _move_on(session, run, kind, answer, len(rows), mark)
    return partial(_put_down, run, rows)


def _put_down(run: ImportRun, rows: list[staging.Pair]) -> None:
    """Keep the page and how far the reading is, unless somebody stopped the import meanwhile."""
    run.leftovers = run.leftovers or bool(rows)
    position, progress = json.dumps(run.position), json.dumps(run.progress)
    if sql.run(_READ_SO_FAR, [run.state, position, progress, run.leftovers, run.pk]):
        staging.stage(rows)
        reach("import.page.before_commit")


_READ_SO_FAR = """
UPDATE intake_importrun SET state = %s, position = %s, progress = %s, leftovers = %s
WHERE id = %s AND state = 'running'"""


def _read(kind: str, text: str) -> tuple[Answer, dict[str, list[Cells]], str]:
    """The answer, what its records put on the shelf by kind, and the newest time that is printed on one of them."""
    answer: Answer | None = None
    arrived: dict[str, list[Cells]] = {}
    for part in iter_cuts(text):
        if isinstance(part, Answer):
            answer = part
        elif kind == lists.DELETED:
            key, one = arrivals.deleted(part if isinstance(part, Record) else part.record())
            arrived.setdefault(key, []).append(one)
        else:
            arrived.setdefault(kind, []).append(arrivals.cells_of(kind, part))
    if answer is None:
        raise BrokenAnswer("the document holds no answer")
    times = {one.head[TIME_MODIFIED] for some in arrived.values() for one in some}
    return answer, arrived, _newest(times)


def _newest(texts: set[str]) -> str:
    """The latest of the printed times, as it is printed; of most only the day has to be looked at."""
    days = sorted({text[:10] for text in texts if text})[-2:]  # two, since offsets differ
    near = [text for text in texts if text[:10] in days]
    return max(near, key=lambda text: to_datetime(text) or _LONG_AGO, default="")


_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def _move_on(session: Session, run: ImportRun, kind: str, answer: Answer, many: int, mark: str) -> None:
    """Write down how far the list is, and whether the next list is due."""
    remaining = int(answer.attributes.get("iteratorRemainingCount") or 0)
    place = run.position
    seen = run.progress.get(kind, {"done": 0})["done"] + many
    run.progress[kind] = {"done": seen, "total": seen + remaining}
    _remember(run, kind, mark)
    if remaining:
        place |= {"iterator": answer.attributes.get("iteratorID", ""), "session": session.number}
        return
    place |= {"list": place["list"] + 1, "iterator": ""}
    if place["list"] == len(run.lists):
        steps.pass_complete(run)


def _remember(run: ImportRun, kind: str, mark: str) -> None:
    """Keep the newest printed time of a list; it is where the next sync begins."""
    before = run.position["marks"].get(kind) or run.sync_from.get(kind, "")
    new, old = to_datetime(mark), to_datetime(before)
    if new is not None and (old is None or new > old):
        run.position["marks"][kind] = mark


def _from_the_start(run: ImportRun, sentence: str, now: datetime) -> None:
    """The iterator is not valid any more, or the answer is not what QuickBooks writes: read the list again, a few
    times."""
    if _still(State.RUNNING, run) and not _too_often(run, sentence, now):
        run.position["iterator"] = ""
        run.progress.pop(run.lists[run.position["list"]], None)
        _save(run)


def _refused(run: ImportRun, kind: str, answer: Answer, now: datetime) -> None:
    sentence = f"QuickBooks did not give the list of {kind.replace('_', ' ')}: {answer.message} ({answer.status_code})."
    operations.fail(run, sentence, "An administrator of QuickBooks", now)


def _too_often(run: ImportRun, sentence: str, now: datetime) -> bool:
    run.interruptions += 1
    if run.interruptions <= MOST_INTERRUPTIONS:
        return False
    operations.fail(run, f"{sentence} Daybook tried {MOST_INTERRUPTIONS} times.", "An administrator of Daybook", now)
    return True


def interrupted(session: Session, run: ImportRun, error: ConnectorError, now: datetime) -> None:
    """The session ended in the middle: the list is read again in the next, unless a person must mend something."""
    with under_lease(run.company_file_id, session.epoch, now):
        if not _still(State.RUNNING, run):
            return
        run.refresh_from_db()
        if isinstance(error, FixConnection):
            operations.fail(run, error.sentence, error.who_can_act, now)
        elif not _too_often(run, "The connection to QuickBooks broke again and again.", now):
            # A page may be lost although its session goes on: QuickBooks would go on with the one after it.
            run.position["iterator"] = ""
            run.progress.pop(run.lists[run.position["list"]], None)
            run.save(update_fields=["interruptions", "position", "progress"])


def advance(run: ImportRun, epoch: int, now: datetime) -> bool:
    """Do one short step of deciding, writing or clearing; False when no import has anything to do any more."""
    with under_lease(run.company_file_id, epoch, now):
        current = (
            ImportRun.objects.select_for_update(of=("self",))
            .select_related("company_file", "asked_by", "batch")
            .get(pk=run.pk)
        )
        step = "clear" if current.state in FINISHED else current.position.get("step", "")
        more = not needs_books(current) and steps.step(current, now)
        _save(current)
        reach(f"import.{step}.before_commit")
    reach(f"import.{step}.after_commit")
    return more or due_run(current.company_file, now) is not None


def _still(state: State, run: ImportRun) -> bool:
    """Whether nobody stopped it meanwhile; the row is held until the transaction ends."""
    current = ImportRun.objects.select_for_update().values_list("state", flat=True).get(pk=run.pk)
    return bool(current == state)


def _save(run: ImportRun) -> None:
    run.save(update_fields=_WRITTEN)


_WRITTEN = [
    "state", "started_at", "finished_at", "position", "progress", "counts", "sync_from", "choices", "batch",
    "leftovers", "interruptions", "problem", "who_can_act",
]  # fmt: skip
