"""The request processor: the interface of QuickBooks on the desktop, over a sandbox company file.

A walk through it: open the connection, begin a session with a file and a mode, process requests (text in, text
out), end the session, close the connection. Whatever goes wrong as a whole is an `HResult`.

Crash windows, as in QuickBooks: each request of a set is committed on its own and nothing is rolled back; the
answer of a set with a newMessageSetID is stored in the file last. Whoever dies in between leaves requests done and
no answer.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from daybook.companyfile import about, errors, queries, refusals
from daybook.companyfile.answers import answer, document, message_shape, ret_shape, write_fields, write_ret
from daybook.companyfile.errors import FileInUse, HResult, Refusal
from daybook.companyfile.faults import Faults
from daybook.companyfile.lock import Hold
from daybook.companyfile.rules import Lists
from daybook.companyfile.store import Row, Store, Values
from daybook.qbxml.envelope import MessageSet, Request, SchemaViolation, read_set
from daybook.qbxml.fields import Kind
from daybook.qbxml.kinds import KINDS

Mode = Literal["single", "multi", "do_not_care"]

LONGEST_SET_ID = 24
LONGEST_REQUEST_ID = 50
CLEAR_ALL = "ClearAllMessageSets"

_BY_NAME = {kind.name: kind for kind in KINDS.values()}
_LIST_DEL = {kind.list_del_type: kind for kind in KINDS.values()}


@dataclass(slots=True)
class Session:
    """An open session: the file, the right to it, and the iterators that live as long as it does."""

    store: Store
    hold: Hold
    iterators: dict[str, queries.Iterator] = field(default_factory=dict)


class RequestProcessor:
    """A connection of one application; `own_seconds` adds up the time spent between request text and answer text."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        faults: Iterable[str] | Faults = (),
    ) -> None:
        self.own_seconds = 0.0
        self._clock = clock
        self._sleep = sleep
        self._faults = faults if isinstance(faults, Faults) else Faults(faults)
        self._app_name = ""
        self._sessions: dict[str, Session] = {}

    # The five calls

    def open_connection(self, app_id: str, app_name: str) -> None:
        """Say which application is calling."""
        self._app_name = app_name or app_id or "An application"

    def begin_session(self, path: str, mode: Mode = "do_not_care") -> str:
        """Open a company file and give the ticket for it."""
        if not path:
            raise HResult(errors.NO_FILE_NAME)
        file = Path(path).expanduser()
        store = Store.open(file)
        try:
            self._admit(store, mode)
            hold = Hold(file, self._app_name)
        except FileInUse as busy:
            store.close()
            raise HResult(errors.HELD_BY_OTHER, f"{errors.TEXTS[errors.HELD_BY_OTHER]} {busy}") from None
        except OSError as trouble:
            store.close()
            raise HResult(errors.CANNOT_OPEN, f"{errors.TEXTS[errors.CANNOT_OPEN]} {trouble}") from trouble
        except BaseException:
            store.close()
            raise
        ticket = f"{{{str(uuid.uuid4()).upper()}}}"
        self._sessions[ticket] = Session(store, hold)
        return ticket

    def process_request(self, ticket: str, text: str | bytes) -> str:
        """Answer a qbXML document."""
        started = time.perf_counter()
        try:
            session = self._session(ticket)
            if session.store.setting("dialog"):
                raise HResult(errors.DIALOG)
            if slow := session.store.setting("slow_ms", 0):
                self._sleep(slow / 1000)
            try:
                message_set = read_set(text)
            except SchemaViolation:
                raise HResult(errors.SCHEMA) from None
            answered = MessageSetRun(session, message_set, self._clock, self._faults).run()
            self._faults.at("lose_answer")
            return answered
        except sqlite3.Error as trouble:
            raise HResult(errors.UNEXPECTED, f"{errors.TEXTS[errors.UNEXPECTED]} {trouble}") from trouble
        finally:
            self.own_seconds += time.perf_counter() - started

    def end_session(self, ticket: str) -> None:
        """Close the company file."""
        session = self._session(ticket)
        del self._sessions[ticket]
        try:
            session.store.close()
        finally:
            session.hold.release()

    def close_connection(self) -> None:
        """End what is still open."""
        for ticket in list(self._sessions):
            self.end_session(ticket)

    def _session(self, ticket: str) -> Session:
        if ticket not in self._sessions:
            raise HResult(errors.BAD_TICKET)
        return self._sessions[ticket]

    def _admit(self, store: Store, mode: Mode) -> None:
        settings = store.settings()
        if settings.get("dialog"):
            raise HResult(errors.DIALOG)
        if other := settings.get("other_company_open"):
            raise HResult(errors.OTHER_COMPANY, f"{errors.TEXTS[errors.OTHER_COMPANY]} Open now: {other}.")
        if settings.get("version_differs"):
            raise HResult(errors.OTHER_VERSION)
        if settings.get("asks_administrator") and self._app_name not in settings.get("authorised", []):
            raise HResult(errors.NOT_AUTHORISED)
        if not settings.get("automatic_login", True):
            raise HResult(errors.NO_AUTOMATIC_LOGIN)
        alone = settings.get("mode") == "single"
        if alone and mode == "single":
            raise HResult(errors.HELD_BY_OTHER)
        if alone or mode == "single":
            raise HResult(errors.OTHER_MODE)


