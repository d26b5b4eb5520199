"""Lists of records: searched, filtered, sorted and paged by the address, so that every view of a list has its link.

Three queries whatever the size: how many (counted to a limit once something narrows the list), the keys of the page,
and the rows of those keys. Joins and annotations of the queryset are paid for the rows of one page only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

COUNT_LIMIT = 10_000
YEAR = 365 * 24 * 3600
RESERVED = ("page", "sort", "q", "columns")

Choices = Sequence[tuple[str, str]]
Rows = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `sort` names the fields to sort by, `value` where the content is, `template` a special look."""

    key: str
    label: str
    sort: tuple[str, ...] = ()
    template: str = ""
    kind: str = "text"
    value: str | Callable[[Any], Any] = ""
    link: Callable[[Any], str] | None = None
    shown: bool = True
    phone: str = "show"

    def content(self, row: object) -> Any:
        """What a row has in this column; an empty part of a path makes an empty cell."""
        if callable(self.value):
            return self.value(row)
        found: Any = row
        for part in (self.value or self.key).split("."):
            found = getattr(found, part, None)
        return found() if callable(found) else found


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above the list; `apply` narrows the queryset, by default to `key=value`."""

    key: str
    label: str
    choices: Choices | Callable[[], Choices]
    apply: Callable[[Rows, str], Rows] | None = None
    default: str = ""

    def options(self) -> Choices:
        """The values on offer."""
        return self.choices() if callable(self.choices) else self.choices

    def narrow(self, rows: Rows, value: str) -> Rows:
        """The rows that a value leaves."""
        # SQLite uses an index for `is_active IN (1)`, not for the bare column that Django writes for `= True`.
        return self.apply(rows, value) if self.apply else rows.filter(**{f"{self.key}__in": [value]})


@dataclass(frozen=True, slots=True)
class Bulk:
    """Something that can be done to all chosen rows at once; `ask` is the question before it is done."""

    key: str
    label: str
    icon: str = ""
    tone: str = "outline-secondary"
    ask: str = ""


@dataclass(frozen=True, slots=True)
class ChosenFilter:
    """A filter with the value it has on this page."""

    filter: Filter
    value: str
    options: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head with its sort link; `direction` is ascending, descending or none."""

    column: Column
    query: str
    direction: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one row has in one column."""

    column: Column
    value: Any
    url: str

    @property
    def is_empty(self) -> bool:
        """Whether a card on a phone may leave it out."""
        return not self.column.template and (self.value is None or self.value == "")


@dataclass(frozen=True, slots=True)
class Line:
    """One row with its cells and the address of its detail."""

    row: Any
    url: str
    cells: list[Cell]


@dataclass
class Listing:
    """A list page for one request. Nothing is queried before the template asks for it."""

    request: HttpRequest
    queryset: Rows
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search: Sequence[str] | Callable[[Rows, str], Rows] = ()
    default_sort: str = ""
    page_size: int = 50
    key: str = "list"
    row_url: Callable[[Any], str] | None = None
    bulk: Sequence[Bulk] = ()
    bulk_url: str = ""
    empty: Mapping[str, str] = field(default_factory=dict)
    name: tuple[str, str] = ("record", "records")
    list_url: str = ""

    # --- what the address says ---------------------------------------------------------------------------------------
    @property
    def text(self) -> str:
        """What is searched for."""
        return self.request.GET.get("q", "").strip()

    @property
    def has_search(self) -> bool:
        """Whether there is a search; a template would call a search that is a function."""
        return bool(self.search)

    @cached_property
    def chosen_filters(self) -> list[ChosenFilter]:
        """Every filter with its value; a value that is not on offer counts as none."""
        chosen = []
        for one in self.filters:
            options = [(str(value), label) for value, label in one.options()]
            value = self.request.GET.get(one.key, one.default)
            known = value == "" or any(value == option for option, _ in options)
            chosen.append(ChosenFilter(one, value if known else one.default, options))
        return chosen

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter other than the usual hides rows."""
        return bool(self.text) or any(one.value != one.filter.default for one in self.chosen_filters)

    @cached_property
    def sort(self) -> str:
        """The key of the column the list is sorted by, with a minus in front when descending."""
        wanted = self.request.GET.get("sort", self.default_sort)
        return wanted if self._sort_fields(wanted) else self.default_sort

    @property
    def page_number(self) -> int:
        """The page asked for, from 1."""
        wanted = self.request.GET.get("page", "1")
        return max(1, int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1

    @property
    def _cookie(self) -> str:
        return f"columns_{self.key}"

    @cached_property
    def shown_columns(self) -> list[Column]:
        """The columns chosen now, else those chosen before, else the usual ones."""
        kept = self.request.COOKIES.get(self._cookie, "").split(".")
        wanted = set(self.request.GET.getlist("columns") or kept)
        chosen = [column for column in self.columns if column.key in wanted]
        return chosen or [column for column in self.columns if column.shown]

    def query(self, **changes: str | int | None) -> str:
        """The query string of this list with some parts changed (None takes a part away)."""
        parts: QueryDict = self.request.GET.copy()
        parts.pop("columns", None)
        for name, value in changes.items():
            if value is None or value == "":
                parts.pop(name, None)
            else:
                parts[name] = str(value)
        return f"?{parts.urlencode()}"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parts of the address that a new search or filter keeps."""
        known = {*RESERVED, *(one.key for one in self.filters)}
        given = self.request.GET.dict()
        return [(name, str(value)) for name, value in given.items() if name == "sort" or name not in known]

    @property
    def here(self) -> str:
        """The address of the list itself, without its query."""
        return self.list_url or self.request.path

    @property
    def here_with_query(self) -> str:
        """The address of the list as it is narrowed, sorted and paged now."""
        return self.here + self.query()

    @property
    def without_page(self) -> str:
        """The query string with everything but the page, for links to the rows."""
        return self.query(page=None)

    # --- what the database says --------------------------------------------------------------------------------------
    @cached_property
    def matching(self) -> Rows:
        """All rows that search and filters leave, unsorted."""
        rows = self.queryset
        for one in self.chosen_filters:
            if one.value:
                rows = one.filter.narrow(rows, one.value)
        return self._searched(rows) if self.text else rows

    def _searched(self, rows: Rows) -> Rows:
        if callable(self.search):
            return self.search(rows, self.text)
        for word in self.text.split():
            rows = rows.filter(Q(*((f"{path}__icontains", word) for path in self.search), _connector=Q.OR))
        return rows

    def _sort_fields(self, sort: str) -> list[str]:
        descending = sort.startswith("-")
        for column in self.columns:
            if column.key == sort.lstrip("-") and column.sort:
                return [_turned(path, descending) for path in column.sort]
        return []

    @cached_property
    def _order(self) -> list[str]:
        fields = self._sort_fields(self.sort)
        # The key last makes the order complete, so that no row is on two pages or on none. It turns with the
        # others, so that an index on the sorted field can be walked either way.
        return [*fields, "-pk" if fields and fields[0].startswith("-") else "pk"]

    @cached_property
    def _keys(self) -> list[Any]:
        start = (self.page_number - 1) * self.page_size
        ordered = self.matching.order_by(*self._order).values_list("pk", flat=True)
        return list(ordered[start : start + self.page_size + 1])

    @cached_property
    def rows(self) -> list[Any]:
        """The records of this page, in order."""
        keys = self._keys[: self.page_size]
        if not keys:
            return []
        found = {row.pk: row for row in self.queryset.filter(pk__in=keys)}
        return [found[key] for key in keys if key in found]

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        return len(self._keys) > self.page_size

    @cached_property
    def total(self) -> int:
        """How many rows match; of a narrowed list at most COUNT_LIMIT + 1 are counted."""
        before = (self.page_number - 1) * self.page_size
        if not self.has_next and (self._keys or before == 0):
            return before + len(self._keys)
        unsorted = self.matching.order_by()
        if not self.is_narrowed:
            return unsorted.count()
        return unsorted.values("pk")[: COUNT_LIMIT + 1].count()

    @property
    def total_words(self) -> str:
        """How many rows match, in words: 1 project, 12 projects, more than 10,000 projects."""
        one, many = self.name
        if self.is_narrowed and self.total > COUNT_LIMIT and self.has_next:
            return f"more than {COUNT_LIMIT:,} {many}"
        return f"{self.total:,} {one if self.total == 1 else many}"

    @property
    def first(self) -> int:
        """The number of the first row of this page."""
        return (self.page_number - 1) * self.page_size + 1

    @property
    def last(self) -> int:
        """The number of the last row of this page."""
        return self.first + len(self.rows) - 1

    # --- what the template shows -------------------------------------------------------------------------------------
    @property
    def headings(self) -> Iterable[Heading]:
        """The heads of the shown columns."""
        for column in self.shown_columns:
            direction = "none"
            if self.sort.lstrip("-") == column.key:
                direction = "descending" if self.sort.startswith("-") else "ascending"
            turned = f"-{column.key}" if direction == "ascending" else column.key
            yield Heading(column, self.query(sort=turned, page=None) if column.sort else "", direction)

    @cached_property
    def lines(self) -> list[Line]:
        """The rows of this page with the content of their cells."""
        return [self._line(row) for row in self.rows]

    def _line(self, row: Model) -> Line:
        url = self.row_url(row) + self.query() if self.row_url else ""
        cells = []
        for number, column in enumerate(self.shown_columns):
            own = column.link(row) if column.link else ""
            cells.append(Cell(column, column.content(row), own or (url if number == 0 else "")))
        return Line(row, url, cells)

    @property
    def previous_query(self) -> str:
        """The query string of the page before."""
        return self.query(page=self.page_number - 1 if self.page_number > 2 else None)

    @property
    def next_query(self) -> str:
        """The query string of the page after."""
        return self.query(page=self.page_number + 1)

    # --- what the person does ----------------------------------------------------------------------------------------
    def selected(self) -> Rows:
        """The rows a bulk action was asked for: those ticked, or all that match."""
        if self.request.POST.get("all") == "1":
            return self.matching
        return self.queryset.filter(pk__in=[key for key in self.request.POST.getlist("selected") if key.isdigit()])

    def respond(self, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        """The page, which keeps a new choice of columns for the next visit."""
        response = render(self.request, template, {"listing": self, **context}, status=status)
        chosen = self.request.GET.getlist("columns")
        if chosen:
            kept = ".".join(column.key for column in self.shown_columns)
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(self._cookie, kept, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
        return response


def _turned(path: str, descending: bool) -> str:
    if not descending:
        return path
    return path[1:] if path.startswith("-") else f"-{path}"
