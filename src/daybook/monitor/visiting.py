"""A visit: a program of somebody else's, such as the Web Connector or the agent, comes for letters and brings answers.

Nothing is kept in memory between two calls, so each may come to another process. A door does this:

    epoch = begin(engine, file, holder, machine)        None: another visitor, or a Monitor, holds the file
    has_work(engine, file, epoch)                       no: ended(...), and the file is not opened at all
    opened(engine, file, epoch)                         or cannot_open(..., failure), and then ended(...)
    while ask := due_request(engine, file, epoch):      carry ask.text there, bring the answer or the failure:
        stay(engine, file, epoch, patience)             for whoever may be away for longer than a Monitor
        take_answer(engine, file, epoch, answer)        False when the visit is of no more use
    carry_on(engine, file, epoch)                       something was done: back to due_request
    last_request(engine, file, epoch)                   carried in the same way
    ended(engine, file, epoch)

Every call may raise LeaseLost: another one took over, because this visitor stayed away for longer than its patience.
A visitor of the same name takes over at once, since it is the same program, begun anew: what its earlier visit left
unanswered is in doubt, and read before anything else is sent.
"""

import time
from datetime import datetime, timedelta

from django.db import transaction

from daybook import sql
from daybook.connections.models import Lease, Session
from daybook.connections.queries import at_work
from daybook.intake.queries import progress
from daybook.monitor import importing, lease, policy, posting
from daybook.monitor.conversation import session_of, speaks_of_another
from daybook.monitor.engine import Engine
from daybook.monitor.importing import Breather
from daybook.monitor.lease import LeaseLost
from daybook.monitor.releasing import seconds_left, stay_away
from daybook.monitor.values import Ask, HResultSeen
from daybook.outbox.models import Letter

__all__ = [
    "LeaseLost",
    "begin",
    "cannot_open",
    "carry_on",
    "due_request",
    "ended",
    "has_work",
    "is_due",
    "last_request",
    "may_stay",
    "missing",
    "more",
    "opened",
    "stay",
    "take_answer",
    "take_awaited",
    "waiting",
]

_QUEUED = "SELECT COUNT(*) FROM outbox_posting WHERE company_file_id = %s AND state = 'queued'"


def begin(
    engine: Engine,
    company_file_id: int,
    holder: str,
    machine: str,
    *,
    patience: timedelta = policy.LEASE,
    unsure: bool = False,
) -> int | None:
    """The epoch of a new visit; None while another one holds the file.

    `unsure` says that two programs may go by this name. Then one that carries a write is not taken over before its
    patience is over: QuickBooks may still be at that write, and a look would not find what comes a moment later.
    """
    now = engine.now()
    with transaction.atomic():
        if unsure and _carries_a_write(company_file_id, holder, now):
            return None
        epoch = lease.take(company_file_id, holder, machine, now)
    if epoch is not None:
        engine.took_over(company_file_id, epoch)
        stay(engine, company_file_id, epoch, patience)
    return epoch


def has_work(engine: Engine, company_file_id: int, epoch: int) -> bool:
    """Whether there is a reason to open the file; if not, what an earlier visit read is decided and published first."""
    if engine.has_work(at_work(company_file_id), epoch):
        return True
    return _carry_on(engine, company_file_id, epoch) and engine.has_work(at_work(company_file_id), epoch)


def opened(engine: Engine, company_file_id: int, epoch: int, *, patience: timedelta = policy.LEASE) -> None:
    """The visitor has the file open."""
    engine.opened(company_file_id, epoch)
    stay(engine, company_file_id, epoch, patience)


def cannot_open(engine: Engine, company_file_id: int, epoch: int, failure: HResultSeen) -> None:
    """The visitor could not open the file; it is tried again later, or waits for a person."""
    engine.cannot_open(company_file_id, epoch, failure)


def due_request(engine: Engine, company_file_id: int, epoch: int) -> Ask | None:
    """What to carry there next, as far as it is clear at once; short enough to be part of a transaction.

    Whoever comes without the answer to the last request has lost it: what it carried is in doubt.
    """
    if lease.release_asked(company_file_id, epoch):
        return None
    return engine.next_request(company_file_id, epoch)


def carry_on(engine: Engine, company_file_id: int, epoch: int) -> bool:
    """Decide and publish what was read, unless somebody asked for the file; whether there was anything to do."""
    return not lease.release_asked(company_file_id, epoch) and _carry_on(engine, company_file_id, epoch)


