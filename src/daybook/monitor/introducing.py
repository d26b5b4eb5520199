"""What a visitor says of QuickBooks before the first request: enough to stay away from a file that is the wrong one."""

from dataclasses import dataclass
from datetime import datetime

from daybook.connections.models import CompanyFile
from daybook.connections.operations import note_stopped
from daybook.connectors.errors import FixConnection
from daybook.connectors.qbd.company import company_facts
from daybook.monitor import identity, policy, telling
from daybook.monitor.lease import under_lease
from daybook.qbxml.answers import read_answers
from daybook.qbxml.documents import BrokenAnswer, Record

OLDEST = (13, 0)
COUNTRIES = ("", "US")


@dataclass(frozen=True)
class Introduction:
    """The program and its file: version and country, its own answers about host and company, and where the file is."""

    country: str = ""
    version: tuple[int, int] = OLDEST
    answers: str = ""
    path: str = ""


def trouble_with(company_file: CompanyFile, file_guid: str, said: Introduction) -> FixConnection | None:
    """Why nothing can be sent to this QuickBooks; None if it is the one that was connected, as far as it says."""
    if said.version < OLDEST:
        spoken = ".".join(map(str, said.version))
        sentence = f"This QuickBooks is too old: it speaks qbXML {spoken}, and Daybook needs 13.0, of QuickBooks 2014."
        return _fix(sentence, "Whoever looks after QuickBooks can install a newer one", "old_version")
    if said.country not in COUNTRIES:
        sentence = f"This is the {said.country} edition of QuickBooks. Daybook speaks with the US edition only."
        return _fix(sentence, "An administrator can connect a company file of the US edition", "country")
    record = _company(said.answers)
    if record is None or not company_file.identity or company_file.in_trial:
        return None
    seen = {name: str(value) for name, value in company_facts(record).items() if name in identity.IDENTITY and value}
    if seen.get("file_id", "").casefold() == file_guid.casefold() or identity.same_file(company_file.identity, seen):
        return None
    expected, found = company_file.identity.get("company_name", company_file.name), seen.get("company_name", "another")
    sentence = f"{identity.another_file(expected, found)} Nothing was sent."
    return _fix(sentence, "Open the right company file in QuickBooks, or move the connection", "wrong_file")


def turn_away(company_file: CompanyFile, epoch: int, error: FixConnection, now: datetime) -> None:
    """The file cannot be used until a person opens another in QuickBooks, which is looked for; people are told."""
    with under_lease(company_file.pk, epoch, now):
        note_stopped(
            company_file,
            error.sentence,
            who_can_act=error.who_can_act,
            code=error.code,
            now=now,
            retry_at=policy.try_again_at(now, company_file.failures + 1),
        )
        telling.broken(company_file, now)


def _company(answers: str) -> Record | None:
    try:
        found = read_answers(answers).answers if answers.strip() else []
    except BrokenAnswer:
        return None  # the engine asks for itself anyway
    return next((record for answer in found for record in answer.records if record.name == "CompanyRet"), None)


def _fix(sentence: str, who_can_act: str, code: str) -> FixConnection:
    return FixConnection(sentence, who_can_act, code, "", ())
