"""One link of the chain to a company file, as a page shows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One link of the chain to the company file, ticked when it was seen to hold."""

    label: str
    state: str
    sentence: str
    who_can_act: str = ""
    to_do: tuple[str, ...] = ()

    @property
    def icon(self) -> str:
        """How it is drawn."""
        return {"ok": "check-circle-fill", "failed": "exclamation-triangle-fill"}.get(self.state, "hourglass-split")

    @property
    def word(self) -> str:
        """How it is read aloud."""
        return {"ok": "Seen", "failed": "Not yet", "waiting": "Waiting"}[self.state]
