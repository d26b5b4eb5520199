"""Template tags of Daybook's pages: see docs/howto/pages.md."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from daybook.connections import words
from daybook.people.rights import Right
from daybook.web.rights import may
from daybook.web.states import STATES, UNKNOWN

register = template.Library()

MINUS = "\N{MINUS SIGN}"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of the sprite; decoration unless it is given a label."""
    spoken = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    return format_html('<svg class="icon"{}><use href="{}#{}"></use></svg>', spoken, static("vendor/icons.svg"), name)


@register.simple_tag
def state(name: str, sentence: str = "") -> SafeString:
    """The badge of a posting's state: word, icon and colour, and beside it a sentence if given."""
    shown = STATES.get(name, UNKNOWN)
    spoken = format_html(' <span class="state-sentence">{}</span>', sentence) if sentence else ""
    drawn = '<span class="state tone-{}" data-state="{}">{}{}</span>{}'
    return format_html(drawn, shown.tone, name, icon(shown.icon), shown.word, spoken)


@register.simple_tag
def badge(word: str, tone: str = "grey", icon_name: str = "circle") -> SafeString:
    """A badge with a word and an icon in one of the tones of the states."""
    return format_html('<span class="state tone-{}">{}{}</span>', tone, icon(icon_name), word)


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int | None, label: str = "") -> dict[str, Any]:
    """A bar that says how many of how many; without a total it only says that work goes on."""
    share = 100 if total == 0 else (done * 100 // total if total else None)
    return {"done": done, "total": total, "label": label, "share": share}


@register.inclusion_tag("components/figure.html")
def figure(label: str, value: object, url: str = "", **look: str) -> dict[str, Any]:
    """A card with one large figure; `icon`, `tone` and `note` may be given by name."""
    return {"label": label, "value": value, "url": url, **look}


@register.simple_tag
def when(moment: datetime | date | None, empty: str = "") -> SafeString | str:
    """A moment as people say it: today as 14:02, this year as 3 Nov 14:02; the browser shows its own time zone."""
    if moment is None:
        return empty
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), _day(moment))
    local, today = timezone.localtime(moment), timezone.localdate()
    clock = f"{local:%H:%M}"
    short = clock if local.date() == today else f"{_day(local.date())}, {clock}"
    full = f"{local.day} {local:%B %Y, %H:%M:%S %Z}"
    return format_html('<time datetime="{}" title="{}" data-local>{}</time>', local.isoformat(), full, short)


@register.filter
def told(value: Any) -> Any:
    """A value of a detail: a moment or a day as people say it, everything else as it is."""
    return when(value) if isinstance(value, date) else value


def _day(value: date) -> str:
    year = "" if value.year == timezone.localdate().year else f" {value.year}"
    return f"{value.day} {value:%b}{year}"


@register.filter
def money(value: Decimal | int | None) -> str:
    """An amount with two places and separators: 1,234.50; empty for no amount."""
    if value is None or value == "":
        return ""
    amount = Decimal(value)
    return f"{MINUS if amount < 0 else ''}{abs(amount):,.2f}"


@register.filter
def hours(minutes: int | None) -> str:
    """Minutes as hours and minutes: 510 is 8:30."""
    if minutes is None:
        return ""
    return f"{MINUS if minutes < 0 else ''}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"


@register.filter
def acting(who: str) -> str:
    """Who can act, as a sentence: a mere name gets the words that go with it."""
    return words.acting(who)


@register.filter
def count(number: int, words: str) -> str:
    """A number with its word: `3|count:"posting,postings"` is 3 postings."""
    one, many = words.split(",")
    return f"{number:,} {one if number == 1 else many}"


