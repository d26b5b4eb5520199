"""Closes and opens the passwords that are stored, with the keys of the home folder (the newest closes, all open)."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotOpen(Exception):
    """The stored secret was closed with a key that is no longer in the home folder."""


def close(secret: str) -> str:
    """The secret as it may be stored; an empty one stays empty."""
    return _keys().encrypt(secret.encode()).decode("ascii") if secret else ""


def open_(closed: str) -> str:
    """The secret that `close` was given."""
    if not closed:
        return ""
    try:
        return _keys().decrypt(closed.encode("ascii")).decode()
    except InvalidToken as error:
        raise CannotOpen("The stored password cannot be opened with the key in the home folder.") from error


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.DAYBOOK_KEYS])
