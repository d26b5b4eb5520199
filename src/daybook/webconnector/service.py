"""The eight operations of the Web Connector, each one walk to the engine and back.

    authenticate -> [QuickBooks opens] -> (connectionError) -> sendRequestXML <-> receiveResponseXML -> closeConnection

A session stands on the shelf: ticket, epoch and the step that comes next. A call that comes out of turn moves nothing;
what it may have lost on its way is found out by reading, in this session or the next.
"""

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import transaction

from daybook import __version__
from daybook.connections import webconnectors
from daybook.connections.models import CompanyFile, WebConnector
from daybook.connections.words import state_told
from daybook.monitor import telling, visiting
from daybook.monitor.engine import Engine
from daybook.monitor.introducing import Introduction, trouble_with, turn_away
from daybook.monitor.lease import LeaseLost
from daybook.monitor.values import Ask, HResultSeen
from daybook.webconnector.soap import Call, Fault

Step = WebConnector.Step
Result = str | int | list[str]

# QuickBooks may take minutes over a request or to open a file, and the Web Connector says nothing meanwhile.
PATIENCE = timedelta(minutes=5)
TICKET_LIVES = timedelta(minutes=30)
BUSY_SECONDS = 60
OLDEST_CONNECTOR = (2, 0)
NO_OP = "NoOp"
NOTHING_LEFT = "Everything that could be sent was sent."
OVER = "This session is over. The Web Connector begins a new one by itself."
NOT_NOW = "Another computer is at this company file just now. The Web Connector asks again by itself."

log = structlog.get_logger(__name__)


