"""Keeps the site and what runs beside it together; it stays in memory, and so loads next to nothing itself."""

import json
import sys
from pathlib import Path

from daybook.cli.processes import Family, Stopped, next_free_port, stoppable


def main(host: str, port: int, server: list[str], wanted: Path, with_monitor: bool) -> int:
    """Run the site's server until somebody ends it; the door of the agents joins as soon as one is wanted."""
    family = Family({}, groups=False)  # whoever kills our group kills all of it

    def look() -> None:
        if wanted.exists() and "remote" not in family.members:
            family.start("remote", "remote", "--host", host, "--port", str(next_free_port(host, port + 1)))

    with stoppable():
        try:
            family.start("web", *server, program="granian")
            if with_monitor:
                family.start("monitor", "monitor")
            lost = family.wait(look)
            print(f"The process {lost} ended, so the others end too.", file=sys.stderr)  # noqa: T201
        except Stopped:
            print("Ending.", flush=True)  # noqa: T201
            return 0
        finally:
            family.stop()
    return 1


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    sys.exit(main(given["host"], given["port"], given["server"], Path(given["wanted"]), given["with_monitor"]))
