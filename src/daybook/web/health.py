"""Whether the site lives, for whoever watches over it."""

from django.db import connection
from django.http import HttpRequest, JsonResponse

from daybook import __version__


def health(request: HttpRequest) -> JsonResponse:
    """Answer, after one question to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"daybook": __version__})
