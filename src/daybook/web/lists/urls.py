"""Addresses of the lists: our own, and those looked up in the books."""

from django.urls import path

from daybook.web.lists import views

app_name = "lists"
urlpatterns = [
    path("", views.index, name="index"),
    path("books/<str:kind>/", views.looked_up, name="list"),
    path("books/<str:kind>/<int:pk>/", views.looked_up_detail, name="detail"),
    path("own/<slug:key>/", views.own, name="own"),
    path("own/<slug:key>/new/", views.own_add, name="own_add"),
    path("own/<slug:key>/together/", views.own_bulk, name="own_bulk"),
    path("own/<slug:key>/<int:pk>/", views.own_edit, name="own_edit"),
]
