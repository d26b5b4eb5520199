"""The project list with 100,000 projects, asked of the running site again and again."""

import json
import time
from collections.abc import Iterator

import django
import httpx
from django.utils import timezone

from bench.figures import percentile
from bench.stage import QUICK, running

PROJECTS = 5_000 if QUICK else 100_000
ASKED = 20 if QUICK else 100
PATHS = ("/projects/", "/projects/?page=2", "/projects/?q=survey+4", "/projects/?sort=-name")


def fill() -> None:
    """Projects of many clients, in the database that the running site uses."""
    django.setup()
    from daybook.directory.models import Client, ProductionStatus, Project

    now, status = timezone.now(), ProductionStatus.objects.get(is_default=True)
    Client.objects.bulk_create(
        [Client(name=f"Client {number:05}", created_at=now, changed_at=now) for number in range(PROJECTS // 20)],
        batch_size=2_000,
    )
    clients = list(Client.objects.filter(name__startswith="Client ").values_list("pk", flat=True))

    def projects() -> Iterator[Project]:
        for number in range(PROJECTS):
            name, client = f"Survey {number:06}", clients[number % len(clients)]
            moments = {"created_at": now, "changed_at": now}
            yield Project(
                client_id=client, name=name, display_name=name, code=f"B-{number:06}", status=status, **moments
            )

    Project.objects.bulk_create(projects(), batch_size=2_000)


def main() -> None:
    """Ask for first, second, searched and sorted pages in turn."""
    times = []
    with running() as (stage, cast, _):
        fill()
        with httpx.Client(base_url=stage.url, follow_redirects=True, timeout=30) as client:
            sign_in(client, cast["manager"].email, cast["manager"].password)
            for number in range(ASKED + 4):
                began = time.perf_counter()
                client.get(PATHS[number % len(PATHS)]).raise_for_status()
                times.append((time.perf_counter() - began) * 1000)
    print(json.dumps({"list_page_p95_ms": percentile(times[4:], 0.95)}))


def sign_in(client: httpx.Client, email: str, password: str) -> None:
    """Sign in with the token of the form, as a browser does."""
    client.get("/account/login/")
    values = {"login": email, "password": password, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
    answer = client.post("/account/login/", data=values)
    answer.raise_for_status()


if __name__ == "__main__":
    main()
