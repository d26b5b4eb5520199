"""Clients, contacts, projects and staff, what time and expenses are recorded on, and the lists of the books."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from daybook.connections.fields import Folded
from daybook.connections.models import VisibleManager, long_text, text, yes_no


class Arrived(models.Model):
    """What a record keeps of the import that brought it: the batch that makes it visible."""

    batch_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


def code_is_unique(name: str) -> models.UniqueConstraint:
    """No two records with the same ID; records without one are many."""
    return models.UniqueConstraint(fields=["code"], name=name, condition=~Q(code=""))


def looked_up(model: type[models.Model]) -> "models.ForeignKey[Any, Any]":
    """A choice from a short list. Without an index: nobody asks the other way, and imports write faster."""
    return models.ForeignKey(model, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)


class ListEntry(models.Model):
    """One entry of a list that is kept in the books, such as an item, an account or a class."""

    company_file = models.ForeignKey("connections.CompanyFile", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    list_id = models.CharField(max_length=40)
    name = text(160)
    full_name = text(1000)
    parent_list_id = text(40)
    sublevel = models.SmallIntegerField(default=0, db_default=0)
    is_active = yes_no(True)
    edit_sequence = text(20)
    time_modified = text(30)
    fields = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    gone_at = models.DateTimeField(null=True, blank=True)
    batch_id = models.BigIntegerField(null=True, blank=True)

    objects = VisibleManager["ListEntry"]()
    everything = models.Manager["ListEntry"]()

    class Meta:
        ordering = ["full_name"]
        constraints = [models.UniqueConstraint(fields=["company_file", "kind", "list_id"], name="list_entry_once")]
        indexes = [models.Index(fields=["company_file", "kind", "full_name"], name="list_entry_name")]

    def __str__(self) -> str:
        return self.full_name or self.name


class ProductionStatus(models.Model):
    """Where the work on a project stands. A project with an inactive status is inactive."""

    code = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=60, unique=True)
    is_active = yes_no(True)
    is_default = yes_no(False)
    billing_open = yes_no(True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ProjectType(Arrived):
    """A type of project; it may stand for a job type of the books."""

    name = models.CharField(max_length=60, unique=True)
    list_entry = models.ForeignKey(ListEntry, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_active = yes_no(True)

    objects = VisibleManager["ProjectType"]()
    everything = models.Manager["ProjectType"]()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ClientType(Arrived):
    """A type of client; it may stand for a customer type of the books."""

    name = models.CharField(max_length=60, unique=True)
    list_entry = models.ForeignKey(ListEntry, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_active = yes_no(True)

    objects = VisibleManager["ClientType"]()
    everything = models.Manager["ClientType"]()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class NumberSeries(models.Model):
    """The next automatic ID. One row a prefix; `width` is the least number of digits."""

    prefix = models.CharField(max_length=20, unique=True)
    width = models.PositiveSmallIntegerField(default=3, db_default=3)
    next_number = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        ordering = ["prefix"]

    def __str__(self) -> str:
        return f"{self.prefix}{self.next_number:0{self.width}d}"


class Address(models.Model):
    """Where somebody is; at most five lines before the city, as the books have them."""

    address_lines = long_text()
    city = text(60)
    state = text(40)
    postal_code = text(20)
    country = text(60)

    class Meta:
        abstract = True

    def lines(self) -> list[str]:
        """The address as it is written on an envelope."""
        place = " ".join(part for part in (self.city, self.state, self.postal_code) if part)
        return [line for line in [*self.address_lines.splitlines(), place, self.country] if line]


class Contact(Address, Arrived):
    """A person at a client, with an address; one contact may serve many projects."""

    client = models.ForeignKey("Client", null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts")
    salutation = text(15)
    first_name = text(60)
    last_name = text(60)
    job_title = text(60)
    company = text(100)
    phone = text(40)
    alt_phone = text(40)
    fax = text(40)
    email = text(254)
    use_main_address = yes_no(False)
    is_active = yes_no(True)

    objects = VisibleManager["Contact"]()
    everything = models.Manager["Contact"]()

    class Meta:
        ordering = ["last_name", "first_name", "company"]
        indexes = [
            models.Index(fields=["last_name", "first_name"], name="contact_name"),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.company or self.email


class Client(Arrived):
    """Somebody the firm works for; a customer of the books."""

    name = models.CharField(max_length=100)
    folded_name = Folded("name", 100)
    code = text(30)
    company_name = text(100)
    client_type = looked_up(ClientType)
    notes = long_text()
    is_active = yes_no(True)
    billing_contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    primary_contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = VisibleManager["Client"]()
    everything = models.Manager["Client"]()

    class Meta:
        ordering = ["name", "id"]
        constraints = [code_is_unique("client_code_once")]
        indexes = [
            models.Index(fields=["name", "id", "is_active", "batch_id", "code", "company_name"], name="client_list"),
            models.Index(fields=["folded_name"], name="client_folded_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Staff(Address, Arrived):
    """Somebody who works for the firm: an employee, or a contractor paid through a vendor account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="staff"
    )
    salutation = text(15)
    first_name = text(60)
    middle_name = text(60)
    last_name = text(60)
    email = text(254)
    phone = text(40)
    mobile = text(40)
    title = text(60)
    hired = models.DateField(null=True, blank=True)
    released = models.DateField(null=True, blank=True)
    is_active = yes_no(True)
    vendor_list_id = text(40)
    default_class = looked_up(ListEntry)
    management_group = models.ForeignKey(
        "people.ManagementGroup", null=True, blank=True, on_delete=models.SET_NULL, related_name="staff"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = VisibleManager["Staff"]()
    everything = models.Manager["Staff"]()

    class Meta:
        ordering = ["last_name", "first_name", "id"]
        indexes = [
            models.Index(fields=["last_name", "first_name", "id"], name="staff_name"),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name) if part)


