"""The cells of a list. They are written here and not by a template: 50 rows of 7 cells took four fifths of a page."""

from collections.abc import Callable
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from daybook.directory.queries import InBooks
from daybook.web.listing import Cell, Line
from daybook.web.templatetags.daybook import badge, hours, icon, money, state, when

register = template.Library()

BESIDE = ' class="row-link" hx-get="{}" hx-target="#detail" hx-select="#detail" hx-swap="outerHTML" hx-push-url="true"'


@register.simple_tag(takes_context=True)
def cells(context: template.Context, line: Line) -> SafeString:
    """The cells of one row; the link to its own page opens beside the list, unless the list says otherwise."""
    beside = context.get("detail_beside") is not False
    return mark_safe("".join(_cell(context, line, cell, beside) for cell in line.cells))  # noqa: S308 (built by format_html)


def _cell(context: template.Context, line: Line, cell: Cell, beside: bool) -> SafeString:
    inside = _inside(context, line, cell)
    if cell.url:
        opens = format_html(BESIDE, cell.url) if beside and cell.url == line.url else ""
        inside = format_html('<a href="{}"{}>{}</a>', cell.url, opens, inside)
    column = cell.column
    return format_html(
        '<td class="kind-{} phone-{}{}" data-label="{}">{}</td>',
        column.kind, column.phone, " is-empty" if cell.is_empty else "", column.label, inside,
    )  # fmt: skip


def _inside(context: template.Context, line: Line, cell: Cell) -> SafeString:
    if not cell.column.template:
        return SafeString(conditional_escape(SHOWN.get(cell.column.kind, _plain)(cell.value)))
    drawn = context.template.engine.get_template(cell.column.template)  # type: ignore[union-attr]
    with context.push(row=line.row, cell=cell, value=cell.value):
        return drawn.render(context)


def _plain(value: Any) -> Any:
    return "" if value is None else value


def _number(value: Any) -> str:
    return "" if value is None else str(intcomma(value))


def _state(name: str) -> str:
    return state(name) if name else ""


def _yes(value: Any) -> SafeString:
    return icon("check", "yes") if value else SafeString('<span class="quiet">no</span>')


@register.filter
def books(found: InBooks) -> SafeString:
    """How a record stands to the books."""
    if found.state == "posted":
        return badge(found.sentence, "green", "check-circle-fill")
    return state(found.state) if found.state else format_html('<span class="quiet">{}</span>', found.sentence)


SHOWN: dict[str, Callable[[Any], Any]] = {
    "money": money,
    "hours": hours,
    "number": _number,
    "when": when,
    "date": when,
    "state": _state,
    "yes": _yes,
    "books": books,
}
