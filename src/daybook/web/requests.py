"""The request as our views get it: somebody is signed in, and htmx has said whether it asks."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from daybook.people.models import User


class Request(HttpRequest):
    """A request of a person who is signed in; `login_required` and `right_required` let no other pass."""

    user: User
    htmx: HtmxDetails
