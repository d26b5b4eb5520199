"""Every address of the site: one include an area."""

from django.urls import include, path

from daybook.web import health, theme

urlpatterns = [
    path("health/", health.health),
    path("account/", include("daybook.web.account.urls")),
    path("account/", include("allauth.urls")),
    path("", include("daybook.web.home.urls")),
    path("clients/", include("daybook.web.clients.urls")),
    path("contacts/", include("daybook.web.contacts.urls")),
    path("projects/", include("daybook.web.projects.urls")),
    path("staff/", include("daybook.web.staff.urls")),
    path("people/", include("daybook.web.people.urls")),
    path("lists/", include("daybook.web.lists.urls")),
    path("colours/", theme.choose, name="theme"),
    path("integration/", include("daybook.web.integration.urls")),
    path("notices/", include("daybook.web.notices.urls")),
    path("settings/", include("daybook.web.settings.urls")),
    path("transactions/", include("daybook.web.transactions.urls")),
    path("monitor/", include("daybook.web.monitor.urls")),
    path("connection/", include("daybook.web.connection.urls")),
    path("quickbooks-side/", include("daybook.web.quickbooks_side.urls")),
]