class Project(Arrived):
    """Work for a client; a job of the books. `display_name` is what every page shows, and is never empty."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="projects", db_index=False)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", db_index=False
    )
    name = models.CharField(max_length=100)
    folded_name = Folded("name", 100)
    display_name = text(200)
    code = text(30)
    status = models.ForeignKey(ProductionStatus, on_delete=models.PROTECT, related_name="+", db_index=False)
    project_type = looked_up(ProjectType)
    manager = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="manages")
    default_class = looked_up(ListEntry)
    tax_item = looked_up(ListEntry)
    terms = looked_up(ListEntry)
    start_date = models.DateField(null=True, blank=True)
    due_date = models.DateField(null=True, blank=True)
    description = text(99)
    notes = long_text()
    is_active = yes_no(True)
    is_client_itself = yes_no(False)  # stands for a customer without jobs
    billing_contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = VisibleManager["Project"]()
    everything = models.Manager["Project"]()

    class Meta:
        ordering = ["display_name", "id"]
        constraints = [code_is_unique("project_code_once")]
        indexes = [
            # Holds all that the list filters, searches and sorts by: a page of 100,000 projects reads this index alone.
            models.Index(
                fields=["display_name", "id", "is_active", "is_client_itself", "batch_id", "client", "code"],
                name="project_list",
            ),
            models.Index(fields=["client", "display_name", "id"], name="project_client_name"),
            models.Index(fields=["parent"], name="project_parent", condition=Q(parent__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.display_name or self.name


class Task(models.Model):
    """A part of a project that time is recorded on; it may be billed as a service item of the books."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tasks")
    name = models.CharField(max_length=100)
    item = models.ForeignKey(ListEntry, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_active = yes_no(True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="task_name_once")]

    def __str__(self) -> str:
        return self.name


class LaborCode(Arrived):
    """A kind of work; it may stand for a service item of the books."""

    name = models.CharField(max_length=100)
    code = text(30)
    item = models.ForeignKey(ListEntry, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_active = yes_no(True)
    arrived = yes_no(False)

    objects = VisibleManager["LaborCode"]()
    everything = models.Manager["LaborCode"]()

    class Meta:
        ordering = ["name"]
        constraints = [code_is_unique("labor_code_once")]

    def __str__(self) -> str:
        return self.name


class ExpenseCategory(Arrived):
    """A kind of expense; it stands for an account or for an item of the books, never both."""

    name = models.CharField(max_length=100)
    code = text(30)
    description = text(200)
    account = models.ForeignKey(ListEntry, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    item = models.ForeignKey(ListEntry, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_active = yes_no(True)
    arrived = yes_no(False)

    objects = VisibleManager["ExpenseCategory"]()
    everything = models.Manager["ExpenseCategory"]()

    class Meta:
        ordering = ["name"]
        constraints = [
            code_is_unique("expense_category_code_once"),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | Q(item__isnull=True), name="expense_category_account_or_item"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SubmittedForm(models.Model):
    """A form that was sent once: sent again, it leads to the record that it made the first time."""

    key = models.UUIDField(primary_key=True)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField()

    objects = models.Manager["SubmittedForm"]()