class Service:
    """Answers calls by the engine; nothing is kept here between two of them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._operations: dict[str, Callable[[dict[str, str], str], Result]] = {
            "serverVersion": self._server_version,
            "clientVersion": lambda given, address: _client_version(given.get("strVersion", "")),
            "authenticate": self._authenticate,
            "sendRequestXML": self._send_request,
            "receiveResponseXML": self._receive_response,
            "connectionError": self._connection_error,
            "getLastError": self._last_error,
            "closeConnection": self._close,
        }

    def answer(self, call: Call, address: str) -> Result:
        """The result of a call that came from this address."""
        operation = self._operations.get(call.operation)
        if operation is None:
            raise Fault(f"{call.operation} is not an operation of this service.", version=call.version)
        return operation(call.parameters, address)

    def _server_version(self, given: dict[str, str], address: str) -> str:
        webconnectors.note_asked(self.engine.now())
        return f"Daybook {__version__}"

    # --- before the session -------------------------------------------------------------------------------------------
    def _authenticate(self, given: dict[str, str], address: str) -> list[str]:
        now = self.engine.now()
        found = webconnectors.let_in(given.get("strUserName", ""), given.get("strPassword", ""), address, now)
        if found.locked_now is not None:
            telling.locked_out(found.locked_now.company_file, now)
        if found.connector is None:
            return [_no_ticket(), "nvu"]
        return self._begin(found.connector, address, now)

    def _begin(self, connector: WebConnector, address: str, now: datetime) -> list[str]:
        """A session if there is a reason to open the file; else when to ask again."""
        file_id, holder = connector.company_file_id, f"webconnector/{connector.pk}/{address}"
        # Behind a proxy, two computers can come from one address.
        epoch = visiting.begin(self.engine, file_id, holder, address, patience=PATIENCE, unsure=True)
        if epoch is None:
            return [_no_ticket(), "busy", str(BUSY_SECONDS)]
        try:
            if visiting.has_work(self.engine, file_id, epoch):
                ticket = webconnectors.begin_session(connector, epoch, visiting.waiting(file_id))
                return [ticket, connector.company_file.path]
            visiting.ended(self.engine, file_id, epoch)
        except LeaseLost:
            return [_no_ticket(), "busy", str(BUSY_SECONDS)]
        webconnectors.forget_session(connector)
        return [_no_ticket(), "none", str(_postponed(file_id, now)), str(connector.schedule_seconds)]

    def _connection_error(self, given: dict[str, str], address: str) -> str:
        connector = self._of_ticket(given)
        if connector is None or connector.step != Step.OPENING:
            return "done"
        failure = HResultSeen(_code(given.get("hresult", "")), given.get("message", ""))
        with_file = partial(visiting.cannot_open, self.engine, connector.company_file_id, connector.epoch, failure)
        self._end(connector, after=with_file)
        return "done"

    # --- the session --------------------------------------------------------------------------------------------------
    def _send_request(self, given: dict[str, str], address: str) -> str:
        connector = self._of_ticket(given)
        if connector is None or connector.step == Step.NONE:
            return ""
        try:
            if connector.step == Step.OPENING and not self._opened(connector, given):
                return ""
            return self._next(connector)
        except LeaseLost:
            webconnectors.end_session(connector, self.engine.now(), NOT_NOW)
            return ""

    def _opened(self, connector: WebConnector, given: dict[str, str]) -> bool:
        """The first call of a session: whether this is the file that was connected, as far as QuickBooks says."""
        company_file = connector.company_file
        said = Introduction(
            given.get("qbXMLCountry", ""),
            (_number(given.get("qbXMLMajorVers", "")) or 13, _number(given.get("qbXMLMinorVers", ""))),
            given.get("strHCPResponse", ""),
            given.get("strCompanyFileName", ""),
        )
        error = trouble_with(company_file, connector.file_guid, said)
        if error is None:
            visiting.opened(self.engine, company_file.pk, connector.epoch, patience=PATIENCE)
            return True
        now = self.engine.now()
        self._end(connector, after=lambda: turn_away(company_file, connector.epoch, error, now))
        return False

    def _next(self, connector: WebConnector) -> str:
        """The next letter, after deciding and publishing what was read; else to wait, or that this is all."""
        file_id, epoch = connector.company_file_id, connector.epoch
        text = self._hand_out(connector, visiting.due_request)
        if text is None and visiting.carry_on(self.engine, file_id, epoch):
            text = self._hand_out(connector, visiting.due_request)
        if text is None:
            text = self._hand_out(connector, visiting.last_request)
        if text is not None:
            return text
        stays = connector.hold_open and visiting.may_stay(self.engine, file_id, epoch)
        mine = self._move(connector, Step.ASKING, said=NO_OP if stays else NOTHING_LEFT)
        return NO_OP if stays and mine else ""

    def _hand_out(self, connector: WebConnector, next_ask: Callable[[Engine, int, int], Ask | None]) -> str | None:
        """What is handed out and that it is carried are one durable commit; None when there is nothing."""
        with transaction.atomic():
            ask = next_ask(self.engine, connector.company_file_id, connector.epoch)
            if ask is None:
                return None
            if not self._move(connector, Step.CARRYING):
                transaction.set_rollback(True)
                return ""  # of two calls at once, one is given nothing
        return ask.text

    def _move(self, connector: WebConnector, step: Step, said: str = "") -> bool:
        """Hold the file for as long as the Web Connector may be away; False if another call of it came before."""
        with transaction.atomic():
            visiting.stay(self.engine, connector.company_file_id, connector.epoch, PATIENCE)
            return webconnectors.move(connector, step, self.engine.now(), said=said)

    def _receive_response(self, given: dict[str, str], address: str) -> int:
        response = given.get("response", "")
        if "<!DOCTYPE" in response or "<!ENTITY" in response:
            raise Fault("The answer of QuickBooks has a document type, which qbXML does not.")
        connector = self._of_ticket(given)
        if connector is None or connector.step in (Step.NONE, Step.OPENING):
            return -1
        if connector.step == Step.ASKING:
            return connector.percent  # it came twice, or nobody asked for it: taken already
        try:
            return self._take(connector, _answer_in(given))
        except LeaseLost:
            webconnectors.end_session(connector, self.engine.now(), NOT_NOW)
            return -1

    def _take(self, connector: WebConnector, answer: str | HResultSeen) -> int:
        """What is taken, and that the next may be asked for, are one durable commit where more is due at once."""
        file_id, epoch = connector.company_file_id, connector.epoch
        with transaction.atomic():
            taken = visiting.take_awaited(self.engine, file_id, epoch, answer)
            if taken and visiting.is_due(self.engine, file_id, epoch):
                return self._say_how_far(connector)
        if taken is None:
            return connector.percent  # it came late, or twice
        if not taken:
            self._end(connector)
            return -1
        more = visiting.more(self.engine, file_id, epoch)
        stays = not more and connector.hold_open and visiting.may_stay(self.engine, file_id, epoch)
        return self._say_how_far(connector, is_the_end=not more and not stays)

    def _say_how_far(self, connector: WebConnector, *, is_the_end: bool = False) -> int:
        percent = 100 if is_the_end else self._percent(connector)
        webconnectors.move(connector, Step.ASKING, self.engine.now(), percent=percent)
        return percent

    def _percent(self, connector: WebConnector) -> int:
        """How much of what waited at the beginning is done; it never goes back, and 100 is the end."""
        waiting = visiting.waiting(connector.company_file_id)
        done = 100 - 100 * waiting // max(connector.work, waiting, 1)
        if not waiting:
            done -= visiting.missing(self.engine, connector.company_file_id)
        return max(connector.percent, min(done, 99))

    def _last_error(self, given: dict[str, str], address: str) -> str:
        connector = self._of_ticket(given)
        return connector.said if connector is not None else OVER

    def _close(self, given: dict[str, str], address: str) -> str:
        connector = self._of_ticket(given)
        if connector is None or connector.step == Step.NONE:
            return connector.said if connector is not None and connector.said else "Closed."
        self._end(connector)
        return "Done. What waits next goes by itself."

    def _of_ticket(self, given: dict[str, str]) -> WebConnector | None:
        """Whose session this is; a ticket that nobody used for long opens nothing."""
        found = webconnectors.of_ticket(given.get("ticket", ""))
        seen = found.last_seen_at if found is not None else None
        return found if seen is not None and self.engine.now() - seen <= TICKET_LIVES else None

    def _end(self, connector: WebConnector, after: Callable[[], None] | None = None) -> None:
        """Let the file go, and keep in words why, for whoever looks at the Web Connector."""
        try:
            if after is not None:
                after()
            visiting.ended(self.engine, connector.company_file_id, connector.epoch)
        except LeaseLost:
            log.info("The session had ended before.", company_file=connector.company_file_id)
        webconnectors.end_session(connector, self.engine.now(), _how_it_is(connector.company_file_id))


def _no_ticket() -> str:
    """The Web Connector wants a ticket even where there is no session."""
    return f"{{{uuid.uuid4()}}}"


def _client_version(version: str) -> str:
    """Go on; of a Web Connector that is very old, say which is expected."""
    numbers = [int(part) for part in version.split(".") if part.isdigit()]
    return "" if not numbers or tuple(numbers) >= OLDEST_CONNECTOR else "O:2.0"


def _postponed(company_file_id: int, now: datetime) -> int:
    """For how many seconds it is of no use to ask."""
    retry_at = CompanyFile.objects.values_list("retry_at", flat=True).get(pk=company_file_id)
    return max(0, round((retry_at - now).total_seconds())) if retry_at is not None else 0


def _how_it_is(company_file_id: int) -> str:
    file = CompanyFile.objects.get(pk=company_file_id)
    fine = file.state in (CompanyFile.State.ACTIVE, CompanyFile.State.NEVER)
    return NOTHING_LEFT if fine else state_told(file)


def _answer_in(given: dict[str, str]) -> str | HResultSeen:
    code = _code(given.get("hresult", ""))
    response = given.get("response", "")
    return HResultSeen(code, given.get("message", "")) if code or not response.strip() else response


def _code(hresult: str) -> int:
    """The number of an HRESULT, which comes as 0x80040400 or as a negative number; 0 for none."""
    found = re.fullmatch(r"\s*(?:0[xX]([0-9a-fA-F]{1,8})|(-?[0-9]{1,10}))\s*", hresult)
    if found is None:
        return 0
    return (int(found[1], 16) if found[1] else int(found[2])) & 0xFFFFFFFF


def _number(text: str) -> int:
    return int(text) if text.strip().isdecimal() else 0
