"""Why a mail did not go, each with a sentence for the person who looks after it."""


class MailError(Exception):
    """A mail could not be sent; `str(error)` is the sentence."""

    def __init__(self, sentence: str, *, permanent: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.permanent = permanent


class ServerError(MailError):
    """The server cannot be used at all: no mail can go until it answers or the settings are mended."""


class MailRefused(MailError):
    """The server took the connection and refused this mail."""
