"""The Monitor as a program: a thread a company file carries the engine's letters; one more keeps the leases alive."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from daybook.connections.doorbell import EVERY_FILE, Doorbell
from daybook.connections.models import CompanyFile, MonitorSeat
from daybook.connections.queries import at_work, files
from daybook.monitor import lease, policy, telling
from daybook.monitor.chores import Chore
from daybook.monitor.engine import Engine
from daybook.monitor.faults import reach
from daybook.monitor.importing import Breather
from daybook.monitor.lease import LeaseLost
from daybook.monitor.mistakes import note_mistake
from daybook.monitor.releasing import seconds_left, stay_away
from daybook.monitor.values import Ask, Clock, HResultSeen, Ids

APP_NAME = "Daybook"
FORGOTTEN_SEATS = timedelta(days=1)

log = structlog.get_logger(__name__)


class TransportError(Exception):
    """What a transport raises when a call fails as a whole; its `code` is the HRESULT."""

    code: int
    message: str


class Transport(Protocol):
    """The interface of QuickBooks on the desktop."""

    def open_connection(self, app_id: str, app_name: str) -> None: ...

    def begin_session(self, path: str, mode: Literal["single", "multi", "do_not_care"]) -> str: ...

    def process_request(self, ticket: str, text: str) -> str: ...

    def end_session(self, ticket: str) -> None: ...

    def close_connection(self) -> None: ...


@dataclass(frozen=True)
class Way:
    """How a kind of company file is reached: a maker of transports, and the error they raise."""

    make: Callable[[CompanyFile], Transport]
    error: type[Exception]


def failure_of(error: Exception) -> HResultSeen:
    """The HRESULT in a transport's error."""
    return HResultSeen(int(getattr(error, "code", 0)), str(getattr(error, "message", error)))


def name_of_holder(token: str) -> str:
    """Machine, process and a mark of its own, so that a dead holder on this machine is known as dead."""
    return f"{socket.gethostname()}/{_process_space()}/{os.getpid()}/{token}"


def is_dead(holder: str) -> bool:
    """Whether a holder was a process of this machine that ended."""
    parts = holder.split("/")
    if len(parts) != 4 or parts[:2] != [socket.gethostname(), _process_space()] or not parts[2].isdigit():
        return False
    pid = int(parts[2])
    if pid == os.getpid():
        return True  # an earlier program had the number that we have now
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _process_space() -> str:
    """Containers have process numbers of their own."""
    link = Path("/proc/self/ns/pid")
    return link.readlink().name.strip("pid:[]") if link.is_symlink() else "0"


