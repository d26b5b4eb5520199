"""The bell at the top of each page."""

from typing import Any

from django import template

from daybook.notices.queries import unread_count

register = template.Library()


@register.inclusion_tag("notices/bell.html", takes_context=True)
def bell(context: template.Context) -> dict[str, Any]:
    """A link to the notices with the number of those not read yet."""
    return {"unread": unread_count(context["request"].user)}
