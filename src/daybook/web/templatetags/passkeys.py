"""Whether a browser would use a passkey at the address where the site is open."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def passkeys_work(context: dict[str, Any]) -> bool:
    """Browsers want a name, and https with it unless it is localhost; an address of numbers has no passkeys."""
    request = context["request"]
    host = request.get_host().rpartition("]")[2].partition(":")[0]
    by_name = bool(host) and not host.replace(".", "").isdigit()
    return by_name and (request.is_secure() or host == "localhost")
