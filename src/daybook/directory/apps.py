from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The Django application of this room."""

    name = "daybook.directory"
    label = "directory"
