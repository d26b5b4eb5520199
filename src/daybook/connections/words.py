"""What people read of a connection: whose move it is, and who reaches the company file by its way."""

from daybook.connections import agents, webconnectors
from daybook.connections.models import CompanyFile

IMPERATIVES = ("Ask", "Link", "Open", "Send")
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
