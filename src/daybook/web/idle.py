"""Signs a person out who was away for long. A page that asks by itself does not count as the person being there."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

SEEN = "seen"
NOTED_EVERY_SECONDS = 300  # a note a request would be a durable write a request
BACKGROUND_HEADER = "Daybook-Background"


class IdleSignOutMiddleware:
    """Ends the session of somebody who did nothing for IDLE_SIGN_OUT_SECONDS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._check(request, int(time.time()))
        return self.get_response(request)

    def _check(self, request: HttpRequest, now: int) -> None:
        seen = request.session.get(SEEN)
        if seen is not None and now - seen > settings.IDLE_SIGN_OUT_SECONDS:
            logout(request)
        elif (seen is None or now - seen > NOTED_EVERY_SECONDS) and BACKGROUND_HEADER not in request.headers:
            request.session[SEEN] = now
