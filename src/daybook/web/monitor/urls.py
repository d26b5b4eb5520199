"""Addresses of the Monitor page."""

from django.urls import path

from daybook.web.monitor import forms_views, views

app_name = "monitor"
urlpatterns = [
    path("", views.home, name="home"),
    path("<int:pk>/live/", views.live, name="live"),
    path("<int:pk>/import/", views.import_now, name="import_now"),
    path("<int:pk>/schedule/", forms_views.schedule, name="schedule"),
    path("<int:pk>/settings/", forms_views.settings, name="settings"),
    path("monitors/", views.monitors, name="monitors"),
    path("backup/", forms_views.backup, name="backup"),
    path("<int:pk>/<slug:action>/", views.act_on, name="act"),
]
