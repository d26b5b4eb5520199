"""What people read of a connection: whose move it is, and who reaches the company file by its way."""

from dataclasses import dataclass

from daybook.connections import agents, webconnectors
from daybook.connections.models import CompanyFile
from daybook.connections.operations import ADMINISTRATOR
from daybook.connections.queries import Health

WAYS = {"sandbox": "Sandbox", webconnectors.WAY: "Web Connector", agents.WAY: "Agent"}
IMPERATIVES = ("Ask", "Link", "Open", "Send")
WHO_RUNS_IT = "Who runs Daybook"
CARRIERS = {webconnectors.WAY: "The Web Connector", agents.WAY: "The agent"}
WHEN = {webconnectors.WAY: "when it asks next", agents.WAY: "as soon as it asks for work"}


def acting(who: str) -> str:
    """Who can act, as a sentence: a mere name gets the words that go with it."""
    text = who.strip().rstrip(".")
    speaks = " can " in text or text.startswith(("Nobody has to", *IMPERATIVES))
    if not text or speaks:
        return f"{text}." if text else ""
    return f"Who can act: {text}."


def told(sentence: str, who: str) -> str:
    """What is the matter and who can act, in sentences that stand side by side."""
    return f"{sentence} {acting(who)}".strip()


def state_told(company_file: CompanyFile) -> str:
    """How the connection is and who can act."""
    return told(company_file.state_sentence, company_file.who_can_act)


def carrier(company_file: CompanyFile) -> str:
    """Who speaks with QuickBooks for this connection: the Monitor, the agent or the Web Connector."""
    return CARRIERS.get(company_file.way, "The Monitor")


def is_of_monitor(company_file: CompanyFile) -> bool:
    """Whether the Monitor itself speaks with QuickBooks for this connection."""
    return company_file.way not in CARRIERS


def does(company_file: CompanyFile, what: str) -> str:
    """A sentence that says who does it and when, such as: The Web Connector opens the file when it asks next."""
    return f"{carrier(company_file)} {what} {WHEN.get(company_file.way, 'now')}."


@dataclass(frozen=True)
class Standing:
    """How a connection is, in a word; where there is more to say, in a sentence, and who can act."""

    key: str
    word: str
    sentence: str = ""
    who_can_act: str = ""


def standing_of(health: Health) -> Standing:
    """How a connection is; where the Monitor reaches the file, its being away first of all."""
    company_file = health.company_file
    if not health.monitor_alive and is_of_monitor(company_file):
        seen = "No Monitor runs." if health.monitor_seen_at is None else "The Monitor is not seen any more."
        how = "Start it with `daybook monitor` or `daybook serve --with-monitor` on the machine it belongs to."
        return Standing("away", "Monitor not seen", f"{seen} {how} Everything waits, and nothing is lost.", WHO_RUNS_IT)
    if company_file.in_trial and not health.who_can_act:
        sentence = "It is tried at another place. Nothing is posted or imported until somebody says yes or goes back."
        return Standing("trial", "On trial", sentence, ADMINISTRATOR)
    if health.state == CompanyFile.State.NEVER:
        return Standing(health.state, health.label, does(company_file, "opens the file"))
    if health.state == CompanyFile.State.ACTIVE:
        return Standing(health.state, health.label)
    nobody_else = ADMINISTRATOR if health.state == CompanyFile.State.CANNOT_OPEN else ""
    return Standing(health.state, health.label, health.sentence, health.who_can_act or nobody_else)
