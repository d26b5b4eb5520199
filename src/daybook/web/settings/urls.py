"""Addresses of the settings."""

from django.urls import path

from daybook.web.settings import views

app_name = "settings"
urlpatterns = [
    path("", views.home, name="home"),
    path("firm/", views.firm, name="firm"),
    path("mail/", views.mail_server, name="mail"),
    path("mail/test/", views.mail_test, name="mail_test"),
    path("mails/", views.mails, name="mails"),
    path("mails/<str:kind>/", views.mail_words, name="mail_words"),
    path("mails/<str:kind>/restore/", views.mail_restore, name="mail_restore"),
    path("unsent/<int:pk>/again/", views.unsent_again, name="unsent_again"),
    path("unsent/<int:pk>/forget/", views.unsent_forget, name="unsent_forget"),
]
