from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The Django application of this room."""

    name = "daybook.outbox"
    label = "outbox"
