"""Somebody asked for the company file: whoever held it stays away for a while."""

from datetime import datetime

from daybook.connections.models import CompanyFile
from daybook.connections.operations import note_waiting
from daybook.monitor import lease, policy


def stay_away(company_file_id: int, epoch: int, now: datetime) -> None:
    """Note that the file was let go because somebody asked, and when it is opened again."""
    lease.release_done(company_file_id, epoch)
    file = CompanyFile.objects.get(pk=company_file_id)
    may_go_on = file.state in (CompanyFile.State.ACTIVE, CompanyFile.State.NEVER)
    if may_go_on and file.check_asked_at is None and not file.paused:
        sentence = "The file was released, as somebody asked. What waits goes by itself in two minutes."
        until = now + policy.RELEASED_FOR
        note_waiting(file, sentence, who_can_act="", code="released", retry_at=until, now=now)
