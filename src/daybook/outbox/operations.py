"""Ask for a posting, approve it, withdraw it, settle what needs a person; link and block.

A posting's life, and who moves it (operations here, the rest is the Monitor's):

    proposed --approve--> queued          proposed --decline--> withdrawn
    queued   --(Monitor)--> sent          queued, proposed, parked --withdraw--> withdrawn
    sent     --(Monitor)--> posted | parked | queued | in doubt
    in doubt --(Monitor reads)--> posted | parked | queued;  --decide_in_doubt--> posted | queued
    parked   --resend--> queued           parked --link_instead--> posted
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from daybook.connections.models import CompanyFile
from daybook.history.operations import record
from daybook.outbox.doorbell import ring
from daybook.outbox.models import IN_BOOKS, Letter, Link, Posting
from daybook.outbox.queries import OPEN, link_of
from daybook.people.errors import Refused
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.queries import has_right
from daybook.people.rights import Right

State = Posting.State
WAITS_FOR_ANOTHER = "waits"  # the problem code of a posting whose predecessor was refused or withdrawn
BOTH_CHANGED = "conflict"  # the problem code of a change of a field that was changed in the books as well
ADMINISTRATOR = "An administrator of Daybook"
DEEPEST = 8  # levels of postings that follow one another; the books know five


def snapshot_hash(action: str, snapshot: dict[str, Any]) -> str:
    """The same for the same content, whatever its order."""
    text = json.dumps([action, snapshot], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def ask(
    actor: User,
    *,
    company_file: CompanyFile,
    kind: str,
    subject_kind: str,
    subject_id: int,
    title: str,
    snapshot: dict[str, Any],
    action: str = "add",
    key: UUID,
    proposed: bool = False,
    after: Posting | None = None,
    not_before: datetime | None = None,
    batch_key: UUID | None = None,
    now: datetime,
) -> Posting:
    """Ask that a record be put into the books. The same key, or an ask that still waits, gives the same posting."""
    if not proposed:
        require(actor, Right.POST_TO_ACCOUNTING)
    with transaction.atomic():
        same = Posting.objects.filter(key=key).first()
        if same is not None:
            return _same_subject(same, subject_kind, subject_id)
        wanted = Posting(
            key=key,
            company_file=company_file,
            kind=kind,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            title=title[:300],
            snapshot=snapshot,
            state=State.PROPOSED if proposed else State.QUEUED,
            not_before=not_before,
            after=after,
            asked_by=actor,
            asked_at=now,
            batch_key=batch_key,
            snapshot_hash=snapshot_hash(action, snapshot),
        )
        posting = _join_or_save(wanted, now)
        _write_down(actor, posting, "proposed" if proposed else "asked", now)
    ring(company_file.pk)
    return posting


def _same_subject(posting: Posting, subject_kind: str, subject_id: int) -> Posting:
    if (posting.subject_kind, posting.subject_id) != (subject_kind, subject_id):
        raise Refused("This form was sent before, for another record. Open it again and repeat what you wanted.")
    return posting


def _join_or_save(wanted: Posting, now: datetime) -> Posting:
    """Put a new wish beside what is open for the same record: into it while it waits, behind it once it was sent."""
    last = (
        Posting.objects.select_for_update()
        .filter(subject_kind=wanted.subject_kind, subject_id=wanted.subject_id, state__in=OPEN)
        .filter(company_file=wanted.company_file, kind=wanted.kind)
        .order_by("-id")
        .first()
    )
    _check_link(wanted)
    if last is None:
        wanted.save()
        return wanted
    if last.state in (State.SENT, State.IN_DOUBT):
        if last.snapshot_hash == wanted.snapshot_hash:
            return last
        return _save_behind(wanted, last)
    if wanted.state == State.PROPOSED and last.state == State.QUEUED:
        return _save_behind(wanted, last)  # a wish that needs a yes does not change one that has it
    return _replace(last, wanted, now)


def _check_link(wanted: Posting) -> None:
    link = link_of(wanted.company_file, wanted.subject_kind, wanted.subject_id, wanted.kind)
    if link is None:
        return
    if link.state == Link.State.BLOCKED:
        raise Refused(f"{wanted.title} is blocked: it stays in Daybook only. Unblock it first.")
    if wanted.action == Posting.Action.ADD and link.state == Link.State.SHARED:
        raise Refused(f"{wanted.title} is in QuickBooks already, as {link.full_name or link.name}.")


def _save_behind(wanted: Posting, last: Posting) -> Posting:
    if wanted.action == Posting.Action.ADD:
        wanted.action = Posting.Action.MOD
        wanted.snapshot_hash = snapshot_hash(wanted.action, wanted.snapshot)
    wanted.after = last
    wanted.save()
    return wanted


def _replace(last: Posting, wanted: Posting, now: datetime) -> Posting:
    """Ten quick edits of a waiting record become one sending: same row, same key, newest content."""
    behind = _earlier_wish(last)
    if behind is not None and wanted.action == Posting.Action.ADD:
        wanted.action = Posting.Action.MOD  # the earlier one adds it
    adds, still_adds = (posting.action == Posting.Action.ADD for posting in (last, wanted))
    if (adds and not still_adds) or (not adds and wanted.action == Posting.Action.DEACTIVATE):
        last.snapshot = last.snapshot | wanted.snapshot
    else:
        last.snapshot = wanted.snapshot
        last.action = last.action if adds else wanted.action
    last.snapshot_hash = snapshot_hash(last.action, last.snapshot)
    last.title = wanted.title
    last.asked_by, last.asked_at = wanted.asked_by, now
    last.batch_key = wanted.batch_key or last.batch_key
    last.not_before = wanted.not_before
    last.after = behind or wanted.after or last.after
    last.approved_by = last.approved_at = last.told_at = None
    last.state = wanted.state
    _clear_problem(last)
    last.version += 1
    last.save()
    return last


def _earlier_wish(posting: Posting) -> Posting | None:
    """The open posting of the same record that this one follows."""
    first = posting.after
    record = (posting.kind, posting.subject_kind, posting.subject_id)
    if first is None or first.state not in OPEN or (first.kind, first.subject_kind, first.subject_id) != record:
        return None
    return first


def go_along(company_file: CompanyFile, subject_kind: str, subject_id: int, taken: dict[str, Any]) -> None:
    """What was taken from the books goes along in what waits for the record, which would else write it back there."""
    rows = Posting.objects.select_for_update().filter(subject_kind=subject_kind, subject_id=subject_id)
    for posting in rows.filter(company_file=company_file, state__in=OPEN).exclude(state=State.SENT):
        newer = {name: value for name, value in taken.items() if name in posting.snapshot}
        if newer != {name: posting.snapshot[name] for name in newer}:
            posting.snapshot = posting.snapshot | newer
            posting.snapshot_hash = snapshot_hash(posting.action, posting.snapshot)
            _save(posting)


def approve(actor: User, posting: Posting, now: datetime) -> Posting:
    """An administrator's yes: the posting goes in turn, and before it what it waits for."""
    require(actor, Right.APPROVE_TRANSFERS)
    with transaction.atomic():
        posting = _locked(posting, State.PROPOSED)
        if posting.after is not None and posting.after.state == State.PROPOSED:
            approve(actor, posting.after, now)
        posting.state, posting.approved_by, posting.approved_at = State.QUEUED, actor, now
        _save(posting)
        _write_down(actor, posting, "approved", now)
    ring(posting.company_file_id)
    return posting


