"""Add, change and deactivate projects."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from daybook.books.names import name_key
from daybook.directory import numbering, preflight, queries
from daybook.directory.data import ProjectData
from daybook.directory.errors import FieldProblem, Invalid
from daybook.directory.models import Client, ProductionStatus, Project
from daybook.directory.operations.clients import taken
from daybook.directory.operations.common import (
    Post,
    as_now,
    assign,
    expect_version,
    in_chunks,
    locked,
    note_submitted,
    once,
    write_down,
)
from daybook.directory.operations.posting import activity_follows, follow, post_if_asked
from daybook.directory.snapshots import customer_snapshot
from daybook.people.models import User
from daybook.people.operations import require
from daybook.people.rights import Right


def add_project(actor: User, data: ProjectData, *, post: Post = Post.NO, key: UUID, now: datetime) -> Project:
    """A new project; the same form sent again gives the project it made."""
    require(actor, Right.PROJECTS_ADD)
    if post == Post.NOW:
        require(actor, Right.POST_TO_ACCOUNTING)

    def make() -> Project:
        project = prepared(data, now)
        check(project, post)
        project.code = project.code or numbering.take_project_code(project.client)
        project.save()
        note_submitted(key, project, now)
        write_down(actor, project, "added", now)
        post_if_asked(actor, project, post, key, now)
        return project

    return once(key, Project, make)


def prepared(data: ProjectData, now: datetime) -> Project:
    """The project that a form describes, not saved yet."""
    client, status = _client(data.client_id), queries.default_status()
    project = Project(created_at=now, changed_at=now, client=client, status=status)
    _assign(project, data)
    return project


def change_project(
    actor: User, project: Project, data: ProjectData, *, version: int | None = None, key: UUID, now: datetime
) -> Project:
    """Change a project; if it is in the books, what changed follows there."""
    require(actor, Right.PROJECTS_EDIT)
    with transaction.atomic():
        project = locked(project)
        expect_version(project, version)
        before = customer_snapshot(project)
        _client(data.client_id)
        differences = _assign(project, data)
        if differences:
            check(project, Post.NO)
            _save(actor, project, differences, "changed", now)
            follow(actor, project, before, key=key, now=now)
    return project


def set_projects_active(
    actor: User, projects: Iterable[Project], active: bool, now: datetime, *, in_books: UUID | None = None
) -> int:
    """Deactivate projects, or activate them again, with the status that says so; how many were changed. `in_books`,
    the key of a form, has a linked job made inactive in the books too."""
    require(actor, Right.PROJECTS_EDIT)
    status = queries.default_status() if active else queries.closed_status()
    changed = 0
    for some in in_chunks(projects):
        with transaction.atomic():
            for project in as_now(some):
                if project.is_active != active:
                    _set_active(actor, project, active, status, now)
                    activity_follows(actor, project, active, in_books, now)
                    changed += 1
    return changed


def _set_active(actor: User, project: Project, active: bool, status: ProductionStatus | None, now: datetime) -> None:
    differences: dict[str, list[Any]] = {"is_active": [project.is_active, active]}
    if project.status.is_active != active and status is not None:
        differences["status"] = [str(project.status), str(status)]
        project.status = status
    project.is_active = active
    _save(actor, project, differences, "activated" if active else "deactivated", now)


def _client(client_id: int) -> Client:
    client = Client.objects.filter(pk=client_id).first()
    if client is None:
        raise Invalid([FieldProblem("client", "Choose the client.")])
    return client


def _assign(project: Project, data: ProjectData) -> dict[str, Any]:
    """Write the values of a form into a project; empty ID and display name keep or take what is usual."""
    filled = replace(
        data,
        code=data.code.strip() or project.code,
        display_name=data.display_name.strip() or data.name.strip(),
        status_id=data.status_id or project.status_id or queries.default_status().pk,
    )
    differences = assign(project, filled)
    if project.is_active != project.status.is_active and ("status" in differences or project.pk is None):
        differences["is_active"] = [project.is_active, project.status.is_active]
        project.is_active = project.status.is_active
    return differences


def _save(actor: User, project: Project, differences: dict[str, Any], action: str, now: datetime) -> None:
    project.version += 1
    project.changed_at = now
    project.save()
    write_down(actor, project, action, now, differences)


def check(project: Project, post: Post) -> None:
    """Refuse what cannot be saved, and with a tick to post also what the books would refuse."""
    problems = [*_own_problems(project)]
    if post != Post.NO:
        known = {problem.field for problem in problems}
        problems += [problem for problem in preflight.blocking(project) if problem.field not in known]
    if problems:
        raise Invalid(problems)


def _own_problems(project: Project) -> Iterable[FieldProblem]:
    others = Project.everything.exclude(pk=project.pk)
    if not project.name:
        yield FieldProblem("name", "Enter the project's name.")
    else:
        beside = others.filter(client=project.client_id, parent=project.parent_id, is_client_itself=False)
        same = beside.filter(folded_name=name_key(project.name)).first()
        if same is not None:
            yield FieldProblem(
                "name", taken("project of this client", same.name, same.is_active), other=("project", same.pk)
            )
    coded = others.filter(code=project.code).first() if project.code else None
    if coded is not None:
        yield FieldProblem("code", f"The ID {project.code} belongs to {coded}. Choose another, or leave it empty.")
    if project.parent is not None and project.parent.client_id != project.client_id:
        yield FieldProblem(
            "parent", f"{project.parent} belongs to another client. Choose one of this client's projects."
        )
    if project.parent is not None and project.pk in queries.ancestors(project.parent):
        yield FieldProblem("parent", "A project cannot be part of itself.")
    if project.start_date and project.due_date and project.due_date < project.start_date:
        yield FieldProblem("due_date", "The due date is before the start date.")
