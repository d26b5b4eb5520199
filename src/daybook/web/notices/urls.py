"""Addresses of the notices."""

from django.urls import path

from daybook.web.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.index, name="list"),
    path("read/", views.read_all, name="read_all"),
    path("<int:pk>/open/", views.open_one, name="open"),
    path("mails/", views.preferences, name="preferences"),
]
