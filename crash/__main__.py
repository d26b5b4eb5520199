"""`python -m crash kills --rounds 200`: things go wrong for real, and every promise is looked at (`make crash`)."""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from crash import scenarios
from crash.server import Server

DISK_MB = {"sqlite": 96, "postgres": 512}
INSIDE = "DAYBOOK_CRASH_INSIDE"


def main() -> int:
    """Play what was asked for; a promise that is broken ends it with an error, and the folder stays."""
    parser = argparse.ArgumentParser(prog="python -m crash")
    parser.add_argument("scenario", choices=["kills", "disk", "restore"])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--database", choices=list(DISK_MB), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.scenario == "disk" and INSIDE not in os.environ:
        # A small disk of our own, which nobody else sees and which goes away with us.
        command = ["unshare", "--user", "--map-root-user", "--mount"] if os.getuid() else ["unshare", "--mount"]
        os.execvpe(command[0], [*command, sys.executable, "-m", "crash", *sys.argv[1:]], os.environ | {INSIDE: "1"})
    folder = Path(tempfile.mkdtemp(prefix="daybook-crash-"))
    if given.scenario == "disk":
        scenarios.in_a_small_disk(folder, DISK_MB[given.database])
    server = Server(folder) if given.database == "postgres" else None
    began = time.monotonic()
    try:
        if given.scenario == "kills":
            said = scenarios.killed(folder, server, given.rounds, given.seed)
        elif given.scenario == "disk":
            said = scenarios.disk_full(folder, server)
        else:
            said = scenarios.restored(folder, server, given.seed)
    finally:
        if server:
            server.stop()
    shutil.rmtree(folder, ignore_errors=given.scenario == "disk")
    print(f"{given.scenario} on {given.database}: {said}; {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
