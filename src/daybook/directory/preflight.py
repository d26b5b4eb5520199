"""What the books would refuse, found before anything is sent, and what will happen in words."""

from dataclasses import dataclass, field

from daybook.books.names import problems_of_name, suggest_name
from daybook.connections.models import CompanyFile
from daybook.connections.queries import default_file
from daybook.directory import queries
from daybook.directory.errors import FieldProblem
from daybook.directory.models import Client, Project, Staff
from daybook.directory.snapshots import books_kind, title_of
from daybook.outbox import queries as outbox_queries
from daybook.outbox.models import Link

NAME_LIMIT = 41
PERSON_LIMITS = {"first_name": 25, "middle_name": 5, "last_name": 25}
FULL_NAME_LIMIT = 209
LEVELS = 5
NO_FILE = "No company file is connected yet. Untick this, save, and post it when one is."

Subject = Client | Project | Staff


@dataclass(frozen=True, slots=True)
class Preflight:
    """What posting a record would do: the name it gets, what is well, and what stands in the way."""

    full_name: str
    good: tuple[str, ...] = ()
    problems: tuple[FieldProblem, ...] = field(default=())


def blocking(subject: Subject) -> list[FieldProblem]:
    """The reasons why the books would refuse the record."""
    return list(look(subject).problems)


def look(subject: Subject) -> Preflight:
    """Look at a record, saved or only typed, as the books would."""
    company_file = default_file()
    if company_file is None:
        return Preflight("", problems=(FieldProblem("post", NO_FILE),))
    if isinstance(subject, Staff):
        return _look_at_staff(subject, company_file)
    return _look_at_customer(subject, company_file)


def _look_at_customer(subject: Client | Project, company_file: CompanyFile) -> Preflight:
    full_name = title_of(subject)
    good: list[str] = []
    problems = _name_problems("name", subject.name, NAME_LIMIT)
    if not problems and subject.name:
        taken = _taken(subject, full_name, company_file)
        problems += taken
        good += [] if taken else ["The name is free in QuickBooks."]
    if isinstance(subject, Project):
        problems += _depth_problems(subject, full_name)
        above, why = _above(subject, company_file)
        problems += why
        good += above
    return Preflight(full_name, tuple(good), tuple(problems))


def _look_at_staff(staff: Staff, company_file: CompanyFile) -> Preflight:
    problems = [
        problem
        for name, limit in PERSON_LIMITS.items()
        if getattr(staff, name)
        for problem in _name_problems(name, getattr(staff, name), limit)
    ]
    good: list[str] = []
    if not problems and str(staff):
        taken = _taken(staff, str(staff), company_file)
        problems += taken
        good += [] if taken else ["The name is free in QuickBooks."]
    return Preflight(str(staff), tuple(good), tuple(problems))


def _name_problems(field_name: str, name: str, limit: int) -> list[FieldProblem]:
    found = problems_of_name(name, limit)
    return [FieldProblem(field_name, problem.sentence, problem.offer) for problem in found]


def _taken(subject: Subject, full_name: str, company_file: CompanyFile) -> list[FieldProblem]:
    link = outbox_queries.taken_names(company_file, [full_name]).get(full_name.casefold())
    if link is None or (link.subject_id == subject.pk and link.subject_id is not None):
        return []
    offer = suggest_name(subject.name, [subject.name], "") if not isinstance(subject, Staff) else ""
    name = "last_name" if isinstance(subject, Staff) else "name"
    return [FieldProblem(name, _taken_sentence(link, books_kind(subject)), offer)]


WORDS = {"customer": "a customer or job", "employee": "an employee", "vendor": "a vendor"}


def _taken_sentence(link: Link, kind: str) -> str:
    who = WORDS.get(link.kind, "a name")
    there = f"QuickBooks has {who} called {link.full_name} already{'' if link.is_active else ', inactive'}."
    if link.kind != kind:
        return f"{there} Customers, vendors, employees and other names share one list. Choose another name."
    return f"{there} Untick posting, save, and link the two under Integration; or choose another name."


def _depth_problems(project: Project, full_name: str) -> list[FieldProblem]:
    level = 1 + (len(queries.ancestors(project.parent)) if project.parent else 0) + 1
    if level > LEVELS:
        return [
            FieldProblem(
                "parent",
                f"QuickBooks allows five levels below one another; this would be level {level}. "
                "Put it under a project that is higher up.",
            )
        ]
    if len(full_name) > FULL_NAME_LIMIT:
        return [FieldProblem("name", f"With the names above it this is longer than {FULL_NAME_LIMIT} characters.")]
    return []


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
