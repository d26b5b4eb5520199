from django.apps import AppConfig


class WebConfig(AppConfig):
    """The Django application of this room."""

    name = "daybook.web"
    label = "web"
