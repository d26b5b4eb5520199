"""What can go wrong at the books, by who can act::

ConnectorError
├── TryLater        the file is busy, a dialog is open, single-user mode: nobody has to do anything; wait and try again
├── FixConnection   rights, login, wrong file: the connection rests until an administrator has acted
├── FixRecord       this one record is refused: it waits for the person who posted it
├── InDoubt         nobody knows whether it was done: read, never send again in hope
└── OurFault        we sent what QuickBooks cannot take: alarm, and keep the text
"""

from __future__ import annotations

from collections.abc import Mapping

Way = Mapping[str, str]
"""A way out that can be offered: ``way`` (link, rename, choose, relink, resend, withdraw, date) and a ``sentence``."""


class ConnectorError(Exception):
    """One refusal or failure, in one plain sentence, with who can act and what there is to do."""

    def __init__(
        self, sentence: str, who_can_act: str, code: str = "", detail: str = "", ways_out: tuple[Way, ...] = ()
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.who_can_act = who_can_act
        self.code = code
        self.detail = detail
        self.ways_out = ways_out


class TryLater(ConnectorError):
    """It will work by itself before long."""


class FixConnection(ConnectorError):
    """Nothing can be sent or read until an administrator has mended the connection."""


class FixRecord(ConnectorError):
    """This record is refused; the others go on."""


class InDoubt(ConnectorError):
    """It is not known whether it was done."""


class OurFault(ConnectorError):
    """Daybook sent something it should not have sent."""
