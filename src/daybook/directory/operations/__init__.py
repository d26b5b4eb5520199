"""Writes of the directory: the first argument is who acts, whose rights are asked for."""

from daybook.directory.operations.clients import add_client, change_client, set_clients_active
from daybook.directory.operations.common import Post
from daybook.directory.operations.contacts import add_contact, change_contact, set_contacts_active
from daybook.directory.operations.lists import (
    save_client_type,
    save_expense_category,
    save_labor_code,
    save_number_series,
    save_project_type,
    save_status,
    save_task,
    set_list_active,
)
from daybook.directory.operations.posting import follow, post, post_many
from daybook.directory.operations.projects import add_project, change_project, set_projects_active
from daybook.directory.operations.staff import add_staff, change_staff, give_sign_in, set_staff_active

__all__ = [
    "Post",
    "add_client",
    "add_contact",
    "add_project",
    "add_staff",
    "change_client",
    "change_contact",
    "change_project",
    "change_staff",
    "follow",
    "give_sign_in",
    "post",
    "post_many",
    "save_client_type",
    "save_expense_category",
    "save_labor_code",
    "save_number_series",
    "save_project_type",
    "save_status",
    "save_task",
    "set_clients_active",
    "set_contacts_active",
    "set_list_active",
    "set_projects_active",
    "set_staff_active",
]
