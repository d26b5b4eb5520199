"""The ASGI app: a handful of addresses under /remote/v1/, JSON in and out.

enrol        code and key -> the agent is let in
work         what is to be done? Waits up to fifty seconds for something
opened       the file is open -> what to carry first
cannot-open  the file does not open, and why
answer       the answer to a letter -> what to do next
failure      the letter failed as a whole, and how -> what to do next
closed       the file was let go
heartbeat    at work on a long letter; the lease goes on
rotate-key   a new key
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.utils import timezone

from daybook.connections import agents, shipped_agent
from daybook.connections.agents import NotLetIn
from daybook.monitor.mistakes import note_mistake
from daybook.monitor.values import HResultSeen
from daybook.remote import visits
from daybook.remote.room import Listener, WaitingRoom
from daybook.remote.slowing import Slowing
from daybook.remote.talk import LARGE, Gone, Receive, Refusal, Request, Scope, Send, answer, answer_bytes
from daybook.remote.visits import Caller, Step

PREFIX = agents.PREFIX
POLL_SECONDS = 50.0
SWEEP_SECONDS = 5.0
SWEEPS_TO_KEEP = 2  # each second sweep says who is still there
THREADS = 4
WRONG_KEY_SECONDS = 1.0
MISTAKE_SECONDS = 5.0
MOST_RUNS = 20

T = TypeVar("T")
Reply = dict[str, Any]
log = structlog.get_logger(__name__)


class Mistake(Exception):
    """A fault of Daybook's own while it worked for an agent; it is in the log and on the page of the file."""


@dataclass(frozen=True)
class Patience:
    """How long an agent waits, and the state it believes to be in: it is told at once when that changes."""

    state: str
    seconds: float


