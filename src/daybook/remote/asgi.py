"""The door of the agents as an ASGI application, for the server."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daybook.settings")
django.setup()

from daybook.remote.app import Application  # noqa: E402

application = Application()
