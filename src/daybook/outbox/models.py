"""What is to be posted to the books, what was sent and answered, and what of ours is what of theirs."""

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from daybook.connections.fields import Folded
from daybook.connections.models import CompanyFile, VisibleManager, long_text, number, text, yes_no


class Compact(json.JSONEncoder):
    """Writes values without spaces, as an import does, so that SQLite finds equal what is equal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "separators": (",", ":")})


def age(edit_sequence: str) -> tuple[int, str]:
    """What tells the newer of two EditSequences: they only ever grow, though nothing says by how much."""
    return len(edit_sequence), edit_sequence


# A search by ListID says this too: SQLite takes an index that holds a part of the rows only where it is asked for that
# part, and else reads all links of the firm.
IN_BOOKS = ~Q(list_id="")


class Link(models.Model):
    """A record of the company file beside ours, with the values both last agreed on."""

    class State(models.TextChoices):
        """What the record is to both sides."""

        SHARED = "shared", "Shared"
        THEIRS_ONLY = "theirs_only", "Only in QuickBooks"
        BLOCKED = "blocked", "Blocked"
        BROKEN = "broken", "Deleted or merged in QuickBooks"

    company_file = models.ForeignKey(CompanyFile, on_delete=models.PROTECT, related_name="links", db_index=False)
    kind = models.CharField(max_length=30)
    list_id = text(40)
    edit_sequence = text(20)
    name = text(209)
    full_name = text(209)
    folded_name = Folded("full_name", 209)
    parent_list_id = text(40)
    root_list_id = text(40)
    sublevel = number(0)
    is_active = yes_no(True)
    time_modified = text(40)
    base = models.JSONField(default=dict, blank=True, encoder=Compact)
    subject_kind = text(20)
    subject_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.THEIRS_ONLY, db_default=State.THEIRS_ONLY)
    wanted_by_person = models.CharField(max_length=3, null=True, blank=True)  # null: nobody was asked
    replaced_by_list_id = text(40)
    batch_id = models.BigIntegerField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)

    objects = VisibleManager["Link"]()
    everything = models.Manager["Link"]()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company_file", "kind", "list_id"], condition=IN_BOOKS, name="outbox_link_theirs"
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "company_file", "kind"],  # also for who asks by subject alone
                condition=Q(subject_id__isnull=False),
                name="outbox_link_ours",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company_file", "kind", "full_name"], name="outbox_link_full_name"),
            models.Index(fields=["company_file", "folded_name"], name="outbox_link_folded_name"),
            models.Index(fields=["company_file", "kind", "state", "is_active", "full_name"], name="outbox_link_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.full_name or self.name}"


class Letter(models.Model):
    """One text sent to a company file, and what it answered."""

    class Purpose(models.TextChoices):
        """Why it was sent."""

        POST = "post", "Post"
        ASK = "ask", "Ask what became of it"
        LOOK = "look", "Look whether it is there"
        FORGET = "forget", "Let QuickBooks forget its answer"
        READ = "read", "Read"

    company_file = models.ForeignKey(CompanyFile, on_delete=models.CASCADE, related_name="letters", db_index=False)
    epoch = number(0)
    session_number = number(0)
    set_id = text(23)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.POST, db_default=Purpose.POST)
    about = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="questions")
    sent_text = long_text()
    answer_text = long_text()
    hresult = text(12)
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    elapsed_ms = models.IntegerField(null=True, blank=True)
    outcome = text(20)
    forgotten = yes_no(False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["set_id"], condition=~Q(set_id=""), name="outbox_letter_set_id"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company_file", "id"],
                condition=Q(purpose="post", forgotten=False),
                name="outbox_letter_remembered",
            ),
            models.Index(fields=["company_file", "sent_at"], name="outbox_letter_sent_at"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.set_id or self.pk}"


class Posting(models.Model):
    """The wish of a person that a record stands in the books, and what became of it."""

    class State(models.TextChoices):
        """A posting's life."""

        PROPOSED = "proposed", "Proposed"
        QUEUED = "queued", "Queued"
        SENT = "sent", "Sent"
        IN_DOUBT = "in_doubt", "In doubt"
        POSTED = "posted", "Posted"
        PARKED = "parked", "Needs you"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Action(models.TextChoices):
        """What is to happen in the books."""

        ADD = "add", "Add"
        MOD = "mod", "Change"
        DEACTIVATE = "deactivate", "Make inactive"

    class Look(models.TextChoices):
        """What must be read before it can go on."""

        NOTHING = "", "Nothing"
        STALE = "stale", "The record as it is now"
        NAME = "name", "Who has the name"

    key = models.UUIDField(unique=True)
    # No index of its own: a planner without statistics would take it instead of the partial index of a state.
    company_file = models.ForeignKey(CompanyFile, on_delete=models.PROTECT, related_name="postings", db_index=False)
    kind = models.CharField(max_length=30)
    action = models.CharField(max_length=12, choices=Action, default=Action.ADD, db_default=Action.ADD)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    title = text(300)
    snapshot = models.JSONField(default=dict)
    snapshot_hash = text(64)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED, db_default=State.QUEUED)
    not_before = models.DateTimeField(null=True, blank=True)
    after = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followers")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # when a proposal, or what waits for another, was told
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.SET_NULL, related_name="postings")
    sent_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = number(0)
    problem_code = text(20)
    problem = text(1000)
    who_can_act = text(100)
    detail = long_text()
    ways_out = models.JSONField(default=list, blank=True)
    list_id = text(40)
    edit_sequence = text(20)
    batch_key = models.UUIDField(null=True, blank=True)
    withdrawn_reason = text(500)
    alone = yes_no(False)
    look = models.CharField(max_length=5, choices=Look, blank=True, default="", db_default="")
    version = number(1)

    class Meta:
        indexes: ClassVar = [
            *(
                models.Index(fields=["company_file", "id"], condition=Q(state=state), name=f"outbox_posting_{state}")
                for state in ("proposed", "queued", "sent", "in_doubt", "parked")
            ),
            models.Index(fields=["company_file", "id"], condition=~Q(look=""), name="outbox_posting_look"),
            # Few wait for another; without it each look at what waits would read all that is queued.
            models.Index(
                fields=["company_file", "after"],
                condition=Q(state="queued", after__isnull=False),
                name="outbox_posting_follows",
            ),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="outbox_posting_subject"),
            models.Index(fields=["batch_key", "id"], condition=Q(batch_key__isnull=False), name="outbox_posting_batch"),
            # Partial, lest a planner without statistics take it for what is open, beside a million finished ones.
            models.Index(
                fields=["company_file", "-finished_at"],
                condition=Q(finished_at__isnull=False),
                name="outbox_posting_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.title}"


class Attempt(models.Model):
    """What one letter brought for one posting."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="tries")
    letter = models.ForeignKey(Letter, null=True, on_delete=models.SET_NULL, related_name="tries")
    request_id = text(50)
    at = models.DateTimeField()
    outcome = text(20)
    code = text(20)
    message = long_text()

    def __str__(self) -> str:
        return f"{self.outcome} {self.code}"