class Application:
    """The app, with those who wait in it."""

    def __init__(self) -> None:
        self.room = WaitingRoom()
        self.slowing = Slowing()
        self.pool = ThreadPoolExecutor(THREADS, "engine")
        self.turns: dict[int, asyncio.Lock] = {}
        self.actions: dict[str, Callable[[Request], Awaitable[Reply]]] = {
            "enrol": self.enrol,
            "work": self.work,
            "opened": self.opened,
            "cannot-open": self.cannot_open,
            "answer": self.answer,
            "failure": self.answer,
            "closed": self.closed,
            "heartbeat": self.heartbeat,
            "hello": self.hello,
            "rotate-key": self.rotate_key,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the server."""
        if scope["type"] == "lifespan":
            await self.live(receive, send)
        elif scope["type"] == "http":
            await self.serve(Request.of(scope, receive), send)

    async def live(self, receive: Receive, send: Send) -> None:
        """From the start of the server to its end."""
        await receive()
        listener, sweeping = Listener(self.room.ring), asyncio.create_task(self.sweep_again_and_again())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        sweeping.cancel()
        listener.stop()
        self.pool.shutdown(cancel_futures=True)
        await send({"type": "lifespan.shutdown.complete"})

    async def serve(self, request: Request, send: Send) -> None:
        """Find the action, and answer with what it gives."""
        if request.path == f"{PREFIX}health":
            await answer(send, 200, {"status": "ok", "agent_version": shipped_agent.version()})
            return
        if request.path == PREFIX + shipped_agent.file_name():
            await answer_bytes(send, 200, shipped_agent.wheel(), {"content-type": "application/octet-stream"})
            return
        try:
            action = self.actions.get(request.path.removeprefix(PREFIX))
            if action is None or not request.path.startswith(PREFIX):
                raise Refusal(404, "There is nothing here.")
            if request.method != "POST":
                raise Refusal(405, "This is asked by POST.")
            await answer(send, 200, await action(request))
        except Gone:
            return
        except Refusal as refusal:
            headers = {"retry-after": f"{refusal.retry_after:.0f}"} if refusal.retry_after else {}
            await answer(send, refusal.status, {"error": refusal.sentence}, headers)
        except DatabaseError:
            log.exception("The database did not do what it was asked.")
            await answer(send, 503, {"error": "Daybook's database does not answer."})
        except Mistake:
            # Whatever the agent still has would lead here again: it lets go, and what it carried is read.
            await asyncio.sleep(MISTAKE_SECONDS)
            await answer(send, 200, {"do": "close", "why": "Daybook made a mistake and goes on in a minute."})
        except Exception:  # of one request; the others go on
            log.exception("A fault of Daybook.", path=request.path)
            await answer(send, 500, {"error": "Daybook made a mistake; its log has the details."})

    # --- being let in -------------------------------------------------------------------------------------------------
    async def enrol(self, request: Request) -> Reply:
        """Let an agent in by its code."""
        self._not_too_early(request)
        said = await request.json()
        enrol = partial(
            agents.enrol,
            _text(said, "code"),
            _text(said, "key"),
            machine=_text(said, "machine"),
            system=_text(said, "system"),
            version=_text(said, "version"),
            path=_text(said, "path"),
            now=timezone.now(),
        )
        try:
            agent = await self.in_pool(enrol)
        except NotLetIn as no:
            self.slowing.wrong(request.address)
            raise Refusal(403, str(no)) from no
        return {"agent": agent.pk, "company_file": agent.company_file.name, "agent_version": shipped_agent.version()}

    def _not_too_early(self, request: Request) -> None:
        left = self.slowing.seconds_left(request.address)
        if left > 0:
            raise Refusal(429, "Too many wrong codes. Wait a minute.", retry_after=left + 1)

    async def rotate_key(self, request: Request) -> Reply:
        """Take the agent's new key."""
        caller, said = await self.known(request)
        try:
            await self.in_pool(partial(agents.change_key, caller.agent, _text(said, "key"), timezone.now()))
        except NotLetIn as no:
            raise Refusal(400, str(no)) from no
        return {}

    async def hello(self, request: Request) -> Reply:
        """Which company file this agent is there for, and how it stands."""
        caller, _ = await self.known(request)
        state = await self.in_pool(partial(agents.state_of, caller.agent, timezone.now()))
        file = caller.agent.company_file
        return {"company_file": file.name, "path": file.path, "state": state, "agent_version": shipped_agent.version()}

    async def known(self, request: Request, limit: int = 10_000) -> tuple[Caller, dict[str, Any]]:
        """Who calls, by the key, and what is said."""
        agent = await self.in_pool(partial(agents.who_has, request.key)) if request.key else None
        if agent is None:
            await asyncio.sleep(WRONG_KEY_SECONDS)
            raise Refusal(401, "This key opens nothing. The agent was revoked, or must be enrolled again.")
        said = await request.json(limit)
        instance = _text(said, "instance")
        if not instance:
            raise Refusal(400, "The agent does not say which run of it this is.")
        before = said.get("before", [])
        if not isinstance(before, list):
            raise Refusal(400, "before is not a list.")
        return Caller(agent, instance[:40], tuple(str(run)[:40] for run in before[:MOST_RUNS])), said

    # --- work ---------------------------------------------------------------------------------------------------------
    async def work(self, request: Request) -> Reply:
        """What is to be done? Waits for something."""
        caller, said = await self.known(request)
        told = {name: _text(said, name) for name in ("machine", "system", "version")}
        if agents.has_news(caller.agent, told, timezone.now()):
            await self.in_pool(partial(agents.note_program, caller.agent, told, timezone.now()))
        patience = Patience(_text(said, "state"), _seconds(said))
        return await self._wait_for_work(request, caller, _text(said, "visit"), patience)

    async def opened(self, request: Request) -> Reply:
        """The file is open: what to carry first."""
        caller, said = await self.known(request)
        return _reply(await self.in_turn(caller, partial(visits.opened, caller, _number(said, "epoch"))))

    async def cannot_open(self, request: Request) -> Reply:
        """The file does not open."""
        caller, said = await self.known(request)
        await self.in_turn(caller, partial(visits.cannot_open, caller, _number(said, "epoch"), _failure(said)))
        return {"do": "ask"}

    async def answer(self, request: Request) -> Reply:
        """Take an answer or a failure, and say what comes next."""
        caller, said = await self.known(request, LARGE)
        came = _text(said, "answer") if "answer" in said else _failure(said)
        visit = _text(said, "visit")
        take = partial(visits.take, caller, visit, _text(said, "letter"), came)
        stay = await self.in_turn(caller, take)
        if not said.get("open", True):
            return {"do": "ask"}  # an answer from before a restart: the file is not open there any more
        if not stay:
            return {"do": "close", "why": ""}
        return _reply(await self.in_turn(caller, partial(visits.look, caller, visit)))

    async def closed(self, request: Request) -> Reply:
        """The file was let go."""
        caller, said = await self.known(request)
        await self.in_turn(caller, partial(visits.closed, caller, _text(said, "visit")))
        return {"do": "ask"}

    async def heartbeat(self, request: Request) -> Reply:
        """The agent is at work on a long letter."""
        caller, said = await self.known(request)
        held = await self.in_pool(partial(visits.heartbeat, caller, _number(said, "epoch")))
        return {"state": visits.ACTIVE if held else visits.STANDBY}

    async def _wait_for_work(self, request: Request, caller: Caller, visit: str, patience: Patience) -> Reply:
        loop = asyncio.get_running_loop()
        until = loop.time() + patience.seconds
        with self.room.seat(caller) as seat:
            hung_up = asyncio.create_task(_leave_when_gone(request, seat.leave))
            try:
                while not seat.left:
                    seat.rung.clear()
                    step = await self.in_turn(caller, partial(_look_if_let_in, request.key, caller, visit))
                    seat.state = step.state
                    told = patience.state in ("", step.state) or step.again
                    if step.instruction is not None or not told or loop.time() >= until:
                        return _reply(step)
                    if not step.again:
                        most = until - loop.time()
                        rung = await seat.wait(most if step.at_most is None else min(most, step.at_most))
                        if not rung and loop.time() >= until:
                            return _reply(step)  # nothing happened, so that a second look would see the same
                return {"do": "ask"}
            finally:
                hung_up.cancel()

    async def sweep_again_and_again(self) -> None:
        """Look for what nobody rang for, and keep those who wait in their places."""
        sweeps = 0
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            sweeps += 1
            try:
                waiting = self.room.waiting()
                self.room.ring(await self.in_pool(partial(visits.sweep, waiting, keep=sweeps % SWEEPS_TO_KEEP == 0)))
            except DatabaseError:
                log.exception("The database cannot be reached; it is tried again.")

    # --- threads ------------------------------------------------------------------------------------------------------
    async def in_turn(self, caller: Caller, call: Callable[[], T]) -> T:
        """Call the engine for this agent, one call after the other."""
        async with self.turns.setdefault(caller.agent.pk, asyncio.Lock()):
            try:
                return await self.in_pool(call)
            except (DatabaseError, Refusal):
                raise
            except Exception as error:  # a fault of ours on one file must not end the door for the others
                log.exception("A fault of Daybook.", company_file=caller.file_id)
                await self.in_pool(partial(note_mistake, caller.file_id, timezone.now()))
                raise Mistake from error

    async def in_pool(self, call: Callable[[], T]) -> T:
        """Call the engine in one of a few threads."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, _with_connection, call)


def _look_if_let_in(key: str, caller: Caller, visit: str) -> Step:
    """Look what is to be done, unless the agent was shut out before it sat down, or since."""
    if agents.who_has(key) is None:
        raise Refusal(401, "This agent was revoked.")
    return visits.look(caller, visit)


def _with_connection(call: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return call()
    except DatabaseError:
        connection.close()
        raise


async def _leave_when_gone(request: Request, leave: Callable[[], None]) -> None:
    with suppress(asyncio.CancelledError):
        await request.gone()
        leave()


def _reply(step: Step) -> Reply:
    return {**(step.instruction or {"do": "ask"}), "state": step.state, "agent_version": shipped_agent.version()}


def _text(said: dict[str, Any], name: str) -> str:
    found = said.get(name, "")
    if not isinstance(found, str):
        raise Refusal(400, f"{name} is not a text.")
    return found


def _number(said: dict[str, Any], name: str) -> int:
    found = said.get(name)
    if not isinstance(found, int):
        raise Refusal(400, f"{name} is not a number.")
    return found


def _seconds(said: dict[str, Any]) -> float:
    found = said.get("wait", POLL_SECONDS)
    if not isinstance(found, int | float) or not 0 <= found <= POLL_SECONDS:
        raise Refusal(400, f"wait is not a number of seconds up to {POLL_SECONDS:.0f}.")
    return float(found)


def _failure(said: dict[str, Any]) -> HResultSeen:
    return HResultSeen(_number(said, "code"), _text(said, "message"))
