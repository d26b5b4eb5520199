"""Every address of the site: one include an area."""

from django.urls import include, path

from daybook.web import health, theme

urlpatterns = [
    path("health/", health.health),
    path("account/", include("daybook.web.account.urls")),
    path("account/", include("allauth.urls")),
    path("colours/", theme.choose, name="theme"),
    path("integration/", include("daybook.web.integration.urls")),
    path("notices/", include("daybook.web.notices.urls")),
    path("settings/", include("daybook.web.settings.urls")),
    path("transactions/", include("daybook.web.transactions.urls")),
]