def decline(actor: User, posting: Posting, reason: str, now: datetime) -> Posting:
    """An administrator's no, with the reason for the one who asked."""
    require(actor, Right.APPROVE_TRANSFERS)
    if not reason.strip():
        raise Refused("Say in a few words why it is declined.", "reason")
    with transaction.atomic():
        posting = _locked(posting, State.PROPOSED)
        _withdraw(posting, reason, now)
        _write_down(actor, posting, "declined", now, reason)
    return posting


def withdraw(actor: User, posting: Posting, reason: str, now: datetime) -> Posting:
    """Withdraw a posting that was not sent, or that was refused."""
    _require_own_or(actor, posting, Right.APPROVE_TRANSFERS)
    if not reason.strip():
        raise Refused("Say in a few words why it is withdrawn.", "reason")
    with transaction.atomic():
        posting = _locked(posting, State.PROPOSED, State.QUEUED, State.PARKED)
        _withdraw(posting, reason, now)
        _write_down(actor, posting, "withdrawn", now, reason)
    return posting


def drop(actor: User, posting: Posting, reason: str, now: datetime) -> Posting:
    """Withdraw what the record does not want any more, whoever asked: it was changed by somebody who may do that."""
    with transaction.atomic():
        posting = _locked(posting, State.PROPOSED, State.QUEUED, State.PARKED)
        _withdraw(posting, reason, now)
        _write_down(actor, posting, "withdrawn", now, reason)
    return posting


