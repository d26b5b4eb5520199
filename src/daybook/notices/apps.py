from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The Django application of this room."""

    name = "daybook.notices"
    label = "notices"
