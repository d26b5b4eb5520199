"""The QuickBooks side: lists of the sandbox company file, and what its bookkeeper does to records and the file."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from daybook.companyfile import CompanyFile as SandboxFile
from daybook.companyfile import CompanyFileError, Entry, FileInUse, HResult
from daybook.connections import queries
from daybook.connections.models import CompanyFile
from daybook.people.rights import Right
from daybook.web.quickbooks_side import backups, behaviour
from daybook.web.requests import Request
from daybook.web.rights import right_required

PAGE = 50

bookkeeper = right_required(Right.CONNECTION_MANAGE)


@dataclass(frozen=True, slots=True)
class Tab:
    """A list of the file that can be worked on here; `below` whether its records stand under others."""

    kind: str
    plural: str
    one: str
    name_hint: str
    below: bool = False


TABS = (
    Tab("customer", "Customers and jobs", "a customer or job", "At most 41 characters, no colon.", below=True),
    Tab("employee", "Employees", "an employee", "First, middle and last name."),
    Tab("vendor", "Vendors", "a vendor", "At most 41 characters, no colon."),
    Tab("item_service", "Service items", "a service item", "At most 31 characters, no colon.", below=True),
    Tab("class", "Classes", "a class", "At most 31 characters, no colon.", below=True),
)


KINDS = [(tab.kind, tab.plural) for tab in TABS]


@bookkeeper
def home(request: Request) -> HttpResponse:
    """The first list of the first sandbox file, or how to get one."""
    files = _files()
    if not files:
        return render(request, "quickbooks_side/none.html")
    return redirect("quickbooks_side:list", files[0].pk, TABS[0].kind)


@bookkeeper
def records(request: Request, pk: int, kind: str) -> HttpResponse:
    """One list of the file."""
    company_file, tab = _file(pk), _tab(kind)
    try:
        with SandboxFile.open(company_file.path) as sandbox:
            status = sandbox.status()
            context = _listed(request, sandbox, tab) | {"status": status}
    except HResult as trouble:
        return render(request, "quickbooks_side/closed.html", {"file": company_file, "trouble": trouble}, status=409)
    context |= {"behaviour": behaviour.settings(status, KINDS), "opened": "behaviour" in request.GET}
    return render(request, "quickbooks_side/list.html", {**context, **_around(company_file, tab)})


def _listed(request: Request, sandbox: SandboxFile, tab: Tab) -> dict[str, object]:
    text, show = request.GET.get("q", "").strip(), _show(request.GET.get("show", ""))
    wanted = request.GET.get("page", "1")
    page = max(1, int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1
    entries = sandbox.entries(tab.kind, show=show, text=text, limit=PAGE, offset=(page - 1) * PAGE)
    return {
        "entries": entries,
        "last": (page - 1) * PAGE + len(entries),
        "total": sandbox.count(tab.kind, show=show, text=text),
        "first": (page - 1) * PAGE,
        "page": page,
        "text": text,
        "show": show,
    }


def _show(chosen: str) -> Literal["active", "inactive", "all"]:
    return "inactive" if chosen == "inactive" else "active" if chosen == "active" else "all"


@bookkeeper
def record(request: Request, pk: int, kind: str, list_id: str) -> HttpResponse:
    """One record, with what can be done to it."""
    company_file, tab = _file(pk), _tab(kind)
    try:
        with SandboxFile.open(company_file.path) as sandbox:
            entry = sandbox.find(kind, list_id)
    except (HResult, CompanyFileError) as trouble:
        raise Http404(str(trouble)) from trouble
    context = {"entry": entry, "rows": list(_rows(entry)), **_around(company_file, tab)}
    return render(request, "quickbooks_side/record.html", context)


def _rows(entry: Entry) -> list[tuple[str, str]]:
    """The elements of a record with one value each, as QuickBooks names them."""
    rows: list[tuple[str, str]] = []
    for name, value in entry.values.items():
        if isinstance(value, str):
            rows.append((name, value))
        elif isinstance(value, dict):
            shown = value.get("FullName") or ", ".join(one for one in value.values() if isinstance(one, str))
            rows.append((name, shown))
    return sorted(rows)


@require_POST
@bookkeeper
def add(request: Request, pk: int, kind: str) -> HttpResponse:
    """Add a record."""
    company_file, tab = _file(pk), _tab(kind)
    name, parent = request.POST.get("name", ""), request.POST.get("parent", "").strip()

    def do(sandbox: SandboxFile) -> str:
        return f"{sandbox.add(kind, name, parent=parent).full_name} is in QuickBooks."

    _act(request, company_file, do)
    return redirect("quickbooks_side:list", pk, tab.kind)


@require_POST
@bookkeeper
def act_on_record(request: Request, pk: int, kind: str, list_id: str, action: str) -> HttpResponse:
    """Rename, deactivate, activate, merge or delete a record."""
    company_file, tab = _file(pk), _tab(kind)
    typed = request.POST.get("name", "").strip()

    def do(sandbox: SandboxFile) -> str:
        before = sandbox.find(kind, list_id).full_name
        if action == "rename":
            return f"{before} is now {sandbox.rename(kind, list_id, typed).full_name}."
        if action in ("activate", "deactivate"):
            sandbox.set_active(kind, list_id, action == "activate")
            return f"{before} is {'active' if action == 'activate' else 'inactive'} in QuickBooks now."
        if action == "merge":
            return f"{before} is merged into {sandbox.merge(kind, list_id, typed).full_name}."
        if action == "delete":
            sandbox.delete(kind, list_id)
            return f"{before} is deleted in QuickBooks."
        raise Http404

    done = _act(request, company_file, do)
    if done and action in ("merge", "delete"):
        return redirect("quickbooks_side:list", pk, tab.kind)
    return redirect("quickbooks_side:record", pk, tab.kind, list_id)


@require_POST
@bookkeeper
def act_on_file(request: Request, pk: int, action: str) -> HttpResponse:
    """Open or close a dialog, change the mode, back up, restore."""
    company_file = _file(pk)
    chosen = request.POST.get("backup", "")

    def restore(sandbox: SandboxFile) -> str:
        for copy in backups.of(company_file):
            if copy.name == chosen:
                sandbox.restore(copy.path)
                return f"The file is as it was in the backup of {copy.name}."
        raise Http404

    def back_up(sandbox: SandboxFile) -> str:
        backups.make(company_file, sandbox, timezone.now())
        return "The file is backed up."

    actions: dict[str, Callable[[SandboxFile], object]] = {
        "open-dialog": SandboxFile.open_dialog,
        "close-dialog": SandboxFile.close_dialog,
        "single": lambda sandbox: sandbox.set_mode("single"),
        "multi": lambda sandbox: sandbox.set_mode("multi"),
        "backup": back_up,
        "restore": restore,
    }
    if action not in actions:
        raise Http404
    _act(request, company_file, lambda sandbox: actions[action](sandbox) or _DONE[action])
    where = request.POST.get("kind", "")
    return redirect("quickbooks_side:list", pk, where if where in dict(KINDS) else TABS[0].kind)


@require_POST
@bookkeeper
def behave(request: Request, pk: int, action: str) -> HttpResponse:
    """Set the closing date, what the login user may do, refusals to come, or how slow answers are."""
    company_file = _file(pk)
    found = behaviour.change(action, request.POST, KINDS)
    if found is None:
        raise Http404
    form, do = found
    if form.is_valid():
        _act(request, company_file, do)
    else:
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
    where = request.POST.get("tab", "")
    address = reverse("quickbooks_side:list", args=[pk, where if where in dict(KINDS) else TABS[0].kind])
    return redirect(f"{address}?behaviour")


_DONE = {
    "open-dialog": "A dialog is open in QuickBooks. Applications wait until it is closed.",
    "close-dialog": "The dialog is closed.",
    "single": "QuickBooks is in single-user mode. Applications wait until it is in multi-user mode again.",
    "multi": "QuickBooks is in multi-user mode.",
}


def _act(request: Request, company_file: CompanyFile, do: Callable[[SandboxFile], object]) -> bool:
    """Do it at the file, and say above the page what came of it."""
    try:
        with SandboxFile.open(company_file.path) as sandbox:
            said = do(sandbox)
    except FileInUse as busy:
        messages.error(
            request, f"{busy} Press Release the file on the Monitor page, or wait a minute: it lets go by itself."
        )
    except (HResult, CompanyFileError, OSError) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, str(said))
        return True
    return False


def _around(company_file: CompanyFile, tab: Tab) -> dict[str, object]:
    return {"file": company_file, "files": _files(), "tab": tab, "tabs": TABS, "copies": backups.of(company_file)}


def _files() -> list[CompanyFile]:
    return list(queries.files().filter(way="sandbox"))


def _file(pk: int) -> CompanyFile:
    for company_file in _files():
        if company_file.pk == pk:
            return company_file
    raise Http404("There is no such sandbox company file.")


def _tab(kind: str) -> Tab:
    for tab in TABS:
        if tab.kind == kind:
            return tab
    raise Http404("There is no such list.")
