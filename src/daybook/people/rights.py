"""The rights of the house. They are numbered, so that people can name them on the telephone."""

from enum import StrEnum


class Right(StrEnum):
    """One thing a person may do. The value is what is stored; number, label and sentence are what people read."""

    number: str
    label: str
    sentence: str

    def __new__(cls, value: str, number: str, label: str, sentence: str) -> "Right":
        """A right with the words that people read beside the stored value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.number, member.label, member.sentence = number, label, sentence
        return member

    PROJECTS_VIEW = "projects_view", "1.1", "See projects", "See the list of projects and their details."
    CLIENTS_VIEW = "clients_view", "1.2", "See clients", "See clients and contacts, with addresses."
    PROJECTS_ADD = "projects_add", "1.3", "Add projects", "Add projects."
    PROJECTS_EDIT = "projects_edit", "1.4", "Change projects", "Change and deactivate projects and their tasks."
    CLIENTS_EDIT = "clients_edit", "1.5", "Add and change clients", "Add, change and deactivate clients and contacts."
    STAFF_VIEW = "staff_view", "2.1", "See staff", "See the list of staff and their details."
    STAFF_ADD = "staff_add", "2.2", "Add staff", "Add staff."
    STAFF_EDIT = "staff_edit", "2.3", "Change staff", "Change and deactivate staff."
    POST_TO_ACCOUNTING = (
        "post_to_accounting",
        "3.1",
        "Post to accounting",
        "Send projects and staff to QuickBooks right away.",
    )
    APPROVE_TRANSFERS = (
        "approve_transfers",
        "3.2",
        "Approve transfers",
        "Approve or decline what others ask to be posted, and settle what needs a person.",
    )
    INTEGRATION_VIEW = "integration_view", "3.3", "See integration", "See what Daybook and QuickBooks have in common."
    TRANSACTIONS_VIEW = (
        "transactions_view",
        "3.4",
        "See transactions",
        "See every posting and import, with its details.",
    )
    IMPORT = "import", "3.5", "Import", "Start an import from QuickBooks and decide about what arrives."
    LISTS_VIEW = "lists_view", "4.1", "See lists", "See look-up lists, labor codes and expense categories."
    LISTS_EDIT = (
        "lists_edit",
        "4.2",
        "Change lists",
        "Change labor codes, expense categories, statuses, types and numbering.",
    )
    CONNECTION_MANAGE = (
        "connection_manage",
        "5.1",
        "Manage the connection",
        "Connect company files, pause the Monitor, set its schedule.",
    )
    SETTINGS_MANAGE = "settings_manage", "5.2", "Manage settings", "Change mail, backup and other settings."
    PEOPLE_MANAGE = "people_manage", "5.3", "Manage people", "Add people who sign in, and change security groups."
