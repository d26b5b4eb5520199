"""How imports, and the values in history and conflicts, look on pages."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from daybook.connections import webconnectors
from daybook.connections.models import CompanyFile
from daybook.intake.models import ImportRun
from daybook.outbox.models import Posting
from daybook.web.monitor.shown import run_badge
from daybook.web.templatetags.daybook import badge

register = template.Library()

PAUSED = "The connection is paused. It goes by itself when somebody resumes it."

ON_TRIAL = "The company file is looked at elsewhere. It goes when somebody says yes to that, or goes back."
ADDRESS = ("lines", "city", "state", "postal_code", "country")
# The names of fields that do not read as words by themselves.
FIELDS = {
    "is_active": "In use",
    "code": "ID",
    "path": "Where the file is",
    "user": "Sign-in",
    "email": "E-mail",
    "vendor_list_id": "Vendor account",
    "lines": "Address",
    "nested_jobs": "Sub-jobs",
    "overwrite": "QuickBooks may change records",
}


@register.filter
def field_words(name: str) -> str:
    """The name of a field as a person reads it."""
    return FIELDS.get(name) or name.removesuffix("_id").replace("_", " ").capitalize()


@register.filter
def in_words(value: Any) -> str:
    """A value as a person reads it: an address in one line, a reference by its name, yes or no."""
    return plain(value) or "empty"


def plain(value: Any) -> str:
    """The same, and nothing for what is empty."""
    if isinstance(value, dict):
        # A database need not keep the order in which the parts were written.
        parts = [value[name] for name in ADDRESS if name in value]
        return str(value.get("full_name") or ", ".join(filter(None, map(plain, parts))))
    if isinstance(value, list):
        return ", ".join(filter(None, map(plain, value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


@register.simple_tag
def run_state(run: ImportRun) -> SafeString:
    """The badge of an import's state."""
    shown = run_badge(run)
    return badge(shown.word, shown.tone, shown.icon)


@register.filter
def held_up(posting: Posting) -> str:
    """Why a posting that waits in turn is not taken yet: its company file is paused or cannot be opened."""
    company_file = posting.company_file
    if company_file.paused:
        return PAUSED
    if company_file.in_trial:
        return ON_TRIAL
    if company_file.state not in (CompanyFile.State.WAITING, CompanyFile.State.CANNOT_OPEN):
        return webconnectors.waited_for(company_file, timezone.now()) if company_file.way == webconnectors.WAY else ""
    sentence = company_file.state_sentence
    return sentence if not sentence or "by itself" in sentence else f"{sentence} It goes by itself then."
