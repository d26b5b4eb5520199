"""What people operations refuse, each with a sentence for the person."""

from daybook.people.rights import Right


class Refused(Exception):
    """Something was refused; the sentence says what, why and what to do."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotAllowed(Refused):
    """The person lacks a right."""

    def __init__(self, right: Right) -> None:
        super().__init__(
            f"This needs the right {right.number} ({right.label}), which you do not have. "
            "Ask an administrator to add it to one of your security groups."
        )
        self.right = right
