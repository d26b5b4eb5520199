"""The kinds that are posted: from a posting to a request, and from a record of theirs to what a link keeps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from daybook.books.employee import name_of
from daybook.books.names import name_key
from daybook.connections.models import CompanyFile
from daybook.connectors.errors import FixRecord
from daybook.connectors.qbd import customer, employee
from daybook.connectors.qbd.elements import Resolve, external_guid
from daybook.connectors.qbd.reading import Head, head_of, mapped_fields
from daybook.intake.staging import compact
from daybook.outbox.models import IN_BOOKS, Link, Posting
from daybook.outbox.queries import OF_SUBJECTS
from daybook.qbxml.documents import Record, Request
from daybook.sql import Columns, marks

Links = dict[tuple[str, str, int], Link]
Parents = dict[tuple[str, int], Link]


class Writer(Protocol):
    """What the module of a posted kind can do."""

    def add_request(
        self, snapshot: Mapping[str, Any], key: object, *, resolve: Resolve, request_id: str = "1"
    ) -> Request: ...

    def mod_request(
        self,
        changes: Mapping[str, Any],
        list_id: str,
        edit_sequence: str,
        *,
        resolve: Resolve,
        request_id: str = "1",
    ) -> Request: ...


_LINK = Columns(
    Link, "id", "company_file", "kind", "list_id", "edit_sequence", "name", "full_name", "root_list_id",
    "subject_kind", "subject_id", "state",
)  # fmt: skip
WRITERS: dict[str, Writer] = {"customer": customer, "employee": employee}
NOT_CONTENT = ("ListID", "EditSequence")


class CannotWrite(Exception):
    """A posting that cannot become a request, with the sentence for the person."""

    def __init__(self, code: str, sentence: str, who_can_act: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.who_can_act, self.detail = code, sentence, who_can_act, detail


@dataclass(frozen=True, slots=True)
class Seen:
    """A record of theirs as an answer shows it."""

    kind: str
    head: Head
    base: dict[str, Any]
    elements: Mapping[str, Any]

    @property
    def list_id(self) -> str:
        """Its ListID."""
        return self.head.list_id

    def is_ours(self, key: UUID) -> bool:
        """Whether it was added under this key."""
        return self.head.external_guid.casefold() == external_guid(key).casefold()

    def has(self, change: Request) -> bool:
        """Whether the values of a change stand in the record already."""
        return _stand_in(change.record, self.elements)

    def as_way_out(self) -> dict[str, Any]:
        """The offer to link to this record, with what a link to it needs."""
        head = self.head
        return {
            "way": "link",
            "sentence": f"Link to {head.full_name}, which is there already.",
            "list_id": head.list_id,
            "name": head.name,
            "full_name": head.full_name,
            "parent_list_id": head.parent_list_id,
            "edit_sequence": head.edit_sequence,
            "time_modified": head.time_modified,
            "base": self.base,
        }

    def put_into(self, link: Link, roots: Mapping[str, str], *, with_base: bool = True) -> None:
        """Write what the record shows into its link."""
        head = self.head
        link.list_id, link.edit_sequence, link.time_modified = head.list_id, head.edit_sequence, head.time_modified
        link.name, link.full_name, link.sublevel = head.name, head.full_name, head.sublevel
        link.folded_name = name_key(head.full_name)
        link.parent_list_id, link.is_active = head.parent_list_id, head.is_active
        if not head.parent_list_id:
            link.root_list_id = head.list_id
        elif head.parent_list_id in roots:
            link.root_list_id = roots[head.parent_list_id]
        if with_base:
            link.base = self.base


def _stand_in(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    for name, value in wanted.items():
        if name in NOT_CONTENT and "EditSequence" in wanted:
            continue
        found = there.get(name)
        if isinstance(value, Mapping):
            if not _stand_in(value, found if isinstance(found, Mapping) else {}):
                return False
        elif (found or "") != (value or ""):
            return False
    return True


def seen_in(kind: str, record: Record) -> Seen | None:
    """What a record shows; None if it does not even name itself."""
    head = head_of(record)
    if not head.list_id or not head.edit_sequence:
        return None
    return Seen(kind, head, compact(mapped_fields(kind, record)), record.values)


class Books:
    """One company file's records of ours and theirs, for a handful of postings at a time."""

    def __init__(self, company_file: CompanyFile) -> None:
        self.company_file = company_file

    def links_for(self, postings: Sequence[Posting]) -> tuple[Links, Parents]:
        """The links of what the postings speak of, and of what they refer to: one query each, whatever their number."""
        links = {
            (link.kind, link.subject_kind, int(link.subject_id or 0)): link
            for link in self._links((posting.subject_kind, posting.subject_id) for posting in postings)
        }
        named = [reference for posting in postings for reference in _references(posting.snapshot)]
        parents = {
            (link.subject_kind, int(link.subject_id or 0)): link
            for link in self._links(named)
            if link.list_id and link.state == Link.State.SHARED
        }
        return links, parents

    def _links(self, subjects: Iterable[tuple[str, int]]) -> list[Link]:
        by_kind: dict[str, set[int]] = {}
        for kind, number in subjects:
            by_kind.setdefault(kind, set()).add(number)
        found: list[Link] = []
        for kind, numbers in by_kind.items():
            found += _LINK.read(OF_SUBJECTS.format(marks(len(numbers))), [self.company_file.pk, kind, *numbers])
        return found

    def request_for(self, posting: Posting, links: Links, parents: Parents) -> Request:
        """The request that does what the posting asks; CannotWrite says why there is none."""
        link = links.get((posting.kind, posting.subject_kind, posting.subject_id))
        if link is not None and link.state == Link.State.BLOCKED:
            raise CannotWrite("blocked", f"{posting.title} was blocked meanwhile.", "Unblock it, then send it again")
        if posting.action == Posting.Action.ADD:
            if link is not None and link.list_id and link.state != Link.State.BROKEN:
                sentence = f"{posting.title} is linked to {link.full_name} in QuickBooks by now."
                raise CannotWrite("linked", sentence, "Withdraw this, or unlink the two first")
            return self._add(posting, parents)
        if link is None or not link.list_id or link.state != Link.State.SHARED:
            sentence = f"{posting.title} has no record in QuickBooks that could be changed."
            raise CannotWrite("unlinked", sentence, "Link it on the integration page, or withdraw this")
        return self.change_request(posting, link.list_id, link.edit_sequence, parents)

    def _add(self, posting: Posting, parents: Parents) -> Request:
        writer = WRITERS[posting.kind]
        try:
            return writer.add_request(
                posting.snapshot, posting.key, resolve=_resolver(parents), request_id=str(posting.pk)
            )
        except FixRecord as error:
            raise CannotWrite(error.code, error.sentence, error.who_can_act, error.detail) from error

    def change_request(
        self,
        posting: Posting,
        list_id: str,
        edit_sequence: str,
        parents: Parents,
        only: Mapping[str, Any] | None = None,
    ) -> Request:
        """The change of all that the posting asks, or of some fields only."""
        writer = WRITERS[posting.kind]
        changes = posting.snapshot if only is None else only
        if posting.action == Posting.Action.DEACTIVATE and only is None:
            changes = {**changes, "is_active": False}
        try:
            return writer.mod_request(
                changes, list_id, edit_sequence, resolve=_resolver(parents), request_id=str(posting.pk)
            )
        except FixRecord as error:
            raise CannotWrite(error.code, error.sentence, error.who_can_act, error.detail) from error

    def full_name(self, posting: Posting, parents: Parents) -> str:
        """The full name that the record has, or would have, in the books."""
        snapshot = posting.snapshot
        if posting.kind == "employee":
            first, middle, last = (str(snapshot.get(part) or "") for part in ("first_name", "middle_name", "last_name"))
            return name_of(first, middle, last, self.company_file.choices.get("employee_names", "first_last"))
        name = str(snapshot.get("name") or posting.title.rpartition(":")[2])
        reference = snapshot.get("parent") or {}
        if "list_id" in reference:
            of_file = Link.objects.filter(IN_BOOKS, company_file=self.company_file, kind=posting.kind)
            above = of_file.filter(list_id=reference["list_id"]).first()
        else:
            above = parents.get((reference.get("subject_kind", ""), int(reference.get("subject_id") or 0)))
        return f"{above.full_name}:{name}" if above is not None else name


def _references(snapshot: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The records of ours that a snapshot names."""
    return [
        (str(value["subject_kind"]), int(value["subject_id"]))
        for value in snapshot.values()
        if isinstance(value, Mapping) and "subject_kind" in value
    ]


def _resolver(parents: Parents) -> Resolve:
    def resolve(reference: Mapping[str, Any]) -> str | None:
        link = parents.get((str(reference.get("subject_kind", "")), int(reference.get("subject_id") or 0)))
        return link.list_id if link is not None else None

    return resolve
