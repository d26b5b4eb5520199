"""What the menu offers, and to whom. An entry is shown to those who hold its right."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from daybook.people.rights import Right


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: `key` is the second key after g, `phone` puts it into the bottom bar of a phone."""

    label: str
    icon: str
    url_name: str
    right: Right | None = None
    key: str = ""
    section: str = "Work"
    phone: bool = False

    @property
    def url(self) -> str:
        """The address of the page; empty when this installation has no such page."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


MENU = (
    Entry("Home", "house", "home", key="h", phone=True),
    Entry("Clients", "building", "clients:list", Right.CLIENTS_VIEW, "c"),
    Entry("Projects", "folder", "projects:list", Right.PROJECTS_VIEW, "p", phone=True),
    Entry("Staff", "people", "staff:list", Right.STAFF_VIEW, "s"),
    Entry("Notices", "bell", "notices:list", key="n", phone=True),
    Entry("Project integration", "arrow-left-right", "integration:projects", Right.INTEGRATION_VIEW, "i", "QuickBooks"),
    Entry("Staff integration", "person-badge", "integration:staff", Right.INTEGRATION_VIEW, "e", "QuickBooks"),
    Entry("Transactions", "list-ul", "transactions:list", Right.TRANSACTIONS_VIEW, "t", "QuickBooks"),
    Entry("Monitor", "cloud-check", "monitor:home", Right.TRANSACTIONS_VIEW, "m", "QuickBooks"),
    Entry("Lists", "card-checklist", "lists:index", Right.LISTS_VIEW, "l", "QuickBooks"),
    Entry("Connection", "bank", "connection:wizard", Right.CONNECTION_MANAGE, "b", "QuickBooks"),
    Entry("QuickBooks side", "database", "quickbooks_side:home", Right.CONNECTION_MANAGE, "q", "QuickBooks"),
    Entry("People and rights", "shield-lock", "people:list", Right.PEOPLE_MANAGE, "r", "Firm"),
    Entry("Settings", "gear", "settings:home", Right.SETTINGS_MANAGE, "o", "Firm"),
)
