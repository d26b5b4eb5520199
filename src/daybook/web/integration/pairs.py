"""What Daybook and the books have, side by side: one pair a row, grouped by what they are to each other.

The groups follow one another in a fixed order, each sorted by name. A page begins behind the row that its address
names, so page 2,000 costs what page 1 does, and every group is walked along an index.
"""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet

from daybook.connections.models import Batch, CompanyFile
from daybook.directory.models import Client, Project, Staff
from daybook.intake.models import Conflict
from daybook.outbox.models import Link, Posting
from daybook.outbox.queries import OPEN

PAGE_SIZE = 50
MOST_FOUND = 500
MOST_ALIKE = 200
State = Link.State
Rows = QuerySet[Any, Any]
Cursor = tuple[str, list[str], int]


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of our records: its model, the fields it is sorted by, and those it is searched by."""

    kind: str
    model: type[Model]
    order: tuple[str, ...]
    search: tuple[str, ...]
    shown: Q
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One integration page: what it puts beside which list of the books."""

    key: str
    title: str
    kind: str
    subjects: tuple[Subject, ...]
    ours: str
    theirs: str


PROJECTS = Side(
    "projects",
    "Project integration",
    "customer",
    (
        Subject("client", Client, ("name",), ("name", "code"), Q()),
        Subject(
            "project",
            Project,
            ("display_name",),
            ("display_name", "name", "code"),
            Q(is_client_itself=False),
            ("client", "parent"),
        ),
    ),
    "clients and projects",
    "customers and jobs",
)
STAFF = Side(
    "staff",
    "Staff integration",
    "employee",
    (Subject("staff", Staff, ("last_name", "first_name"), ("first_name", "last_name", "email"), Q(vendor_list_id="")),),
    "staff",
    "employees",
)
SIDES = {side.key: side for side in (PROJECTS, STAFF)}

# key: (word of the filter, heading of the group)
SHOWN = {
    "conflict": ("Changed on both sides", "Changed on both sides: which value holds?"),
    "new": ("New employees", "New in QuickBooks: add them to Daybook?"),
    "broken": ("Broken links", "Gone from QuickBooks: deleted or merged there, or a backup was restored"),
    "here": ("Only in Daybook", "Only in Daybook"),
    "there": ("Only in QuickBooks", "Only in QuickBooks"),
    "inactive": ("Inactive there", "Linked, but inactive in QuickBooks"),
    "linked": ("Linked", "Linked"),
    "blocked": ("Blocked", "Blocked: stays on its own side"),
}
DIFFER = ("conflict", "new", "broken", "here", "there", "inactive")
FILTERS = {"differ": "What differs", "all": "Everything"} | {key: words[0] for key, words in SHOWN.items()}


