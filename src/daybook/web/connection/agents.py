"""The agents of a connection: a code that lets one in, how each stands, and shutting one out."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from daybook.connections import agents, queries
from daybook.connections.models import Agent
from daybook.people.rights import Right
from daybook.web.refusals import act
from daybook.web.requests import Request
from daybook.web.rights import right_required

managed = right_required(Right.CONNECTION_MANAGE)


@managed
def of_file(request: Request, pk: int) -> HttpResponse:
    """The agents of a company file. Posting makes a new code, which this answer shows and no later one."""
    company_file, now, code = get_object_or_404(queries.files(), pk=pk, way=agents.WAY), timezone.now(), ""
    if request.method == "POST":
        made: list[str] = []
        act(request, lambda: made.append(agents.make_code(request.user, company_file, now)[1]), "Here is a new code.")
        code = "".join(made)
    context = {
        "file": company_file,
        "agents": agents.agents_of(company_file, now),
        "address": agents.address(),
        "door": agents.door(),
        "code": code,
        "until": now + agents.CODE_LIVES,
        "wheel": agents.wheel_address(),
    }
    return render(request, "connection/agents.html", context)


@managed
@require_POST
def revoke(request: Request, pk: int, agent: int) -> HttpResponse:
    """Shut an agent out."""
    found = get_object_or_404(Agent.objects.select_related("company_file"), pk=agent, company_file_id=pk)
    done = f"The agent on {found.machine} is shut out."
    act(request, partial(agents.revoke, request.user, found, timezone.now()), done)
    return redirect("connection:agents", pk)
