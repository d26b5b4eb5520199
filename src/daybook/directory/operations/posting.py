"""From the directory to the outbox: a new record is added to the books, an edited one is changed there."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from daybook.connections.models import CompanyFile
from daybook.connections.queries import default_file
from daybook.directory import preflight
from daybook.directory.errors import Invalid
from daybook.directory.models import Client, Project
from daybook.directory.operations.common import Post, Subject, kind_of
from daybook.directory.snapshots import OWNED, books_kind, snapshot_of, title_of
from daybook.outbox import operations as outbox
from daybook.outbox import queries as outbox_queries
from daybook.outbox.models import Link, Posting
from daybook.people.errors import Refused
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.queries import has_right
from daybook.people.rights import Right

NO_FILE = "No company file is connected yet. An administrator connects one under Connection; then this can be posted."
State = Posting.State
# Whoever may add such a record may ask an administrator to post it.
MAY_PROPOSE = {"client": Right.CLIENTS_EDIT, "project": Right.PROJECTS_ADD, "staff": Right.STAFF_ADD}


def post(
    actor: User,
    subject: Subject,
    *,
    propose: bool = False,
    batch_key: UUID | None = None,
    checked: bool = False,
    key: UUID,
    now: datetime,
) -> Posting:
    """Ask that a record be added to the books, and before it what it hangs on; `propose` asks for a yes first."""
    if not checked:
        require(actor, MAY_PROPOSE[kind_of(subject)] if propose else Right.POST_TO_ACCOUNTING)
    company_file = default_file()
    if company_file is None:
        raise Refused(NO_FILE)
    if isinstance(subject, Project) and subject.is_client_itself:
        return post(actor, subject.client, propose=propose, batch_key=batch_key, key=key, now=now)
    problems = [] if checked else preflight.blocking(subject)
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        after = _what_it_hangs_on(actor, subject, company_file, propose=propose, batch_key=batch_key, key=key, now=now)
        return outbox.ask(
            actor,
            company_file=company_file,
            kind=books_kind(subject),
            subject_kind=kind_of(subject),
            subject_id=subject.pk,
            title=title_of(subject),
            snapshot=snapshot_of(subject),
            key=key,
            proposed=propose,
            after=after,
            batch_key=batch_key,
            now=now,
        )


def post_if_asked(actor: User, subject: Subject, wanted: Post, key: UUID, now: datetime) -> Posting | None:
    """The posting that the tick on a form asks for."""
    if wanted == Post.NO:
        return None
    propose = wanted == Post.PROPOSE
    return post(actor, subject, propose=propose, checked=True, key=uuid5(key, "posting"), now=now)


def follow(
    actor: User, subject: Subject, before: dict[str, Any], *, key: UUID, now: datetime, batch_key: UUID | None = None
) -> Posting | None:
    """After an edit: send what the person changed and the books have otherwise; `before` is the snapshot of before."""
    company_file = default_file()
    if company_file is None or (isinstance(subject, Project) and not company_file.use_jobs):
        return None
    kind, after = books_kind(subject), snapshot_of(subject)
    waiting = outbox_queries.of_subject(kind_of(subject), subject.pk).filter(state__in=outbox_queries.OPEN).first()
    changed = {name for name in OWNED[kind] if before.get(name) != after.get(name)}
    link = outbox_queries.link_of(company_file, kind_of(subject), subject.pk, kind)
    linked = link is not None and link.state == Link.State.SHARED
    if not changed or not (linked or waiting):
        return None
    if waiting is not None and waiting.action == Posting.Action.ADD and waiting.state not in IN_FLIGHT:
        content, action = after, "add"
    else:
        content, action = _differences(company_file, link, changed, after, waiting), "mod"
        if waiting is not None and waiting.state not in IN_FLIGHT and "is_active" in waiting.snapshot:
            content["is_active"] = waiting.snapshot["is_active"]  # the wish that waits goes along with the edit
        if not content:
            _withdraw(actor, waiting, now)
            return None
    return outbox.ask(
        actor,
        company_file=company_file,
        kind=kind,
        subject_kind=kind_of(subject),
        subject_id=subject.pk,
        title=title_of(subject),
        snapshot=content,
        action=action,
        key=key,
        proposed=not has_right(actor, Right.POST_TO_ACCOUNTING),
        batch_key=batch_key,
        now=now,
    )


def activity_follows(actor: User, subject: Subject, active: bool, key: UUID | None, now: datetime) -> Posting | None:
    """After somebody was deactivated here: with a key, ask that the books do the same with the linked record. After an
    activation, what still waits of that is withdrawn."""
    waiting = outbox_queries.of_subject(kind_of(subject), subject.pk).filter(state__in=outbox_queries.OPEN).first()
    if active:
        if waiting is not None and waiting.action == Posting.Action.DEACTIVATE:
            _withdraw(actor, waiting, now, "Active again in Daybook.")
        return None
    company_file = default_file()
    if key is None or company_file is None:
        return None
    kind = books_kind(subject)
    link = outbox_queries.link_of(company_file, kind_of(subject), subject.pk, kind)
    if link is None or link.state != Link.State.SHARED or not link.is_active:
        return None
    return outbox.ask(
        actor,
        company_file=company_file,
        kind=kind,
        subject_kind=kind_of(subject),
        subject_id=subject.pk,
        title=title_of(subject),
        snapshot={"is_active": False},
        action="deactivate",
        key=uuid5(key, f"inactive:{kind_of(subject)}:{subject.pk}"),
        proposed=not has_right(actor, Right.POST_TO_ACCOUNTING),
        now=now,
    )


IN_FLIGHT = (State.SENT, State.IN_DOUBT)


def _differences(
    company_file: CompanyFile, link: Link | None, changed: set[str], after: dict[str, Any], waiting: Posting | None
) -> dict[str, Any]:
    """What this edit and the one that still waits changed, as far as the books have it otherwise."""
    known = link.base if link is not None else {}
    if waiting is not None and waiting.state in IN_FLIGHT:
        known = known | waiting.snapshot
    elif waiting is not None:
        changed = changed | (set(waiting.snapshot) & set(after))
    return {name: after[name] for name in changed if not _same(company_file, after[name], known.get(name))}


def _same(company_file: CompanyFile, ours: Any, theirs: Any) -> bool:
    """Whether a value of ours is what the books have; references are the same when their ListID is."""
    if isinstance(ours, dict) and "subject_kind" in ours:
        if isinstance(theirs, dict) and "subject_kind" in theirs:
            return ours == theirs
        return outbox_queries.resolve(company_file, ours) == (theirs or {}).get("list_id")
    if isinstance(ours, dict) and "list_id" in ours:
        return bool(ours["list_id"] == (theirs or {}).get("list_id"))
    if isinstance(ours, dict):
        return {k: v for k, v in ours.items() if v} == {k: v for k, v in (theirs or {}).items() if v}
    return bool((ours or None) == (theirs or None))


def _withdraw(
    actor: User, waiting: Posting | None, now: datetime, why: str = "Changed back to what QuickBooks has."
) -> None:
    if waiting is not None and waiting.state not in IN_FLIGHT:
        outbox.drop(actor, waiting, why, now)


def _what_it_hangs_on(
    actor: User,
    subject: Subject,
    company_file: CompanyFile,
    *,
    propose: bool,
    batch_key: UUID | None,
    key: UUID,
    now: datetime,
) -> Posting | None:
    """The posting of the client or project above, made now if it is neither in the books nor on its way."""
    if not isinstance(subject, Project):
        return None
    above: Client | Project = subject.parent or subject.client
    link = outbox_queries.link_of(company_file, kind_of(above), above.pk, "customer")
    if link is not None and link.state == Link.State.SHARED:
        return None
    waiting = outbox_queries.of_subject(kind_of(above), above.pk).filter(state__in=outbox_queries.OPEN).first()
    if waiting is not None and not (waiting.state == State.PROPOSED and not propose):
        return waiting
    own_key = uuid5(key, f"{kind_of(above)}:{above.pk}")
    return post(actor, above, propose=propose, batch_key=batch_key, checked=True, key=own_key, now=now)


def post_many(
    actor: User, subjects: list[Subject], *, propose: bool, batch_key: UUID, now: datetime
) -> tuple[list[Posting], list[tuple[Subject, str]]]:
    """Ask for many at once: the postings, and what was refused with its reason. One refusal never stops the rest."""
    asked: list[Posting] = []
    refused: list[tuple[Subject, str]] = []
    for subject in subjects:
        key = uuid5(batch_key, f"{kind_of(subject)}:{subject.pk}")
        try:
            asked.append(post(actor, subject, propose=propose, batch_key=batch_key, key=key, now=now))
        except Refused as error:
            refused.append((subject, error.sentence))
    return asked, refused
