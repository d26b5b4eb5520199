"""What people do in Daybook, through the operations that the pages call."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import Error as DatabaseError

from daybook.connections import operations as connections
from daybook.connections.models import CompanyFile
from daybook.directory.data import ClientData, ProjectData, StaffData
from daybook.directory.models import Client, Project, Staff
from daybook.directory.operations import clients, projects, staff
from daybook.directory.operations.common import Post, Subject
from daybook.directory.operations.posting import post
from daybook.intake import operations as intake
from daybook.intake.models import Conflict, ImportRun
from daybook.monitor.schedule import start_due_syncs
from daybook.outbox import cleaning
from daybook.outbox import operations as outbox
from daybook.outbox.models import Link, Posting
from daybook.people.errors import NotAllowed, Refused
from daybook.people.models import SecurityGroup, User
from daybook.people.queries import operator
from daybook.people.shipped import ADMINISTRATORS, EVERYONE
from simulation.bookkeeper import NAMES, PEOPLE
from simulation.check import Checker
from simulation.stage import CAST, seeded_uuid
from simulation.world import Killed, World

State = Posting.State


class People:
    """The cast, at their pages."""

    def __init__(self, world: World, checker: Checker, file_id: int) -> None:
        self.world, self.checker, self.file_id = world, checker, file_id
        self.users = list(User.objects.filter(name__in=CAST).order_by("id"))
        self.actor = self.users[0]

    def act(self) -> None:
        """Somebody does one thing; a click that failed may be made again, with the same form."""
        random = self.world.random
        self.actor = random.choice(self.users)
        deed = random.choices([one for one, _ in DEEDS], [weight for _, weight in DEEDS])[0]
        self.world.acting = self.actor.name.split()[0]
        try:
            again = deed(self)
            self._click(deed.__name__, again)
            if again is not None and self.world.faulty and random.random() < 0.1:
                self._click(f"{deed.__name__}, once more", again)
        except DatabaseError as error:
            self._say(f"{deed.__name__}: the page does not open ({error})")
        finally:
            self.world.acting = "nobody"

    def _click(self, name: str, click: "Callable[[], object] | None") -> None:
        if click is None:
            return
        try:
            click()
        except (Refused, NotAllowed) as error:
            self._say(f"{name}: refused, {getattr(error, 'sentence', error)}")
        except DatabaseError as error:
            self._say(f"{name}: an error page ({error})")
        except Killed:
            self._say(f"{name}: the site was killed")

    def _say(self, what: str) -> None:
        self.world.tell(self.world.acting, what)

    # --- choosing ---
    def _one(self, rows: Any) -> Any:
        found = list(rows[:30])
        return self.world.random.choice(found) if found else None

    def _posting(self, *states: str) -> Posting | None:
        found: Posting | None = self._one(Posting.objects.filter(state__in=states).order_by("-id"))
        return found

    def _link(self, **wanted: Any) -> Link | None:
        found: Link | None = self._one(Link.objects.filter(**wanted).order_by("id"))
        return found

    def _name(self) -> str:
        name = self.world.random.choice(NAMES)
        return name if self.world.random.random() < 0.5 else f"{name} {self.world.random.randrange(90)}"

    def _wish(self) -> Post:
        return self.world.random.choice((Post.NOW, Post.NOW, Post.NOW, Post.PROPOSE, Post.NO))

    def _subject(self) -> Subject | None:
        model = self.world.random.choice((Client, Project, Project, Staff))
        rows = model.objects.filter(is_client_itself=False) if model is Project else model.objects.all()
        found: Subject | None = self._one(rows.order_by("-id"))
        return found

    # --- the directory ---
    def add_client(self) -> Callable[[], object]:
        key, wish, data = seeded_uuid(self.world.random), self._wish(), ClientData(name=self._name())
        self._say(f"adds the client {data.name} ({wish or 'not posted'})")
        return lambda: clients.add_client(self.actor, data, post=wish, key=key, now=self.world.now())

    def add_project(self) -> Callable[[], object] | None:
        client = self._one(Client.objects.filter(is_active=True).order_by("-id"))
        if client is None:
            return None
        parent = self._one(Project.objects.filter(client=client, is_client_itself=False).order_by("-id"))
        deep = parent is not None and self.world.random.random() < 0.3
        key, wish = seeded_uuid(self.world.random), self._wish()
        data = ProjectData(client_id=client.pk, name=self._name(), parent_id=parent.pk if deep else None)
        self._say(f"adds the project {data.name} of {client.name} ({wish or 'not posted'})")
        return lambda: projects.add_project(self.actor, data, post=wish, key=key, now=self.world.now())

    def add_staff(self) -> Callable[[], object]:
        first, last = self.world.random.choice(PEOPLE).split()
        if self.world.random.random() < 0.6:
            last = f"{last} {self.world.random.choice('BCDFGH')}"
        key, wish, data = seeded_uuid(self.world.random), self._wish(), StaffData(first_name=first, last_name=last)
        self._say(f"adds {first} {last} to the staff ({wish or 'not posted'})")
        return lambda: staff.add_staff(self.actor, data, post=wish, key=key, now=self.world.now())

    def post_later(self) -> Callable[[], object] | None:
        subject = self._subject()
        if subject is None:
            return None
        key, propose = seeded_uuid(self.world.random), self.world.random.random() < 0.3
        self._say(f"posts {subject}")
        return lambda: post(self.actor, subject, propose=propose, key=key, now=self.world.now())

    def edit(self) -> Callable[[], object] | None:
        subject = self._subject()
        key, name = seeded_uuid(self.world.random), self._name()
        if subject is None:
            return None
        self._say(f"changes {subject}: {name}")
        now = self.world.now()
        if isinstance(subject, Client):
            data = _client_data(subject)
            data = replace(data, **({"name": name} if self._half() else {"company_name": name}))
            return lambda: clients.change_client(self.actor, subject, data, key=key, now=now)
        if isinstance(subject, Project):
            of_project = replace(
                _project_data(subject),
                **({"name": name, "display_name": ""} if self._half() else {"description": name}),
            )
            return lambda: projects.change_project(self.actor, subject, of_project, key=key, now=now)
        phone = f"555-{self.world.random.randrange(10000):04}"
        of_staff = replace(_staff_data(subject), **({"middle_name": name[:1]} if self._half() else {"phone": phone}))
        return lambda: staff.change_staff(self.actor, subject, of_staff, key=key, now=now)

    def _half(self) -> bool:
        return self.world.random.random() < 0.5

    def turn_active(self) -> Callable[[], object] | None:
        subject = self._subject()
        if subject is None:
            return None
        to, key = not subject.is_active, seeded_uuid(self.world.random)
        self._say(f"makes {subject} {'active' if to else 'inactive'}, in the books too")
        now = self.world.now()
        if isinstance(subject, Client):
            return lambda: clients.set_clients_active(self.actor, [subject], to, now, in_books=key)
        if isinstance(subject, Project):
            return lambda: projects.set_projects_active(self.actor, [subject], to, now, in_books=key)
        return lambda: staff.set_staff_active(self.actor, [subject], to, now, in_books=key)

    # --- postings ---
    def approve(self) -> Callable[[], object] | None:
        posting = self._posting(State.PROPOSED)
        return posting and (lambda: outbox.approve(self.actor, posting, self.world.now()))

    def decline(self) -> Callable[[], object] | None:
        posting = self._posting(State.PROPOSED)
        return posting and (lambda: outbox.decline(self.actor, posting, "Not now.", self.world.now()))

    def withdraw(self) -> Callable[[], object] | None:
        posting = self._posting(State.PROPOSED, State.QUEUED, State.PARKED)
        return posting and (lambda: outbox.withdraw(self.actor, posting, "A mistake.", self.world.now()))

    def resend(self) -> Callable[[], object] | None:
        posting = self._posting(State.PARKED)
        if posting is None:
            return None
        self._say(f"sends #{posting.pk} {posting.title} again")
        return lambda: outbox.resend(self.actor, posting, self.world.now())

    def link_instead(self) -> Callable[[], object] | None:
        posting = self._posting(State.PARKED)
        if posting is None:
            return None
        offered = [way["list_id"] for way in posting.ways_out if way.get("list_id")]
        theirs = self._link(kind=posting.kind, state="theirs_only")
        list_id = offered[0] if offered else theirs.list_id if theirs else ""
        self._say(f"links #{posting.pk} {posting.title} to {list_id}")
        self.checker.told_by_person.add(posting.pk)
        self.checker.kept_apart[posting.subject_kind, posting.subject_id] = {"*"}
        return lambda: outbox.link_instead(self.actor, posting, list_id, self.world.now())

    def decide(self) -> Callable[[], object] | None:
        """Where the file cannot be opened any more, a person looks into the books and says how it is."""
        posting = self._posting(State.IN_DOUBT)
        if posting is None or not CompanyFile.objects.filter(state=CompanyFile.State.CANNOT_OPEN).exists():
            return None
        if posting.action != Posting.Action.ADD:
            return None
        there = self.checker.living(posting.key.hex)
        self.checker.told_by_person.add(posting.pk)
        self._say(f"decides: #{posting.pk} is {'there' if there else 'not there'}")
        return lambda: outbox.decide_in_doubt(
            self.actor, posting, "posted" if there else "not_posted", self.world.now()
        )

    # --- links ---
    def link(self) -> Callable[[], object] | None:
        theirs, subject = self._link(state="theirs_only", kind__in=("customer", "employee")), self._subject()
        if theirs is None or subject is None:
            return None
        kind = {Client: "client", Project: "project", Staff: "staff"}[type(subject)]
        if (kind == "staff") != (theirs.kind == "employee"):
            return None
        self._say(f"links {subject} to {theirs.full_name}")
        self.checker.kept_apart[kind, subject.pk] = {"*"}  # whoever links two that differ says so by hand
        return lambda: outbox.link_by_hand(
            self.actor, theirs.company_file, theirs.kind, kind, subject.pk, list_id=theirs.list_id, now=self.world.now()
        )

    def unlink(self) -> Callable[[], object] | None:
        link = self._link(state="shared")
        return link and (lambda: outbox.unlink(self.actor, link, self.world.now()))

    def block(self) -> Callable[[], object] | None:
        subject = self._subject()
        file = CompanyFile.objects.get(pk=self.file_id)
        if self._half() or subject is None:
            link = self._link(state="theirs_only")
            return link and (lambda: outbox.block_theirs(self.actor, link, self.world.now()))
        kind = {Client: "client", Project: "project", Staff: "staff"}[type(subject)]
        books_kind = "employee" if kind == "staff" else "customer"
        return lambda: outbox.block_ours(
            self.actor, file, books_kind, kind, subject.pk, title=str(subject), now=self.world.now()
        )

    def unblock(self) -> Callable[[], object] | None:
        link = self._link(state="blocked")
        return link and (lambda: outbox.unblock(self.actor, link, self.world.now()))

    # --- imports ---
    def ask_import(self) -> Callable[[], object]:
        file = CompanyFile.objects.get(pk=self.file_id)
        names = self.world.random.choice((["customers"], ["employees"], ["customers", "employees"]))
        preview = self.world.random.random() < 0.2
        self._say(f"asks for an import of {', '.join(names)}")
        return lambda: intake.ask_import(self.actor, file, names, preview=preview, now=self.world.now())

    def stop_import(self) -> Callable[[], object] | None:
        run = self._one(ImportRun.objects.exclude(state__in=("published", "failed", "stopped")))
        return run and (lambda: intake.stop_import(self.actor, run, self.world.now()))

    def confirm(self) -> Callable[[], object] | None:
        run = self._one(ImportRun.objects.filter(state="staged"))
        return run and (lambda: intake.confirm(self.actor, run, self.world.now()))

    def settle_conflict(self) -> Callable[[], object] | None:
        conflict = self._one(Conflict.objects.filter(settled_at=None))
        choice = self.world.random.choice(("ours", "theirs"))
        return conflict and (lambda: intake.settle_conflict(self.actor, conflict, choice, self.world.now()))

    def take_employee(self) -> Callable[[], object] | None:
        link = self._link(state="theirs_only", kind="employee")
        yes = self._half()
        return link and (lambda: intake.decide_new_employee(self.actor, link, yes, self.world.now()))

    def take_customer(self) -> Callable[[], object] | None:
        link = self._link(state="theirs_only", kind="customer")
        return link and (lambda: intake.add_from_books(self.actor, link, self.world.now()))

    # --- connection and rights ---
    def connection(self) -> Callable[[], object]:
        file = CompanyFile.objects.get(pk=self.file_id)
        now = self.world.now()
        ada = self.users[0]
        if file.paused:
            return lambda: connections.resume(ada, file, now)
        if file.state == CompanyFile.State.CANNOT_OPEN:
            return lambda: connections.try_connection(ada, file, now)
        deeds: list[Callable[[], object]] = [
            lambda: connections.pause(ada, file, "Year end.", now),
            lambda: connections.release_file(ada, file, now),
            lambda: connections.try_connection(ada, file, now),
        ]
        return self.world.random.choice(deeds)

    def rights(self) -> Callable[[], object]:
        """Somebody loses a right, or gets it back."""
        user = self.world.random.choice(self.users[1:])
        own = SecurityGroup.objects.get(name=CAST[user.name])
        lost = not user.groups.filter(pk=own.pk).exists()
        group = own if lost else SecurityGroup.objects.get(name=EVERYONE)
        self._say(f"{user.name} {'gets the rights back' if lost else 'LOSES the rights'}")
        return lambda: user.groups.set([group])

    def clean_up(self) -> Callable[[], object]:
        file = CompanyFile.objects.get(pk=self.file_id)
        return lambda: cleaning.clean_up(file, self.world.now() - timedelta(seconds=30))

    def calm_down(self) -> None:
        """Leave nothing in the way that a person put there: the connection goes on, previews are confirmed."""
        now, file = self.world.now(), CompanyFile.objects.get(pk=self.file_id)
        if file.paused:
            connections.resume(operator(), file, now)
        elif file.state == CompanyFile.State.CANNOT_OPEN:
            connections.try_connection(operator(), file, now)
        for run in ImportRun.objects.filter(state="staged"):
            intake.confirm(operator(), run, now)

    def compare_everything(self) -> None:
        """Ask for a full comparison."""
        file = CompanyFile.objects.get(pk=self.file_id)
        names = ["customers", "employees", "vendors"]
        intake.ask_import(operator(), file, names, trigger=ImportRun.Trigger.RECONCILE, now=self.world.now())

    def nightly(self) -> None:
        """The schedule, as the Monitor's chore keeps it."""
        try:
            start_due_syncs(self.world.now())
        except (DatabaseError, Killed) as error:
            self.world.tell("chores", f"failed: {error}")


