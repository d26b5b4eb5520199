"""A fault of Daybook's own while it worked on a company file: seen on its page, told, and tried again."""

from datetime import datetime, timedelta

from daybook.connections.models import CompanyFile
from daybook.connections.operations import note_waiting
from daybook.monitor import telling

AGAIN_AFTER = timedelta(minutes=1)


def note_mistake(company_file_id: int, now: datetime) -> None:
    """Write down that Daybook made a mistake on this file."""
    file = CompanyFile.objects.get(pk=company_file_id)
    note_waiting(
        file,
        "Daybook made a mistake and goes on in a minute. Its log has the details.",
        who_can_act="Send the log to support if it comes back",
        code="fault",
        retry_at=now + AGAIN_AFTER,
        now=now,
    )
    telling.waiting(file, now)
