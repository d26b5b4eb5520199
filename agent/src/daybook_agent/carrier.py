"""Carries letters: asks Daybook for work, holds QuickBooks while there is some, and loses no answer.

An answer is on disk before it is delivered, and stays there until Daybook has it: lost network, a restart of this
program or of Daybook cost time and nothing else. Daybook takes each answer once, however often it comes.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from daybook_agent.faults import reach
from daybook_agent.folder import KEPT, RUN, Folder
from daybook_agent.meanings import explained
from daybook_agent.quickbooks import APP_ID, APP_NAME, NO_ANSWER, Factory, RequestProcessor, code_of, message_of
from daybook_agent.rotation import Rotation
from daybook_agent.server import POLL_SECONDS, NotTaken, Server, ShutOut, TooEarly, Unreachable, about_this_pc

HEARTBEAT_SECONDS = 8.0
ALONE_SECONDS = 60.0  # a file is not held for longer than this when Daybook cannot be reached
PAUSES = (0.5, 1, 2, 5, 10, 20)
SHUT_OUT_PAUSE = 60.0
TROUBLE_PAUSE = 20.0
MOST_RUNS = 20
LOOK_UP_SECONDS = 0.5

log = logging.getLogger("daybook_agent")


class Carrier:
    """One agent at work. All calls to QuickBooks are made by the thread that calls `run`."""

    def __init__(
        self,
        folder: Folder,
        connect: Callable[[str, list[str]], Server],
        factory: Factory,
        rotation: Rotation,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        # Every run that may hold the lease yet: all since the last one that Daybook is known to have heard.
        instance, before = uuid.uuid4().hex, list((folder.read(RUN) or {}).get("runs", []))[-MOST_RUNS:]
        self._run = instance
        folder.write(RUN, {"runs": [*before, instance]})
        self._server = connect(instance, before)
        self._heart = connect(instance, before)
        self._factory = factory
        self._rotation = rotation
        self._clock = clock
        self._processor: RequestProcessor | None = None
        self._ticket = ""
        self._visit = ""
        self._epoch_at_work: int | None = None
        self._in_touch_at = clock()
        self._failures = 0
        self._state = ""
        self._told_version = ""
        self.stopping = threading.Event()

    def run(self) -> None:
        """Work until told to stop."""
        heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        heart.start()
        said: dict[str, Any] = {"do": "ask"}
        while not self.stopping.is_set():
            said = self._turn(said)
        self._leave()
        heart.join(1)

    def stop(self) -> None:
        """End after the letter on its way."""
        self.stopping.set()

    def _turn(self, said: dict[str, Any]) -> dict[str, Any]:
        """Do what Daybook said, and give what it says next."""
        try:
            said = self._do(said)
        except Unreachable as trouble:
            self._stand_alone(str(trouble))
            return {"do": "ask"}
        except TooEarly as early:
            log.warning("%s", early)
            return self._ask_later()
        except ShutOut as shut:
            self._close_file()
            log.error("%s", shut)
            return self._ask_later()
        except (NotTaken, OSError) as trouble:
            self._close_file()
            log.error("%s", trouble)  # Daybook and agent do not understand each other, or the disk of this PC is full
            self.stopping.wait(TROUBLE_PAUSE)
            return {"do": "ask"}
        self._touched(said)
        return said

    def _ask_later(self) -> dict[str, Any]:
        """Ask again after a pause, with the key of then: the PC may have been enrolled anew meanwhile."""
        self.stopping.wait(SHUT_OUT_PAUSE)
        self._rotation.look_again([self._server, self._heart])
        return {"do": "ask"}

    def _do(self, said: dict[str, Any]) -> dict[str, Any]:
        """One step; what Daybook answers to it."""
        what = said["do"]
        if what == "open":
            return self._open(said)
        if what == "carry":
            return self._carry(said)
        if what == "close":
            return self._close(said)
        kept = self._folder.read(KEPT)
        if kept is not None:
            return self._deliver(kept)
        if self._rotation.is_due():
            self._rotation.turn([self._server, self._heart])
        return self._wait_for_work()

    def _wait_for_work(self) -> dict[str, Any]:
        """Ask in a thread of its own, so that this one can be told to stop meanwhile."""
        said = {"visit": self._visit, "state": self._state or "new", "wait": POLL_SECONDS, **about_this_pc()}
        asking = _Asking(partial(self._server.ask, "work", **said))
        while not self.stopping.is_set():
            if asking.done.wait(LOOK_UP_SECONDS):
                return asking.result()
        return {"do": "ask"}

    def _touched(self, said: dict[str, Any]) -> None:
        if self._run:
            self._folder.write(RUN, {"runs": [self._run]})
            self._run = ""
        if self._failures:
            log.info("Daybook answers again.")
        self._failures, self._in_touch_at = 0, self._clock()
        state = said.get("state", self._state)
        if state != self._state:
            log.info("This agent is %s.", {"active": "Active", "standby": "Standby"}.get(state, state.capitalize()))
            self._state = state
        newer = said.get("agent_version", "")
        mine = about_this_pc()["version"]
        if newer and newer not in (mine, self._told_version):
            log.info("Daybook has version %s of the agent; this is %s. `daybook-agent update` takes it.", newer, mine)
            self._told_version = newer

    # --- QuickBooks -----------------------------------------------------------------------------------------------
    def _open(self, said: dict[str, Any]) -> dict[str, Any]:
        epoch = int(said["epoch"])
        self._close_file()
        processor = self._factory()
        reach("file.before_open")
        try:
            with _AtWork(self, epoch):
                processor.open_connection(APP_ID, APP_NAME)
                ticket = processor.begin_session(said["path"], "do_not_care")
        except processor.failure as error:
            log.warning("%s", explained(code_of(error), message_of(error)))
            _quietly(processor, processor.close_connection)
            return self._server.ask("cannot-open", epoch=epoch, code=code_of(error), message=message_of(error))
        self._processor, self._ticket = processor, ticket
        log.info("The company file is open.")
        reach("file.after_open")
        return self._server.ask("opened", epoch=epoch)

    def _carry(self, said: dict[str, Any]) -> dict[str, Any]:
        self._visit = said["visit"]
        reach("letter.before")
        came = {"visit": self._visit, "letter": said["letter"], **self._processed(said["text"])}
        reach("letter.after")
        self._folder.write(KEPT, came)
        reach("answer.kept")
        return self._deliver(came)

    def _processed(self, text: str) -> dict[str, Any]:
        processor = self._processor
        if processor is None:
            return {"code": NO_ANSWER, "message": "The company file was not open."}
        try:
            with _AtWork(self, int(self._visit.partition(".")[0])):
                return {"answer": processor.process_request(self._ticket, text)}
        except processor.failure as error:
            log.warning("%s", explained(code_of(error), message_of(error)))
            return {"code": code_of(error), "message": message_of(error)}

    def _deliver(self, kept: dict[str, Any]) -> dict[str, Any]:
        """Bring an answer to Daybook; from then on it need not be kept."""
        mine = self._processor is not None and kept["visit"] == self._visit
        try:
            said = self._server.ask("answer" if "answer" in kept else "failure", open=mine, **kept)
        except NotTaken as refused:
            log.error("Daybook did not take an answer, and reads instead what was done: %s", refused)
            lost = {"visit": kept["visit"], "letter": kept["letter"], "code": NO_ANSWER, "message": str(refused)}
            said = self._server.ask("failure", open=mine, **lost)
        reach("answer.delivered")
        self._folder.remove(KEPT)
        reach("answer.forgotten")
        return said

    def _close(self, said: dict[str, Any]) -> dict[str, Any]:
        visit, why = self._visit, said.get("why", "")
        self._close_file()
        if why:
            log.info("%s", why)
            return {"do": "ask"}
        return self._server.ask("closed", visit=visit)

    def _close_file(self) -> None:
        processor, ticket = self._processor, self._ticket
        self._processor, self._ticket, self._visit = None, "", ""
        if processor is not None:
            _quietly(processor, lambda: processor.end_session(ticket))
            _quietly(processor, processor.close_connection)
            log.info("The company file was let go.")
            reach("file.closed")

    # --- trouble --------------------------------------------------------------------------------------------------
    def _stand_alone(self, trouble: str) -> None:
        """Daybook cannot be reached: wait a little longer each time, and do not hold the file meanwhile."""
        if not self._failures:
            log.warning("%s It is asked again.", trouble)
        self._failures += 1
        if self._processor is not None and self._clock() - self._in_touch_at >= ALONE_SECONDS:
            self._close_file()
        self.stopping.wait(PAUSES[min(self._failures, len(PAUSES)) - 1])

    def _leave(self) -> None:
        """End in good order, if Daybook can be reached; if not, it finds out by itself."""
        visit, held = self._visit, self._processor is not None
        self._close_file()
        try:
            if held and visit and self._folder.read(KEPT) is None:
                self._server.ask("closed", visit=visit)
        except (Unreachable, ShutOut, TooEarly, NotTaken) as trouble:
            log.info("Daybook was not told that the file is closed: %s", trouble)
        self._server.close()

    def _beat(self) -> None:
        """Say that this agent is at work while QuickBooks takes its time."""
        while not self.stopping.wait(HEARTBEAT_SECONDS):
            epoch = self._epoch_at_work
            if epoch is None:
                continue
            try:
                self._heart.ask("heartbeat", epoch=epoch)
            except (Unreachable, ShutOut, TooEarly, NotTaken) as trouble:
                log.info("The heartbeat was not heard: %s", trouble)


class _Asking:
    """One question on its way."""

    def __init__(self, ask: Callable[[], dict[str, Any]]) -> None:
        self._ask = ask
        self._said: dict[str, Any] = {}
        self._trouble: Unreachable | ShutOut | TooEarly | NotTaken | None = None
        self.done = threading.Event()
        threading.Thread(target=self._run, name="question", daemon=True).start()

    def _run(self) -> None:
        try:
            self._said = self._ask()
        except (Unreachable, ShutOut, TooEarly, NotTaken) as trouble:
            self._trouble = trouble
        finally:
            self.done.set()

    def result(self) -> dict[str, Any]:
        """What Daybook said."""
        if self._trouble is not None:
            raise self._trouble
        return self._said


class _AtWork:
    """While inside, the heartbeat says so."""

    def __init__(self, carrier: Carrier, epoch: int) -> None:
        self._carrier, self._epoch = carrier, epoch

    def __enter__(self) -> None:
        self._carrier._epoch_at_work = self._epoch

    def __exit__(self, *_: object) -> None:
        self._carrier._epoch_at_work = None


def _quietly(processor: RequestProcessor, call: Callable[[], None]) -> None:
    """Close what can be closed; QuickBooks may be gone already."""
    try:
        call()
    except processor.failure as error:
        log.info("It did not close: %s", explained(code_of(error), message_of(error)))
