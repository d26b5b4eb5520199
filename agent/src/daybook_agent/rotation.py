"""The agent's key while it runs: changed from time to time, so that one that leaked is not good for ever."""

import logging
import time
from collections.abc import Callable, Sequence

from daybook_agent.folder import SETTINGS, Folder
from daybook_agent.keys import KeyStore, new_key
from daybook_agent.server import Server, ShutOut

KEY_LIVES_SECONDS = 30 * 24 * 3600.0

log = logging.getLogger("daybook_agent")


class Rotation:
    """The keys of one agent. Both are kept until Daybook is known to have the new one."""

    def __init__(self, folder: Folder, store: KeyStore, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._store = store
        self._clock = clock
        self._half_done = len(store.read()) > 1

    def is_due(self) -> bool:
        """Whether the key is old, or a change of it was interrupted."""
        since = float((self._folder.read(SETTINGS) or {}).get("key_since", 0))
        return self._half_done or self._clock() - since >= KEY_LIVES_SECONDS

    def look_again(self, servers: Sequence[Server]) -> None:
        """Go on with the address and the key of now: somebody may have enrolled this PC anew."""
        settings, keys = self._folder.read(SETTINGS) or {}, self._store.read()
        if "url" not in settings or not keys:
            return
        if keys[0] != servers[0].key:
            log.info("This PC was enrolled anew, for Daybook at %s.", settings["url"])
        for server in servers:
            server.turn_to(settings["url"], keys[0])
        self._half_done = len(keys) > 1

    def turn(self, servers: Sequence[Server]) -> None:
        """Change the key here and there; interrupted at any place, the next turn ends it."""
        keys = self._store.read()
        new, old = (keys[0], keys[1]) if len(keys) > 1 else (new_key(), keys[0])
        self._store.write([new, old])
        self._half_done = True
        for server in servers:
            server.key = old
        try:
            servers[0].ask("rotate-key", key=new)
        except ShutOut:
            log.info("Daybook has the new key already.")  # its answer was lost; if not, the new key says so too
        for server in servers:
            server.key = new
        servers[0].ask("hello")
        self._store.write([new])
        self._folder.write(SETTINGS, {**(self._folder.read(SETTINGS) or {}), "key_since": self._clock()})
        self._half_done = False
        log.info("The key of this agent was changed.")
