"""Starts other `daybook` processes, waits until they are ready, and ends them together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.request import urlopen

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Ask the system to end this process when the one that started it is killed, which leaves it no time to do so."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class NotReady(Exception):
    """A process did not come up in time, or ended; the text says which."""


class Stopped(Exception):
    """A person, or the system, asked this program to end."""


def free_port(host: str = "127.0.0.1") -> int:
    """A port on which nobody listens at this moment."""
    with socket.socket() as listener:
        listener.bind((host, 0))
        port: int = listener.getsockname()[1]
        return port


def can_listen(host: str, port: int) -> bool:
    """Whether a program may listen there: the address is this machine's, and nobody listens yet."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True


def next_free_port(host: str, wanted: int) -> int:
    """This port if nobody listens there, else any free one."""
    return wanted if can_listen(host, wanted) else free_port(host)


class Family:
    """Processes that live and end together."""

    def __init__(self, env: Mapping[str, str], logs: Path | None = None, *, groups: bool = True) -> None:
        self._env = dict(os.environ) | dict(env)
        self._logs = logs
        self._groups = groups  # each member leads one: Ctrl-C reaches us alone, and we end the members in order
        self.members: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str, program: str = "daybook") -> None:
        """Start a program of ours under a name; with a folder for logs, what it prints goes to `<name>.out` there."""
        output = self._output(name)
        self.members[name] = subprocess.Popen(
            [sys.executable, "-m", program, *arguments],
            env=self._env,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=self._groups,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 (before any thread)
        )
        if output is not None:
            output.close()

    def _output(self, name: str) -> IO[bytes] | None:
        return (self._logs / f"{name}.out").open("ab") if self._logs else None

    def kill(self, name: str) -> None:
        """End a member and its children at once, as a power cut would."""
        process = self.members.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def ended(self) -> str | None:
        """The name of a member that is no longer there."""
        return next((name for name, process in self.members.items() if process.poll() is not None), None)

    def wait_until(self, ready: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Wait for a condition while every member lives."""
        deadline, pause = time.monotonic() + seconds, threading.Event()
        while not ready():
            if lost := self.ended():
                raise NotReady(f"The process {lost} ended (exit code {self.members[lost].returncode}).")
            if time.monotonic() > deadline:
                raise NotReady(f"{what} within {seconds:.0f} seconds.")
            pause.wait(0.05)

    def wait(self, look: Callable[[], None] = lambda: None) -> str:
        """Wait until one of them ends, and give its name; `look` is called each time we look."""
        pause = threading.Event()
        while not (lost := self.ended()):
            look()
            pause.wait(0.5)
        return lost

    def stop(self) -> None:
        """End every member: asked first, the youngest first, and made to after 10 seconds."""
        for process in reversed(self.members.values()):
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + 10
        for process in self.members.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                if self._groups:
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    process.kill()
                process.wait()


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, Ctrl-C or a request to end raises Stopped, so that what must be cleaned up is."""

    def stop(number: int, _frame: object) -> None:
        for each in STOPS:
            signal.signal(each, signal.SIG_IGN)  # one request is enough; the second must not cut the cleaning short
        raise Stopped(signal.Signals(number).name)

    before = {each: signal.signal(each, stop) for each in STOPS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def answers(url: str, path: str = "/health/") -> bool:
    """Whether a Daybook site answers at this address and can reach its database."""
    try:
        with urlopen(f"{url}{path}", timeout=2) as answer:  # noqa: S310 (the address is our own)
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False