def last_request(engine: Engine, company_file_id: int, epoch: int) -> Ask | None:
    """What to carry there before the file is let go; short as well."""
    if _outstanding(company_file_id, epoch) is not None:
        return None
    return engine.last_words(company_file_id, epoch)


def is_due(engine: Engine, company_file_id: int, epoch: int) -> bool:
    """Whether there is something to carry there, as far as it is clear at once; short as well."""
    return not lease.release_asked(company_file_id, epoch) and engine.has_work(at_work(company_file_id), epoch)


def more(engine: Engine, company_file_id: int, epoch: int) -> bool:
    """Whether the next request will be one; what was read is decided and published meanwhile."""
    if carry_on(engine, company_file_id, epoch) and is_due(engine, company_file_id, epoch):
        return True
    file = at_work(company_file_id)
    return not file.in_trial and posting.remembered(file) is not None


def may_stay(engine: Engine, company_file_id: int, epoch: int) -> bool:
    """Whether the file may be held a while longer for what might come."""
    return not lease.release_asked(company_file_id, epoch) and seconds_left(company_file_id, engine.now()) > 0


def waiting(company_file_id: int) -> int:
    """How many postings wait."""
    return int(sql.rows(_QUEUED, [company_file_id])[0][0])


def missing(engine: Engine, company_file_id: int) -> int:
    """How much of the import that is being read is missing, in percent."""
    run = importing.due_run(at_work(company_file_id), engine.now())
    return 100 - progress(run).percent if run is not None and importing.needs_books(run) else 0


def stay(engine: Engine, company_file_id: int, epoch: int, patience: timedelta) -> None:
    """Hold the lease for as long as this visitor may be away."""
    if not lease.renew(company_file_id, epoch, engine.now(), patience):
        raise LeaseLost(f"The lease on company file {company_file_id} went to another visitor.")


def take_awaited(engine: Engine, company_file_id: int, epoch: int, answer: str | HResultSeen) -> bool | None:
    """Take an answer that may have come late or twice; None when it is not the one that is waited for."""
    session = session_of(company_file_id, epoch)
    noted = session.note.get("outstanding")
    if noted is None or (isinstance(answer, str) and speaks_of_another(session, answer)):
        return None
    return engine.take_answer(company_file_id, epoch, Ask("", noted["purpose"], noted["letter"]), answer)


def take_answer(engine: Engine, company_file_id: int, epoch: int, answer: str | HResultSeen) -> bool:
    """Take the answer to what this visitor carried last; False when the visit should end.

    An answer that comes twice, or that nobody waits for, changes nothing.
    """
    outstanding = _outstanding(company_file_id, epoch)
    if outstanding is None:
        return True
    return engine.take_answer(company_file_id, epoch, outstanding, answer)


def ended(engine: Engine, company_file_id: int, epoch: int) -> None:
    """The visitor has let the file go, and goes."""
    now = engine.now()
    engine.closed(company_file_id, epoch)
    if lease.release_asked(company_file_id, epoch):
        stay_away(company_file_id, epoch, now)
    lease.let_go(company_file_id, epoch, now)


def _carry_on(engine: Engine, company_file_id: int, epoch: int) -> bool:
    """Decide and publish what was read; whether there was anything to do."""
    breather = Breather(time.monotonic, time.sleep)
    some = False
    while True:
        with breather:
            more = engine.advance(company_file_id, epoch)
        if not more:
            return some
        some = True


def _carries_a_write(company_file_id: int, holder: str, now: datetime) -> bool:
    """Whether a visitor of this name was given a write and may still be at it; the lease is held until we know."""
    held = Lease.objects.select_for_update().filter(company_file_id=company_file_id, holder=holder, expires_at__gt=now)
    epoch = held.values_list("epoch", flat=True).first()
    if epoch is None:
        return False
    session = Session.objects.filter(company_file_id=company_file_id, epoch=epoch).exclude(opened_at=None).first()
    noted = session.note.get("outstanding") if session is not None else None
    return noted is not None and noted["purpose"] == Letter.Purpose.POST


def _outstanding(company_file_id: int, epoch: int) -> Ask | None:
    """What was handed to the visitor and not answered, by the session's row; its text is not needed again."""
    noted = session_of(company_file_id, epoch).note.get("outstanding")
    return Ask("", noted["purpose"], noted["letter"]) if noted else None
