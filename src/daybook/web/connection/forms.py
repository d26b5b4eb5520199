"""The forms of the wizard."""

from pathlib import Path, PureWindowsPath
from typing import Any

from django import forms

from daybook.web.settings.forms import time_zones

NEW, EXISTING = "sample", "existing"


class ChooseForm(forms.Form):
    """Which company file is connected."""

    kind = forms.ChoiceField(
        label="Which company file",
        choices=[
            (NEW, "Make a sample file and try Daybook on it (no QuickBooks needed)"),
            (EXISTING, "A sandbox file that is there already"),
        ],
        widget=forms.RadioSelect,
        initial=NEW,
    )
    name = forms.CharField(label="Name", max_length=100, help_text="What people call it here, such as Rock Castle.")
    path = forms.CharField(
        label="Where it is",
        max_length=500,
        required=False,
        help_text="The whole path on the machine of the Monitor. Empty: a sample file is made in Daybook's home.",
    )
    time_zone = forms.ChoiceField(label="Time zone of the nightly sync", choices=time_zones)

    def clean(self) -> dict[str, Any]:
        """An existing file needs a path, and a path must be whole."""
        values = super().clean() or {}
        path = values.get("path", "").strip()
        if values.get("kind") == EXISTING and not path:
            self.add_error("path", "Say where the file is.")
        if path and not Path(path).is_absolute():
            self.add_error("path", "Write the whole path, from the first folder on.")
        if path and values.get("kind") == NEW and Path(path).exists():
            self.add_error("path", "There is a file of this name already. Choose another name, or connect that file.")
        return values


class PlaceForm(forms.Form):
    """A company file on a PC with QuickBooks, whichever way it is reached."""

    name = forms.CharField(
        label="Name", max_length=100, help_text="What people call it here, such as Rock Castle.", initial="QuickBooks"
    )
    path = forms.CharField(
        label="Where the company file is on that PC",
        max_length=500,
        required=False,
        help_text=r"Such as C:\Books\firm.qbw. Empty: the file that is open in QuickBooks at the time.",
    )
    time_zone = forms.ChoiceField(label="Time zone of the nightly sync", choices=time_zones)

    def clean_path(self) -> str:
        """A whole path, or none."""
        return _whole(self.cleaned_data["path"])


class MoveForm(forms.Form):
    """By which way and at which place the company file is looked at."""

    way = forms.ChoiceField(
        label="Which way",
        choices=[
            ("sandbox", "A sandbox file on the machine of the Monitor"),
            ("webconnector", "Intuit's Web Connector on the PC with QuickBooks"),
            ("agent", "Our agent on the PC with QuickBooks"),
        ],
        widget=forms.RadioSelect,
    )
    path = forms.CharField(
        label="Where it is there",
        max_length=500,
        required=False,
        help_text="The whole path. With the Web Connector or the agent it may be left out: the file that is open then.",
    )

    def clean_path(self) -> str:
        """A whole path, or none."""
        return _whole(self.cleaned_data["path"])


def _whole(text: str) -> str:
    path = text.strip()
    if path and not Path(path).is_absolute() and not PureWindowsPath(path).is_absolute():
        raise forms.ValidationError("Write the whole path, from the first folder on.")
    return path


class PointForm(forms.Form):
    """Where a company file is now."""

    path = forms.CharField(
        label="Where the file is now", max_length=500, help_text="The whole path. The links are kept."
    )

    def clean_path(self) -> str:
        """A whole path."""
        return _whole(self.cleaned_data["path"])


def _question(label: str, help_text: str, *choices: tuple[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, initial=choices[0][0], help_text=help_text
    )


class QuestionsForm(forms.Form):
    """How the lists of QuickBooks are to look in Daybook. Each may be changed until the preview is confirmed."""

    customers_without_jobs = _question(
        "Customers without jobs",
        "Time is recorded on projects.",
        ("client", "Become a client only; projects are added when there is work"),
        ("client_and_project", "Become a client with one project that stands for the customer itself"),
    )
    sub_jobs = _question(
        "Jobs below jobs",
        "",
        ("nested", "Stay below each other, as in QuickBooks"),
        ("flat", "All stand side by side under their client"),
    )
    employee_names = _question(
        "Names of employees in QuickBooks are written",
        "",
        ("first_last", "First name, last name: Ana Kim"),
        ("last_first", "Last name, first name: Kim, Ana"),
    )
    service_items = _question(
        "Service items and labor codes",
        "",
        ("link", "Keep our labor codes and link those of the same name"),
        ("replace", "Replace our unused labor codes by the service items"),
    )
    other_items = _question(
        "Other items and expense categories",
        "",
        ("link", "Keep our expense categories and link those of the same name"),
        ("replace", "Replace our unused expense categories by the items"),
    )
    inactive = _question(
        "Inactive customers and jobs",
        "Their names stay known either way, as QuickBooks gives no name twice. Inactive employees are always left out.",
        ("skip", "Leave them out"),
        ("import", "Import them as inactive"),
    )
    first_winner = _question(
        "When both sides have a record and it differs, at first",
        "Afterwards each side owns its fields, and a clash is shown.",
        ("books", "QuickBooks' values hold"),
        ("daybook", "Daybook's values hold and are posted"),
    )