def resend(actor: User, posting: Posting, now: datetime, snapshot: dict[str, Any] | None = None) -> Posting:
    """What stood in the way was mended: send it again, perhaps with other content, under the same key."""
    require(actor, Right.POST_TO_ACCOUNTING)
    with transaction.atomic():
        posting = _locked(posting, State.PARKED)
        if posting.problem_code == BOTH_CHANGED and _is_unsettled(posting):
            raise Refused(f"Both sides changed {posting.title}. Choose first which value counts.")
        if snapshot is not None:
            posting.snapshot = snapshot
            posting.snapshot_hash = snapshot_hash(posting.action, snapshot)
        posting.state, posting.asked_by, posting.asked_at, posting.not_before = State.QUEUED, actor, now, None
        posting.approved_by = posting.approved_at = None  # from now on it goes by the right of this person
        _clear_problem(posting)
        _save(posting)
        _write_down(actor, posting, "resent", now)
    ring(posting.company_file_id)
    return posting


def _is_unsettled(posting: Posting) -> bool:
    """Whether a field of the record was changed on both sides and nobody has decided about it."""
    link = link_of(posting.company_file, posting.subject_kind, posting.subject_id, posting.kind)
    return link is not None and link.conflicts.filter(settled_at=None).exists()


def link_instead(actor: User, posting: Posting, list_id: str, now: datetime) -> Posting:
    """The record is in the books already: link ours to it instead of adding another."""
    require(actor, Right.POST_TO_ACCOUNTING)
    with transaction.atomic():
        posting = _locked(posting, State.PARKED)
        join(
            posting.company_file,
            posting.kind,
            posting.subject_kind,
            posting.subject_id,
            list_id=list_id,
            now=now,
            known=_offered(posting, list_id),
        )
        _finish(posting, list_id, now)
        _write_down(actor, posting, "linked", now)
    ring(posting.company_file_id)
    return posting


def _offered(posting: Posting, list_id: str) -> dict[str, Any]:
    """What is known of a record that the posting offers to link to."""
    return next((way for way in posting.ways_out if way.get("list_id") == list_id), {})


