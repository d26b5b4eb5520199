"""Light or dark: as the system says, unless the person chose."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "daybook_theme"
CHOICES = ("system", "light", "dark")
YEAR = 365 * 24 * 3600


def chosen(request: HttpRequest) -> str:
    """What the person chose: light, dark or system."""
    wanted = request.COOKIES.get(COOKIE, "system")
    return wanted if wanted in CHOICES else "system"


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the choice and go back to the page it was made on."""
    back = request.META.get("HTTP_REFERER", "")
    same_site = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if same_site else "/")
    wanted = request.POST.get("theme", "")
    if wanted in CHOICES:
        response.set_cookie(COOKIE, wanted, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response
