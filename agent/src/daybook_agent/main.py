"""`daybook-agent`: enrol once, then run; doctor says what stands in the way."""

import argparse
import getpass
import logging
import logging.handlers
import platform
import signal
import sys
import time
from functools import partial
from pathlib import Path

from daybook_agent import __version__
from daybook_agent.carrier import Carrier
from daybook_agent.doctor import findings
from daybook_agent.folder import LOG, SETTINGS, Folder, InUse, default_folder
from daybook_agent.keys import new_key, store_for, store_for_tries
from daybook_agent.quickbooks import NoQuickBooks, factory
from daybook_agent.rotation import Rotation
from daybook_agent.server import NotTaken, Server, ShutOut, TooEarly, Unreachable, about_this_pc, checked_url
from daybook_agent.update import NotUpdated, update
from daybook_agent.windows import refusal

REFUSED = 1

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
    for verb, words in (("run", "work, in this window, until Ctrl-C"), ("doctor", "look what stands in the way")):
        one = verbs.add_parser(verb, help=words)
        one.add_argument("--stand-in", default="", metavar="MODULE:MAKER", help=argparse.SUPPRESS)
    verbs.add_parser("update", help="take the version of the agent that Daybook has")
    installing = verbs.add_parser("install-service", help="let Windows run it, from the start of the PC on")
    installing.add_argument("--user", default="", help=r"the Windows user of QuickBooks, such as .\office")
    verbs.add_parser("remove-service", help="take that back")
    return parsed


def run() -> None:
    """Do what was typed."""
    typed = parser().parse_args()
    try:
        folder = Folder(typed.folder)
        keep_log(folder)
        sys.exit(_do(typed, folder))
    except (Unreachable, ShutOut, TooEarly, NotTaken, InUse, NotUpdated, NoQuickBooks, ValueError) as trouble:
        print(trouble, file=sys.stderr)
        sys.exit(REFUSED)
    except Exception as trouble:
        if not (sentence := refusal(trouble)):
            raise
        print(sentence, file=sys.stderr)
        sys.exit(REFUSED)


def _do(typed: argparse.Namespace, folder: Folder) -> int:
    if typed.verb == "enrol":
        enrol(folder, typed.url, typed.code, typed.file)
    elif typed.verb == "run":
        work(folder, typed.stand_in)
    elif typed.verb == "doctor":
        return examine(folder, typed.stand_in)
    elif typed.verb == "update":
        url, key = _enrolled(folder)
        print(f"The agent has version {update(url, key)}. What runs already goes on as it is until it is started anew.")
    else:
        change_service(folder, typed)
    return 0


def enrol(folder: Folder, url: str, code: str, file: str) -> None:
    """Make a key and have Daybook take it for the code; a try whose answer was lost is repeated with the same key.

    Until Daybook took it, what was enrolled before stays as it is.
    """
    url, tries = checked_url(url), store_for_tries(folder)
    before, tried = folder.read(SETTINGS) or {}, tries.read()
    key = tried[0] if tried and before.get("trying") == [url, code] else new_key()
    tries.write([key])
    folder.write(SETTINGS, {**before, "trying": [url, code]})
    server = Server(url, key)
    try:
        said = server.ask("enrol", code=code, key=key, path=file, **about_this_pc())
    finally:
        server.close()
    known = {"url": url, "agent": said["agent"], "company_file": said["company_file"], "key_since": time.time()}
    store_for(folder).write([key])
    folder.write(SETTINGS, known)
    tries.write([])
    print(f"This PC is enrolled for {said['company_file']}. Look whether all is well: daybook-agent doctor")


def work(folder: Folder, stand_in: str) -> None:
    """Carry letters until somebody ends it."""
    carrier = carrier_for(folder, stand_in)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: carrier.stop())
    carrier.run()
    log.info("The agent ended.")


def carrier_for(folder: Folder, stand_in: str) -> Carrier:
    """The agent of this folder, ready to run."""
    url, key = _enrolled(folder)
    folder.lock()
    log.info("The agent %s runs, for Daybook at %s.", __version__, url)
    rotation = Rotation(folder, store_for(folder))
    return Carrier(folder, partial(Server, url, key), factory(stand_in), rotation)


def _enrolled(folder: Folder) -> tuple[str, str]:
    settings, keys = folder.read(SETTINGS) or {}, store_for(folder).read()
    if "url" not in settings or not keys:
        raise ValueError("This PC is not enrolled yet. Daybook's connection page shows what to type.")
    return settings["url"], keys[0]


def examine(folder: Folder, stand_in: str) -> int:
    """Say of each link whether it holds."""
    every = True
    for found in findings(folder, stand_in):
        print(f"{'ok' if found.holds else 'NOT YET':8} {found.link}: {found.sentence}")
        every = every and found.holds
    return 0 if every else REFUSED


def change_service(folder: Folder, typed: argparse.Namespace) -> None:
    """Install or remove the Windows service."""
    if platform.system() != "Windows":
        raise ValueError("Services are for Windows. Here, let systemd start `daybook-agent run`.")
    from daybook_agent import service

    if typed.verb == "remove-service":
        service.remove()
        return
    _enrolled(folder)
    password = getpass.getpass(f"Windows password of {typed.user}: ") if typed.user else ""
    service.install(folder, typed.user, password)


def keep_log(folder: Folder, *, on_screen: bool = True) -> None:
    """Write what happens into the folder, and on the screen where there is one."""
    lines = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    kept = logging.handlers.RotatingFileHandler(
        folder.path / LOG, maxBytes=2_000_000, backupCount=5, delay=True, encoding="utf-8"
    )
    for handler in (kept, logging.StreamHandler()) if on_screen else (kept,):
        handler.setFormatter(lines)
        log.addHandler(handler)
    log.setLevel(logging.INFO)
