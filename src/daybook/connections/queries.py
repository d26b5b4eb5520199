"""Which company files there are, how they are, and which Monitors run."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from daybook.connections.models import CompanyFile, Lease, MonitorSeat, Session
from daybook.sql import Columns

SEEN_WITHIN = timedelta(seconds=45)
_AT_WORK = Columns(
    CompanyFile, "id", "name", "way", "path", "host", "state", "failures", "retry_at", "check_asked_at", "paused",
    "in_trial", "disconnected_at",
)  # fmt: skip


def at_work(company_file_id: int) -> CompanyFile:
    """A company file with what each step at it wants to know; the rest comes when it is asked for."""
    return _AT_WORK.read("WHERE t.id = %s", [company_file_id])[0]


@dataclass(frozen=True)
class Health:
    """How a connection is, in words for a page."""

    company_file: CompanyFile
    state: str
    label: str
    sentence: str
    who_can_act: str
    code: str
    since: datetime | None
    machine: str
    held: bool
    held_since: datetime | None
    monitor_seen_at: datetime | None
    monitor_alive: bool
    last_contact_at: datetime | None
    next_sync_at: datetime | None
    last_sync_at: datetime | None
    last_sync_ok: bool | None
    retry_at: datetime | None


@dataclass(frozen=True)
class Monitor:
    """A Monitor that reported itself, and what it is for each company file."""

    holder: str
    machine: str
    pid: int
    started_at: datetime
    heartbeat_at: datetime
    alive: bool
    active_for: tuple[str, ...]

    @property
    def state(self) -> str:
        """Active, Standby or not seen."""
        if not self.alive:
            return "Not seen"
        return "Active" if self.active_for else "Standby"


_FILE = Columns(CompanyFile)


def files(*, with_disconnected: bool = False) -> QuerySet[CompanyFile]:
    """The connected company files, the default one first."""
    found = CompanyFile.objects.order_by("-is_default", "id")
    return found if with_disconnected else found.filter(disconnected_at=None)


def default_file() -> CompanyFile | None:
    """The company file that new records are posted to."""
    return _FILE.first("WHERE t.disconnected_at IS NULL ORDER BY t.is_default DESC, t.id LIMIT 1", [])


def find(name_or_id: str, *, deleted: bool = False) -> CompanyFile | None:
    """The connected company file with this name, path or number; or the one whose connection was deleted."""
    for company_file in files(with_disconnected=True).exclude(disconnected_at=None) if deleted else files():
        if name_or_id in {company_file.name, company_file.path, str(company_file.pk)}:
            return company_file
    return None


def monitors(now: datetime) -> list[Monitor]:
    """The Monitors that run or ran lately, those that are Active first."""
    held: dict[str, list[str]] = {}
    for lease in Lease.objects.filter(expires_at__gt=now).exclude(holder="").select_related("company_file"):
        held.setdefault(lease.holder, []).append(lease.company_file.name)
    found = [
        Monitor(
            holder=seat.holder,
            machine=seat.machine,
            pid=seat.pid,
            started_at=seat.started_at,
            heartbeat_at=seat.heartbeat_at,
            alive=now - seat.heartbeat_at <= SEEN_WITHIN,
            active_for=tuple(held.get(seat.holder, ())),
        )
        for seat in MonitorSeat.objects.order_by("started_at")
    ]
    return sorted(found, key=lambda monitor: (not monitor.active_for, not monitor.alive))


def health(company_file: CompanyFile, now: datetime) -> Health:
    """How one connection is: the state, whose move it is, and who holds the file."""
    lease = Lease.objects.filter(company_file=company_file, expires_at__gt=now).exclude(holder="").first()
    session = Session.objects.filter(company_file=company_file).first()
    seat = MonitorSeat.objects.order_by("-heartbeat_at").first()
    contacts = [company_file.last_contact_at, session.last_work_at if session else None]
    held = bool(lease and session and session.opened_at and session.epoch == lease.epoch)
    return Health(
        company_file=company_file,
        state=company_file.state,
        label=company_file.get_state_display(),
        sentence=company_file.state_sentence,
        who_can_act=company_file.who_can_act,
        code=company_file.state_code,
        since=company_file.state_since,
        machine=lease.machine if lease else "",
        held=held,
        held_since=session.opened_at if held and session else None,
        monitor_seen_at=seat.heartbeat_at if seat else None,
        monitor_alive=bool(seat and now - seat.heartbeat_at <= SEEN_WITHIN),
        last_contact_at=max(filter(None, contacts), default=None),
        next_sync_at=company_file.next_sync_at,
        last_sync_at=company_file.last_sync_at,
        last_sync_ok=company_file.last_sync_ok,
        retry_at=company_file.retry_at,
    )
