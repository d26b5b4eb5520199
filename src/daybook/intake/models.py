"""What arrived from a company file: runs, staged records, how far each list was read, and conflicts."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from daybook.connections.fields import Folded, RowNumber, WrittenJSON
from daybook.connections.models import Batch, CompanyFile, long_text, number, text, yes_no
from daybook.outbox.models import Link


class ImportRun(models.Model):
    """One pass over lists of a company file, from the asking to the publishing."""

    class State(models.TextChoices):
        """An import's life."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Reading"
        DECIDING = "deciding", "Comparing"
        STAGED = "staged", "Ready to look at"
        PUBLISHING = "publishing", "Writing"
        PUBLISHED = "published", "Done"
        FAILED = "failed", "Failed"
        STOPPED = "stopped", "Stopped"

    class Trigger(models.TextChoices):
        """What started it."""

        FIRST = "first", "First import"
        NIGHTLY = "nightly", "Nightly sync"
        MANUAL = "manual", "Import now"
        RECONCILE = "reconcile", "Full comparison"
        COMMAND = "command", "Import by command"

    company_file = models.ForeignKey(CompanyFile, on_delete=models.CASCADE, related_name="import_runs")
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    trigger = models.CharField(max_length=10, choices=Trigger)
    lists = models.JSONField(default=list)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, db_default=State.WAITING)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    position = models.JSONField(default=dict, blank=True)
    progress = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    sync_from = models.JSONField(default=dict, blank=True)
    choices = models.JSONField(default=dict, blank=True)
    preview = yes_no(False)
    leftovers = yes_no(False)
    interruptions = number(0)
    problem = text(500)
    who_can_act = text(100)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["company_file", "id"],
                condition=~Q(state__in=["published", "failed", "stopped"]),
                name="intake_run_open",
            ),
            models.Index(fields=["company_file"], condition=Q(leftovers=True), name="intake_run_leftovers"),
        ]

    def __str__(self) -> str:
        return f"{self.get_trigger_display()} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it still has something to do or to wait for."""
        return self.state not in FINISHED


FINISHED = (ImportRun.State.PUBLISHED, ImportRun.State.FAILED, ImportRun.State.STOPPED)


class Arrival(models.Model):
    """One record as it arrived in a run: which it is, and what was decided about it. Its `Content` holds the rest."""

    class Decision(models.TextChoices):
        """What is to become of it."""

        UNDECIDED = "", "Not decided yet"
        NEW = "new", "New"
        ADOPT = "adopt", "Matched by name"
        CHANGED = "changed", "Changed"
        SAME = "same", "Same"
        CLASH = "clash", "A record of ours has the name"
        WAITING = "waiting", "Waits for a yes or no"
        ASIDE = "aside", "Known, but not taken"
        OURS = "ours", "Left to a posting of ours that is still open"
        DONE = "done", "Taken over"

    id = RowNumber(primary_key=True)  # the number of the run, and which of its records it is; see staging.ids_of
    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="arrivals", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=30)
    list_id = text(40)
    read_at = models.DateTimeField()
    edit_sequence = text(20)
    time_modified = text(40)
    name = text(209)
    full_name = text(209)
    folded_name = Folded("name", 209)
    folded_full_name = Folded("full_name", 209)
    parent_list_id = text(40)
    root_list_id = text(40)
    sublevel = number(0)
    is_active = yes_no(True)
    external_guid = text(40)

    decision = models.CharField(max_length=10, choices=Decision, default="", db_default="", blank=True)
    link_id = models.BigIntegerField(null=True)
    subject_kind = text(20)
    subject_id = models.BigIntegerField(null=True)
    client_id = models.BigIntegerField(null=True)
    parent_id = models.BigIntegerField(null=True)
    has_jobs = yes_no(False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "kind", "list_id"], name="intake_arrival_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.full_name or self.name}"


class Content(models.Model):
    """What an arrival holds: written once, while the arrival is written again when it is decided."""

    id = RowNumber(primary_key=True)
    base = WrittenJSON(default=dict)
    has_contact = yes_no(False)
    company_name = text(209)
    salutation = text(40)
    first_name = text(100)
    middle_name = text(40)
    last_name = text(100)
    job_title = text(100)
    address_lines = long_text()
    city = text(100)
    state = text(100)
    postal_code = text(40)
    country = text(100)
    phone = text(60)
    alt_phone = text(60)
    mobile = text(60)
    fax = text(60)
    email = long_text()
    notes = long_text()
    description = long_text()
    start_date = models.DateField(null=True)
    due_date = models.DateField(null=True)
    type_list_id = text(40)
    terms_list_id = text(40)
    tax_item_list_id = text(40)

    def __str__(self) -> str:
        return f"of {self.pk}"


class Watermark(models.Model):
    """How far a list of a company file was read completely, in the file's own words."""

    company_file = models.ForeignKey(CompanyFile, on_delete=models.CASCADE, related_name="watermarks")
    kind = models.CharField(max_length=30)
    modified_from = text(40)
    options = text(100)
    complete_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company_file", "kind"], name="intake_watermark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} read up to {self.modified_from}"


class Conflict(models.Model):
    """A field that both sides changed since they last agreed; a person says which value holds."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="conflicts")
    field = models.CharField(max_length=60)
    base = models.JSONField(null=True)
    ours = models.JSONField(null=True)
    theirs = models.JSONField(null=True)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    choice = text(10)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["link", "field"], condition=Q(settled_at=None), name="intake_conflict_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.link_id}"
