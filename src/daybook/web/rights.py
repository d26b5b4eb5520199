"""Rights on pages: asked once a request, refused with a sentence."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from daybook.people.errors import NotAllowed
from daybook.people.queries import rights_of
from daybook.people.rights import Right

View = Callable[..., HttpResponseBase]


def may(request: HttpRequest, right: Right) -> bool:
    """Whether the person who asks has the right; the database is asked once a request."""
    held: frozenset[Right] | None = getattr(request, "_rights", None)
    if held is None:
        held = rights_of(request.user)
        request._rights = held  # type: ignore[attr-defined]
    return right in held


def right_required(right: Right) -> Callable[[View], View]:
    """A view for people who are signed in and have the right; others are told which right is missing."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request, right):
                raise NotAllowed(right)
            return view(request, *args, **kwargs)

        return login_required(checked)

    return decorate


class NotAllowedMiddleware:
    """Answers what an operation or a page refused for want of a right with 403 and its sentence."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page that says which right is missing."""
        if not isinstance(error, NotAllowed):
            return None
        return render(request, "403.html", {"sentence": error.sentence}, status=403)
