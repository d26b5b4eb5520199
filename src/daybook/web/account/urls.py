"""Addresses that come before allauth's own."""

from django.urls import path

from daybook.web.account.views import SignInView

urlpatterns = [path("login/", SignInView.as_view(), name="account_login")]
