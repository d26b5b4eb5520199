"""Stands at the database and at the fault points: counts commits, lets them fail, and calls the play that is on."""

from collections.abc import Callable
from typing import Any, Protocol

from django.db import OperationalError, connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from daybook.companyfile import lock
from daybook.connections import doorbell
from daybook.connectors.qbd import queries
from daybook.monitor import faults, service

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class OnStage(Protocol):
    """What a play does at each of these places."""

    def before_commit(self) -> None: ...

    def after_commit(self) -> None: ...

    def query(self, *, writes: bool) -> None: ...

    def reached(self, point: str) -> None: ...

    def rang(self) -> None: ...

    def is_dead(self, holder: str) -> bool: ...


_on: list[OnStage] = []


def enter(play: OnStage) -> None:
    """From now on this play hears of everything."""
    _on[:] = [play]


def leave() -> None:
    """The play is over."""
    _on.clear()


def _commit(self: DatabaseWrapper) -> None:
    if not _on:
        return _really_commit(self)
    try:
        _on[0].before_commit()
    except BaseException:
        self._rollback()
        self.run_on_commit = []
        raise
    _really_commit(self)
    try:
        _on[0].after_commit()
    except BaseException:
        self.run_on_commit = []
        raise
    return None


_really_commit = DatabaseWrapper._commit


def _execute(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if not _on:
        return execute(sql, params, many, context)
    writes = sql.lstrip()[:6].upper().startswith(WRITES)
    _on[0].query(writes=writes)
    if not writes or connection.in_atomic_block:
        return execute(sql, params, many, context)
    _on[0].before_commit()
    done = execute(sql, params, many, context)
    _on[0].after_commit()
    return done


def install() -> None:
    """Put the hooks in place, once in a process."""
    DatabaseWrapper._commit = _commit  # type: ignore[method-assign]
    connection.execute_wrappers.append(_execute)
    faults.watch(lambda point: _on[0].reached(point) if _on else None)
    doorbell._ring_now = lambda _: _on[0].rang() if _on else None  # type: ignore[assignment]
    service.is_dead = lambda holder: _on[0].is_dead(holder) if _on else False
    lock.PAUSES = ()
    for question in (queries.whole_list, queries.next_page):
        question.__kwdefaults__["page"] = 6  # so that a small firm has lists of several pages


def database_error(kind: str) -> OperationalError:
    """What the database says when it cannot."""
    return OperationalError("database or disk is full" if kind == "disk full" else "the database is gone")
