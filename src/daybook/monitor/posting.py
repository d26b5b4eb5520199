"""Takes what is due from the outbox, in order, and makes one message set of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Value, When

from daybook.connections.models import CompanyFile
from daybook.intake.merging import snapshot_key
from daybook.monitor import policy, telling
from daybook.monitor.conversation import Conversation, Purpose
from daybook.monitor.faults import reach
from daybook.monitor.kinds import Books, CannotWrite, Links
from daybook.monitor.lease import under_lease
from daybook.monitor.values import Ask
from daybook.outbox.models import Letter, Posting
from daybook.outbox.operations import BOTH_CHANGED, WAITS_FOR_ANOTHER, free_followers, park_followers
from daybook.people.models import User
from daybook.people.queries import has_right
from daybook.people.rights import Right
from daybook.qbxml.documents import Request
from daybook.qbxml.requests import write_set
from daybook.qbxml.shape import FieldRefused
from daybook.sql import Columns, locked, marks, moment, rows, run

State = Posting.State


CHOOSE = "was changed on both sides in the same field. Choose which value counts."
WHO_CHOOSES = "Whoever may approve transfers"


@dataclass(slots=True)
class Refusal:
    """A posting that is not sent, and why."""

    posting: Posting
    code: str
    sentence: str
    who_can_act: str
    detail: str = ""


_TO_SEND = Columns(
    Posting, "id", "key", "company_file", "kind", "action", "subject_kind", "subject_id", "title", "snapshot", "state",
    "asked_by", "asked_at", "approved_by", "letter", "sent_at", "attempts", "batch_key", "alone", "look", "version",
)  # fmt: skip
# The state stands as a word in it, so that both databases use the partial index of the queued rows alone.
_DUE = """
LEFT JOIN outbox_posting a ON a.id = t.after_id
WHERE t.company_file_id = %s AND t.state = 'queued' AND t.look = '' AND (t.not_before IS NULL OR t.not_before <= %s)
  AND (t.after_id IS NULL OR a.state = 'posted')