def _client_data(client: Client) -> ClientData:
    return ClientData(**{name: getattr(client, name) for name in ClientData.__dataclass_fields__})


def _project_data(project: Project) -> ProjectData:
    return ProjectData(**{name: getattr(project, name) for name in ProjectData.__dataclass_fields__})


def _staff_data(person: Staff) -> StaffData:
    return StaffData(**{name: getattr(person, name) for name in StaffData.__dataclass_fields__})


assert CAST["Ada Berg"] == ADMINISTRATORS  # she manages the connection and keeps her rights

DEEDS: list[tuple[Callable[[People], Any], int]] = [
    (People.add_client, 12),
    (People.add_project, 14),
    (People.add_staff, 8),
    (People.post_later, 4),
    (People.edit, 14),
    (People.turn_active, 4),
    (People.approve, 5),
    (People.decline, 1),
    (People.withdraw, 3),
    (People.resend, 8),
    (People.link_instead, 3),
    (People.decide, 3),
    (People.link, 2),
    (People.unlink, 2),
    (People.block, 2),
    (People.unblock, 2),
    (People.ask_import, 3),
    (People.stop_import, 1),
    (People.confirm, 3),
    (People.settle_conflict, 4),
    (People.take_employee, 2),
    (People.take_customer, 2),
    (People.connection, 2),
    (People.rights, 4),
    (People.clean_up, 1),
]