@register.simple_tag
def initials(person: object) -> str:
    """One or two letters that stand for a person."""
    words = str(person).replace("@", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.simple_tag(takes_context=True)
def here(context: template.Context, url: str) -> SafeString:
    """Marks a link of the menu as the place where the reader is."""
    path = context["request"].path if "request" in context else ""
    inside = path == url or (url != "/" and path.startswith(url))
    return SafeString(' aria-current="page"' if inside else "")


@register.inclusion_tag("components/field.html", takes_context=True)
def field(context: Context, bound: BoundField, label: str = "") -> dict[str, Any]:
    """One field of a form: label, help, the error tied to it with its ways out, and what was typed."""
    problem = getattr(bound.field, "problem", None)
    other = problem.other if problem is not None else None
    return {"field": bound, "label": label, "problem": problem, "other_url": _url_of(context, other) if other else ""}


# The page of each kind of record, and the right to see it.
PAGES = {
    "client": ("clients:detail", Right.CLIENTS_VIEW),
    "project": ("projects:detail", Right.PROJECTS_VIEW),
    "staff": ("staff:detail", Right.STAFF_VIEW),
}


def _url_of(context: Context, record: tuple[str, int]) -> str:
    page, right = PAGES[record[0]]
    return reverse(page, args=[record[1]]) if "request" in context and may(context["request"], right) else ""


@register.simple_tag
def use_offer(offer: str, target: str) -> SafeString:
    """A button that puts a suggested value into a field; the sentence beside it names the value too."""
    if target.endswith("_lines"):  # the value is one line of several
        return SafeString("")
    look = "btn btn-sm btn-outline-secondary needs-script mb-1"
    drawn = '<button type="button" class="{}" data-fill="{}" value="{}" hidden>Use “{}”</button>'
    return format_html(drawn, look, target, offer, offer)


@register.inclusion_tag("components/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """Every field of a form, in its order."""
    return {"form": form}


@register.inclusion_tag("components/errors.html")
def errors(*forms: BaseForm | None, title: str = "Not saved yet") -> dict[str, Any]:
    """The summary of what is wrong, each line a link to its field; nothing when nothing is."""
    bound = [one for one in forms if isinstance(one, BaseForm) and one.is_bound and one.errors]
    return {"problems": [line for one in bound for line in _problems(one)], "title": title}


def _problems(form: BaseForm) -> Iterable[tuple[str, str]]:
    for message in form.non_field_errors():
        yield "", str(message)
    for name, messages in form.errors.items():
        if name in form.fields:
            for message in messages:
                yield _target(form[name]), f"{form[name].label}: {message}"


def _target(bound: BoundField) -> str:
    # A group of radio buttons has no element with the id of the field; its first button has.
    many = isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)
    return f"{bound.auto_id}_0" if many else bound.auto_id


@register.filter
def control(bound: BoundField) -> SafeString:
    """The input of a field with our classes, its help and its errors tied to it."""
    described = [bound.field.widget.attrs.get("aria-describedby", "")]
    if bound.help_text:
        described.append(f"{bound.auto_id}_help")
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    own = str(bound.field.widget.attrs.get("class", ""))
    classes = f"{_control_class(bound)} {own} {'is-invalid' if bound.errors else ''}"
    attributes: dict[str, str | bool] = {"class": " ".join(classes.split())}
    spoken = " ".join(filter(None, described))
    if spoken:
        attributes["aria-describedby"] = spoken
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return bound.as_widget(attrs=attributes)


def _control_class(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    return "form-control file" if isinstance(widget, FileInput) else "form-control"


@register.filter
def shape(bound: BoundField) -> str:
    """How a field is laid out: check, group (several boxes or radio buttons), hidden or line."""
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "group"
    return "check" if isinstance(widget, CheckboxInput) else "line"


@register.simple_tag
def took(asked: datetime | None, finished: datetime | None) -> str:
    """How long somebody waited, such as (0.2 s); empty when it was longer than a person watches."""
    seconds = (finished - asked).total_seconds() if asked and finished else None
    return f"({seconds:.1f} s)" if seconds is not None and 0 <= seconds < 60 else ""


@register.filter
def on_its_way(name: str) -> bool:
    """Whether a posting in this state changes by itself, so that a page should ask again."""
    return STATES.get(name, UNKNOWN).on_its_way


@register.simple_tag
def polled(name: str, url: str) -> SafeString | str:
    """The attributes by which a page asks again how something in this state stands; none once it is over."""
    shown = STATES.get(name, UNKNOWN)
    if not shown.on_its_way or not url:
        return ""
    every = format_html(' data-poll-every="{}"', shown.every) if shown.every else ""
    return format_html(' data-poll="{}"{}', url, every)


@register.filter
def in_levels(name: str) -> SafeString:
    """A full name that may break behind each colon, not inside a word."""
    return format_html_join(SafeString(":<wbr>"), "{}", ((part,) for part in str(name).split(":")))
