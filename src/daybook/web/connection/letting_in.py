"""Lets a Web Connector or an agent in from the page of the steps: what it needs is shown once, beside them."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils import timezone

from daybook.connections import agents, webconnectors
from daybook.connections.models import CompanyFile, WebConnector
from daybook.web.refusals import act
from daybook.web.requests import Request

ASKED = "let_in"


@dataclass(frozen=True)
class LetIn:
    """What the page shows of how a program is let in; `secret` only in the answer that made it."""

    way: str
    asked: bool = False
    secret: str = ""
    until: datetime | None = None
    address: str = ""
    trouble: str = ""
    connector: WebConnector | None = None
    qwc_name: str = ""
    wheel: str = ""
    door: bool = True
    is_in: bool = False


def asked(request: Request, company_file: CompanyFile) -> LetIn:
    """How a program is let in for this company file; makes a new password or code if a button asked for it."""
    wanted = request.method == "POST" and ASKED in request.POST
    if company_file.way == webconnectors.WAY:
        return _web_connector(request, company_file, wanted)
    if company_file.way == agents.WAY:
        return _agent(request, company_file, wanted)
    return LetIn(company_file.way)


def _web_connector(request: Request, company_file: CompanyFile, wanted: bool) -> LetIn:
    made: list[str] = []
    if wanted:
        make = partial(webconnectors.make, request.user, company_file, timezone.now())
        act(request, lambda: made.append(make()[1]), "Here is the password. It is shown only now.")
    connector = webconnectors.of_file(company_file)
    return LetIn(
        company_file.way,
        wanted,
        "".join(made),
        address=webconnectors.address(),
        trouble=webconnectors.trouble_with_address(),
        connector=connector,
        qwc_name=webconnectors.qwc_name(connector) if connector else "",
        is_in=connector is not None and connector.last_seen_at is not None,
    )


def _agent(request: Request, company_file: CompanyFile, wanted: bool) -> LetIn:
    made: list[str] = []
    now = timezone.now()
    if wanted:
        make = partial(agents.make_code, request.user, company_file, now)
        act(request, lambda: made.append(make()[1]), "Here is the code. It is shown only now.")
    return LetIn(
        company_file.way,
        wanted,
        "".join(made),
        until=now + agents.CODE_LIVES,
        address=agents.address(),
        door=agents.door(),
        wheel=agents.wheel_address(),
        is_in=any(not one.is_revoked for one in agents.agents_of(company_file, now)),
    )
