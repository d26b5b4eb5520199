"""Addresses of clients."""

from django.urls import path

from daybook.web.clients import views

app_name = "clients"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.add, name="add"),
    path("together/", views.bulk, name="bulk"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/active/", views.set_active, name="set_active"),
    path("<int:pk>/post/", views.post, name="post"),
    path("<int:pk>/status/", views.status, name="status"),
]