@dataclass
class Pair:
    """One row: a record of ours, one of theirs, or both."""

    group: str
    link: Link | None = None
    subject_kind: str = ""
    subject: Any = None
    posting: Posting | None = None
    same: list["Match"] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The name of the row in addresses and forms: of the link when there is one, else of our record."""
        return f"link-{self.link.pk}" if self.link else f"{self.subject_kind}-{self.subject.pk}"

    @property
    def ours(self) -> str:
        """The name in Daybook."""
        return str(self.subject) if self.subject is not None else ""

    @property
    def under(self) -> str:
        """What our record belongs to: the client and the project above."""
        if not isinstance(self.subject, Project):
            return ""
        above = [self.subject.client.name, self.subject.parent.name if self.subject.parent else ""]
        return " / ".join(name for name in above if name)

    @property
    def theirs(self) -> str:
        """The full name in QuickBooks."""
        return (self.link.full_name or self.link.name) if self.link and self.link.list_id else ""

    @property
    def name(self) -> str:
        """What the row is called when it is spoken of."""
        return self.ours or self.theirs

    @property
    def control(self) -> str:
        """Which of the three the control shows: shared, not or blocked."""
        if self.group == "blocked":
            return "blocked"
        return "shared" if self.group in {"linked", "inactive", "conflict"} else "not"

    @property
    def own_key(self) -> str:
        """The name of our record in forms, also where a link stands between the two."""
        return f"{self.subject_kind}-{self.subject.pk}" if self.subject is not None else ""

    @property
    def on_its_way(self) -> bool:
        """Whether a posting of ours will change this row by itself."""
        return self.posting is not None and self.posting.state in {"queued", "sent", "in_doubt"}


@dataclass(frozen=True, slots=True)
class Match:
    """A record of the other side with the same name: `value` links the two, `name` is shown."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """The rows of one group and one kind, sorted by fields that have an index."""

    group: str
    key: str
    rows: Rows
    order: tuple[str, ...]
    pair: Callable[[Any], Pair]
    related: tuple[str, ...] = ()

    def walk(self, cursor: Cursor | None, limit: int, *, back: bool = False) -> list[Any]:
        """The first rows behind the cursor; going back, the last ones before it, the nearest first."""
        rows = self.rows
        if cursor is not None:
            rows = _beyond(rows, self.order, cursor[1], cursor[2], back=back)
        order = (*self.order, "pk")
        # First the keys, which an index answers, then the rows of this page alone.
        keys = list(
            rows.order_by(*(f"-{name}" if back else name for name in order)).values_list("pk", flat=True)[:limit]
        )
        found = self.rows.model.everything.select_related(*self.related).in_bulk(keys)
        return [found[key] for key in keys if key in found]

    def cursor(self, row: Model) -> Cursor:
        """Where a row stands."""
        return self.key, [str(getattr(row, name)) for name in self.order], row.pk


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page with their sources, and whether there are pages on either side."""

    rows: list[tuple[Source, Any]]
    has_previous: bool
    has_next: bool

    def edge(self, place: int) -> str:
        """The cursor of a row of the page; empty when it has none."""
        if not self.rows:
            return ""
        source, row = self.rows[place]
        return write_cursor(source.cursor(row))


def _beyond(rows: Rows, order: Sequence[str], values: Sequence[str], pk: int, *, back: bool) -> Rows:
    side = "lt" if back else "gt"
    beyond, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        beyond |= equal & Q(**{f"{name}__{side}": value})
        equal &= Q(**{name: value})
    beyond |= equal & Q(**{f"pk__{side}": pk})
    # The first field alone says where to begin: that is what the index is entered by.
    return rows.filter(beyond, **{f"{order[0]}__{side}e": values[0]})


def write_cursor(cursor: Cursor) -> str:
    """A cursor for an address."""
    return base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """The cursor of an address; none if somebody made it up."""
    try:
        key, values, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    known = isinstance(key, str) and isinstance(pk, int) and isinstance(values, list)
    return (key, [str(value) for value in values], pk) if known else None


