"""The settings of the product on a database in memory, in a home folder that goes away with the process."""

import os
import tempfile
from pathlib import Path

_memory = Path("/dev/shm")
_home = tempfile.TemporaryDirectory(prefix="daybook-simulation-", dir=_memory if os.access(_memory, os.W_OK) else None)
os.environ["DAYBOOK_HOME"] = _home.name
os.environ.pop("DATABASE_URL", None)

from daybook.settings import *  # noqa: E402, F403

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA cache_size=-64000;"},
    }
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING_CONFIG = None
