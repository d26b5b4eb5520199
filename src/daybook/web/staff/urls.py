"""Addresses of staff."""

from django.urls import path

from daybook.web.staff import views

app_name = "staff"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.add, name="add"),
    path("preflight/", views.preflight, name="preflight"),
    path("together/", views.bulk, name="bulk"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/active/", views.set_active, name="set_active"),
    path("<int:pk>/post/", views.post, name="post"),
    path("<int:pk>/status/", views.status, name="status"),
    path("<int:pk>/sign-in/", views.sign_in, name="sign_in"),
]
