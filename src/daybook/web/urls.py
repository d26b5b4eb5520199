"""Every address of the site: one include an area."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
]
