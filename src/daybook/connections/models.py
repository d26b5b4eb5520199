"""Company files: what they are, who holds them, how they are."""

from datetime import time
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.db import models

M = TypeVar("M", bound=models.Model)

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


def every_day() -> list[int]:
    """All weekdays, Monday is 0."""
    return list(EVERY_DAY)


def text(length: int) -> "models.CharField[str, str]":
    """A short text that is empty unless somebody writes it, also when rows are written by SQL alone."""
    return models.CharField(max_length=length, blank=True, default="", db_default="")


def long_text() -> "models.TextField[str, str]":
    """A text of any length that is empty unless somebody writes it."""
    return models.TextField(blank=True, default="", db_default="")


def yes_no(value: bool) -> "models.BooleanField[bool, bool]":
    """A yes or no with a default that the database knows too."""
    return models.BooleanField(default=value, db_default=value)


def number(value: int) -> "models.IntegerField[int, int]":
    """A whole number with a default that the database knows too."""
    return models.IntegerField(default=value, db_default=value)


class CompanyFile(models.Model):
    """A company file of QuickBooks that this firm connected."""

    class State(models.TextChoices):
        """How the connection is."""

        NEVER = "never", "Not opened yet"
        ACTIVE = "active", "Active"
        WAITING = "waiting", "Waiting"
        PAUSED = "paused", "Paused"
        CANNOT_OPEN = "cannot_open", "Cannot open"

    name = models.CharField(max_length=100)
    way = models.CharField(max_length=20, default="sandbox", db_default="sandbox")
    path = text(500)
    identity = models.JSONField(default=dict, blank=True)
    host = models.JSONField(default=dict, blank=True)
    preferences = models.JSONField(default=dict, blank=True)
    choices = models.JSONField(default=dict, blank=True)

    sync_on = yes_no(True)
    sync_time = models.TimeField(default=time(2, 0))
    sync_weekdays = models.JSONField(default=every_day, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", db_default="UTC")
    window_start = models.TimeField(null=True, blank=True)
    window_end = models.TimeField(null=True, blank=True)
    next_sync_at = models.DateTimeField(null=True, blank=True)
    last_sync_at = models.DateTimeField(null=True, blank=True)
    last_sync_ok = models.BooleanField(null=True, blank=True)
    hold_seconds = number(60)
    retention_days = number(365)
    auto_inactive_status = models.IntegerField(null=True, blank=True)
    enable_updates = yes_no(True)
    use_jobs = yes_no(True)
    is_default = yes_no(False)

    state = models.CharField(max_length=20, choices=State, default=State.NEVER, db_default=State.NEVER)
    state_sentence = text(500)
    state_code = text(20)
    who_can_act = text(100)
    state_since = models.DateTimeField(null=True, blank=True)
    state_told_at = models.DateTimeField(null=True, blank=True)
    failures = number(0)
    retry_at = models.DateTimeField(null=True, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    check_asked_at = models.DateTimeField(null=True, blank=True)
    paused = yes_no(False)
    pause_reason = text(500)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reread_needed = yes_no(False)
    in_trial = yes_no(False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    disconnected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="connections_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Lease(models.Model):
    """Who may speak with a company file, and until when. The epoch rises with each new holder."""

    company_file = models.OneToOneField(CompanyFile, on_delete=models.CASCADE, related_name="lease")
    holder = text(200)
    machine = text(100)
    epoch = number(0)
    expires_at = models.DateTimeField()
    release_asked = yes_no(False)

    def __str__(self) -> str:
        return f"{self.company_file_id} held by {self.holder or 'nobody'}"


class MonitorSeat(models.Model):
    """A Monitor that runs, Active for some company files or Standby."""

    holder = models.CharField(max_length=200, unique=True)
    machine = text(100)
    pid = number(0)
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.holder


class Session(models.Model):
    """The open conversation with a company file: all that the engine remembers between two calls."""

    company_file = models.OneToOneField(CompanyFile, on_delete=models.CASCADE, related_name="session")
    epoch = number(0)
    number = number(0)
    opened_at = models.DateTimeField(null=True, blank=True)
    outstanding_letter_id = models.BigIntegerField(null=True, blank=True)
    import_run_id = models.BigIntegerField(null=True, blank=True)
    note = models.JSONField(default=dict, blank=True)
    last_work_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"session {self.number} of {self.company_file_id}"


class Agent(models.Model):
    """A remote Monitor: our program beside QuickBooks on another machine, which asks us for work."""

    company_file = models.ForeignKey(CompanyFile, on_delete=models.CASCADE, related_name="agents")
    machine = text(100)
    system = text(100)
    version = text(20)
    key_hash = models.CharField(max_length=64, unique=True)
    old_key_hash = text(64)
    enrolled_at = models.DateTimeField()
    key_changed_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(
                fields=["old_key_hash"], condition=~models.Q(old_key_hash=""), name="connections_agent_old_key"
            ),
        ]

    def __str__(self) -> str:
        return self.machine


class EnrolmentCode(models.Model):
    """Lets one agent in, once and soon; only its hash is kept."""

    company_file = models.ForeignKey(CompanyFile, on_delete=models.CASCADE, related_name="enrolment_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField()
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"code for {self.company_file_id}"


class WebConnector(models.Model):
    """How Intuit's Web Connector is let in for one company file, and where its present session stands."""

    class Step(models.TextChoices):
        """What the Web Connector does next."""

        NONE = "", "No session"
        OPENING = "opening", "Opens the company file"
        ASKING = "asking", "Asks for the next request"
        CARRYING = "carrying", "Carries a request and brings the answer"

    company_file = models.OneToOneField(CompanyFile, on_delete=models.CASCADE, related_name="web_connector")
    user_name = models.CharField(max_length=40, unique=True)
    password_hash = text(64)
    password_at = models.DateTimeField(null=True, blank=True)
    file_saved_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    owner_guid = models.CharField(max_length=38)
    file_guid = models.CharField(max_length=38)
    hold_open = yes_no(False)
    schedule_seconds = number(60)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    address = text(45)
    failed_tries = number(0)
    last_failed_at = models.DateTimeField(null=True, blank=True)

    ticket_hash = text(64)
    step = models.CharField(max_length=10, choices=Step, blank=True, default=Step.NONE, db_default=Step.NONE)
    epoch = number(0)
    work = number(0)
    percent = number(0)
    said = long_text()

    def __str__(self) -> str:
        return self.user_name


class Trial(models.Model):
    """A connection that is looked at by another way or place: where it was before, and what was found there so far."""

    company_file = models.OneToOneField(CompanyFile, on_delete=models.CASCADE, related_name="trial")
    way_before = models.CharField(max_length=20)
    path_before = text(500)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    identity = models.JSONField(default=dict, blank=True)
    host = models.JSONField(default=dict, blank=True)
    preferences = models.JSONField(default=dict, blank=True)
    same_company = yes_no(False)
    identified_at = models.DateTimeField(null=True, blank=True)
    total = number(0)
    compared = number(0)
    there = number(0)
    same_name = number(0)
    position = models.BigIntegerField(default=0, db_default=0)
    missing = models.JSONField(default=list, blank=True)
    renamed = models.JSONField(default=list, blank=True)
    compared_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"trial of {self.company_file_id}"


class Batch(models.Model):
    """Rows that arrived together and become visible together, when the batch is published."""

    company_file = models.ForeignKey(CompanyFile, on_delete=models.CASCADE, related_name="batches")
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(published_at=None), name="connections_batch_hidden"),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"


def visible(rows: "models.QuerySet[M]") -> "models.QuerySet[M]":
    """The rows without those of a batch that is not published yet; the model has a column `batch_id`."""
    hidden = Batch.objects.filter(published_at=None).values("id")
    return rows.exclude(batch_id__in=hidden)


# The same for plain SQL, of a table named t.
VISIBLE = "(t.batch_id IS NULL OR t.batch_id NOT IN (SELECT id FROM connections_batch WHERE published_at IS NULL))"


class VisibleManager(models.Manager[M]):
    """Shows what is published."""

    def get_queryset(self) -> "models.QuerySet[M]":
        """All visible rows."""
        return visible(super().get_queryset())


def facts(**values: Any) -> dict[str, Any]:
    """The values that are not empty, for a JSON column."""
    return {name: value for name, value in values.items() if value not in ("", None)}
