"""Transactions as text: a letter made readable, and the file that support gets."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from lxml import etree

from daybook.connections.words import told
from daybook.outbox.models import Letter, Posting
from daybook.outbox.queries import letters_of

SHOWN_CHARACTERS = 20_000
RULE = "-" * 78


def pretty(text: str) -> str:
    """A letter with one element a line; a text that is no XML stays as it came."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True)
    try:
        tree = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        return text
    return str(etree.tostring(tree, pretty_print=True, encoding="unicode"))


def shown(text: str) -> tuple[str, bool]:
    """The beginning of a letter for a page, and whether there is more of it."""
    whole = pretty(text)
    return whole[:SHOWN_CHARACTERS], len(whole) > SHOWN_CHARACTERS


def transcript(posting: Posting) -> str:
    """Everything about one posting as a text for support."""
    return "\n".join(_lines(posting))


def transcripts(postings: Iterable[Posting]) -> Iterator[str]:
    """Many postings, one after the other, never all in memory."""
    for posting in postings:
        yield transcript(posting) + "\n\n"


def letter_lines(letters: Iterable[Letter]) -> Iterator[str]:
    """Letters with their texts, as lines."""
    for letter in letters:
        took = f", {letter.elapsed_ms} ms" if letter.elapsed_ms is not None else ""
        yield RULE
        yield f"{letter.get_purpose_display()} · sent {_at(letter.sent_at)}, answered {_at(letter.answered_at)}{took}"
        yield f"Message set {letter.set_id or 'none'} · session {letter.session_number} · {letter.outcome or 'open'}"
        if letter.hresult:
            yield f"HRESULT {letter.hresult}"
        yield "Sent:"
        yield pretty(letter.sent_text) or "(cleaned up)"
        yield "Answered:"
        yield pretty(letter.answer_text) or "(nothing)"


def _lines(posting: Posting) -> Iterator[str]:
    yield f"Posting {posting.pk}: {posting.title}"
    yield f"{posting.get_action_display()} {posting.kind} · {posting.get_state_display()} · key {posting.key}"
    yield f"Company file: {posting.company_file.name}"
    yield f"Asked for by {posting.asked_by}, {_at(posting.asked_at)}"
    if posting.approved_by:
        yield f"Approved by {posting.approved_by}, {_at(posting.approved_at)}"
    yield f"Sent {_at(posting.sent_at)}, finished {_at(posting.finished_at)}, attempts {posting.attempts}"
    if posting.problem:
        yield f"Problem {posting.problem_code}: {told(posting.problem, posting.who_can_act)}"
    if posting.detail:
        yield f"Detail: {posting.detail}"
    if posting.list_id:
        yield f"ListID {posting.list_id}"
    for attempt in posting.tries.order_by("id"):
        yield f"Attempt {_at(attempt.at)}: {attempt.outcome} {attempt.code} {attempt.message}".rstrip()
    yield from letter_lines(letters_of(posting).order_by("id"))


def _at(moment: datetime | None) -> str:
    return moment.isoformat(timespec="milliseconds") if moment else "not yet"
