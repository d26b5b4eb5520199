from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The Django application of this room."""

    name = "daybook.intake"
    label = "intake"
