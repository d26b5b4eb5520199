"""Tasks, labor codes, expense categories, statuses, types and numbering."""

from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from daybook.directory.data import ExpenseCategoryData, LaborCodeData, StatusData, TaskData, TypeData
from daybook.directory.errors import invalid
from daybook.directory.models import (
    ClientType,
    ExpenseCategory,
    LaborCode,
    ListEntry,
    NumberSeries,
    ProductionStatus,
    Project,
    ProjectType,
    Task,
)
from daybook.directory.operations.common import assign
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.rights import Right

M = TypeVar("M", bound=models.Model)
SERVICE = ("item_service",)
ITEMS = ("item_service", "item_other_charge", "item_non_inventory", "item_inventory")


def save_task(actor: User, project: Project, task: Task | None, data: TaskData) -> Task:
    """Add a task to a project, or change one."""
    require(actor, Right.PROJECTS_EDIT)
    _expect_kind("item", data.item_id, SERVICE, "A task is billed as a service item.")
    return _saved(task or Task(project=project), data, "This project has a task called {name} already.")


def save_labor_code(actor: User, labor_code: LaborCode | None, data: LaborCodeData) -> LaborCode:
    """Add a labor code, or change one."""
    require(actor, Right.LISTS_EDIT)
    _expect_kind("item", data.item_id, SERVICE, "A labor code stands for a service item.")
    return _saved(labor_code or LaborCode(), data, "There is a labor code with the ID {code} already.", "code")


def save_expense_category(actor: User, category: ExpenseCategory | None, data: ExpenseCategoryData) -> ExpenseCategory:
    """Add an expense category, or change one; it stands for an account or for an item, never both."""
    require(actor, Right.LISTS_EDIT)
    if data.account_id and data.item_id:
        raise invalid("item", "Choose an account or an item, not both. QuickBooks takes only one of them on a line.")
    _expect_kind("account", data.account_id, ("account",), "Choose an account.")
    _expect_kind("item", data.item_id, ITEMS, "Choose a service, other-charge or inventory item.")
    return _saved(category or ExpenseCategory(), data, "There is a category with the ID {code} already.", "code")


def save_status(actor: User, status: ProductionStatus | None, data: StatusData) -> ProductionStatus:
    """Add a status, or change one; projects become active or inactive with their status."""
    require(actor, Right.LISTS_EDIT)
    if data.is_default and not data.is_active:
        raise invalid("is_default", "New projects start with an active status. Choose another as the default.")
    kept = status or ProductionStatus()
    with transaction.atomic():
        if data.is_default:
            ProductionStatus.objects.exclude(pk=kept.pk).filter(is_default=True).update(is_default=False)
        elif kept.pk and kept.is_default:
            raise invalid("is_default", "One status is the default. Make another one the default instead.")
        kept = _saved(kept, data, "There is a status with this number or name already.", "code")
        Project.objects.filter(status=kept).exclude(is_active=kept.is_active).update(is_active=kept.is_active)
    return kept


def save_client_type(actor: User, client_type: ClientType | None, data: TypeData) -> ClientType:
    """Add a type of client, or change one; it may stand for a customer type."""
    require(actor, Right.LISTS_EDIT)
    _expect_kind("list_entry", data.list_entry_id, ("customer_type",), "Choose a customer type.")
    return _saved(client_type or ClientType(), data, "There is a client type called {name} already.")


def save_project_type(actor: User, project_type: ProjectType | None, data: TypeData) -> ProjectType:
    """Add a type of project, or change one; it may stand for a job type."""
    require(actor, Right.LISTS_EDIT)
    _expect_kind("list_entry", data.list_entry_id, ("job_type",), "Choose a job type.")
    return _saved(project_type or ProjectType(), data, "There is a project type called {name} already.")


def save_number_series(
    actor: User, series: NumberSeries | None, prefix: str, next_number: int, width: int
) -> NumberSeries:
    """Set where the automatic IDs of a prefix go on."""
    require(actor, Right.LISTS_EDIT)
    kept = series or NumberSeries()
    kept.prefix, kept.next_number, kept.width = prefix.strip(), next_number, width
    if not kept.prefix:
        raise invalid("begins", "Enter what the IDs begin with, such as P-.")
    return _keep(kept, f"The IDs that begin with {kept.prefix} have a series already.", "begins")


def set_list_active(actor: User, rows: "models.QuerySet[Any]", active: bool) -> int:
    """Deactivate entries of our own lists, or activate them again; what used them keeps them."""
    require(actor, Right.LISTS_EDIT)
    return rows.exclude(is_active=active).update(is_active=active)


def _expect_kind(field: str, entry_id: int | None, kinds: tuple[str, ...], sentence: str) -> None:
    if entry_id is not None and not ListEntry.objects.filter(pk=entry_id, kind__in=kinds).exists():
        raise invalid(field, sentence)


def _saved(kept: M, data: Any, taken: str, field: str = "name") -> M:
    assign(kept, data)
    if not data.name.strip():
        raise invalid("name", "Enter a name.")
    return _keep(kept, taken.format(name=data.name.strip(), code=getattr(data, "code", "")), field)


def _keep(kept: M, taken: str, field: str) -> M:
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        raise invalid(field, taken) from error
    return kept
