"""Notices that a company file was restored from a backup: what was posted last is not there, or is as it was before.

It is looked for at the start of each session, in the message that asks for the company. Then everything is read anew
before the links are trusted, and people are told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from daybook.connections.models import CompanyFile
from daybook.connections.operations import mark_restored
from daybook.connectors.qbd import queries as questions
from daybook.intake.models import ImportRun
from daybook.intake.operations import ask_import
from daybook.monitor import telling
from daybook.outbox.models import IN_BOOKS, Link, Posting, age
from daybook.qbxml.documents import AnswerSet, Request

NEWEST, DELETED = "newest", "deleted"
LOOKED_AT = 20  # the last of these may have been deleted there, and is known to be
OVERLAP = timedelta(hours=2)
DELETED_IS_TOLD_FOR = timedelta(days=89)  # QuickBooks forgets after 90 days what was deleted
FOUND, NOTHING_FOUND, SOME_NOT_FOUND = 0, 1, 500


@dataclass(frozen=True, slots=True)
class Posted:
    """The record that was posted last and ought to be there."""

    link: Link
    finished_at: datetime


def posted_last(company_file: CompanyFile) -> Posted | None:
    """What is looked for; nothing while the file is known as restored."""
    if company_file.reread_needed:
        return None
    done = Posting.objects.filter(company_file=company_file, finished_at__isnull=False, state=Posting.State.POSTED)
    rows = list(done.order_by("-finished_at").values_list("kind", "list_id", "finished_at")[:LOOKED_AT])
    shared = Link.objects.filter(IN_BOOKS, company_file=company_file, state=Link.State.SHARED)
    found = shared.filter(kind__in={row[0] for row in rows}, list_id__in=[row[1] for row in rows])
    links = {(link.kind, link.list_id): link for link in found}
    return next((Posted(links[kind, key], at) for kind, key, at in rows if at and (kind, key) in links), None)


def requests(company_file: CompanyFile) -> list[Request]:
    """The record that was posted last, and what was deleted since."""
    last = posted_last(company_file)
    if last is None:
        return []
    kind, list_id = last.link.kind, last.link.list_id
    return [
        questions.by_list_id(kind, list_id, request_id=NEWEST),
        questions.deleted_since([kind], last.finished_at - OVERLAP, request_id=DELETED),
    ]


def take(company_file: CompanyFile, found: AnswerSet, now: datetime) -> None:
    """Mark the file, have its lists read anew, and tell; inside the transaction of the answer."""
    last = posted_last(company_file)
    if last is None or not _is_older(last, found, now):
        return
    mark_restored(company_file, now)
    if company_file.last_sync_at is not None:
        ask_import(None, company_file, None, trigger=ImportRun.Trigger.RECONCILE, now=now)
    telling.restored(company_file, last.link.full_name or last.link.name, now)


def _is_older(last: Posted, found: AnswerSet, now: datetime) -> bool:
    """Whether the record is as it was before its last posting, or is not there without having been deleted."""
    link = last.link
    answers = {answer.request_id: answer for answer in found.answers}
    newest, deleted = answers.get(NEWEST), answers.get(DELETED)
    if newest is None or deleted is None or newest.status_code not in (FOUND, NOTHING_FOUND, SOME_NOT_FOUND):
        return False
    for record in newest.records:
        if record.values.get("ListID") == link.list_id:
            return age(str(record.values.get("EditSequence") or "")) < age(link.edit_sequence)
    if deleted.status_code not in (FOUND, NOTHING_FOUND) or now - last.finished_at > DELETED_IS_TOLD_FOR:
        return False
    return all(record.values.get("ListID") != link.list_id for record in deleted.records)
