"""The request as our views get it: somebody is signed in, and htmx has said whether it asks."""

from django.http import HttpRequest, QueryDict
from django_htmx.middleware import HtmxDetails

from daybook.people.models import User


class Request(HttpRequest):
    """A request of a person who is signed in; `login_required` and `right_required` let no other pass."""

    user: User
    htmx: HtmxDetails


def typed(request: HttpRequest) -> QueryDict | None:
    """What was typed into a form, also when it is nothing at all; None when the form is only opened."""
    return request.POST if request.method == "POST" else None
