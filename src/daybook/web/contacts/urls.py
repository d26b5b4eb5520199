"""Addresses of contacts."""

from django.urls import path

from daybook.web.contacts import views

app_name = "contacts"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.add, name="add"),
    path("together/", views.bulk, name="bulk"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
]
