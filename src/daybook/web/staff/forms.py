"""The form of a member of staff."""

from collections.abc import Mapping
from typing import Any

from django import forms

from daybook.directory import queries
from daybook.directory.data import StaffData
from daybook.directory.models import Staff
from daybook.people.models import ManagementGroup
from daybook.web.saving import RecordForm

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _line(label: str, length: int, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=required)


class StaffForm(RecordForm):
    """Somebody who works for the firm, and how that goes to the books."""

    first_name = _line("First name", 60)
    middle_name = _line("Middle name", 60)
    last_name = _line("Last name", 60)
    salutation = _line("Salutation", 15)
    email = forms.EmailField(label="E-mail", max_length=254, required=False)
    title = _line("Job title", 60)
    phone = _line("Phone", 40)
    mobile = _line("Mobile", 40)
    address_lines = forms.CharField(label="Address", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    city = _line("City", 60)
    state = _line("State", 40)
    postal_code = _line("Postal code", 20)
    country = _line("Country", 60)
    hired = forms.DateField(label="First day", required=False, widget=DAY)
    released = forms.DateField(label="Last day", required=False, widget=DAY)
    management_group = forms.ModelChoiceField(
        ManagementGroup.objects.all(), label="Management group", required=False, empty_label="None"
    )
    default_class = forms.ModelChoiceField(queries.entries(), label="Class", required=False, empty_label="None")
    vendor_list_id = forms.ChoiceField(
        label="Vendor account", required=False, help_text="For a contractor who is paid as a vendor."
    )
    post = forms.BooleanField(required=False)
    invite = forms.BooleanField(
        label="Give a sign-in", required=False, help_text="You get a link to pass on; it leads to choosing a password."
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        staff: Staff | None = None,
        initial: Mapping[str, object] | None = None,
        may_invite: bool = False,
    ) -> None:
        self.staff = staff
        super().__init__(data, initial={**(_initial(staff, self.base_fields) if staff else {}), **(initial or {})})
        vendors = list(queries.vendor_choices())
        if vendors:
            self.fields["vendor_list_id"].choices = [("", "None"), *vendors]  # type: ignore[attr-defined]
        else:
            del self.fields["vendor_list_id"]
        classes = self.fields["default_class"]
        assert isinstance(classes, forms.ModelChoiceField)
        classes.queryset = queries.entries("class")
        if not classes.queryset.exists():
            del self.fields["default_class"]
        if not ManagementGroup.objects.exists():
            del self.fields["management_group"]
        if staff is not None or not may_invite:
            del self.fields["invite"]

    def to_data(self) -> StaffData:
        """What the operation takes. A field that is not on the form keeps what the person has."""
        names = (
            "first_name", "middle_name", "last_name", "salutation", "email", "title", "phone", "mobile",
            "address_lines", "city", "state", "postal_code", "country", "hired", "released",
        )  # fmt: skip
        return StaffData(
            **{name: self.cleaned_data[name] for name in names},
            management_group_id=self._kept("management_group"),
            default_class_id=self._kept("default_class"),
            vendor_list_id=self.cleaned_data.get("vendor_list_id", self.staff.vendor_list_id if self.staff else ""),
            is_active=self.staff.is_active if self.staff else True,
        )

    def _kept(self, name: str) -> int | None:
        if name not in self.fields:
            kept: int | None = getattr(self.staff, f"{name}_id", None)
            return kept
        found = self.cleaned_data[name]
        return found.pk if found is not None else None


def _initial(staff: Staff, names: dict[str, forms.Field]) -> dict[str, object]:
    return {name: getattr(staff, name) for name in names if hasattr(staff, name)}
