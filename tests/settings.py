"""The settings of the product, in a home folder of this process's own, on the database that the run asks for.

DAYBOOK_TEST_DATABASE=postgres takes the server named by DATABASE_URL, or else starts one in a temporary folder. The
workers of a parallel run are children of the process that started it, so they inherit its address.
"""

import os
import tempfile
from pathlib import Path

from tests import postgres

# In memory where there is such a folder: the tests check that commits are durable, they need not wait for a disk.
_memory = Path("/dev/shm")
_home = tempfile.TemporaryDirectory(prefix="daybook-test-", dir=_memory if os.access(_memory, os.W_OK) else None)
os.environ["DAYBOOK_HOME"] = _home.name
os.environ["DAYBOOK_URL"] = "http://testserver"
if os.environ.get("DAYBOOK_TEST_DATABASE", "sqlite") == "postgres":
    os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or postgres.start()
else:
    os.environ.pop("DATABASE_URL", None)

from daybook.settings import *  # noqa: E402, F403
from daybook.settings import ALLOWED_HOSTS, DATABASES  # noqa: E402

if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # The file that a process started with this home folder uses too.
    DATABASES["default"]["TEST"] = {"NAME": DATABASES["default"]["NAME"]}
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