ORDER BY t.id LIMIT %s"""


def due(company_file_id: int, now: datetime, most: int) -> list[Posting]:
    """The queued postings whose turn has come, first asked first; nobody else changes them in this transaction."""
    return _TO_SEND.read(_DUE + locked("t"), [company_file_id, moment(now), most])


def park_orphans(company_file: CompanyFile, now: datetime) -> int:
    """Park what waits for a posting that was refused or withdrawn before the wish to follow it was written."""
    queued = Posting.objects.filter(company_file=company_file, state=State.QUEUED, after__isnull=False)
    ended = queued.filter(after__state__in=[State.PARKED, State.WITHDRAWN]).values_list("after_id", "after__title")
    many = 0
    for after_id, title in ended.distinct():
        many += len(park_followers([after_id], f"It waits for {title}, which was not posted.", now))
    return many


def free_those_that_waited(company_file: CompanyFile) -> int:
    """Queue again what was parked only because of a posting that stands in the books by now."""
    waited = Posting.objects.filter(company_file=company_file, state=State.PARKED, problem_code=WAITS_FOR_ANOTHER)
    return free_followers(waited.filter(after__state=State.POSTED).values_list("after_id", flat=True))


def next_set(talk: Conversation) -> Ask | None:
    """The next message set, written down with its members as *sent* before it leaves; None when nothing is due."""
    while True:
        with under_lease(talk.company_file.pk, talk.epoch, talk.now):
            found, ask = _write_next(talk)
            reach("request.before_commit")
        reach("request.after_commit")
        if ask is not None or not found:
            return ask


def _write_next(talk: Conversation) -> tuple[bool, Ask | None]:
    """Whether anything was due, and the set that came of it; all may have been parked."""
    chosen = _until_alone(due(talk.company_file.pk, talk.now, policy.SET_SIZE))
    refused = lacking_rights(chosen)
    books = Books(talk.company_file)
    allowed = _without(chosen, refused)
    links, parents = books.links_for(allowed)
    refused += unsettled(allowed, links)
    allowed = _without(allowed, refused)
    requests: list[tuple[Posting, Request]] = []
    for posting in allowed:
        try:
            requests.append((posting, books.request_for(posting, links, parents)))
        except CannotWrite as trouble:
            refused.append(Refusal(posting, trouble.code, trouble.sentence, trouble.who_can_act, trouble.detail))
    old = Remembered.of(talk)
    text, set_id, unwritable = _text_of(talk, requests, old)
    refused += unwritable
    park(refused, talk.now)
    sent = _without([posting for posting, _ in requests], unwritable)
    if not sent:
        return bool(chosen), None
    ask = talk.write(text, Purpose.POST, set_id=set_id, forgets=old.letter_id if old else None)
    _mark_sent(sent, links, ask, talk.now)
    return True, ask


def _until_alone(rows: list[Posting]) -> list[Posting]:
    """One that spoils a set goes by itself."""
    if rows and rows[0].alone:
        return rows[:1]
    marked = next((place for place, posting in enumerate(rows) if posting.alone), len(rows))
    return rows[:marked]


def _without(postings: Sequence[Posting], refused: Sequence[Refusal]) -> list[Posting]:
    out = {refusal.posting.pk for refusal in refused}
    return [posting for posting in postings if posting.pk not in out]


def lacking_rights(postings: Sequence[Posting]) -> list[Refusal]:
    """The postings whose authority may no longer post, by the rights of this moment."""
    known: dict[tuple[int, Right], bool] = {}
    refused = []
    for posting in postings:
        number, right = posting.asked_by_id, Right.POST_TO_ACCOUNTING
        if posting.approved_by_id is not None:
            number, right = posting.approved_by_id, Right.APPROVE_TRANSFERS
        if (number, right) not in known:
            known[number, right] = has_right(User(pk=number), right)  # asks the database by the number alone
        if not known[number, right]:
            who = User.objects.get(pk=number)
            sentence = f"{who.name or who.email} no longer has the right {right.number} ({right.label})."
            refused.append(Refusal(posting, "right", sentence, "Somebody with that right can send it again"))
    return refused


_UNSETTLED = "SELECT link_id, field FROM intake_conflict WHERE settled_at IS NULL AND link_id IN ({})"


def unsettled(postings: Sequence[Posting], links: Links) -> list[Refusal]:
    """Changes of a field that both sides changed: nothing is overwritten until a person chose."""
    changed = [posting for posting in postings if posting.action != Posting.Action.ADD]
    of = {posting.pk: links.get((posting.kind, posting.subject_kind, posting.subject_id)) for posting in changed}
    asked = {link.pk: link for link in of.values() if link is not None}
    found = rows(_UNSETTLED.format(marks(len(asked))), list(asked)) if asked else []
    held = {(number, snapshot_key(asked[number], field)) for number, field in found}
    return [
        Refusal(posting, BOTH_CHANGED, f"{posting.title} {CHOOSE}", WHO_CHOOSES)
        for posting in changed
        if (link := of[posting.pk]) is not None and any((link.pk, name) in held for name in posting.snapshot)
    ]


def _text_of(
    talk: Conversation, requests: list[tuple[Posting, Request]], old: "Remembered | None"
) -> tuple[str, str, list[Refusal]]:
    """The text of the set without the requests that cannot be written."""
    set_id = talk.ids.set_id()
    unwritable: list[Refusal] = []
    while True:
        written = [request for posting, request in requests if posting not in [one.posting for one in unwritable]]
        try:
            text = write_set(written, version=talk.version(), new_set_id=set_id, old_set_id=old.set_id if old else None)
        except FieldRefused:
            unwritable = _culprits(talk, requests)
            continue
        return text, set_id, unwritable


def _culprits(talk: Conversation, requests: list[tuple[Posting, Request]]) -> list[Refusal]:
    found = []
    for posting, request in requests:
        try:
            write_set([request], version=talk.version())
        except FieldRefused as refused:
            sentence = f"QuickBooks would not take it: {refused.path.rpartition('/')[2]} {refused.why}."
            found.append(Refusal(posting, "field", sentence, "Whoever may change the record", str(refused)))
    return found


@dataclass(frozen=True, slots=True)
class Remembered:
    """A set whose outcome is kept here, and which QuickBooks still remembers."""

    letter_id: int
    set_id: str

    @classmethod
    def of(cls, talk: Conversation) -> "Remembered | None":
        """The one taken last in this session, which its row remembers; else the oldest on the shelf."""
        noted = talk.note.get("taken")
        if noted is not None:
            return cls(noted[0], noted[1])
        letter = remembered(talk.company_file)
        return cls(letter.pk, letter.set_id) if letter is not None else None


def remembered(company_file: CompanyFile) -> Letter | None:
    """The oldest set whose outcome is kept and which QuickBooks still remembers."""
    return (
        Letter.objects.filter(company_file=company_file, purpose=Purpose.POST, forgotten=False)
        .filter(outcome="taken")
        .order_by("id")
        .first()
    )


_MARK_SENT = """
UPDATE outbox_posting SET state = 'sent', letter_id = %s, sent_at = %s, attempts = attempts + 1, not_before = NULL,
  problem_code = '', problem = '', who_can_act = '', detail = '', ways_out = '[]', version = version + 1
WHERE id IN ({})"""


def _mark_sent(sent: Sequence[Posting], links: Links, ask: Ask, now: datetime) -> None:
    statement = _MARK_SENT.format(marks(len(sent)))
    run(statement, [ask.letter_id, moment(now), *(posting.pk for posting in sent)])
    changed = [posting for posting in sent if posting.action != Posting.Action.ADD]
    if changed:
        _note_targets(changed, links)


def _note_targets(changed: Sequence[Posting], links: Links) -> None:
    """Which record a change was sent for and on which EditSequence: a lost answer is judged by them."""
    targets = {posting.pk: links[posting.kind, posting.subject_kind, posting.subject_id] for posting in changed}
    Posting.objects.filter(pk__in=targets).update(
        list_id=Case(*(When(pk=pk, then=Value(link.list_id)) for pk, link in targets.items())),
        edit_sequence=Case(*(When(pk=pk, then=Value(link.edit_sequence)) for pk, link in targets.items())),
    )


def park(refused: Sequence[Refusal], now: datetime) -> None:
    """Park what cannot be sent, with what waits for it, and tell."""
    for refusal in refused:
        posting = refusal.posting
        posting.state, posting.finished_at = State.PARKED, now
        posting.problem_code, posting.problem = refusal.code, refusal.sentence[:1000]
        posting.who_can_act, posting.detail, posting.ways_out = refusal.who_can_act[:100], refusal.detail, []
        posting.version += 1
        posting.save()
        park_followers([posting.pk], f"It waits for {posting.title}, which needs you first.", now)
    told = [refusal.posting for refusal in refused if refusal.code != WAITS_FOR_ANOTHER]
    if told:
        telling.needs_you(told, now)
        telling.batches(told, now)
