"""Connect a company file, say when it is read, pause it, let go of it; and note how it is."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from daybook.connections.doorbell import ring
from daybook.connections.models import CompanyFile, Lease
from daybook.connections.schedule import next_sync, schedule_of
from daybook.history.operations import record
from daybook.people.errors import Refused
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.rights import Right

State = CompanyFile.State
ADMINISTRATOR = "An administrator of Daybook"
LONGEST_HOLD_SECONDS = 24 * 3600


def add_company_file(
    actor: User,
    *,
    name: str,
    way: str = "sandbox",
    path: str,
    choices: dict[str, Any] | None = None,
    time_zone: str = "UTC",
    now: datetime,
) -> CompanyFile:
    """Connect a company file; one that was connected before comes back with its links."""
    require(actor, Right.CONNECTION_MANAGE)
    if way == "sandbox" and not path.strip():
        raise Refused("Say where the company file is.", "path")
    with transaction.atomic():
        # Without a path it is the file that is open in QuickBooks, and nobody can say yet whether it was here before.
        known = CompanyFile.objects.filter(way=way, path=path).first() if path.strip() else None
        if known is not None and known.disconnected_at is None:
            raise Refused(f"This company file is connected already, as {known.name}.", "path")
        company_file = known or CompanyFile(way=way, path=path, made_at=now, made_by=actor)
        company_file.name = name.strip() or path
        company_file.choices = company_file.choices | (choices or {})
        company_file.time_zone = _known_zone(time_zone)
        company_file.disconnected_at = None
        company_file.paused = False
        company_file.is_default = not CompanyFile.objects.filter(is_default=True, disconnected_at=None).exists()
        company_file.check_asked_at = now
        _set_state(company_file, State.NEVER, now, "The file was not opened yet.")
        company_file.save()
        Lease.objects.get_or_create(company_file=company_file, defaults={"expires_at": now})
        _write_down(actor, company_file, "connected", f"Connected the company file {company_file.name}.", now)
    ring(company_file.pk)
    return company_file


def delete_connection(actor: User, company_file: CompanyFile, now: datetime) -> CompanyFile:
    """Take the connection away; links and transactions stay, for when it is made again."""
    require(actor, Right.CONNECTION_MANAGE)
    with transaction.atomic():
        company_file = _settled(company_file)
        company_file.disconnected_at = now
        company_file.is_default = False
        company_file.save()
        successor = CompanyFile.objects.filter(disconnected_at=None).order_by("id").first()
        if successor is not None and not CompanyFile.objects.filter(is_default=True).exists():
            CompanyFile.objects.filter(pk=successor.pk).update(is_default=True)
        _write_down(actor, company_file, "disconnected", f"Deleted the connection to {company_file.name}.", now)
    ring(company_file.pk)
    return company_file


def connect_again(actor: User, company_file: CompanyFile, now: datetime, path: str = "") -> CompanyFile:
    """Bring a deleted connection back, with its links, perhaps at another place."""
    require(actor, Right.CONNECTION_MANAGE)
    with transaction.atomic():
        company_file = _locked(company_file)
        company_file.disconnected_at = None
        company_file.path = path.strip() or company_file.path
        company_file.is_default = not CompanyFile.objects.filter(is_default=True, disconnected_at=None).exists()
        open_again(company_file, now)
        company_file.save()
        _write_down(actor, company_file, "connected", f"Connected {company_file.name} again.", now)
    ring(company_file.pk)
    return company_file


def point_at(actor: User, company_file: CompanyFile, path: str, now: datetime) -> CompanyFile:
    """The company file was moved: look for it at another place, and keep the links."""
    require(actor, Right.CONNECTION_MANAGE)
    if not path.strip():
        raise Refused("Say where the company file is now.", "path")
    with transaction.atomic():
        company_file = _settled(company_file)
        before, company_file.path = company_file.path, path.strip()
        open_again(company_file, now)
        company_file.save()
        Lease.objects.filter(company_file=company_file).update(release_asked=True)
        _write_down(
            actor,
            company_file,
            "pointed",
            "The company file is elsewhere now.",
            now,
            differences={"path": [before, path]},
        )
    ring(company_file.pk)
    return company_file


def accept_identity(actor: User, company_file: CompanyFile, now: datetime) -> CompanyFile:
    """A person says that the file at this place is the right one, though it looks like another."""
    require(actor, Right.CONNECTION_MANAGE)
    with transaction.atomic():
        company_file = _settled(company_file)
        company_file.identity = {}
        open_again(company_file, now)
        company_file.save()
        _write_down(actor, company_file, "accepted", "Accepted the file at this place as the right one.", now)
    ring(company_file.pk)
    return company_file


def pause(actor: User, company_file: CompanyFile, reason: str, now: datetime) -> CompanyFile:
    """Nothing is posted or read until somebody resumes; what waits keeps its place."""
    require(actor, Right.CONNECTION_MANAGE)
    with transaction.atomic():
        company_file = _locked(company_file)
        company_file.paused, company_file.pause_reason, company_file.paused_by = True, reason[:500], actor
        sentence = f"{actor.name or 'Somebody'} paused the connection" + (f": {reason}" if reason else ".")
        _set_state(company_file, State.PAUSED, now, sentence, who=ADMINISTRATOR)
        company_file.save()
        Lease.objects.filter(company_file=company_file).update(release_asked=True)
        _write_down(actor, company_file, "paused", "Paused the connection.", now, reason=reason)
    ring(company_file.pk)
    return company_file


def resume(actor: User, company_file: CompanyFile, now: datetime) -> CompanyFile:
    """Go on after a pause, or after what stood in the way was mended."""
    require(actor, Right.CONNECTION_MANAGE)
    with transaction.atomic():
        company_file = _locked(company_file)
        open_again(company_file, now)
        company_file.save()
        Lease.objects.filter(company_file=company_file).update(release_asked=False)
        _write_down(actor, company_file, "resumed", "Resumed the connection.", now)
    ring(company_file.pk)
    return company_file


def try_connection(actor: User, company_file: CompanyFile, now: datetime) -> CompanyFile:
    """Open the file now and say how it went, without posting anything that does not wait."""
    require(actor, Right.CONNECTION_MANAGE)
    with transaction.atomic():
        company_file = _locked(company_file)
        company_file.check_asked_at = now
        company_file.retry_at = None
        if company_file.state == State.CANNOT_OPEN:
            _set_state(company_file, State.WAITING, now, "The file was not opened again yet.")
        company_file.save()
    ring(company_file.pk)
    return company_file


def release_file(actor: User, company_file: CompanyFile, now: datetime) -> None:
    """Let go of the file as soon as the request on its way is answered."""
    require(actor, Right.CONNECTION_MANAGE)
    with transaction.atomic():
        Lease.objects.filter(company_file=company_file).update(release_asked=True)
        _write_down(actor, company_file, "released", "Asked the Monitor to let go of the file.", now)
    ring(company_file.pk)


def set_schedule(
    actor: User,
    company_file: CompanyFile,
    *,
    sync_on: bool,
    sync_time: time,
    sync_weekdays: list[int],
    time_zone: str,
    window_start: time | None = None,
    window_end: time | None = None,
    now: datetime,
) -> CompanyFile:
    """When the nightly sync runs."""
    require(actor, Right.CONNECTION_MANAGE)
    if not sync_weekdays and sync_on:
        raise Refused("Choose at least one weekday, or switch the nightly sync off.", "sync_weekdays")
    with transaction.atomic():
        company_file = _locked(company_file)
        company_file.sync_on, company_file.sync_time = sync_on, sync_time
        company_file.sync_weekdays = sorted(set(sync_weekdays))
        company_file.time_zone = _known_zone(time_zone)
        company_file.window_start, company_file.window_end = window_start, window_end
        schedule = schedule_of(company_file)
        company_file.next_sync_at = next_sync(schedule, now) if schedule else None
        company_file.save()
        _write_down(actor, company_file, "scheduled", "Changed when the nightly sync runs.", now)
    ring(company_file.pk)
    return company_file


def change_settings(actor: User, company_file: CompanyFile, now: datetime, **values: Any) -> CompanyFile:
    """Change name, hold_seconds, retention_days, choices, enable_updates, use_jobs or auto_inactive_status."""
    require(actor, Right.CONNECTION_MANAGE)
    changeable = {
        "name", "hold_seconds", "retention_days", "choices", "enable_updates", "use_jobs", "auto_inactive_status",
    }  # fmt: skip
    unknown = values.keys() - changeable
    if unknown:
        raise Refused(f"{', '.join(sorted(unknown))} cannot be changed here.")
    if not 0 <= int(values.get("hold_seconds", 0)) <= LONGEST_HOLD_SECONDS:
        raise Refused("The file is held between 0 seconds and a day.", "hold_seconds")
    with transaction.atomic():
        company_file = _locked(company_file)
        was = {name: getattr(company_file, name) for name in values}
        differences = {name: [was[name], value] for name, value in values.items() if was[name] != value}
        for name, value in values.items():
            setattr(company_file, name, value)
        company_file.save()
        _write_down(actor, company_file, "changed", "Changed settings of the connection.", now, differences=differences)
    return company_file


def make_default(actor: User, company_file: CompanyFile, now: datetime) -> None:
    """New records go to this company file."""
    require(actor, Right.CONNECTION_MANAGE)
    with transaction.atomic():
        CompanyFile.objects.filter(is_default=True).update(is_default=False)
        CompanyFile.objects.filter(pk=company_file.pk).update(is_default=True)
        _write_down(actor, company_file, "changed", "New records go to this company file now.", now)


def say_restored(actor: User, company_file: CompanyFile, now: datetime) -> None:
    """A person says that the file was restored from a backup."""
    require(actor, Right.CONNECTION_MANAGE)
    mark_restored(company_file, now, actor)


def mark_restored(company_file: CompanyFile, now: datetime, actor: User | None = None) -> None:
    """The file went back to an older state: everything must be read again before its links are trusted."""
    CompanyFile.objects.filter(pk=company_file.pk).update(reread_needed=True)
    _write_down(actor, company_file, "restored", "The company file was restored from a backup; it is read anew.", now)


# --- what the Monitor notes -------------------------------------------------------------------------------------------
def note_identity(company_file: CompanyFile, identity: dict[str, Any], host: dict[str, Any]) -> None:
    """Remember which file this is, at the first time it is opened."""
    company_file.identity, company_file.host = identity, host
    company_file.save(update_fields=["identity", "host"])


def note_contact(company_file: CompanyFile, preferences: dict[str, Any], host: dict[str, Any], now: datetime) -> None:
    """The file was opened and is the right one."""
    company_file.last_contact_at = now
    company_file.preferences, company_file.host = preferences, host
    company_file.failures, company_file.retry_at, company_file.state_told_at = 0, None, None
    company_file.check_asked_at = None
    if not company_file.paused:
        _set_state(company_file, State.ACTIVE, now)
    company_file.save(update_fields=_NOTED)


def note_waiting(
    company_file: CompanyFile, sentence: str, *, who_can_act: str, code: str, retry_at: datetime, now: datetime
) -> None:
    """The file cannot be used just now; everything waits and goes by itself."""
    company_file.failures += 1
    company_file.retry_at = retry_at
    company_file.check_asked_at = None
    if not company_file.paused:
        _set_state(company_file, State.WAITING, now, sentence, who=who_can_act, code=code)
    company_file.save(update_fields=_NOTED)


def note_stopped(
    company_file: CompanyFile,
    sentence: str,
    *,
    who_can_act: str,
    code: str,
    now: datetime,
    retry_at: datetime | None = None,
) -> None:
    """The file cannot be used until a person mends something here, or in QuickBooks, which is looked for again."""
    company_file.failures += 1
    company_file.retry_at = retry_at
    company_file.check_asked_at = None
    _set_state(company_file, State.CANNOT_OPEN, now, sentence, who=who_can_act, code=code)
    company_file.save(update_fields=_NOTED)


def note_told(company_file: CompanyFile, now: datetime) -> None:
    """People were told about the present state."""
    company_file.state_told_at = now
    company_file.save(update_fields=["state_told_at"])


_NOTED = [
    "last_contact_at", "preferences", "host", "failures", "retry_at", "state_told_at", "check_asked_at",
    "state", "state_sentence", "state_code", "who_can_act", "state_since",
]  # fmt: skip


# --- for the other operations on a company file ---------------------------------------------------------------------
def open_again(company_file: CompanyFile, now: datetime) -> None:
    """Forget what stood in the way and have the file tried at once."""
    company_file.paused, company_file.pause_reason, company_file.paused_by = False, "", None
    company_file.failures, company_file.retry_at, company_file.state_told_at = 0, None, None
    company_file.check_asked_at = now
    _set_state(company_file, State.WAITING, now, "The file was not opened again yet.")


def refuse_in_trial(company_file: CompanyFile) -> None:
    """Say what has to be done first while the connection is on trial at another place."""
    if company_file.in_trial:
        raise Refused(f"{company_file.name} is looked at elsewhere. Say yes to that or go back first.")


def _set_state(
    company_file: CompanyFile, state: str, now: datetime, sentence: str = "", *, who: str = "", code: str = ""
) -> None:
    if company_file.state != state:
        company_file.state_since, company_file.state_told_at = now, None
    company_file.state, company_file.state_sentence = state, sentence[:500]
    company_file.who_can_act, company_file.state_code = who[:100], code[:20]


def _locked(company_file: CompanyFile) -> CompanyFile:
    return CompanyFile.objects.select_for_update().get(pk=company_file.pk)


def _settled(company_file: CompanyFile) -> CompanyFile:
    """The row, locked; a connection that is on trial at another place is settled first."""
    company_file = _locked(company_file)
    refuse_in_trial(company_file)
    return company_file


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused(f"{name} is not a known time zone. Write it like Europe/Berlin.", "time_zone") from error


def _write_down(
    actor: User | None,
    company_file: CompanyFile,
    action: str,
    summary: str,
    now: datetime,
    *,
    reason: str = "",
    differences: dict[str, Any] | None = None,
) -> None:
    record(
        actor, "company_file", company_file.pk, action, summary=summary, reason=reason, differences=differences, now=now
    )
