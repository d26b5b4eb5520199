"""What the books would refuse, found before anything is sent, and what will happen in words."""

from dataclasses import dataclass, field

from daybook.books.employee import name_of
from daybook.books.names import name_key, suggest_name
from daybook.books.preflight import problems_of_customer, problems_of_employee
from daybook.books.problems import Problem
from daybook.connections.models import CompanyFile
from daybook.connections.queries import default_file
from daybook.directory.errors import FieldProblem
from daybook.directory.models import Client, Contact, Project, Staff
from daybook.directory.snapshots import (
    Values,
    books_kind,
    contact_values,
    customer_snapshot,
    employee_snapshot,
    names_above,
    title_of,
)
from daybook.outbox import queries as outbox_queries
from daybook.outbox.models import Link

# Where a field of the books is called otherwise on our forms.
FORM_FIELDS = {
    "customer": {"job_description": "description", "class_": "default_class", "lines": "address_lines"},
    "employee": {"job_title": "title", "lines": "address_lines"},
}
ONLY_CLIENTS = (
    "This firm shares customers only, so projects stay in Daybook. "
    "An administrator changes that under Monitor, Settings: Projects are jobs in QuickBooks."
)
NO_FILE = "No company file is connected yet. Untick this, save, and post it when one is."

Subject = Client | Project | Staff


@dataclass(frozen=True, slots=True)
class Preflight:
    """What posting a record would do: the name it gets, what is well, and what stands in the way."""

    full_name: str
    good: tuple[str, ...] = ()
    problems: tuple[FieldProblem, ...] = field(default=())


def blocking(subject: Subject, contact: Contact | None = None) -> list[FieldProblem]:
    """The reasons why the books would refuse the record; `contact` is a billing contact that is not saved yet."""
    return list(look(subject, contact).problems)


def look(subject: Subject, contact: Contact | None = None) -> Preflight:
    """Look at a record, saved or only typed, as the books would."""
    company_file = default_file()
    if company_file is None:
        return Preflight("", problems=(FieldProblem("post", NO_FILE),))
    if isinstance(subject, Staff):
        return _look_at_staff(subject, company_file)
    if isinstance(subject, Project) and not subject.is_client_itself and not company_file.use_jobs:
        return Preflight("", problems=(FieldProblem("post", ONLY_CLIENTS),))
    snapshot = customer_snapshot(subject) | (contact_values(contact, contact) if contact else {})
    return _look_at_customer(subject, snapshot, company_file)


def _look_at_customer(subject: Client | Project, snapshot: Values, company_file: CompanyFile) -> Preflight:
    full_name = title_of(subject)
    found = problems_of_customer(snapshot, ancestors=names_above(subject), preferences=company_file.preferences)
    problems = [_on_form("customer", problem) for problem in found]
    good: list[str] = []
    if not any(problem.field == "name" for problem in problems):
        taken = _taken(subject, full_name, company_file)
        problems += taken
        good += [] if taken else ["The name is free in QuickBooks."]
    if isinstance(subject, Project):
        above, why = _above(subject, company_file)
        problems += why
        good += above
    return Preflight(full_name, tuple(good), tuple(problems))


def _look_at_staff(staff: Staff, company_file: CompanyFile) -> Preflight:
    problems = [_on_form("employee", problem) for problem in problems_of_employee(employee_snapshot(staff))]
    good: list[str] = []
    order = company_file.choices.get("employee_names", "first_last")
    name = name_of(staff.first_name, staff.middle_name, staff.last_name, order)
    if not problems:
        taken = _taken(staff, name, company_file)
        problems += taken
        good += [] if taken else ["The name is free in QuickBooks."]
    return Preflight(name, tuple(good), tuple(problems))


def _on_form(kind: str, problem: Problem) -> FieldProblem:
    return FieldProblem(FORM_FIELDS[kind].get(problem.field, problem.field), problem.sentence, problem.offer)


def _taken(subject: Subject, full_name: str, company_file: CompanyFile) -> list[FieldProblem]:
    link = outbox_queries.taken_names(company_file, [full_name]).get(name_key(full_name))
    if link is None or (link.subject_id == subject.pk and link.subject_id is not None):
        return []
    offer = suggest_name(subject.name, [subject.name]) if not isinstance(subject, Staff) else ""
    name = "last_name" if isinstance(subject, Staff) else "name"
    return [FieldProblem(name, _taken_sentence(link, books_kind(subject)), offer)]


WORDS = {"customer": "a customer or job", "employee": "an employee", "vendor": "a vendor"}


def _taken_sentence(link: Link, kind: str) -> str:
    who = WORDS.get(link.kind, "a name")
    there = f"QuickBooks has {who} called {link.full_name} already{'' if link.is_active else ', inactive'}."
    if link.kind != kind:
        return f"{there} Customers, vendors, employees and other names share one list. Choose another name."
    if link.subject_id is not None:
        return f"{there} It is in Daybook as well: open the record that is there, or choose another name."
    return f"{there} Untick posting, save, and link the two under Integration; or choose another name."


def _above(project: Project, company_file: CompanyFile) -> tuple[list[str], list[FieldProblem]]:
    """Whether what the project hangs on is in the books; if not, whether it can be posted first."""
    above: Client | Project = project.parent or project.client
    kind, word = ("project", "project above it") if project.parent else ("client", "client")
    link = outbox_queries.link_of(company_file, kind, above.pk, "customer")
    if link is not None and link.state == Link.State.SHARED:
        if link.is_active:
            return [f"The {word} is linked."], []
        sentence = f"{link.full_name} is inactive in QuickBooks. Make it active there first."
        return [], [FieldProblem("client", sentence)]
    if link is not None and link.state == Link.State.BLOCKED:
        sentence = f"{above} is blocked: it stays in Daybook. Unblock it under Project integration first."
        return [], [FieldProblem(kind if kind == "client" else "parent", sentence)]
    first = look(above)
    if first.problems:
        why = f"{above} is not in QuickBooks yet and cannot be posted: {first.problems[0].sentence}"
        return [], [FieldProblem("parent" if project.parent else "client", why)]
    return [f"The {word} is not in QuickBooks yet: {first.full_name} is posted first."], []