def decide_in_doubt(actor: User, posting: Posting, decision: str, now: datetime, list_id: str = "") -> Posting:
    """A person looked into the books, as no read is possible any more: "posted" or "not_posted"."""
    require(actor, Right.APPROVE_TRANSFERS)
    if decision not in ("posted", "not_posted"):
        raise Refused("Choose whether it is in QuickBooks or not.", "decision")
    with transaction.atomic():
        posting = _locked(posting, State.IN_DOUBT)
        letter = posting.letter
        if decision == "posted":
            if list_id:
                join(
                    posting.company_file,
                    posting.kind,
                    posting.subject_kind,
                    posting.subject_id,
                    list_id=list_id,
                    now=now,
                    known=_offered(posting, list_id),
                )
            _finish(posting, list_id or posting.list_id, now)
        else:
            posting.state, posting.letter, posting.not_before = State.QUEUED, None, None
            _clear_problem(posting)
            _save(posting)
        _close_letter(letter)
        _write_down(actor, posting, f"decided {decision}", now)
    ring(posting.company_file_id)
    return posting


def _close_letter(letter: Letter | None) -> None:
    """Once nothing of a message set is in doubt any more, QuickBooks may forget it."""
    if letter is not None and not letter.postings.filter(state=State.IN_DOUBT).exists():
        letter.outcome = "taken"
        letter.save(update_fields=["outcome"])


# --- links ------------------------------------------------------------------------------------------------------------
def link_by_hand(
    actor: User,
    company_file: CompanyFile,
    kind: str,
    subject_kind: str,
    subject_id: int,
    *,
    list_id: str,
    now: datetime,
) -> Link:
    """Say that one of our records and one of theirs are the same."""
    require(actor, Right.POST_TO_ACCOUNTING)
    with transaction.atomic():
        for posting in _open_of(company_file, kind, subject_kind, subject_id):
            if posting.state in (State.SENT, State.IN_DOUBT):
                raise Refused(f"{posting.title} is on its way to QuickBooks. Wait for the answer, then link it.")
            _withdraw(posting, "Linked by hand to a record that is in QuickBooks already.", now)
        link = join(company_file, kind, subject_kind, subject_id, list_id=list_id, now=now)
        _write_down_link(actor, link, "linked", f"Linked to {link.full_name or link.list_id}.", now)
    return link


def unlink(actor: User, link: Link, now: datetime) -> Link:
    """Say that the two are not the same after all; both records stay."""
    require(actor, Right.POST_TO_ACCOUNTING)
    with transaction.atomic():
        link = _locked_link(link)
        if link.subject_id is None:
            raise Refused("This record is not linked.")
        for posting in _open_of(link.company_file, link.kind, link.subject_kind, link.subject_id):
            if posting.state in (State.SENT, State.IN_DOUBT):
                raise Refused(f"{posting.title} is on its way to QuickBooks. Wait for the answer, then unlink it.")
            _withdraw(posting, "The link was taken away.", now)
        link.conflicts.filter(settled_at=None).update(settled_at=now, settled_by=actor, choice="unlinked")
        _write_down_link(actor, link, "unlinked", f"No longer linked to {link.full_name or link.list_id}.", now)
        link.subject_kind, link.subject_id = "", None
        if link.state != Link.State.BROKEN:  # what is gone from the books is not theirs either
            link.state = Link.State.THEIRS_ONLY
        link.save()
    return link


def block_ours(
    actor: User,
    company_file: CompanyFile,
    kind: str,
    subject_kind: str,
    subject_id: int,
    *,
    title: str,
    now: datetime,
) -> Link:
    """Keep one of our records out of the books; it is not offered again."""
    require(actor, Right.POST_TO_ACCOUNTING)
    with transaction.atomic():
        link = Link.objects.filter(
            company_file=company_file, kind=kind, subject_kind=subject_kind, subject_id=subject_id
        ).first()
        if link is not None and link.list_id:
            raise Refused(f"{title} is linked to QuickBooks. Unlink it before you block it.")
        for posting in _open_of(company_file, kind, subject_kind, subject_id):
            if posting.state in (State.SENT, State.IN_DOUBT):
                raise Refused(f"{title} is on its way to QuickBooks. Wait for the answer.")
            _withdraw(posting, "The record was blocked.", now)
        if link is None:
            link = Link.objects.create(
                company_file=company_file,
                kind=kind,
                subject_kind=subject_kind,
                subject_id=subject_id,
                name=title[:209],
                full_name=title[:209],
                state=Link.State.BLOCKED,
                agreed_at=now,
            )
        _write_down_link(actor, link, "blocked", "Blocked: stays in Daybook only.", now)
    return link


