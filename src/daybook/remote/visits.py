"""What an agent's call means to the engine. Nothing is kept in memory between two calls.

An agent that waits for work holds the lease on its company file, and so is Active; others are Standby. A *visit* is one
opening of the file: epoch and session number. Each letter is handed out under a mark, and only the answer that bears
the mark of the letter on its way is taken: one that comes twice or late changes nothing.
"""

import time
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from daybook.connections import agents
from daybook.connections.models import Agent, CompanyFile, Lease, Session
from daybook.monitor import lease, many, visiting
from daybook.monitor.engine import Engine
from daybook.monitor.ids import RandomIds
from daybook.monitor.importing import Breather
from daybook.monitor.lease import LeaseLost
from daybook.monitor.releasing import seconds_left, stay_away
from daybook.monitor.values import Ask, HResultSeen

ENGINE = Engine(timezone.now, RandomIds())
SLICE_SECONDS = 0.5  # of an import's deciding and publishing, before others get their turn
ACTIVE, STANDBY, PAUSED = "active", "standby", "paused"

Instruction = dict[str, Any]


@dataclass(frozen=True)
class Caller:
    """Who calls: an agent, this run of its program, and runs before it, which have ended."""

    agent: Agent
    instance: str
    before: tuple[str, ...] = ()

    @property
    def file_id(self) -> int:
        """The company file that this agent is there for."""
        return self.agent.company_file_id

    @property
    def holder(self) -> str:
        """How a lease names this run."""
        return agents.holder_of(self.agent, self.instance)


@dataclass(frozen=True)
class Step:
    """What came of one look: an instruction, or a state to wait in, or more to be done here at once."""

    instruction: Instruction | None = None
    state: str = ACTIVE
    again: bool = False
    at_most: float | None = None


def look(caller: Caller, visit: str) -> Step:
    """What the agent is to do next; one short piece of work."""
    try:
        return _look_outside(caller) if not visit else _look_inside(caller, visit)
    except LeaseLost as lost:
        return Step({"do": "close", "why": str(lost)})


def opened(caller: Caller, epoch: int) -> Step:
    """The agent has the file open; what it is to carry first."""
    try:
        _check_lease(caller, epoch)
        ENGINE.opened(caller.file_id, epoch)
        number = Session.objects.values_list("number", flat=True).get(company_file_id=caller.file_id)
    except LeaseLost as lost:
        return Step({"do": "close", "why": str(lost)})
    return look(caller, f"{epoch}.{number}")


def cannot_open(caller: Caller, epoch: int, failure: HResultSeen) -> None:
    """The agent could not open the file."""
    try:
        _check_lease(caller, epoch)
        visiting.cannot_open(ENGINE, caller.file_id, epoch, failure)
    except LeaseLost:
        return  # somebody else tries it now


def take(caller: Caller, visit: str, mark: str, answer: str | HResultSeen) -> bool:
    """Take the answer to a letter; False when the file is to be closed."""
    try:
        epoch, session = _session(caller, visit)
        if mark != _mark(session):
            return True
        return visiting.take_answer(ENGINE, caller.file_id, epoch, answer)
    except LeaseLost:
        return False


def closed(caller: Caller, visit: str) -> None:
    """The agent has let the file go; it goes on waiting, and so keeps the lease."""
    try:
        epoch, session = _session(caller, visit)
        if lease.release_asked(caller.file_id, epoch):
            stay_away(caller.file_id, epoch, ENGINE.now())
        if session.note.get("outstanding"):
            return  # it stays open, and so whoever comes next finds out what became of that letter
        ENGINE.closed(caller.file_id, epoch)
    except LeaseLost:
        return  # the visit ended without it


def heartbeat(caller: Caller, epoch: int) -> bool:
    """The agent is there and at work; False when another one took over."""
    now = ENGINE.now()
    agents.note_seen([caller.agent.pk], now)
    try:
        _check_lease(caller, epoch)
    except LeaseLost:
        return False
    return lease.renew(caller.file_id, epoch, now)


# --- steps ------------------------------------------------------------------------------------------------------------
def _look_outside(caller: Caller) -> Step:
    """The agent does not have the file open."""
    epoch = _hold(caller)
    if epoch is None:
        return Step(state=STANDBY)
    file = CompanyFile.objects.get(pk=caller.file_id)
    if file.way != agents.WAY:
        lease.let_go(file.pk, epoch, ENGINE.now())  # the connection was moved: another program reaches it now
        return Step(state=STANDBY)
    if lease.release_asked(file.pk, epoch):
        stay_away(file.pk, epoch, ENGINE.now())
    elif ENGINE.has_work(file, epoch):
        return Step({"do": "open", "epoch": epoch, "path": file.path})
    if _advance(file.pk, epoch):
        return Step(again=True)
    return Step(state=PAUSED if file.paused or file.disconnected_at else ACTIVE)


