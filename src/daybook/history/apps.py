from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """The Django application of this room."""

    name = "daybook.history"
    label = "history"
