"""The mails that Daybook can send: number, name, who gets it, and the words it ships with.

The numbers are kept for good, so that a firm can speak of "mail 1.02". The firm's own words are in MailTemplate.
"""

import re
from dataclasses import dataclass

PLACEHOLDERS = {
    "name": "The name of the person who gets the mail",
    "title": "What happened, in one line",
    "text": "What happened, why, and what to do next",
    "link": "The address of the page where it is seen",
    "count": "How many records the mail speaks of",
    "firm": "The name of the firm",
}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

SUBJECT = "{title}"
BODY = "Hello {name},\n\n{title}\n\n{text}\n\n{link}\n\nDaybook at {firm}\n"
INVITATION = "Hello {name},\n\n{text}\n\n{link}\n\nDaybook at {firm}\n"


@dataclass(frozen=True)
class Entry:
    """One mail of the catalogue. `many` is the line for several records, with {count} in it."""

    number: str
    kind: str
    name: str
    target: str
    many: str
    is_on: bool = True
    by_choice: bool = True  # whether those who get it may leave it out for themselves
    subject: str = SUBJECT
    body: str = BODY


_ENTRIES = [
    Entry("1.01", "posting.needs_you", "A posting needs a person", "Who asked for it, and who may approve transfers",
          "{count} postings need a person"),
    Entry("1.02", "posting.in_doubt", "A posting is in doubt", "Who may approve transfers",
          "{count} postings are in doubt"),
    Entry("1.03", "posting.done", "A posting is in QuickBooks", "Who asked for it",
          "{count} postings are in QuickBooks"),
    Entry("1.04", "posting.proposed", "A posting waits for approval", "Who may approve transfers",
          "{count} postings wait for approval"),
    Entry("1.05", "conflict.found", "Both sides changed the same field", "Who may approve transfers",
          "{count} fields were changed on both sides"),
    Entry("2.01", "import.failed", "An import failed", "Who manages the connection, and who asked for it",
          "{count} imports failed"),
    Entry("2.02", "import.missed", "The nightly sync did not run", "Who manages the connection",
          "The nightly sync did not run {count} times"),
    Entry("2.03", "import.done", "An import is done", "Who asked for it", "{count} imports are done", is_on=False),
    Entry("2.04", "staff.new_in_books", "New employees in QuickBooks", "Who may add staff",
          "{count} new employees in QuickBooks wait for a yes or no"),
    Entry("3.01", "connection.waiting", "The company file cannot be opened", "Who manages the connection",
          "The company file could not be opened {count} times"),
    Entry("3.02", "connection.broken", "The connection needs a repair", "Who manages the connection",
          "The connection needs {count} repairs"),
    Entry("3.03", "backup.failed", "The backup failed", "Who manages the settings", "{count} backups failed"),
    Entry("3.04", "connection.restored", "The company file looks restored from a backup", "Who manages the connection",
          "The company file looks restored {count} times"),
    Entry("3.05", "connection.locked", "Wrong passwords were tried at the Web Connector", "Who manages the connection",
          "The Web Connector was locked out {count} times"),
    Entry("4.01", "account.invited", "An invitation to choose a password", "The person who is invited",
          "{count} invitations", by_choice=False, body=INVITATION),
]  # fmt: skip

CATALOGUE: dict[str, Entry] = {entry.kind: entry for entry in _ENTRIES}

CHOSEN = [kind for kind, entry in CATALOGUE.items() if entry.by_choice]

# The first of these kinds in a mail about several gives it its words.
WEIGHT = {kind: place for place, kind in enumerate(CATALOGUE)}


def fill(words: str, values: dict[str, str]) -> str:
    """The words with each known placeholder replaced, in one pass: what a value contains is never read again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found.group(1), found.group(0)), words)


def unknown_placeholders(words: str) -> list[str]:
    """The placeholders in the words that no mail can fill."""
    return [name for name in _PLACEHOLDER.findall(words) if name not in PLACEHOLDERS]