def block_theirs(actor: User, link: Link, now: datetime) -> Link:
    """Keep one of their records out of Daybook; it is not offered again."""
    require(actor, Right.POST_TO_ACCOUNTING)
    with transaction.atomic():
        link = _locked_link(link)
        if link.subject_id is not None:
            raise Refused(f"{link.full_name or link.name} is linked. Unlink it before you block it.")
        link.state = Link.State.BLOCKED
        link.save(update_fields=["state"])
        _write_down_link(actor, link, "blocked", "Blocked: stays in QuickBooks only.", now)
    return link


def unblock(actor: User, link: Link, now: datetime) -> Link | None:
    """Offer a blocked record again; a blocked record of ours has no link afterwards."""
    require(actor, Right.POST_TO_ACCOUNTING)
    with transaction.atomic():
        link = _locked_link(link)
        if link.state != Link.State.BLOCKED:
            raise Refused("This record is not blocked.")
        _write_down_link(actor, link, "unblocked", "No longer blocked.", now)
        if not link.list_id:
            link.delete()
            return None
        link.state = Link.State.SHARED if link.subject_id is not None else Link.State.THEIRS_ONLY
        link.save(update_fields=["state"])
    return link


def join(
    company_file: CompanyFile,
    kind: str,
    subject_kind: str,
    subject_id: int,
    *,
    list_id: str,
    now: datetime,
    known: Mapping[str, Any] = MappingProxyType({}),
) -> Link:
    """Set the link between one of ours and one of theirs; called inside a transaction."""
    of_file = Link.everything.select_for_update().filter(company_file=company_file, kind=kind)
    theirs = of_file.filter(IN_BOOKS, list_id=list_id).first() if list_id else None
    other = of_file.filter(subject_kind=subject_kind, subject_id=subject_id).exclude(list_id=list_id).first()
    _refuse_what_is_imported(theirs, other)
    if theirs is None and (not list_id or known.get("list_id") != list_id):
        raise Refused("Daybook knows no such record in QuickBooks. Import the list first, then link it.", "list_id")
    if other is not None and other.state == Link.State.SHARED:
        raise Refused(f"This record is linked already, to {other.full_name or other.name}. Unlink it first.")
    if other is not None and not other.list_id:
        raise Refused("This record is blocked. Unblock it first.")
    if other is not None:
        Link.objects.filter(pk=other.pk).update(subject_kind="", subject_id=None)
    link = theirs or Link(company_file=company_file, kind=kind, list_id=list_id)
    if link.subject_id is not None and (link.subject_kind, link.subject_id) != (subject_kind, subject_id):
        raise Refused(f"{link.full_name or link.name} is linked to another record already. Unlink that one first.")
    for column in ("edit_sequence", "name", "full_name", "parent_list_id", "time_modified", "base"):
        if known.get(column):
            setattr(link, column, known[column])
    link.subject_kind, link.subject_id = subject_kind, subject_id
    link.state, link.agreed_at = Link.State.SHARED, now
    link.save()
    return link


def _refuse_what_is_imported(*links: Link | None) -> None:
    """A link of an import that is not published yet is not to be touched."""
    for link in links:
        if link is not None and link.batch_id is not None and not Link.objects.filter(pk=link.pk).exists():
            name = link.full_name or link.name
            raise Refused(f"{name} is being imported just now. Link it when the import is done.", "list_id")


