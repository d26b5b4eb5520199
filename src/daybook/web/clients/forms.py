"""The form of a client."""

from collections.abc import Mapping
from typing import Any

from django import forms

from daybook.directory import queries
from daybook.directory.data import ClientData, ContactData
from daybook.directory.models import Client, ClientType, Contact
from daybook.web.contacts.forms import contact_field
from daybook.web.saving import RecordForm

CONTACT = ("first_name", "last_name", "email", "phone", "address_lines", "city", "state", "postal_code", "country")


class ClientForm(RecordForm):
    """A client; a new one with its billing contact, one that is there with a choice among its contacts."""

    name = forms.CharField(label="Name", max_length=100, help_text="QuickBooks keeps 41 characters.")
    code = forms.CharField(label="ID", max_length=30, required=False, help_text="Left empty, one is made of the name.")
    company_name = forms.CharField(
        label="Company name", max_length=100, required=False, help_text="If invoices go to another name."
    )
    client_type = forms.ModelChoiceField(
        ClientType.objects.filter(is_active=True), label="Type", required=False, empty_label="None"
    )
    billing_contact = forms.ModelChoiceField(Contact.objects.none(), required=False, empty_label="Nobody yet")
    primary_contact = forms.ModelChoiceField(Contact.objects.none(), required=False, empty_label="The billing contact")
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    post = forms.BooleanField(required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        client: Client | None = None,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        self.client = client
        super().__init__(data, initial={**(_initial(client) if client else {}), **(initial or {})})
        if not ClientType.objects.filter(is_active=True).exists():
            del self.fields["client_type"]
        if client is None:
            del self.fields["billing_contact"], self.fields["primary_contact"]
            for name in CONTACT:
                self.fields[f"contact_{name}"] = contact_field(name)
        else:
            for name in ("billing_contact", "primary_contact"):
                field = self.fields[name]
                assert isinstance(field, forms.ModelChoiceField)
                field.queryset = queries.contacts_of(client)

    @property
    def contact_fields(self) -> list[forms.BoundField]:
        """The fields of the billing contact of a new client."""
        return [self[f"contact_{name}"] for name in CONTACT] if self.client is None else []

    def to_data(self) -> ClientData:
        """What the operation takes."""
        typed, kept = self.cleaned_data, self.client
        return ClientData(
            name=typed["name"],
            code=typed["code"] or (kept.code if kept else ""),
            company_name=typed["company_name"],
            client_type_id=_key(typed["client_type"])
            if "client_type" in typed
            else (kept.client_type_id if kept else None),
            billing_contact_id=_key(typed.get("billing_contact")),
            primary_contact_id=_key(typed.get("primary_contact")),
            notes=typed["notes"],
            is_active=kept.is_active if kept else True,
        )

    def to_contact(self) -> ContactData:
        """The billing contact of a new client."""
        return ContactData(**{name: self.cleaned_data[f"contact_{name}"] for name in CONTACT})


def _initial(client: Client) -> dict[str, object]:
    return {
        "name": client.name,
        "code": client.code,
        "company_name": client.company_name,
        "client_type": client.client_type_id,
        "billing_contact": client.billing_contact_id,
        "primary_contact": client.primary_contact_id,
        "notes": client.notes,
        "version": client.version,
    }


def _key(found: Contact | ClientType | None) -> int | None:
    return found.pk if found is not None else None
