"""Which company file this is: the first thing that is read in a session, before anything is written."""

from collections.abc import Mapping
from typing import Any

from daybook.connectors.qbd import queries as questions
from daybook.connectors.qbd.company import company_facts, host_facts, preference_facts
from daybook.monitor import restored
from daybook.monitor.conversation import IDENTIFY, Conversation
from daybook.monitor.values import Ask
from daybook.qbxml.documents import AnswerSet, Record
from daybook.qbxml.requests import write_set

IDENTITY = ("file_id", "company_name", "legal_name", "fiscal_year_begins")


def question(talk: Conversation) -> Ask:
    """Ask for host, company and preferences in one message, and for what tells that the file was restored."""
    requests = [questions.host(request_id=f"host.{talk.session.number}"), questions.company(), questions.preferences()]
    if not talk.company_file.in_trial:
        requests += restored.requests(talk.company_file)
    return talk.read_only(write_set(requests), IDENTIFY)


def identity_in(answers: AnswerSet) -> dict[str, str]:
    """What tells this company file from others."""
    found = company_facts(_record(answers, "company"))
    return {name: str(found[name]) for name in IDENTITY if found[name]}


def host_in(answers: AnswerSet) -> dict[str, Any]:
    """The program that has the file open."""
    return host_facts(_record(answers, "host"))


def preferences_in(answers: AnswerSet) -> dict[str, Any]:
    """The preferences that posting goes by, as flat facts."""
    return preference_facts(_record(answers, "preferences"))


def same_file(known: Mapping[str, str], found: Mapping[str, str]) -> bool:
    """Whether both are the same company file: by its own id where both have one, else by the company's name."""
    if known.get("file_id") and found.get("file_id"):
        return known["file_id"] == found["file_id"]
    return known.get("company_name", "").casefold() == found.get("company_name", "").casefold()


def another_file(connected: str, found: str, path: str = "") -> str:
    """The sentence that another company file is open than the one that was connected, and where."""
    at = f" at {path}" if path else ""
    if connected.casefold() == found.casefold():
        return f"This is another company file of the same name: the {found} that is open{at} is not the one connected."
    return f"This is another company file: {found} is open{at}, and {connected} was connected."


def whole(answers: AnswerSet) -> bool:
    """Whether the file told what must be known before anything is written."""
    return bool(_record(answers, "company").values and _record(answers, "host").values)


def _record(answers: AnswerSet, request_id: str) -> Record:
    for answer in answers.answers:
        if (answer.request_id or "").partition(".")[0] == request_id and answer.records:
            return answer.records[0]
    return Record(request_id, {})
