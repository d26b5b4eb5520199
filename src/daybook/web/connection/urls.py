"""Addresses of the connection and its wizard."""

from django.urls import path

from daybook.web.connection import agents, moving, pages, web_connector, wizard

app_name = "connection"
urlpatterns = [
    path("", pages.overview, name="wizard"),
    path("new/", wizard.choose, name="choose"),
    path("new/<slug:way>/", wizard.connect, name="connect"),
    path("<int:pk>/test/", wizard.test, name="test"),
    path("<int:pk>/read/", wizard.read, name="read"),
    path("<int:pk>/import/<int:run>/", wizard.preview, name="preview"),
    path("<int:pk>/import/<int:run>/progress/", wizard.progress, name="progress"),
    path("<int:pk>/import/<int:run>/questions/", wizard.questions, name="questions"),
    path("<int:pk>/import/<int:run>/confirm/", wizard.confirm, name="confirm"),
    path("<int:pk>/move/", moving.move, name="move"),
    path("<int:pk>/point/", pages.point, name="point"),
    path("<int:pk>/delete/", pages.delete, name="delete"),
    path("<int:pk>/agents/", agents.of_file, name="agents"),
    path("<int:pk>/agents/<int:agent>/revoke/", agents.revoke, name="revoke"),
    path("<int:pk>/web-connector/", web_connector.of_file, name="web_connector"),
    path("<int:pk>/web-connector/file/", web_connector.qwc, name="qwc"),
    path("<int:pk>/<slug:action>/", pages.act_on, name="act"),
]
