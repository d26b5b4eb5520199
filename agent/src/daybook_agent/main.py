"""`daybook-agent`: enrol once, then run; doctor says what stands in the way."""

import argparse
import logging
import logging.handlers
import signal
import sys
from functools import partial
from pathlib import Path

from daybook_agent import __version__
from daybook_agent.carrier import Carrier
from daybook_agent.folder import LOG, SETTINGS, Folder, InUse, default_folder
from daybook_agent.keys import new_key, store_for
from daybook_agent.quickbooks import factory
from daybook_agent.server import Server, ShutOut, TooEarly, Unreachable, about_this_pc, checked_url

DONE, REFUSED = 0, 1

log = logging.getLogger("daybook_agent")


def parser() -> argparse.ArgumentParser:
    """What can be typed."""
    parsed = argparse.ArgumentParser(
        prog="daybook-agent", description="Carries Daybook's letters to QuickBooks on this PC."
    )
    parsed.add_argument("--version", action="version", version=__version__)
    parsed.add_argument("--folder", type=Path, default=default_folder(), help="where the agent keeps its things")
    verbs = parsed.add_subparsers(dest="verb", required=True)
    enrolling = verbs.add_parser("enrol", help="let this PC in, by the code on Daybook's connection page")
    enrolling.add_argument("--url", required=True, help="the address on that page")
    enrolling.add_argument("--code", required=True, help="the code on that page")
    enrolling.add_argument("--file", default="", help="the company file; the one that is open if left out")
    running = verbs.add_parser("run", help="work, in this window, until Ctrl-C")
    running.add_argument("--stand-in", default="", metavar="MODULE:MAKER", help=argparse.SUPPRESS)
    return parsed


def run() -> None:
    """Do what was typed."""
    typed = parser().parse_args()
    folder = Folder(typed.folder)
    _keep_log(folder)
    try:
        if typed.verb == "enrol":
            enrol(folder, typed.url, typed.code, typed.file)
        else:
            work(folder, typed.stand_in)
    except (Unreachable, ShutOut, TooEarly, InUse, ValueError) as trouble:
        print(trouble, file=sys.stderr)
        sys.exit(REFUSED)


def enrol(folder: Folder, url: str, code: str, file: str) -> None:
    """Make a key and have Daybook take it for the code; a try whose answer was lost is repeated with the same key."""
    url, store = checked_url(url), store_for(folder)
    before = folder.read(SETTINGS) or {}
    key = store.read()[0] if before.get("trying") == [url, code] and store.read() else new_key()
    store.write([key])
    folder.write(SETTINGS, {"trying": [url, code]})
    server = Server(url, key)
    said = server.ask("enrol", code=code, key=key, path=file, **about_this_pc())
    server.close()
    folder.write(SETTINGS, {"url": url, "agent": said["agent"], "company_file": said["company_file"]})
    print(f"This PC is enrolled for {said['company_file']}. Start it now: daybook-agent run")


def work(folder: Folder, stand_in: str) -> None:
    """Carry letters until somebody ends it."""
    settings, keys = folder.read(SETTINGS) or {}, store_for(folder).read()
    if "url" not in settings or not keys:
        raise ValueError("This PC is not enrolled yet. Daybook's connection page shows what to type.")
    folder.lock()
    carrier = Carrier(folder, partial(Server, settings["url"], keys[0]), factory(stand_in))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: carrier.stop())
    log.info("The agent %s runs for %s at %s.", __version__, settings["company_file"], settings["url"])
    carrier.run()
    log.info("The agent ended.")


def _keep_log(folder: Folder) -> None:
    lines = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    kept = logging.handlers.RotatingFileHandler(
        folder.path / LOG, maxBytes=2_000_000, backupCount=5, delay=True, encoding="utf-8"
    )
    shown = logging.StreamHandler()
    for handler in (kept, shown):
        handler.setFormatter(lines)
        log.addHandler(handler)
    log.setLevel(logging.INFO)