@dataclass
class Table:
    """The pairs of one page: filtered by `show`, searched by `text`, behind the row `at` or before the row `before`."""

    side: Side
    company_file: CompanyFile
    show: str = "differ"
    text: str = ""
    at: str = ""
    before: str = ""

    # --- what there is --------------------------------------------------------------------------------------------
    @cached_property
    def _nothing_hidden(self) -> bool:
        """Whether no import is in progress: then every row is visible, and indexes alone answer the counts."""
        return not Batch.objects.filter(published_at=None).exists()

    @cached_property
    def links(self) -> Rows:
        """All links of this side."""
        rows = Link.everything.all() if self._nothing_hidden else Link.objects.all()
        return rows.filter(company_file=self.company_file, kind=self.side.kind)

    def records(self, subject: Subject) -> Rows:
        """All our records of one kind."""
        manager = subject.model.everything if self._nothing_hidden else subject.model.objects  # type: ignore[attr-defined]
        rows: Rows = manager.filter(subject.shown)
        return rows

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows each group has, without the search."""
        rows = self.links.values("state", "is_active").annotate(number=Count("pk"))
        by_state = {(row["state"], row["is_active"]): row["number"] for row in rows}
        theirs = by_state.get((State.THEIRS_ONLY, True), 0) + by_state.get((State.THEIRS_ONLY, False), 0)
        new = self._link_groups["new"].count()
        found = {
            "conflict": self._conflicts(),
            "new": new,
            "broken": self._link_groups["broken"].count() if any(state == State.BROKEN for state, _ in by_state) else 0,
            "here": sum(self._lone_records.values()),
            "there": theirs - new,
            "inactive": by_state.get((State.SHARED, False), 0),
            "linked": by_state.get((State.SHARED, True), 0),
            "blocked": by_state.get((State.BLOCKED, True), 0) + by_state.get((State.BLOCKED, False), 0),
        }
        found["differ"] = sum(found[group] for group in DIFFER)
        found["all"] = found["differ"] + found["linked"] + found["blocked"] - found["conflict"]
        return found

    def _conflicts(self) -> int:
        """How many links wait for a person; asked of the few conflicts, not of the many links."""
        waiting = Conflict.objects.filter(settled_at=None)
        if not waiting.exists():
            return 0
        own = Q(link__company_file=self.company_file, link__kind=self.side.kind)
        return waiting.filter(own).values("link_id").distinct().count()

    @cached_property
    def _lone_records(self) -> dict[str, int]:
        """How many of ours have no link: all, less those that have one. Nothing is looked up row by row."""
        rows = self.links.filter(subject_id__isnull=False).values("subject_kind").annotate(number=Count("pk"))
        linked = {row["subject_kind"]: row["number"] for row in rows}
        return {one.kind: max(0, self.records(one).count() - linked.get(one.kind, 0)) for one in self.side.subjects}

    @cached_property
    def _link_groups(self) -> dict[str, Rows]:
        # SQLite uses an index for `is_active IN (1)`, not for the bare column that Django writes for `= True`.
        theirs = self.links.filter(state=State.THEIRS_ONLY)
        employees = self.side.kind == "employee"
        new = theirs.filter(wanted_by_person=None, is_active=True) if employees else theirs.none()
        return {
            "conflict": self.links.filter(pk__in=Conflict.objects.filter(settled_at=None).values("link_id")),
            "new": new,
            # What was gone and is linked to another record now, or unlinked, needs nobody any more.
            "broken": self.links.filter(state=State.BROKEN, subject_id__isnull=False),
            "there": theirs.exclude(wanted_by_person=None, is_active=True) if employees else theirs,
            "inactive": self.links.filter(state=State.SHARED, is_active__in=[False]),
            "linked": self.links.filter(state=State.SHARED, is_active__in=[True]),
            "blocked": self.links.filter(state=State.BLOCKED),
        }

    @cached_property
    def groups(self) -> list[str]:
        """The groups that the filter shows, in order."""
        if self.show == "all":
            return [group for group in SHOWN if group != "conflict"]
        return [self.show] if self.show in SHOWN else list(DIFFER)

    @cached_property
    def sources(self) -> list[Source]:
        """Where the rows come from, in the order of the page."""
        found: list[Source] = []
        for group in self.groups:
            if not self.counts[group]:
                continue
            if group == "here":
                found += [self._ours_without_link(one) for one in self.side.subjects if self._lone_records[one.kind]]
            else:
                found += self._linked_sources(group, self._link_groups[group])
        return found

    def _linked_sources(self, group: str, rows: Rows) -> list[Source]:
        def pair(link: Link) -> Pair:
            return Pair(group, link, link.subject_kind)

        if self.text:
            rows = rows.filter(pk__in=self._found_links)
        if group not in {"there", "blocked", "broken"}:
            return [Source(group, group, rows, ("full_name",), pair)]
        # The index has active before name: each half of the group is walked by itself.
        halves = (("active", True), ("inactive", False))
        return [
            Source(group, f"{group}-{key}", rows.filter(is_active__in=[value]), ("full_name",), pair)
            for key, value in halves
        ]

    @cached_property
    def _found_links(self) -> list[int]:
        """The links whose name, there or here, has the text in it: the first ones, for a search is not a list."""
        theirs = self.links.filter(full_name__icontains=self.text).order_by("full_name")
        found = set(theirs.values_list("pk", flat=True)[:MOST_FOUND])
        for subject in self.side.subjects:
            ours = self.records(subject).filter(self._contains(subject)).values_list("pk", flat=True)
            linked = self.links.filter(subject_kind=subject.kind, subject_id__in=list(ours[:MOST_FOUND]))
            found |= set(linked.values_list("pk", flat=True))
        return sorted(found)

    def _contains(self, subject: Subject) -> Q:
        found = Q()
        for word in self.text.split():
            own = Q(*((f"{path}__icontains", word) for path in subject.search), _connector=Q.OR)
            if subject.model is Project:
                own |= Q(client__in=Client.objects.filter(name__icontains=word).values("pk"))
            found &= own
        return found

    def _ours_without_link(self, subject: Subject) -> Source:
        def pair(record: Any) -> Pair:
            return Pair("here", None, subject.kind, record)

        linked = self.links.filter(subject_kind=subject.kind, subject_id__isnull=False)
        if connection.vendor == "sqlite":  # it reads the linked ones once, instead of looking each of ours up
            rows = self.records(subject).exclude(pk__in=linked.values("subject_id"))
        else:
            rows = self.records(subject).filter(~Exists(linked.filter(subject_id=OuterRef("pk"))))
        if self.text:
            rows = rows.filter(self._contains(subject))
        return Source("here", subject.kind, rows, subject.order, pair, subject.related)

    # --- this page ------------------------------------------------------------------------------------------------
    @cached_property
    def _found(self) -> Page:
        if self.before:
            found, more = self._walk(self.before, back=True)
            if more:
                return Page(found[::-1], True, True)
        # Fewer rows than a page are before it: then it is the first page, and a whole one.
        at = "" if self.before else self.at
        found, more = self._walk(at)
        return Page(found, bool(at), more)

    def _walk(self, address: str, *, back: bool = False) -> tuple[list[tuple[Source, Any]], bool]:
        """A page of rows from where the address says, and whether there are more in that direction."""
        sources = self.sources[::-1] if back else self.sources
        cursor = read_cursor(address) if address else None
        keys = [source.key for source in sources]
        if back and (cursor is None or cursor[0] not in keys):
            return [], False
        start = keys.index(cursor[0]) if cursor and cursor[0] in keys else 0
        found: list[tuple[Source, Any]] = []
        for source in sources[start:]:
            here = cursor if cursor and cursor[0] == source.key else None
            found += [(source, row) for row in source.walk(here, PAGE_SIZE + 1 - len(found), back=back)]
            if len(found) > PAGE_SIZE:
                return found[:PAGE_SIZE], True
        return found, False

    @cached_property
    def pairs(self) -> list[Pair]:
        """The rows of this page, complete."""
        pairs = [source.pair(row) for source, row in self._found.rows]
        complete(pairs, self.side)
        suggest(pairs, self.side, self.links)
        return pairs

    def first_keys(self, groups: Sequence[str], limit: int) -> list[str]:
        """The keys of the first rows that match, as far as they are in these groups."""
        keys: list[str] = []
        for source in self.sources:
            if source.group in groups and len(keys) < limit:
                keys += [source.pair(row).key for row in source.walk(None, limit - len(keys))]
        return keys

    @property
    def next_at(self) -> str:
        """Behind which row the next page begins; empty on the last."""
        return self._found.edge(-1) if self._found.has_next else ""

    @property
    def previous_before(self) -> str:
        """Before which row the page before ends; empty on the first."""
        return self._found.edge(0) if self._found.has_previous else ""

    @property
    def blocks(self) -> Iterable[tuple[str, int, list[Pair]]]:
        """The rows with the heading of each group and the number of rows in it."""
        for group in self.groups:
            rows = [pair for pair in self.pairs if pair.group == group]
            if rows:
                yield SHOWN[group][1], self.counts[group], rows

    @property
    def on_its_way(self) -> list[str]:
        """The rows that a posting will change by itself."""
        return [pair.key for pair in self.pairs if pair.on_its_way]


# --- completing rows: one query a kind, however many rows -------------------------------------------------------------
def complete(pairs: list[Pair], side: Side) -> None:
    """Give each row our record and its newest posting."""
    for subject in side.subjects:
        wanted = {pair.link.subject_id for pair in pairs if pair.link and pair.link.subject_kind == subject.kind} - {
            None
        }
        if wanted:
            found = subject.model._default_manager.select_related(*subject.related).in_bulk(list(wanted))
            for pair in pairs:
                if pair.link and pair.link.subject_kind == subject.kind:
                    pair.subject = found.get(pair.link.subject_id)
        _give_postings([pair for pair in pairs if pair.subject_kind == subject.kind and pair.subject], subject.kind)


def _give_postings(pairs: list[Pair], kind: str) -> None:
    keys = [pair.subject.pk for pair in pairs]
    if not keys:
        return
    # Only what is open matters here, and each record has few postings: the newest open one wins.
    rows = Posting.objects.filter(subject_kind=kind, subject_id__in=keys, state__in=OPEN).order_by("id")
    newest = {posting.subject_id: posting for posting in rows.defer("snapshot")}
    for pair in pairs:
        pair.posting = newest.get(pair.subject.pk)


def suggest(pairs: list[Pair], side: Side, links: Rows) -> None:
    """Show beside a lone record those of the other side that have its very name and stand alone too."""
    ours = [pair for pair in pairs if pair.group in {"here", "broken"} and pair.subject and pair.posting is None]
    theirs = [pair for pair in pairs if pair.group in {"there", "new"}]
    if ours:
        names = {_own_name(pair.subject) for pair in ours}
        # Sorted here: an index that has the order already would be walked from end to end for a few names.
        alike = links.filter(state=State.THEIRS_ONLY, name__in=names, is_active__in=[True])[:MOST_ALIKE]
        for link in sorted(alike, key=lambda link: link.full_name):
            for pair in ours:
                if _own_name(pair.subject) == link.name and fits(pair.subject_kind, link):
                    pair.same.append(Match(f"{pair.own_key}:{link.list_id}", link.full_name or link.name))
    if theirs:
        _suggest_ours(theirs, side, links)


def _suggest_ours(theirs: list[Pair], side: Side, links: Rows) -> None:
    for subject in side.subjects:
        names = {pair.link.name for pair in theirs if pair.link}
        named = _named(subject, names)
        taken = set(
            links.filter(subject_kind=subject.kind, subject_id__in=[one.pk for one in named]).values_list(
                "subject_id", flat=True
            )
        )
        for record in named:
            for pair in theirs:
                same = pair.link is not None and _own_name(record) == pair.link.name
                if pair.link and same and record.pk not in taken and fits(subject.kind, pair.link):
                    pair.same.append(Match(f"{subject.kind}-{record.pk}:{pair.link.list_id}", str(record)))


def _named(subject: Subject, names: set[str]) -> list[Any]:
    rows = subject.model._default_manager.filter(subject.shown)
    if subject.kind == "staff":
        lasts = {word for name in names for word in name.replace(",", " ").split()}
        rows = rows.filter(last_name__in=lasts)
        return [record for record in rows[:500] if _own_name(record) in names]
    return list(rows.filter(**{f"{subject.order[0]}__in": names})[:200])


def _own_name(record: Any) -> str:
    return str(record) if isinstance(record, Staff) else str(record.name)


def fits(subject_kind: str, link: Link) -> bool:
    """Whether a record of ours may be that one: a client is a customer, a project is a job."""
    if subject_kind == "client":
        return link.sublevel == 0
    return link.sublevel > 0 if subject_kind == "project" else True
