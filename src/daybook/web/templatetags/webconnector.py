"""How the Web Connector of a company file is, for the pages that show the file."""

from django import template
from django.utils import timezone

from daybook.connections import webconnectors
from daybook.connections.models import CompanyFile
from daybook.connections.webconnectors import Standing
from daybook.web.monitor.shown import Badge

register = template.Library()

TONES = {
    "In session": ("green", "check-circle-fill"),
    "Asks": ("blue", "clock"),
    "Not seen yet": ("outline", "hourglass-split"),
}


@register.simple_tag
def web_connector(company_file: CompanyFile) -> Standing | None:
    """When it was last seen and what is waited for; nothing for a file that is reached another way."""
    if company_file.way != webconnectors.WAY:
        return None
    connector = webconnectors.of_file(company_file)
    return webconnectors.standing(connector, timezone.now()) if connector is not None else None


@register.filter
def standing_badge(standing: Standing) -> Badge:
    """Its state as a badge."""
    tone, icon = TONES.get(standing.word, ("amber", "exclamation-triangle-fill"))
    return Badge(standing.word, tone, icon, standing.sentence)


@register.filter
def update_now_link(standing: Standing) -> str:
    """Has the Web Connector on the reader's own PC ask at once."""
    return webconnectors.update_now_link(standing.connector)
