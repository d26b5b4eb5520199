"""Agents: enrolled by a one-time code, known by a key of their own, and shut out again."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from daybook.connections import shipped_agent
from daybook.connections.doorbell import ring
from daybook.connections.models import Agent, CompanyFile, EnrolmentCode, Lease
from daybook.history.operations import record
from daybook.people.errors import Refused
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.rights import Right

WAY = "agent"
PREFIX = "/remote/v1/"
CODE_LIVES = timedelta(minutes=30)
SEEN_WITHIN = timedelta(seconds=45)
LONGEST = {"machine": 100, "system": 100, "version": 20}
SHORTEST_KEY = 43  # 256 bits as they are written for an address
ADDRESS_FILE = "remote.json"
WANTED_FILE = "remote.wanted"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# No letters that look alike: a code is read from one screen and typed at another. Sixteen are 79 bits.
READABLE = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class NotLetIn(Exception):
    """The code or the key is not one that opens the door; the text says what to do."""


@dataclass(frozen=True)
class AgentSeen:
    """An agent as people see it."""

    agent: Agent
    state: str
    sentence: str

    @property
    def is_there(self) -> bool:
        """Whether it was seen a moment ago."""
        return self.state in ("Active", "Standby", "Paused")

    @property
    def is_revoked(self) -> bool:
        """Whether it was shut out."""
        return self.agent.revoked_at is not None

    @property
    def newer(self) -> str:
        """The version that Daybook has for it, if it is not the one that runs there."""
        version = shipped_agent.version()
        return version if self.agent.version not in ("", version) and not self.is_revoked else ""


# --- codes ------------------------------------------------------------------------------------------------------------
def make_code(actor: User, company_file: CompanyFile, now: datetime) -> tuple[EnrolmentCode, str]:
    """A new code for one agent of this company file, to be shown once; a code that was not used is void from now on."""
    require(actor, Right.CONNECTION_MANAGE)
    if company_file.way != WAY:
        raise Refused(f"{company_file.name} is not reached through an agent.")
    code = "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))
    with transaction.atomic():
        EnrolmentCode.objects.filter(company_file=company_file, agent=None).delete()
        kept = EnrolmentCode.objects.create(
            company_file=company_file,
            code_hash=hashed(_as_typed(code)),
            made_at=now,
            made_by=actor if actor.pk else None,
            expires_at=now + CODE_LIVES,
        )
        _write_down(actor, company_file, "code", "Made a code to enrol an agent.", now)
        transaction.on_commit(want_address)
    return kept, code


def enrol(
    code: str, key: str, *, machine: str, system: str = "", version: str = "", path: str = "", now: datetime
) -> Agent:
    """Let in the agent that has this code, under the key it made; the same two again give the same agent."""
    if len(key) < SHORTEST_KEY:
        raise NotLetIn("The key of the agent is too short.")
    with transaction.atomic():
        row = EnrolmentCode.objects.select_for_update().filter(code_hash=hashed(_as_typed(code))).first()
        if row is None:
            raise NotLetIn("This code is not known. Make a new one on the connection page, and type all of it.")
        if row.agent_id is not None:
            return _enrolled_before(row.agent_id, key)
        if row.expires_at <= now:
            raise NotLetIn("This code is too old. Make a new one on the connection page.")
        agent = Agent.objects.create(
            company_file_id=row.company_file_id,
            machine=machine[:100],
            system=system[:100],
            version=version[:20],
            key_hash=hashed(key),
            enrolled_at=now,
            key_changed_at=now,
        )
        row.agent = agent
        row.save(update_fields=["agent"])
        _take_path(agent.company_file, path)
        _write_down(row.made_by, agent.company_file, "enrolled", f"{machine[:100]} was enrolled as an agent.", now)
    ring(row.company_file_id)
    return agent


def _enrolled_before(agent_id: int, key: str) -> Agent:
    agent = Agent.objects.select_related("company_file").get(pk=agent_id)
    if hashed(key) != agent.key_hash or agent.revoked_at is not None:
        raise NotLetIn("This code was used already. Make a new one on the connection page.")
    return agent


def _take_path(company_file: CompanyFile, path: str) -> None:
    """Whoever enrols sits at the machine of the file and knows where it is."""
    if path.strip():
        company_file.path = path.strip()[:500]
        company_file.save(update_fields=["path"])


# --- keys -------------------------------------------------------------------------------------------------------------
def who_has(key: str) -> Agent | None:
    """The agent with this key, if it may come in. From the first use of a new key on, the old one opens nothing."""
    found = hashed(key)
    agent = (
        Agent.objects.select_related("company_file")
        .filter(Q(key_hash=found) | Q(old_key_hash=found), revoked_at=None)
        .first()
    )
    if agent is not None and agent.old_key_hash and agent.key_hash == found:
        agent.old_key_hash = ""
        agent.save(update_fields=["old_key_hash"])
    return agent


def change_key(agent: Agent, key: str, now: datetime) -> None:
    """Give the agent the new key that it made; the old one is good until the new one was used."""
    if len(key) < SHORTEST_KEY:
        raise NotLetIn("The key of the agent is too short.")
    if agent.key_hash == hashed(key):
        return
    agent.old_key_hash, agent.key_hash, agent.key_changed_at = agent.key_hash, hashed(key), now
    agent.save(update_fields=["old_key_hash", "key_hash", "key_changed_at"])


def revoke(actor: User, agent: Agent, now: datetime) -> None:
    """Shut an agent out; what it carries at this moment is found out by whoever comes after it."""
    require(actor, Right.CONNECTION_MANAGE)
    with transaction.atomic():
        changed = Agent.objects.filter(pk=agent.pk, revoked_at=None).update(
            revoked_at=now, revoked_by=actor if actor.pk else None
        )
        if changed:
            _write_down(actor, agent.company_file, "revoked", f"Revoked the agent on {agent.machine}.", now)
    ring(agent.company_file_id)


def hashed(secret: str) -> str:
    """What is kept of a key or code; both are long and random, so that one round is enough."""
    return hashlib.sha256(f"daybook agent {secret}".encode()).hexdigest()


def _as_typed(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())


# --- being seen -------------------------------------------------------------------------------------------------------
def note_seen(agent_ids: Iterable[int], now: datetime) -> None:
    """These agents are there."""
    Agent.objects.filter(pk__in=list(agent_ids)).update(last_seen_at=now)


def has_news(agent: Agent, told: dict[str, str], now: datetime) -> bool:
    """Whether what an agent says of itself is new, or it was away; those that go on waiting are noted together."""
    away = agent.last_seen_at is None or now - agent.last_seen_at > SEEN_WITHIN / 2
    return away or any(value and getattr(agent, name) != value[: LONGEST[name]] for name, value in told.items())


def note_program(agent: Agent, told: dict[str, str], now: datetime) -> None:
    """The agent is there; what it says of itself is kept."""
    for name, value in told.items():
        if value:
            setattr(agent, name, value[: LONGEST[name]])
    agent.last_seen_at = now
    agent.save(update_fields=[*told, "last_seen_at"])


def holder_of(agent: Agent, instance: str) -> str:
    """How a lease names this agent; `instance` tells one run of its program from the next."""
    return f"agent/{agent.pk}/{instance}"


def agents_of(company_file: CompanyFile, now: datetime) -> list[AgentSeen]:
    """The agents of a company file, those that were shut out last."""
    lease = Lease.objects.filter(company_file=company_file, expires_at__gt=now).first()
    found = [_seen(agent, lease, now) for agent in Agent.objects.filter(company_file=company_file)]
    return sorted(found, key=lambda one: one.is_revoked)


def state_of(agent: Agent, now: datetime) -> str:
    """How an agent stands, in one word or two."""
    lease = Lease.objects.filter(company_file_id=agent.company_file_id, expires_at__gt=now).first()
    return _seen(agent, lease, now).state


def _seen(agent: Agent, lease: Lease | None, now: datetime) -> AgentSeen:
    if agent.revoked_at is not None:
        return AgentSeen(agent, "Revoked", "It is shut out.")
    if agent.last_seen_at is None:
        return AgentSeen(agent, "Not seen", "It was let in and did not ask for work yet. Start the agent there.")
    if now - agent.last_seen_at > SEEN_WITHIN:
        return AgentSeen(agent, "Not seen", "It does not ask for work. Is the PC on, and the agent running?")
    if agent.company_file.paused:
        return AgentSeen(agent, "Paused", "The connection is paused.")
    if lease is not None and lease.holder.startswith(holder_of(agent, "")):
        return AgentSeen(agent, "Active", "It carries what there is to carry.")
    if lease is not None and lease.holder:
        return AgentSeen(agent, "Standby", "It takes over when the active one is away.")
    return AgentSeen(agent, "Standby", "No agent is Active just now. This one is as soon as it asks for work.")


# --- the address that agents ask --------------------------------------------------------------------------------------
def want_address() -> None:
    """Say to whoever keeps the site running that agents will ask."""
    (settings.HOME / WANTED_FILE).touch()


def want_no_address() -> None:
    """No connection goes through an agent any more."""
    (settings.HOME / WANTED_FILE).unlink(missing_ok=True)


def address_is_wanted() -> bool:
    """Whether a connection of this house goes through an agent."""
    return CompanyFile.objects.filter(way=WAY, disconnected_at=None).exists()


def door_was_opened() -> bool:
    """Whether the door of the agents ever ran on this machine, or is elsewhere as the firm says."""
    return bool(settings.REMOTE_URL) or (settings.HOME / ADDRESS_FILE).exists()


def door() -> bool:
    """The same; where it did not, it is asked for, and whoever runs the site starts it within a second."""
    if door_was_opened():
        return True
    want_address()
    return False


def note_address(url: str) -> None:
    """Write down where agents find us on this machine, as a whole, as others may read it just now."""
    draft = settings.HOME / f"{ADDRESS_FILE}.new"
    draft.write_text(json.dumps({"url": url}), encoding="utf-8")
    draft.replace(settings.HOME / ADDRESS_FILE)


def address() -> str:
    """What an agent is told to ask: as the firm says, else the site's own address behind TLS, else this machine's."""
    noted = settings.HOME / ADDRESS_FILE
    if settings.REMOTE_URL:
        return str(settings.REMOTE_URL)
    if settings.SITE_URL.startswith("https://"):
        return str(settings.SITE_URL)
    if noted.exists():
        return str(json.loads(noted.read_text(encoding="utf-8"))["url"])
    return _beside_the_site()


def _beside_the_site() -> str:
    """Where the door will be once the site runs on this machine: on the next port."""
    parts = urlsplit(settings.SITE_URL)
    if parts.hostname not in LOOPBACK or parts.port is None:
        return str(settings.SITE_URL)
    return parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{parts.port + 1}").geturl()


def wheel_address() -> str:
    """Where pip finds the agent that this Daybook ships."""
    return f"{address()}{PREFIX}{shipped_agent.file_name()}"


def _write_down(actor: User | None, company_file: CompanyFile, action: str, summary: str, now: datetime) -> None:
    record(actor, "company_file", company_file.pk, action, summary=summary, now=now)
