"""The shelf of what people are told: notices on the page, mails on their way, the words and the server of the mails."""

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q


class Firm(models.Model):
    """The firm that uses this database: one row."""

    name = models.CharField(max_length=100, blank=True, db_default="", default="")
    time_zone = models.CharField(max_length=64, db_default="UTC", default="UTC")
    backup_time = models.TimeField(default=time(1, 0))
    backup_folder = models.CharField(max_length=500, blank=True, db_default="", default="")


class Notice(models.Model):
    """One thing a person is told on the page. A batch counts up in one row a kind."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True, db_default="", default="")
    url = models.CharField(max_length=300, blank=True, db_default="", default="")
    subject_kind = models.CharField(max_length=40, blank=True, db_default="", default="")
    subject_id = models.BigIntegerField(null=True)
    batch_key = models.UUIDField(null=True)
    dedupe_key = models.CharField(max_length=200, blank=True, db_default="", default="")
    count = models.PositiveIntegerField(db_default=1, default=1)
    titles = models.JSONField(default=list)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "batch_key", "kind"], condition=Q(batch_key__isnull=False), name="one_notice_a_batch"
            ),
            models.UniqueConstraint(
                fields=["user", "dedupe_key"], condition=~Q(dedupe_key=""), name="never_told_the_same_twice"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-made_at"], name="notice_newest"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread"),
        ]


class MailTemplate(models.Model):
    """What the firm changed in one mail of the catalogue; a mail without a row is as it ships."""

    kind = models.CharField(max_length=40, unique=True)
    is_on = models.BooleanField(default=True, db_default=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    schedule = models.CharField(max_length=10, default="at_once", db_default="at_once")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")


class MailPreference(models.Model):
    """One mail that a person does not want; a person without a row gets it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_preference_a_mail")]


class MailSettings(models.Model):
    """The mail server the firm sends through: one row. The password is closed with the key of the home folder."""

    SECURITY = [("starttls", "STARTTLS"), ("tls", "TLS from the start"), ("none", "None")]

    host = models.CharField(max_length=200, blank=True, db_default="", default="")
    port = models.PositiveIntegerField(default=587, db_default=587)
    security = models.CharField(max_length=10, choices=SECURITY, default="starttls", db_default="starttls")
    from_address = models.CharField(max_length=300, blank=True, db_default="", default="")
    user_name = models.CharField(max_length=200, blank=True, db_default="", default="")
    password_closed = models.TextField(blank=True, db_default="", default="")
    support_address = models.CharField(max_length=300, blank=True, db_default="", default="")
    last_sent_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, db_default="", default="")
    problem_at = models.DateTimeField(null=True)

    @property
    def is_set(self) -> bool:
        """Whether mails can be sent at all."""
        return bool(self.host and self.from_address)


class Mail(models.Model):
    """One mail to one person. While it waits, it gathers what else is told of the same group."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    to_address = models.CharField(max_length=300)
    group = models.CharField(max_length=100, blank=True, db_default="", default="")
    parts = models.JSONField(default=list)
    subject = models.CharField(max_length=300, blank=True, db_default="", default="")
    body = models.TextField(blank=True, db_default="", default="")
    attachment_name = models.CharField(max_length=100, blank=True, db_default="", default="")
    attachment = models.TextField(blank=True, db_default="", default="")
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    problem = models.TextField(blank=True, db_default="", default="")
    sent_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["to_address", "group"], condition=~Q(group="") & Q(attempts=0), name="one_waiting_mail_a_group"
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"], condition=Q(sent_at__isnull=True, gave_up_at__isnull=True), name="mail_waiting"
            ),
            models.Index(fields=["gave_up_at"], condition=Q(gave_up_at__isnull=False), name="mail_given_up"),
        ]