class MessageSetRun:
    """One message set, from its recovery rules to the stored answer."""

    def __init__(
        self, session: Session, message_set: MessageSet, clock: Callable[[], datetime], faults: Faults
    ) -> None:
        self._session = session
        self._store = session.store
        self._set = message_set
        self._clock = clock
        self._faults = faults
        self._zone = ZoneInfo(session.store.setting("time_zone", "UTC"))

    def run(self) -> str:
        """Recover, or do the requests and store the answer."""
        new, old = self._set.new_set_id, self._set.old_set_id
        for set_id in (new, old):
            if set_id is not None and set_id != CLEAR_ALL and not 0 < len(set_id) <= LONGEST_SET_ID:
                return document((), set_id=new, set_status=9004)
        if new is not None and new == old and not self._set.requests:
            return self._stored(new) or document((), set_id=new, set_status=9002)
        if old is not None and old != new:
            forgotten = self._forget(old)
            if new is None:
                return document(self._answers(), set_status=0 if forgotten else 600)
        if new is None:
            return document(self._answers())
        checksum = self._checksum()
        known = self._store.rows("SELECT checksum FROM message_set WHERE set_id = ?", (new,))
        if known:
            same = known[0][0] == checksum
            return (self._stored(new) if same else None) or document((), set_id=new, set_status=9001)
        return self._remembered(new, checksum)

    def _stored(self, set_id: str) -> str | None:
        found = self._store.rows("SELECT answer FROM message_set WHERE set_id = ?", (set_id,))
        return found[0][0] if found else None

    def _forget(self, set_id: str) -> bool:
        if set_id == CLEAR_ALL:
            self._store.execute("DELETE FROM message_set")
            return True
        return self._store.execute("DELETE FROM message_set WHERE set_id = ?", (set_id,)) > 0

    def _remembered(self, set_id: str, checksum: str) -> str:
        answers = self._answers()
        text = document(answers, set_id=set_id, set_status=0)
        self._faults.at("before_store_answer")
        if self._faults.at("store_answer"):
            return document(answers, set_id=set_id, set_status=9005)
        with self._store.change():
            self._store.execute(
                "INSERT INTO message_set VALUES (?, ?, ?, ?)", (set_id, checksum, text, int(self._clock().timestamp()))
            )
        self._faults.at("after_store_answer")
        return text

    def _checksum(self) -> str:
        said = [[one.name, one.request_id, one.attributes, one.body] for one in self._set.requests]
        return hashlib.sha256(json.dumps([self._set.on_error, said], sort_keys=True).encode()).hexdigest()

    # The requests

    def _answers(self) -> list[str]:
        answers: list[str] = []
        stopped = False
        for position, request in enumerate(self._set.requests, 1):
            self._faults.at("before_request", position)
            try:
                if stopped:
                    raise refusals.not_processed()
                answers.append(self._answered(request, position))
            except Refusal as refusal:
                answers.append(
                    answer(request.name, (request.request_id or "")[:LONGEST_REQUEST_ID], refusal.code, refusal.message)
                )
                stopped = stopped or (self._set.on_error == "stopOnError" and refusal.code >= 1000)
            self._faults.at("after_request", position)
        return answers

    def _answered(self, request: Request, position: int) -> str:
        if len(request.request_id or "") > LONGEST_REQUEST_ID:
            raise refusals.request_id_too_long()
        if self._set.on_error == "rollbackOnError" or not request.known:
            raise refusals.not_available()
        found = self._special(request)
        if found is None:
            kind, verb = _kind_and_verb(request.name)
            if kind is None:
                raise refusals.not_available()
            self._permit(kind, verb)
            found = self._query(kind, request) if verb == "Query" else self._write(kind, verb, request, position)
        rets = found.rets if self._set.response_data != "includeNone" else []
        return answer(
            request.name, request.request_id or "", found.code, found.message, content=rets, attributes=found.attributes
        )

    def _permit(self, kind: Kind, verb: str) -> None:
        denied = self._store.setting("denied", {}).get(kind.key)
        if denied == "all" or (denied == "write" and verb != "Query"):
            raise refusals.no_permission(kind.name + verb)

    # Writing

    def _write(self, kind: Kind, verb: str, request: Request, position: int) -> queries.Found:
        given = request.body[kind.name + verb]
        if (
            kind.key == "employee"
            and not self._store.setting("personal_data", True)
            and any(map(given.get, about.PERSONAL))
        ):
            raise refusals.no_personal_data()
        self._forced_refusal(kind, given)
        with self._store.change():
            lists = Lists(self._store, self._clock)
            if verb == "Add":
                row = lists.add(kind, given)
            else:
                row = lists.modify(kind, given["ListID"], given["EditSequence"], given)
            self._faults.at("before_commit", position)
        return queries.Found([self._ret(kind, row, request.body.get("IncludeRetElement"))])

    def _forced_refusal(self, kind: Kind, given: Values) -> None:
        planned: list[int] = self._store.setting("refuse_next", [])
        if planned:
            self._store.set("refuse_next", planned[1:] or None)
            raise refusals.forced(planned[0], kind.name, str(given.get("Name") or given.get("ListID") or ""))

    def _ret(self, kind: Kind, row: Row, wanted: list[str] | None) -> str:
        values = {name: value for name, value in row.values.items() if not wanted or name in wanted}
        return write_ret(kind.name + "Ret", ret_shape(kind.key, self._set.version), self._shown(kind, values))

    def _shown(self, kind: Kind, values: Values) -> Values:
        if kind.key != "employee" or self._store.setting("personal_data", True):
            return values
        return {name: value for name, value in values.items() if name not in about.PERSONAL}

    def _delete(self, request: Request, position: int) -> queries.Found:
        kind = _LIST_DEL.get(request.body["ListDelType"])
        if kind is None:
            raise refusals.not_available()
        self._permit(kind, "Del")
        self._forced_refusal(kind, request.body)
        with self._store.change():
            row = Lists(self._store, self._clock).delete(kind, request.body["ListID"])
            self._faults.at("before_commit", position)
        values = {
            "ListDelType": kind.list_del_type,
            "ListID": row.list_id,
            "TimeDeleted": self._clock().astimezone(self._zone).replace(microsecond=0).isoformat(),
            "FullName": row.full_name,
        }
        return queries.Found([write_fields(message_shape("ListDelRq", self._set.version), values)])

    # Asking

    def _special(self, request: Request) -> queries.Found | None:
        wanted = request.body.get("IncludeRetElement")
        if request.name == "HostQueryRq":
            return self._one(request.name, about.host(self._store), wanted)
        if request.name == "CompanyQueryRq":
            values = about.company(self._store)
            if "0" not in request.body.get("OwnerID", []):
                del values["DataExtRet"]
            return self._one(request.name, values, wanted)
        if request.name == "PreferencesQueryRq":
            return self._one(request.name, about.preferences(self._store), wanted)
        if request.name == "ListDelRq":
            return self._delete(request, len(self._set.requests))
        if request.name == "ListDeletedQueryRq":
            return self._deleted(request)
        return None

    def _one(self, request: str, values: Values, wanted: list[str] | None) -> queries.Found:
        shown = {key: value for key, value in values.items() if not wanted or key in wanted}
        return queries.Found(
            [write_ret(request.removesuffix("QueryRq") + "Ret", message_shape(request, self._set.version), shown)]
        )

    def _deleted(self, request: Request) -> queries.Found:
        found = queries.deleted(self._store, request.body, self._clock(), self._zone)
        shape = message_shape(request.name, self._set.version)
        rets = [write_ret("ListDeletedRet", shape, one) for one in found]
        return queries.Found(rets) if rets else queries.Found([], 1, refusals.NOTHING_FOUND)

    def _query(self, kind: Kind, request: Request) -> queries.Found:
        query = queries.Query(self._store, kind, request.body, self._set.version)
        if not self._store.setting("personal_data", True) and kind.key == "employee":
            query.hide(about.PERSONAL)
        step = request.attributes.get("iterator")
        if step:
            return self._iterate(query, step, request)
        found = query.by_identity()
        if found is None:
            chosen = query.chosen()
            most = request.body.get("MaxReturned")
            page = chosen[: int(most)] if most else chosen
            counted = (
                {"retCount": str(len(chosen))}
                if request.attributes.get("metaData", "NoMetaData") != "NoMetaData"
                else {}
            )
            if request.attributes.get("metaData") == "MetaDataOnly":
                return queries.Found([], attributes=counted)
            found = queries.Found(query.rets(page), attributes=counted)
        if not found.rets and found.code == 0:
            found.code, found.message = 1, refusals.NOTHING_FOUND
        return found

    def _iterate(self, query: queries.Query, step: str, request: Request) -> queries.Found:
        open_ones = self._session.iterators
        if step == "Start":
            if not request.body.get("MaxReturned"):
                raise refusals.missing("MaxReturned")
            number = f"{{{uuid.uuid4()!s}}}"
            open_ones[number] = queries.Iterator(query.question(), query.chosen())
        else:
            number = request.attributes.get("iteratorID", "")
            if number not in open_ones or (step == "Continue" and open_ones[number].question != query.question()):
                raise refusals.bad_iterator(number)
            if step == "Continue" and not request.body.get("MaxReturned"):
                raise refusals.missing("MaxReturned")
        iterator = open_ones[number]
        page = [] if step == "Stop" else iterator.next(int(request.body["MaxReturned"]))
        rets = query.rets(page)
        if step == "Stop" or not iterator.remaining:
            del open_ones[number]
        attributes = {"iteratorRemainingCount": str(iterator.remaining if step != "Stop" else 0), "iteratorID": number}
        if not rets and step != "Stop" and iterator.given == 0:
            return queries.Found([], 1, refusals.NOTHING_FOUND, attributes)
        return queries.Found(rets, attributes=attributes)


def _kind_and_verb(name: str) -> tuple[Kind | None, str]:
    for verb in ("Query", "Add", "Mod"):
        if name.endswith(verb + "Rq"):
            return _BY_NAME.get(name.removesuffix(verb + "Rq")), verb
    return None, ""
