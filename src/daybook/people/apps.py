from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The Django application of this room."""

    name = "daybook.people"
    label = "people"