@dataclass
class Line:
    """The line to one company file: lease, open session, and the loop that carries letters."""

    company_file_id: int
    way: Way
    engine: Engine
    holder: str
    now: Clock
    named: str = ""
    epoch: int | None = None
    transport: Transport | None = None
    ticket: str = ""
    breather: Breather = field(default_factory=lambda: Breather(time.monotonic, time.sleep))
    late_at: datetime | None = None
    rang: bool = False
    wake: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Take turns until told to stop; what goes wrong on one turn is told and tried again on a later one."""
        wait: float = 0.0
        while not self.stopping.is_set():
            self.rang = self.wake.wait(wait)
            self.wake.clear()
            wait = policy.SWEEP_SECONDS
            try:
                close_old_connections()
                self.turn()
            except LeaseLost as lost:
                log.warning(
                    "The company file went to another Monitor, or the connection was moved.",
                    company_file=self.company_file_id,
                    detail=str(lost),
                )
                self.drop()
                wait = 0.0  # where a person took the lease away, as the connection was moved, nobody holds it now
            except DatabaseError:
                log.exception("The database did not do what it was asked.", company_file=self.company_file_id)
                self.drop()
                connection.close()
            except Exception:
                log.exception("A fault of Daybook.", company_file=self.company_file_id)
                self.drop()
                self._note_fault()
        self._leave()
        connection.close()

    def turn(self) -> bool:
        """Do all there is to do now; False while another Monitor holds the file."""
        if not self._hold():
            return False
        if lease.release_asked(self.company_file_id, self._epoch):
            if self.ticket:
                self._let_file_go(asked=True)
            else:
                stay_away(self.company_file_id, self._epoch, self.now())
        self._work()
        self._tell_what_is_late()
        if self.ticket and seconds_left(self.company_file_id, self.now()) <= 0:
            self._let_file_go()
            self._work()  # it may have been let go to be opened anew
        return True

    def _work(self) -> None:
        while not self.stopping.is_set() and self._step():
            continue

    def _tell_what_is_late(self) -> None:
        """Look for what waits too long; not on every turn, as this program is idle most of the day."""
        now = self.now()
        if self.late_at is None or now >= self.late_at or self.rang:
            self.late_at = now + policy.LOOK_FOR_LATE_EVERY
            telling.late(at_work(self.company_file_id), now)

    def _step(self) -> bool:
        """Carry one letter, or do one step of an import that needs no open file; False when there is nothing to do."""
        file_id = self.company_file_id
        if not self.ticket:
            file = at_work(file_id)
            if self.named and file.way != self.named:
                self._leave()  # it was moved: another program reaches it now
                return False
            if self.engine.has_work(file, self._epoch):
                self._open(file)
        if self.ticket:
            ask = self.engine.next_request(file_id, self._epoch)
            if ask is not None:
                stay = self._carry(ask)
                asked = lease.release_asked(file_id, self._epoch)
                if asked or not stay:
                    self._let_file_go(asked=asked)
                return True
        with self.breather:
            return self.engine.advance(file_id, self._epoch)

    @property
    def _epoch(self) -> int:
        if self.epoch is None:
            raise LeaseLost(f"The lease on company file {self.company_file_id} was lost.")
        return self.epoch

    def _hold(self) -> bool:
        """Be the holder, or become it if nobody is."""
        if self.epoch is not None:
            return True
        holder = lease.holder_of(self.company_file_id)
        dead = holder if holder and holder != self.holder and is_dead(holder) else ""
        machine = socket.gethostname()
        self.epoch = lease.take(self.company_file_id, self.holder, machine, self.now(), dead=dead)
        if self.epoch is None:
            return False
        self.engine.took_over(self.company_file_id, self.epoch)
        return True

    def _open(self, file: CompanyFile) -> None:
        reach("file.before_open")
        transport = self.way.make(file)
        try:
            transport.open_connection("", APP_NAME)
            ticket = transport.begin_session(file.path, "do_not_care")
        except self.way.error as error:
            transport.close_connection()
            self.engine.cannot_open(file.pk, self._epoch, failure_of(error))
            return
        reach("file.after_open")
        self.transport, self.ticket = transport, ticket
        self.engine.opened(file.pk, self._epoch)

    def _carry(self, ask: Ask) -> bool:
        """Carry one letter there and its answer back."""
        reach("send.before")
        answer = self._send(ask.text)
        reach("send.after")
        return self.engine.take_answer(self.company_file_id, self._epoch, ask, answer)

    def _send(self, text: str) -> str | HResultSeen:
        if self.transport is None:
            raise TypeError("There is no open file to send to.")
        try:
            return self.transport.process_request(self.ticket, text)
        except self.way.error as error:
            return failure_of(error)

    def _let_file_go(self, *, asked: bool = False) -> None:
        """Say the last words, close the file, and stay away for a while if a person asked for the file."""
        ask = self.engine.last_words(self.company_file_id, self._epoch)
        while ask is not None:
            self.engine.take_answer(self.company_file_id, self._epoch, ask, self._send(ask.text))
            ask = self.engine.last_words(self.company_file_id, self._epoch)
        reach("file.before_close")
        self._close()
        reach("file.after_close")
        self.engine.closed(self.company_file_id, self._epoch)
        if asked:
            stay_away(self.company_file_id, self._epoch, self.now())

    def _close(self) -> None:
        transport, ticket = self.transport, self.ticket
        self.transport, self.ticket = None, ""
        if transport is None:
            return
        try:
            transport.end_session(ticket)
        except self.way.error as error:
            log.warning("The file did not close.", company_file=self.company_file_id, detail=str(error))
        transport.close_connection()

    def drop(self) -> None:
        """Close the file without writing anything; the lease is taken anew at the next turn."""
        self._close()
        self.epoch = None

    def _note_fault(self) -> None:
        """A fault of ours on this file is seen on its page, and tried again after a minute."""
        try:
            note_mistake(self.company_file_id, self.now())
        except DatabaseError:
            log.exception("The fault could not be written down.", company_file=self.company_file_id)
            connection.close()

    def _leave(self) -> None:
        """Let file and lease go in good order, if they are still ours."""
        try:
            if self.ticket:
                self._let_file_go()
            if self.epoch is not None:
                lease.let_go(self.company_file_id, self.epoch, self.now())
                self.epoch = None
        except (LeaseLost, DatabaseError):
            log.exception("The file was closed, but that could not be written down.", company_file=self.company_file_id)
            self.drop()


class Monitor:
    """One Monitor process: Active for the files whose lease it holds, Standby for the others."""

    def __init__(
        self,
        ways: Mapping[str, Way],
        *,
        now: Clock,
        ids: Ids,
        token: str,
        chores: Sequence[Chore] = (),
        only: frozenset[int] = frozenset(),
    ) -> None:
        self.ways = ways
        self.now = now
        self.engine = Engine(now, ids)
        self.holder = name_of_holder(token)
        self.chores = chores
        self.only = only
        self.lines: dict[int, Line] = {}
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._doorbell: Doorbell | None = None

    def run(self) -> None:
        """Work until told to stop by SIGTERM or SIGINT."""
        with Doorbell() as doorbell:
            self._doorbell = doorbell
            self._listen_to_signals()
            self._start(self._keep_alive, "heartbeat")
            self._start(self._do_chores, "chores")
            log.info("The Monitor runs.", holder=self.holder)
            while not self._stopping.is_set():
                self._look_around()
                self._listen(doorbell)
            self._finish()
            self._doorbell = None
        log.info("The Monitor ended.", holder=self.holder)

    def _listen(self, doorbell: Doorbell) -> None:
        """Wake the lines that are rung for, until it is time to look for new company files."""
        rang = doorbell.wait(policy.LOOK_AROUND_SECONDS)
        while rang and not self._stopping.is_set() and (EVERY_FILE in rang or rang <= self.lines.keys()):
            for company_file_id in self.lines if EVERY_FILE in rang else rang:
                self.lines[company_file_id].wake.set()
            rang = doorbell.wait(policy.LOOK_AROUND_SECONDS) if EVERY_FILE not in rang else frozenset()

    def run_once(self) -> list[CompanyFile]:
        """Do what there is to do and end; gives the files that another Monitor holds."""
        self._take_seat()
        held_elsewhere = []
        for file in self._files():
            line = self._line(file)
            if not line.turn():
                held_elsewhere.append(file)
            line.stopping.set()
            line._leave()
        MonitorSeat.objects.filter(holder=self.holder).delete()
        return held_elsewhere

    def stop(self) -> None:
        """End in good order: the request on its way is answered, the file closed, the lease given back."""
        self._stopping.set()
        if self._doorbell is not None:
            self._doorbell.wake()

    def _listen_to_signals(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: self.stop())

    def _files(self) -> list[CompanyFile]:
        return [file for file in files() if file.way in self.ways and (not self.only or file.pk in self.only)]

    def _line(self, file: CompanyFile) -> Line:
        return Line(file.pk, self.ways[file.way], self.engine, self.holder, self.now, file.way)

    def _look_around(self) -> None:
        """Start a line for each company file that is new, and end those of connections that were deleted."""
        try:
            close_old_connections()
            found = {file.pk: file for file in self._files()}
        except DatabaseError:
            log.exception("The database cannot be reached; it is tried again.")
            connection.close()
            return
        for pk, file in found.items():
            if pk not in self.lines:
                self.lines[pk] = self._line(file)
                self._start(self.lines[pk].run, f"file-{pk}")
        for pk in self.lines.keys() - found.keys():
            line = self.lines.pop(pk)
            line.stopping.set()
            line.wake.set()

    def _start(self, run: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=run, name=name)
        thread.start()
        self._threads.append(thread)

    def _finish(self) -> None:
        for line in self.lines.values():
            line.stopping.set()
            line.wake.set()
        for thread in self._threads:
            thread.join()
        try:
            MonitorSeat.objects.filter(holder=self.holder).delete()
        except DatabaseError:
            log.exception("The seat could not be given back; it is forgotten by itself.")

    def _take_seat(self) -> None:
        now = self.now()
        MonitorSeat.objects.filter(heartbeat_at__lt=now - FORGOTTEN_SEATS).delete()
        for seat in MonitorSeat.objects.all():
            if is_dead(seat.holder):
                seat.delete()
        MonitorSeat.objects.create(
            holder=self.holder, machine=socket.gethostname(), pid=os.getpid(), started_at=now, heartbeat_at=now
        )

    def _keep_alive(self) -> None:
        """Renew the leases while long requests run, and say that this Monitor is there."""
        wait = 0.0
        while not self._stopping.wait(wait):
            wait = policy.HEARTBEAT_SECONDS
            try:
                close_old_connections()
                if not MonitorSeat.objects.filter(holder=self.holder).update(heartbeat_at=self.now()):
                    self._take_seat()  # the first time, or others have forgotten it while this machine slept
                for line in list(self.lines.values()):
                    epoch = line.epoch
                    if epoch is not None and not lease.renew(line.company_file_id, epoch, self.now()):
                        log.warning("The lease went to another Monitor.", company_file=line.company_file_id)
            except DatabaseError:
                log.exception("The heartbeat could not be written.")
                connection.close()
        connection.close()

    def _do_chores(self) -> None:
        """Run each chore when its time comes; one that fails is logged and tried again at its next time."""
        due = {chore.name: self.now() for chore in self.chores}
        while not self._stopping.wait(policy.SWEEP_SECONDS):
            for chore in self.chores:
                now = self.now()
                if due[chore.name] > now or self._stopping.is_set():
                    continue
                due[chore.name] = now + chore.every
                try:
                    close_old_connections()
                    chore.run(now)
                except Exception:
                    log.exception("A chore failed.", chore=chore.name)
        connection.close()
