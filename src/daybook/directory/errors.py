"""What the directory refuses, with the field it is about, so that a page can show the sentence there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from daybook.people.errors import Refused


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field that cannot stay as typed; `offer` is a value that would do, `other` the record that has it already."""

    field: str
    sentence: str
    offer: str = ""
    other: tuple[str, int] | None = None


class Invalid(Refused):
    """What was typed cannot be saved or posted; nothing was."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems), problems[0].field)
        self.problems = tuple(problems)


class ChangedMeanwhile(Refused):
    """Somebody else saved the record after this form was opened; nothing was overwritten."""

    def __init__(self, who: str, at: datetime, version: int, differences: Mapping[str, Sequence[object]]) -> None:
        now = "; ".join(f"{name.replace('_', ' ')} is now {pair[1] or 'empty'}" for name, pair in differences.items())
        super().__init__(
            f"{who} saved this at {at:%H:%M} UTC, after you opened it{f' ({now})' if now else ''}. "
            "What you typed is still here and was not saved. Save again to put yours in its place."
        )
        self.who, self.at, self.version = who, at, version


def invalid(field: str, sentence: str, offer: str = "") -> Invalid:
    """One problem with one field."""
    return Invalid([FieldProblem(field, sentence, offer)])
