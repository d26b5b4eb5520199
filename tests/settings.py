"""The settings of the product, in a home folder of this run's own, on the database that the run asks for.

DAYBOOK_TEST_DATABASE=postgres takes the server named by DATABASE_URL, or else starts one in a temporary folder. The
workers of a parallel run are children of the process that started it, so they inherit its address.
"""

import os
import tempfile

from tests import postgres

_home = tempfile.TemporaryDirectory(prefix="daybook-test-home-")
os.environ["DAYBOOK_HOME"] = _home.name
os.environ["DAYBOOK_URL"] = "http://testserver"
if os.environ.get("DAYBOOK_TEST_DATABASE", "sqlite") == "postgres":
    os.environ.setdefault("DATABASE_URL", postgres.start())
else:
    os.environ.pop("DATABASE_URL", None)

from daybook.settings import *  # noqa: E402, F403
from daybook.settings import ALLOWED_HOSTS  # noqa: E402

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
