"""Lets every page read the firm's clock: what "today" is, and the times that a page without JavaScript shows."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from daybook.notices.queries import firm_zone


class FirmClockMiddleware:
    """Sets the time zone of the firm for people who are signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(firm_zone()):
            return self.get_response(request)
