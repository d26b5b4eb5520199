"""The states of a posting as pages show them: word, icon and colour, never the colour alone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShownState:
    """How one state looks; `on_its_way` while a page should ask again, quickly at first or `every` so many seconds."""

    word: str
    icon: str
    tone: str
    on_its_way: bool = False
    every: int = 0


STATES = {
    "proposed": ShownState("Proposed", "circle", "outline", on_its_way=True, every=10),
    "queued": ShownState("Queued", "clock", "blue", on_its_way=True),
    "sent": ShownState("Sent", "circle-fill", "blue moving", on_its_way=True),
    "in_doubt": ShownState("In doubt", "question-circle", "violet", on_its_way=True, every=5),
    "posted": ShownState("Posted", "check-circle-fill", "green"),
    "parked": ShownState("Needs you", "exclamation-triangle-fill", "amber"),
    "withdrawn": ShownState("Withdrawn", "slash-circle", "grey"),
}
UNKNOWN = ShownState("Not posted", "circle", "grey")