def _look_inside(caller: Caller, visit: str) -> Step:
    """The agent has the file open."""
    epoch, session = _session(caller, visit)
    if lease.release_asked(caller.file_id, epoch):
        if session.note.get("outstanding"):
            raise LeaseLost("The answer to the last letter is missing; it is found out in the next visit.")
    else:
        ask = ENGINE.next_request(caller.file_id, epoch)
        if ask is not None:
            return Step(_carry(caller, visit, ask))
        if _advance(caller.file_id, epoch):
            return Step(again=True)
        left = seconds_left(caller.file_id, ENGINE.now())
        if left > 0:
            return Step(at_most=left)
    ask = ENGINE.last_words(caller.file_id, epoch)
    return Step(_carry(caller, visit, ask) if ask is not None else {"do": "close", "why": ""})


def _carry(caller: Caller, visit: str, ask: Ask) -> Instruction:
    session = Session.objects.get(company_file_id=caller.file_id)
    return {"do": "carry", "visit": visit, "letter": _mark(session), "text": ask.text}


def _advance(company_file_id: int, epoch: int) -> bool:
    """Decide and publish what an import brought, for a moment; whether there is more to do."""
    until, breather = time.monotonic() + SLICE_SECONDS, Breather(time.monotonic, time.sleep)
    while time.monotonic() < until:
        with breather:
            more = ENGINE.advance(company_file_id, epoch)
        if not more:
            return False
    return True


# --- lease and session ------------------------------------------------------------------------------------------------
def _hold(caller: Caller) -> int | None:
    """The epoch in which this agent holds the file; None while somebody else does."""
    now = ENGINE.now()
    held = Lease.objects.filter(company_file_id=caller.file_id, holder=caller.holder, expires_at__gt=now).first()
    if held is not None and not _is_open(caller.file_id, held.epoch):
        return held.epoch
    # An agent that has the file no longer open lost what it carried: a new epoch, in which that is in doubt.
    ended = {agents.holder_of(caller.agent, run) for run in caller.before}
    holder = lease.holder_of(caller.file_id)
    dead = holder if holder in ended else ""
    epoch = lease.take(caller.file_id, caller.holder, caller.agent.machine, now, dead=dead)
    if epoch is not None:
        ENGINE.took_over(caller.file_id, epoch)
    return epoch


def _is_open(company_file_id: int, epoch: int) -> bool:
    return Session.objects.filter(company_file_id=company_file_id, epoch=epoch).exclude(opened_at=None).exists()


def _check_lease(caller: Caller, epoch: int) -> None:
    """Go on only while the lease is that of this agent, in this run or in the one before."""
    mine = agents.holder_of(caller.agent, "")
    held = Lease.objects.filter(company_file_id=caller.file_id, epoch=epoch, holder__startswith=mine)
    if not held.exists():
        raise LeaseLost("The file is no longer with this agent: another one took over, or the connection was moved.")


def _session(caller: Caller, visit: str) -> tuple[int, Session]:
    """The epoch and the session of a visit that goes on."""
    epoch_text, _, number = visit.partition(".")
    epoch = int(epoch_text) if epoch_text.isdigit() else 0
    _check_lease(caller, epoch)
    session = Session.objects.filter(company_file_id=caller.file_id, epoch=epoch).exclude(opened_at=None).first()
    if session is None or str(session.number) != number:
        raise LeaseLost("This visit is over.")
    return epoch, session


def _mark(session: Session) -> str:
    """Tells the letter on its way from every other: its number, or for a reading, which has none, its moment."""
    outstanding = session.note.get("outstanding")
    if not outstanding:
        return ""
    moment = session.last_work_at.timestamp() if session.last_work_at else 0
    return f"{session.epoch}.{session.number}.{outstanding['letter'] or outstanding['purpose']}.{moment}"


# --- for many agents at once ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Waiting:
    """An agent that waits for work, as far as others need to know."""

    agent_id: int
    file_id: int
    holder: str
    state: str


def sweep(waiting: list[Waiting], *, keep: bool) -> set[int]:
    """The company files that want another look; with `keep`, those who wait also hold on to what they hold."""
    now = ENGINE.now()
    if keep and waiting:
        agents.note_seen([one.agent_id for one in waiting], now)
        many.renew([one.holder for one in waiting if one.state != STANDBY], now)
    standing_by = {one.file_id for one in waiting if one.state == STANDBY}
    return many.something_waits() | (many.free(standing_by, now) if standing_by else set())
