"""The lists that are kept in Daybook, as one table: what each is called, its form, its columns and who writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models

from daybook.directory import operations, queries
from daybook.directory.data import ExpenseCategoryData, LaborCodeData, StatusData, TypeData
from daybook.directory.models import (
    ClientType,
    ExpenseCategory,
    LaborCode,
    ListEntry,
    NumberSeries,
    ProductionStatus,
    ProjectType,
)
from daybook.people.models import User
from daybook.web.listing import Column
from daybook.web.saving import RecordForm


class OwnForm(RecordForm):
    """A form of one of our lists; ENTRIES says which list of the books a field offers."""

    ENTRIES: Mapping[str, tuple[str, ...]] = {}

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)
        for name, kinds in self.ENTRIES.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = queries.entries(*kinds)

    def values(self) -> dict[str, Any]:
        """What was typed, with keys instead of the chosen entries."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "version")}
        for name in self.ENTRIES:
            found = typed.pop(name)
            typed[f"{name}_id"] = found.pk if found is not None else None
        return typed


def _entry(label: str) -> "forms.ModelChoiceField[ListEntry]":
    return forms.ModelChoiceField(queries.entries(), label=label, required=False, empty_label="None")


class LaborCodeForm(OwnForm):
    """A labor code."""

    ENTRIES = {"item": ("item_service",)}
    name = forms.CharField(label="Name", max_length=100)
    code = forms.CharField(label="ID", max_length=30, required=False)
    item = _entry("Service item")
    is_active = forms.BooleanField(label="In use", required=False, initial=True)


class ExpenseCategoryForm(OwnForm):
    """An expense category."""

    ENTRIES = {
        "account": ("account",),
        "item": ("item_service", "item_other_charge", "item_non_inventory", "item_inventory"),
    }
    name = forms.CharField(label="Name", max_length=100)
    code = forms.CharField(label="ID", max_length=30, required=False)
    description = forms.CharField(label="Description", max_length=200, required=False)
    account = _entry("Account")
    item = _entry("Item")
    is_active = forms.BooleanField(label="In use", required=False, initial=True)

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["account"].help_text = "Choose an account or an item, not both."


class StatusForm(OwnForm):
    """A status of projects."""

    code = forms.IntegerField(label="Number", min_value=1, max_value=999)
    name = forms.CharField(label="Name", max_length=60)
    is_active = forms.BooleanField(
        label="Projects with it are active", required=False, initial=True, help_text="Otherwise nobody records on them."
    )
    billing_open = forms.BooleanField(label="Projects with it can be billed", required=False, initial=True)
    is_default = forms.BooleanField(label="New projects start with it", required=False)


class ClientTypeForm(OwnForm):
    """A type of client."""

    ENTRIES = {"list_entry": ("customer_type",)}
    name = forms.CharField(label="Name", max_length=60)
    list_entry = _entry("Customer type in QuickBooks")
    is_active = forms.BooleanField(label="In use", required=False, initial=True)


class ProjectTypeForm(OwnForm):
    """A type of project."""

    ENTRIES = {"list_entry": ("job_type",)}
    name = forms.CharField(label="Name", max_length=60)
    list_entry = _entry("Job type in QuickBooks")
    is_active = forms.BooleanField(label="In use", required=False, initial=True)


class NumberingForm(OwnForm):
    """A series of automatic IDs."""

    begins = forms.CharField(label="Begins with", max_length=20, help_text="A client's projects take the client's ID.")
    next_number = forms.IntegerField(label="Next number", min_value=1, max_value=99_999_999)
    width = forms.IntegerField(label="Least number of digits", min_value=1, max_value=8, initial=3)


def _save_series(actor: User, kept: Any, typed: dict[str, Any]) -> NumberSeries:
    return operations.save_number_series(actor, kept, typed["begins"], typed["next_number"], typed["width"])


@dataclass(frozen=True, slots=True)
class OwnList:
    """One list that is kept in Daybook."""

    key: str
    title: str
    one: str
    text: str
    model: type[models.Model]
    form: type[OwnForm]
    columns: tuple[Column, ...]
    save: Callable[[User, Any, dict[str, Any]], Any]
    search: tuple[str, ...] = ("name",)
    has_active: bool = True

    def rows(self) -> "models.QuerySet[Any]":
        """All entries, with what the columns show."""
        related = [name for name in ("item", "account", "list_entry") if hasattr(self.model, name)]
        found = self.model._default_manager.all()
        return found.select_related(*related) if related else found

    def initial(self, record: models.Model) -> dict[str, object]:
        """What the form shows of an entry."""
        names = {"begins": "prefix"}
        found = {name: names.get(name, name) for name in self.form.base_fields}
        return {name: getattr(record, own) for name, own in found.items() if hasattr(record, own)}


NAME = Column("name", "Name", sort=("name",), phone="title")
CODE = Column("code", "ID", sort=("code",))
ITEM = Column("item", "Item in QuickBooks")
ENTRY = Column("list_entry", "In QuickBooks")
ACTIVE_COLUMN = Column("is_active", "In use", kind="yes")

OWN_LISTS = {
    one.key: one
    for one in (
        OwnList(
            "labor-codes",
            "Labor codes",
            "labor code",
            "Kinds of work. Each may stand for a service item.",
            LaborCode,
            LaborCodeForm,
            (NAME, CODE, ITEM, ACTIVE_COLUMN),
            lambda actor, kept, typed: operations.save_labor_code(actor, kept, LaborCodeData(**typed)),
            ("name", "code"),
        ),
        OwnList(
            "expense-categories",
            "Expense categories",
            "expense category",
            "Kinds of expense. Each stands for an account or an item.",
            ExpenseCategory,
            ExpenseCategoryForm,
            (NAME, CODE, Column("account", "Account in QuickBooks"), ITEM, ACTIVE_COLUMN),
            lambda actor, kept, typed: operations.save_expense_category(actor, kept, ExpenseCategoryData(**typed)),
            ("name", "code", "description"),
        ),
        OwnList(
            "statuses",
            "Statuses",
            "status",
            "Where the work on a project stands.",
            ProductionStatus,
            StatusForm,
            (
                NAME,
                Column("code", "Number", sort=("code",), kind="number"),
                Column("is_active", "Projects active", kind="yes"),
                Column("billing_open", "Can be billed", kind="yes"),
                Column("is_default", "For new projects", kind="yes"),
            ),
            lambda actor, kept, typed: operations.save_status(actor, kept, StatusData(**typed)),
            has_active=False,
        ),
        OwnList(
            "client-types",
            "Client types",
            "client type",
            "Each may stand for a customer type.",
            ClientType,
            ClientTypeForm,
            (NAME, ENTRY, ACTIVE_COLUMN),
            lambda actor, kept, typed: operations.save_client_type(actor, kept, TypeData(**typed)),
        ),
        OwnList(
            "project-types",
            "Project types",
            "project type",
            "Each may stand for a job type.",
            ProjectType,
            ProjectTypeForm,
            (NAME, ENTRY, ACTIVE_COLUMN),
            lambda actor, kept, typed: operations.save_project_type(actor, kept, TypeData(**typed)),
        ),
        OwnList(
            "numbering",
            "Numbering",
            "series",
            "Automatic IDs of projects.",
            NumberSeries,
            NumberingForm,
            (
                Column("prefix", "Begins with", sort=("prefix",), phone="title"),
                Column("coming", "Next ID", value=str),
            ),
            _save_series,
            ("prefix",),
            has_active=False,
        ),
    )
}
