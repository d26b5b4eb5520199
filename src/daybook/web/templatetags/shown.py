"""How imports look on pages."""

from django import template
from django.utils.safestring import SafeString

from daybook.intake.models import ImportRun
from daybook.web.monitor.shown import run_badge
from daybook.web.templatetags.daybook import badge

register = template.Library()


@register.simple_tag
def run_state(run: ImportRun) -> SafeString:
    """The badge of an import's state."""
    shown = run_badge(run)
    return badge(shown.word, shown.tone, shown.icon)
