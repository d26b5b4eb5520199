"""Lets libraries (the sign-in pages) send their mails through the firm's server, by the same shelf as all others."""

from collections.abc import Sequence

import structlog
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from daybook.notices import queries
from daybook.notices.operations import queue

log = structlog.get_logger(__name__)


class ShelfBackend(BaseEmailBackend):
    """Lays each mail on the shelf; without a mail server there is nobody to carry it, and the log says so."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Lay the mails down and return how many recipients there are mails for."""
        if not queries.mail_settings().is_set:
            for mail in email_messages:
                log.warning("A mail was not laid down: no mail server is set.", subject=mail.subject)
            return 0
        now = timezone.now()
        laid = [
            queue(address, subject=str(mail.subject), body=str(mail.body), now=now)
            for mail in email_messages
            for address in mail.recipients()
        ]
        return len(laid)
