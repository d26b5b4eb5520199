"""When the company file is let go: after a while without work, or because somebody asked for it."""

from datetime import datetime, timedelta

from daybook.connections.models import CompanyFile
from daybook.connections.operations import note_waiting
from daybook.monitor import lease, policy


def seconds_left(company_file_id: int, now: datetime) -> float:
    """How long the open file may be held for what might come; 0 or less when it is to be let go."""
    file = CompanyFile.objects.select_related("session").get(pk=company_file_id)
    session = file.session
    if file.paused or file.disconnected_at is not None or session.last_work_at is None:
        return 0
    if file.check_asked_at and session.opened_at and file.check_asked_at > session.opened_at:
        return 0  # whoever asks whether the file opens wants to see it opened
    until: datetime = session.last_work_at + timedelta(seconds=file.hold_seconds)
    return (until - now).total_seconds()


def stay_away(company_file_id: int, epoch: int, now: datetime) -> None:
    """Note that the file was let go because somebody asked, and when it is opened again."""
    lease.release_done(company_file_id, epoch)
    file = CompanyFile.objects.get(pk=company_file_id)
    may_go_on = file.state in (CompanyFile.State.ACTIVE, CompanyFile.State.NEVER)
    if may_go_on and file.check_asked_at is None and not file.paused:
        sentence = "The file was released, as somebody asked. What waits goes by itself in two minutes."
        until = now + policy.RELEASED_FOR
        note_waiting(file, sentence, who_can_act="", code="released", retry_at=until, now=now)
