"""The form of a contact."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse_lazy

from daybook.directory import queries
from daybook.directory.data import ContactData
from daybook.directory.models import Contact
from daybook.web.picking import PickField
from daybook.web.saving import RecordForm

# name: label, length, autocomplete
FIELDS = {
    "salutation": ("Salutation", 15, "off"),
    "first_name": ("First name", 60, "off"),
    "last_name": ("Last name", 60, "off"),
    "job_title": ("Job title", 60, "off"),
    "company": ("Company", 100, "off"),
    "email": ("E-mail", 254, "off"),
    "phone": ("Phone", 40, "off"),
    "alt_phone": ("Other phone", 40, "off"),
    "fax": ("Fax", 40, "off"),
    "city": ("City", 60, "off"),
    "state": ("State", 40, "off"),
    "postal_code": ("Postal code", 20, "off"),
    "country": ("Country", 60, "off"),
}


def contact_field(name: str) -> forms.Field:
    """One field of a contact, for this form and for that of a new client."""
    if name == "address_lines":
        lines = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(label="Address", required=False, widget=lines, help_text="At most five lines.")
    label, length, complete = FIELDS[name]
    attrs = {"autocomplete": complete}
    if name == "email":
        return forms.EmailField(label=label, max_length=length, required=False, widget=forms.EmailInput(attrs=attrs))
    return forms.CharField(label=label, max_length=length, required=False, widget=forms.TextInput(attrs=attrs))


class ContactForm(RecordForm):
    """A contact."""

    client = PickField(
        label="Client",
        url=reverse_lazy("projects:pick_client"),
        find=queries.client_named,
        unknown="No client, or more than one, matches “%(text)s”. Type the whole name or the ID.",
        required=False,
    )
    salutation = contact_field("salutation")
    first_name = contact_field("first_name")
    last_name = contact_field("last_name")
    job_title = contact_field("job_title")
    company = contact_field("company")
    email = contact_field("email")
    phone = contact_field("phone")
    alt_phone = contact_field("alt_phone")
    fax = contact_field("fax")
    use_main_address = forms.BooleanField(
        label="Use the main address", required=False, help_text="The address of the client's billing contact."
    )
    address_lines = contact_field("address_lines")
    city = contact_field("city")
    state = contact_field("state")
    postal_code = contact_field("postal_code")
    country = contact_field("country")
    is_active = forms.BooleanField(label="In use", required=False, initial=True)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        contact: Contact | None = None,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        kept = {name: getattr(contact, name) for name in self.base_fields if hasattr(contact, name)} if contact else {}
        super().__init__(data, initial={**kept, **(initial or {})})

    def to_data(self) -> ContactData:
        """What the operation takes."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "version", "client")}
        client = self.cleaned_data["client"]
        return ContactData(client_id=client.pk if client else None, **typed)
