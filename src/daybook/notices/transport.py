"""Speaks SMTP with the firm's mail server and hands back what the server really said."""

import platform
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from daybook.notices import secrets
from daybook.notices.errors import MailRefused, ServerError
from daybook.notices.models import MailSettings

TIMEOUT_SECONDS = 15
REFUSED = 400
REFUSED_FOR_GOOD = 500


@contextmanager
def connected(box: MailSettings) -> Iterator[smtplib.SMTP]:
    """A signed-in connection to the mail server; every way this can fail is a ServerError with a sentence."""
    server = _reach(box)
    try:
        _secure_and_sign_in(server, box)
        yield server
    finally:
        _leave(server)


def deliver(server: smtplib.SMTP, message: EmailMessage) -> str:
    """Hand the mail to the server and return its answer, such as `250 2.0.0 Ok: queued as 4F1A2`."""
    sender, recipient = parseaddr(message["From"])[1], parseaddr(message["To"])[1]
    try:
        code, answer = server.mail(sender)
        if code >= REFUSED:
            raise ServerError(f"The mail server does not let {sender} send: {code} {_plain(answer)}")
        code, answer = server.rcpt(recipient)
        if code < REFUSED:
            code, answer = server.data(message.as_bytes(policy=SMTP))
    except smtplib.SMTPDataError as error:
        code, answer = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
    except (OSError, smtplib.SMTPException) as error:
        raise ServerError(f"The mail server broke the connection off: {error}") from error
    if code >= REFUSED:
        server.rset()
        raise MailRefused(
            f"The mail server refused the mail to {recipient}: {code} {_plain(answer)}",
            permanent=code >= REFUSED_FOR_GOOD,
        )
    return f"{code} {_plain(answer)}"


def _reach(box: MailSettings) -> smtplib.SMTP:
    name = platform.node() or "localhost"
    try:
        if box.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(box.host, box.port, name, timeout=TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(box.host, box.port, name, timeout=TIMEOUT_SECONDS)
    except ssl.SSLError as error:
        raise ServerError(f"{box.host} port {box.port} did not agree on TLS: {error.reason or error}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServerError(f"No mail server answers at {box.host} port {box.port}: {error}") from error


def _secure_and_sign_in(server: smtplib.SMTP, box: MailSettings) -> None:
    try:
        server.ehlo_or_helo_if_needed()
        if box.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if box.user_name:
            server.login(box.user_name, secrets.open_(box.password_closed))
    except ssl.SSLError as error:
        raise ServerError(f"{box.host} did not agree on STARTTLS: {error.reason or error}") from error
    except smtplib.SMTPNotSupportedError as error:
        raise ServerError(f"{box.host} does not offer what the settings ask for: {error}") from error
    except smtplib.SMTPAuthenticationError as error:
        raise ServerError(f"The mail server refused the user name or password: {_said(error)}") from error
    except secrets.CannotOpen as error:
        raise ServerError(f"{error} Type the password of the mail server again.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServerError(f"The mail server at {box.host} gave up: {error}") from error


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; a server that is gone by now has what it took."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _said(error: smtplib.SMTPResponseException) -> str:
    text = error.smtp_error
    return f"{error.smtp_code} {_plain(text) if isinstance(text, bytes) else text}"


def _plain(answer: bytes) -> str:
    return " ".join(answer.decode("utf-8", "replace").split())
