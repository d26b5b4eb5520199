"""The forms of the settings."""

from zoneinfo import available_timezones

from django import forms

from daybook.notices.models import MailSettings

SCHEDULES = [("at_once", "At once; a batch as one mail"), ("daily", "Once a day at 07:00, gathered")]


def time_zones() -> list[tuple[str, str]]:
    """The zones a firm may choose, those with a place in their name first."""
    names = sorted(available_timezones(), key=lambda name: ("/" not in name, name))
    return [(name, name.replace("_", " ")) for name in names]


class FirmForm(forms.Form):
    """Who the firm is, and by which clock it lives."""

    name = forms.CharField(label="Name of the firm", max_length=100, help_text="Stands in mails and on pages.")
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=time_zones,
        help_text="Pages, the daily mails and the backup go by this clock. The nightly sync goes by the time zone that"
        " is set for each company file.",
    )


class MailServerForm(forms.Form):
    """The server that mails go through."""

    host = forms.CharField(
        label="Server",
        max_length=200,
        required=False,
        help_text="Such as smtp.example.com. Empty: no mails are sent, notices are shown in Daybook only.",
    )
    port = forms.IntegerField(
        label="Port", min_value=1, max_value=65535, help_text="Usually 587 (STARTTLS) or 465 (TLS)."
    )
    security = forms.ChoiceField(label="Security", choices=MailSettings.SECURITY)
    from_address = forms.CharField(
        label="From",
        max_length=300,
        required=False,
        help_text='Such as "Daybook" <daybook@firm.example>. Use an address of this server, or mails end as spam.',
    )
    user_name = forms.CharField(
        label="User name", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label="Password",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Empty: the stored password stays.",
    )
    forget_password = forms.BooleanField(label="Forget the stored password", required=False)
    support_address = forms.CharField(
        label="Address of your support",
        max_length=300,
        required=False,
        help_text="Transactions can be mailed there, with the texts that were sent and answered.",
    )


class TestMailForm(forms.Form):
    """Where the test mail goes."""

    to_address = forms.EmailField(label="Send a test mail to")


class WordsForm(forms.Form):
    """The words of one mail."""

    is_on = forms.BooleanField(label="Send this mail", required=False)
    schedule = forms.ChoiceField(label="When", choices=SCHEDULES)
    subject = forms.CharField(label="Subject", max_length=200)
    body = forms.CharField(label="Text", widget=forms.Textarea(attrs={"rows": 12}), strip=False)
