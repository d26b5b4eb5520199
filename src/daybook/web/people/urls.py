"""Addresses of accounts, security groups and management groups."""

from django.urls import path

from daybook.web.people import views

app_name = "people"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.add, name="add"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/link/", views.new_link, name="link"),
    path("groups/", views.groups, name="groups"),
    path("groups/new/", views.add_group, name="add_group"),
    path("groups/<int:pk>/", views.edit_group, name="edit_group"),
    path("management/", views.management, name="management"),
    path("management/new/", views.add_management, name="add_management"),
    path("management/<int:pk>/", views.edit_management, name="edit_management"),
]
