"""The address of the home page; its name is `home`, without an area."""

from django.urls import path

from daybook.web.home.views import home

urlpatterns = [path("", home, name="home")]
