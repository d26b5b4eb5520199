"""Addresses of the integration pages."""

from django.urls import path, register_converter

from daybook.web.integration import views
from daybook.web.integration.pairs import SIDES


class SideConverter:
    """One of the integration pages."""

    regex = "|".join(SIDES)

    def to_python(self, value: str) -> str:
        """The key of the page."""
        return value

    def to_url(self, value: str) -> str:
        """The key of the page."""
        return value


register_converter(SideConverter, "side")

app_name = "integration"
urlpatterns = [
    path("projects/", views.page, {"side": "projects"}, name="projects"),
    path("staff/", views.page, {"side": "staff"}, name="staff"),
    path("<side:side>/status/", views.status, name="status"),
    path("<side:side>/match/", views.match, name="match"),
    path("<side:side>/settle/", views.settle, name="settle"),
    path("<side:side>/<slug:key>/", views.detail, name="detail"),
]
