"""Looks at each link between Daybook and QuickBooks, and says who can act where one does not hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from daybook_agent import __version__
from daybook_agent.folder import SETTINGS, Folder, InUse
from daybook_agent.keys import store_for
from daybook_agent.meanings import meaning
from daybook_agent.quickbooks import APP_ID, APP_NAME, NoQuickBooks, code_of, factory, message_of
from daybook_agent.server import Server, ShutOut, TooEarly, Unreachable

NOT_HEARD = (
    "The agent runs on this PC, and Daybook does not hear it. If this PC was enrolled or came back a moment ago, wait"
    " a minute. If not, end the agent and start it again."
)


@dataclass(frozen=True)
class Finding:
    """One link, and whether it holds."""

    link: str
    holds: bool
    sentence: str


def findings(folder: Folder, stand_in: str) -> Iterator[Finding]:
    """The links in order; what comes after one that does not hold is not looked at."""
    settings, keys = folder.read(SETTINGS) or {}, store_for(folder).read()
    if "url" not in settings or not keys:
        yield Finding("Enrolled", False, "Not yet. Daybook's connection page shows what to type.")
        return
    yield Finding("Enrolled", True, f"For {settings['company_file']} at {settings['url']}.")
    server = Server(settings["url"], keys[0], instance="doctor")
    try:
        hello = server.ask("hello")
    except Unreachable as trouble:
        yield Finding("Daybook answers", False, f"{trouble} Is this PC on the network, and Daybook running?")
        return
    except (ShutOut, TooEarly) as shut:
        yield Finding("Daybook knows this agent", False, f"{shut} Who can act: an administrator of Daybook.")
        return
    finally:
        server.close()
    runs = _runs(folder)
    yield _standing(str(hello["state"]), runs=runs)
    yield _version(hello)
    yield _quickbooks(stand_in, str(hello["path"]), runs=runs)


def _runs(folder: Folder) -> bool:
    """Whether the agent runs on this PC; if not, it does not begin while this looks."""
    try:
        folder.lock()
    except InUse:
        return True
    return False


def _standing(state: str, *, runs: bool) -> Finding:
    """How the agent is. Daybook cannot tell one that only looks from one that waits its turn."""
    link = "Daybook knows this agent"
    if not runs:
        return Finding(link, True, "Yes. It does not run on this PC just now; `daybook-agent run` starts it.")
    if state == "Not seen":
        return Finding(link, False, NOT_HEARD)
    if state == "Standby":
        return Finding(link, True, "It is Standby: another agent is Active, or the connection goes another way now.")
    return Finding(link, True, f"It is {state}.")


def _version(hello: dict[str, Any]) -> Finding:
    newest = hello["agent_version"]
    sentence = f"{__version__}." if newest == __version__ else f"{__version__}; `daybook-agent update` takes {newest}."
    return Finding("Version", True, sentence)


def _quickbooks(stand_in: str, path: str, *, runs: bool) -> Finding:
    """Open the company file and close it again, unless the agent runs and so is the one who does that."""
    link = "QuickBooks opens the file"
    if runs:
        return Finding(link, True, "Not tried, because the agent runs here; its log says how it goes.")
    try:
        processor = factory(stand_in)()
    except NoQuickBooks as none:
        return Finding(link, False, str(none))
    try:
        processor.open_connection(APP_ID, APP_NAME)
        processor.end_session(processor.begin_session(path, "do_not_care"))
    except processor.failure as error:
        found = meaning(code_of(error))
        words = f"{found.sentence} (0x{code_of(error):08X}) Who can act: {found.who_can_act}. {message_of(error)}"
        return Finding(link, False, words.strip())
    finally:
        _let_go(processor)
    return Finding(link, True, path or "The one that is open there.")


def _let_go(processor: Any) -> None:
    try:
        processor.close_connection()
    except processor.failure:
        return  # it never opened