# --- what the operations above and the Monitor share ------------------------------------------------------------------
def park_followers(posting_ids: Iterable[int], why: str, now: datetime) -> list[int]:
    """Park the queued postings that wait for one of these, and those that wait for them; gives their numbers."""
    parked: list[int] = []
    level = list(posting_ids)
    for _ in range(DEEPEST):
        if not level:
            break
        waiting = list(Posting.objects.filter(after__in=level, state=State.QUEUED).values_list("id", flat=True))
        Posting.objects.filter(pk__in=waiting, state=State.QUEUED).update(
            state=State.PARKED,
            problem_code=WAITS_FOR_ANOTHER,
            problem=why,
            who_can_act="Whoever settles the posting it waits for",
            ways_out=[],
            finished_at=now,
            told_at=None,
            version=F("version") + 1,
        )
        parked += waiting
        level = waiting
    return parked


def free_followers(posting_ids: Iterable[int]) -> int:
    """Queue again what was parked only because one of these was refused; they are in the books now."""
    return Posting.objects.filter(
        after__in=list(posting_ids), state=State.PARKED, problem_code=WAITS_FOR_ANOTHER
    ).update(
        state=State.QUEUED, problem_code="", problem="", who_can_act="", finished_at=None, version=F("version") + 1
    )


def _withdraw(posting: Posting, reason: str, now: datetime) -> None:
    posting.state, posting.withdrawn_reason, posting.finished_at = State.WITHDRAWN, reason[:500], now
    posting.look = ""
    _save(posting)
    park_followers([posting.pk], f"It waits for {posting.title}, which was withdrawn.", now)


def _finish(posting: Posting, list_id: str, now: datetime) -> None:
    posting.state, posting.list_id, posting.finished_at = State.POSTED, list_id, now
    _clear_problem(posting)
    posting.finished_at = now
    _save(posting)
    free_followers([posting.pk])


def _clear_problem(posting: Posting) -> None:
    posting.problem_code = posting.problem = posting.who_can_act = posting.detail = posting.look = ""
    posting.ways_out = []
    posting.finished_at = None
    posting.alone = False


def _save(posting: Posting) -> None:
    posting.version += 1
    posting.save()


def _locked(posting: Posting, *states: str) -> Posting:
    """The posting as it is now, kept from others until the transaction ends, if it is in one of these states."""
    found = Posting.objects.select_for_update(of=("self",)).select_related("company_file").get(pk=posting.pk)
    if found.state not in states:
        raise Refused(f"{found.title} is {found.get_state_display().lower()} by now. Look at it again.")
    return found


def _locked_link(link: Link) -> Link:
    """The link as it is now; an import or another click may have taken it away since the page was opened."""
    found = Link.objects.select_for_update().filter(pk=link.pk).first()
    if found is None:
        raise Refused(f"{link.full_name or link.name} is not on this list any more. Look at it again.")
    return found


def _open_of(company_file: CompanyFile, kind: str, subject_kind: str, subject_id: int) -> list[Posting]:
    return list(
        Posting.objects.select_for_update().filter(
            company_file=company_file, kind=kind, subject_kind=subject_kind, subject_id=subject_id, state__in=OPEN
        )
    )


def _require_own_or(actor: User, posting: Posting, right: Right) -> None:
    """What a person asked for, that person may withdraw; others need the right."""
    if posting.asked_by_id != actor.pk or not has_right(actor, Right.POST_TO_ACCOUNTING):
        own_proposal = posting.asked_by_id == actor.pk and posting.state == State.PROPOSED
        if not own_proposal:
            require(actor, right)


def _write_down(actor: User, posting: Posting, action: str, now: datetime, reason: str = "") -> None:
    record(
        actor,
        posting.subject_kind,
        posting.subject_id,
        f"posting {action}"[:30],
        summary=f"Posting to QuickBooks {action}: {posting.title}",
        reason=reason,
        now=now,
    )


def _write_down_link(actor: User, link: Link, action: str, summary: str, now: datetime) -> None:
    if link.subject_id is not None:
        record(actor, link.subject_kind, link.subject_id, action, summary=summary, now=now)
