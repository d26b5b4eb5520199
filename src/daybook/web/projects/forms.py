"""The form of a project and of its tasks."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse_lazy

from daybook.directory import queries
from daybook.directory.data import ProjectData, TaskData
from daybook.directory.models import Client, Contact, ProductionStatus, Project, ProjectType
from daybook.web.picking import PickField, PickWidget
from daybook.web.saving import RecordForm

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def client_meant(text: str) -> Client | None:
    """The client that a typed text means."""
    return queries.client_named(text)


class ProjectForm(RecordForm):
    """A project, and how it goes to the books."""

    client = PickField(
        label="Client",
        url=reverse_lazy("projects:pick_client"),
        find=client_meant,
        unknown="No client, or more than one, matches “%(text)s”. Type the whole name or the ID.",
        help_text="Type part of the name or the ID.",
    )
    name = forms.CharField(label="Name", max_length=100, help_text="QuickBooks keeps 41 characters.")
    parent = forms.CharField(
        label="Part of", max_length=200, required=False, help_text="Another project of this client, for a sub-job."
    )
    code = forms.CharField(
        label="ID", max_length=30, required=False, widget=forms.TextInput(attrs={"placeholder": "auto"})
    )
    display_name = forms.CharField(
        label="Display name", max_length=200, required=False, help_text="What the pages show, if not the name."
    )
    manager = forms.ModelChoiceField(queries.managers(), label="Manager", required=False, empty_label="Nobody yet")
    status = forms.ModelChoiceField(ProductionStatus.objects.all(), label="Status", empty_label=None)
    project_type = forms.ModelChoiceField(
        ProjectType.objects.filter(is_active=True), label="Type", required=False, empty_label="None"
    )
    start_date = forms.DateField(label="Start", required=False, widget=DAY)
    due_date = forms.DateField(label="Due", required=False, widget=DAY)
    default_class = forms.ModelChoiceField(queries.entries(), label="Class", required=False, empty_label="None")
    tax_item = forms.ModelChoiceField(queries.entries(), label="Sales tax", required=False, empty_label="None")
    terms = forms.ModelChoiceField(queries.entries(), label="Terms", required=False, empty_label="As in QuickBooks")
    billing_contact = forms.CharField(label="Billing contact", max_length=200, required=False)
    description = forms.CharField(label="Description", max_length=99, required=False)
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    post = forms.BooleanField(required=False)

    ENTRIES = {
        "default_class": ("class",),
        "tax_item": ("item_sales_tax", "item_sales_tax_group"),
        "terms": ("terms_standard", "terms_date_driven"),
    }

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        project: Project | None = None,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        self.project = project
        super().__init__(data, initial={**(_initial(project) if project else {}), **(initial or {})})
        self.fields["status"].initial = queries.default_status().pk
        self.fields["parent"].widget = _typed("projects:pick_parent")
        self.fields["billing_contact"].widget = _typed("projects:pick_contact", "the client's")
        there = queries.kinds_with_entries([kind for kinds in self.ENTRIES.values() for kind in kinds])
        for name, kinds in self.ENTRIES.items():
            self._offer(name, kinds, there)
        if not ProjectType.objects.filter(is_active=True).exists():
            del self.fields["project_type"]

    def _offer(self, name: str, kinds: tuple[str, ...], there: set[str]) -> None:
        """Offer the entries of the books; a field with nothing to choose is left out."""
        if not there.intersection(kinds):
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queries.entries(*kinds)

    def clean_parent(self) -> Project | None:
        """The project of the client that the text means."""
        text, client = self.cleaned_data["parent"], self.cleaned_data.get("client")
        if not text or client is None:
            return None
        found = queries.project_named(client, text)
        if found is None:
            raise forms.ValidationError(f"{client} has no project called “{text}”. Type its whole name or its ID.")
        return found

    def clean_billing_contact(self) -> Contact | None:
        """The contact of the client that the text means."""
        text, client = self.cleaned_data["billing_contact"], self.cleaned_data.get("client")
        if not text or client is None:
            return None
        found = queries.contact_named(client, text)
        if found is None:
            raise forms.ValidationError(f"{client} has no contact called “{text}”. Add it under Contacts first.")
        return found

    def to_data(self) -> ProjectData:
        """What the operation takes. A field that is not on the form keeps what the project has."""
        typed = self.cleaned_data
        return ProjectData(
            client_id=typed["client"].pk,
            parent_id=_key(typed["parent"]),
            name=typed["name"],
            display_name=typed["display_name"],
            code=typed["code"],
            status_id=_key(typed["status"]),
            manager_id=_key(typed["manager"]),
            project_type_id=self._kept("project_type"),
            default_class_id=self._kept("default_class"),
            tax_item_id=self._kept("tax_item"),
            terms_id=self._kept("terms"),
            billing_contact_id=_key(typed["billing_contact"]),
            start_date=typed["start_date"],
            due_date=typed["due_date"],
            description=typed["description"],
            notes=typed["notes"],
        )

    def _kept(self, name: str) -> int | None:
        if name in self.fields:
            return _key(self.cleaned_data[name])
        kept: int | None = getattr(self.project, f"{name}_id", None)
        return kept


class TaskForm(RecordForm):
    """A task of a project."""

    name = forms.CharField(label="Name", max_length=100)
    item = forms.ModelChoiceField(queries.entries(), label="Service item", required=False, empty_label="None")
    is_active = forms.BooleanField(label="In use", required=False, initial=True)

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["item"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queries.entries("item_service")

    def to_data(self) -> TaskData:
        """What the operation takes."""
        typed = self.cleaned_data
        return TaskData(name=typed["name"], item_id=_key(typed["item"]), is_active=typed["is_active"])


def _initial(project: Project) -> dict[str, object]:
    names = ("client", "parent", "name", "code", "display_name", "start_date", "due_date", "billing_contact")
    shown: dict[str, object] = {name: getattr(project, name) for name in names}
    if project.display_name == project.name:
        shown["display_name"] = ""  # so that it follows when the name is changed
    keys = ("status", "manager", "project_type", "default_class", "tax_item", "terms")
    shown |= {name: getattr(project, f"{name}_id") for name in keys}
    shown |= {"description": project.description, "notes": project.notes, "version": project.version}
    return {name: value for name, value in shown.items() if value is not None}


def _typed(url_name: str, placeholder: str = "") -> forms.Widget:
    return PickWidget(str(reverse_lazy(url_name)), {"placeholder": placeholder} if placeholder else None)


def _key(found: Any) -> int | None:
    return found.pk if found is not None else None
