from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    """The Django application of this room."""

    name = "daybook.connections"
    label = "connections"
