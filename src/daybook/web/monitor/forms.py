"""The forms of the Monitor page."""

from django import forms

from daybook.directory.models import ProductionStatus
from daybook.web.settings.forms import time_zones

WEEKDAYS = [
    (0, "Monday"), (1, "Tuesday"), (2, "Wednesday"), (3, "Thursday"), (4, "Friday"), (5, "Saturday"), (6, "Sunday"),
]  # fmt: skip


class Clock(forms.TimeInput):
    """An hour and a minute."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ScheduleForm(forms.Form):
    """When the nightly sync runs."""

    sync_on = forms.BooleanField(label="Sync every night by itself", required=False)
    sync_time = forms.TimeField(
        label="At", widget=Clock, help_text="Choose a quiet hour, and not the hour of QuickBooks' own backup."
    )
    sync_weekdays = forms.TypedMultipleChoiceField(
        label="On", choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    time_zone = forms.ChoiceField(label="Time zone", choices=time_zones)
    window_start = forms.TimeField(label="Begin no earlier than", widget=Clock, required=False)
    window_end = forms.TimeField(
        label="Begin no later than",
        widget=Clock,
        required=False,
        help_text="When the file is busy, the sync is tried again within these hours.",
    )

    def clean(self) -> dict[str, object]:
        """Both ends of the window, or none."""
        values = super().clean() or {}
        if bool(values.get("window_start")) != bool(values.get("window_end")):
            self.add_error("window_end", "Give both ends of the window, or none.")
        return values


class ConnectionSettingsForm(forms.Form):
    """How the connection behaves."""

    name = forms.CharField(label="Name of the company file", max_length=100)
    hold_seconds = forms.IntegerField(
        label="Hold the file after the last work (seconds)",
        min_value=0,
        max_value=86_400,
        help_text="60 lets the bookkeeper back up and switch to single-user mode. Longer stands in the way.",
    )
    retention_days = forms.IntegerField(
        label="Keep the texts of transactions (days)",
        min_value=1,
        max_value=3650,
        help_text="Older texts are cleared by themselves. Links, open postings and history stay for good.",
    )
    enable_updates = forms.BooleanField(
        label="Let QuickBooks change clients and projects",
        required=False,
        help_text="Off: what is new in QuickBooks still comes in, but its changes overwrite nothing in Daybook.",
    )
    use_jobs = forms.BooleanField(
        label="Projects are jobs in QuickBooks",
        required=False,
        help_text="Off: only customers are shared. No job comes in and no project is posted.",
    )
    auto_inactive_status = forms.TypedChoiceField(
        label="Default inactive job status",
        coerce=int,
        empty_value=None,
        required=False,
        choices=lambda: (
            [("", "None: a project stays as it is")]
            + [(status.pk, status.name) for status in ProductionStatus.objects.filter(is_active=False).order_by("code")]
        ),
        help_text="The status a project gets when its job is made inactive in QuickBooks, until it is active again.",
    )


class BackupForm(forms.Form):
    """When and where Daybook is backed up."""

    backup_time = forms.TimeField(label="Every day at", widget=Clock)
    backup_folder = forms.CharField(
        label="Folder",
        max_length=500,
        required=False,
        help_text="On the machine of the Monitor. Empty: the folder backups in Daybook's home.",
    )
