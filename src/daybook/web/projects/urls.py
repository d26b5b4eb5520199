"""Addresses of projects."""

from django.urls import path

from daybook.web.projects import views

app_name = "projects"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.add, name="add"),
    path("preflight/", views.preflight, name="preflight"),
    path("clients/", views.pick_client, name="pick_client"),
    path("parents/", views.pick_parent, name="pick_parent"),
    path("contacts/", views.pick_contact, name="pick_contact"),
    path("together/", views.bulk, name="bulk"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/active/", views.set_active, name="set_active"),
    path("<int:pk>/post/", views.post, name="post"),
    path("<int:pk>/status/", views.status, name="status"),
    path("<int:pk>/tasks/", views.add_task, name="add_task"),
    path("<int:pk>/tasks/<int:task_pk>/", views.edit_task, name="edit_task"),
]
