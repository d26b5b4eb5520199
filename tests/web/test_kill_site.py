"""kill -9 of the real site around a save: the form that is sent again makes nothing twice, and nothing is lost."""

import http.client
import json
import re
import select
import subprocess
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

import httpx
import psutil
from django.apps import apps
from django.conf import settings
from django.test import Client as Browser

from daybook.cli.serve import ADDRESS_FILE
from daybook.directory import shipped as directory
from daybook.directory.models import Client, Project
from daybook.directory.queries import default_status
from daybook.outbox.models import Link, Posting
from tests.companyfile.conftest import path, sample_file
from tests.conftest import StartProcess
from tests.directory.conftest import add_client
from tests.monitor.harness import House, State
from tests.monitor.processes import open_house
from tests.waiting import wait_for

__all__ = ["add_client", "open_house", "path", "sample_file"]

FORM = "/projects/new/"
Moment = Callable[[HTTPConnection, str], object]


class Site:
    """`daybook serve` in processes that are killed, and a person's forms to it."""

    def __init__(self, start_process: StartProcess, session: str) -> None:
        self._start_process = start_process
        self._cookies = {settings.SESSION_COOKIE_NAME: session}
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        self._process = self._start_process("serve", "--port", "0")
        wait_for(self._answers, seconds=60, what="a site that answers")

    def _answers(self) -> bool:
        noted = Path(settings.HOME, ADDRESS_FILE)
        found = json.loads(noted.read_text()) if noted.exists() and noted.stat().st_size else {}
        if self._process is None or found.get("pid") != self._process.pid:
            return False
        self.url = found["url"]
        try:
            return httpx.get(f"{self.url}/account/login/", timeout=30).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """End the server and its workers as `kill -9` does, all at once."""
        assert self._process is not None and self._process.poll() is None
        workers = psutil.Process(self._process.pid).children(recursive=True)
        assert workers, "the server answers from a process of its own"
        for process in (self._process, *workers):
            process.kill()
        self._process.wait()
        psutil.wait_procs(workers, 10)

    def form(self, name: str) -> dict[str, str]:
        """A new form, filled in."""
        page = httpx.get(f"{self.url}{FORM}", cookies=self._cookies, timeout=30)
        self._cookies["csrftoken"] = page.cookies["csrftoken"]
        hidden = {one: _value(page.text, one) for one in ("csrfmiddlewaretoken", "key")}
        status = str(default_status().pk)
        return {**hidden, "client": "Northwind Traders", "name": name, "status": status, "post": "on"}

    def send(self, form: dict[str, str], moment: Moment) -> None:
        """Send the form, and kill the site at that moment."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        body = urlencode(form).encode()
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        connection.putrequest("POST", FORM)
        for header, value in (("Cookie", cookies), ("Content-Length", str(len(body)))):
            connection.putheader(header, value)
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.endheaders(body if moment is not half_sent else body[: len(body) // 2])
        moment(connection, form["name"])
        self.kill()
        connection.close()

    def send_again(self, form: dict[str, str]) -> httpx.Response:
        """Send the same form to the site that runs now."""
        return httpx.post(f"{self.url}{FORM}", data=form, cookies=self._cookies, timeout=30)


def _value(page: str, name: str) -> str:
    """What a hidden field holds."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]+)"', page)
    assert found, f"the form has no field {name}"
    return found[1]


def half_sent(connection: HTTPConnection, name: str) -> None:
    """The other half of the form never comes."""


def just_sent(connection: HTTPConnection, name: str) -> None:
    """The whole form is on its way."""


def at_work(seconds: float) -> Moment:
    """So long after the sending, or when the answer begins to arrive if that is earlier."""
    return lambda connection, name: select.select([connection.sock], [], [], seconds)


def saved(connection: HTTPConnection, name: str) -> None:
    """The project is seen by others; the answer may be on its way."""
    wait_for(Project.objects.filter(name=name).exists, seconds=30, every=0.001, what="the project saved")


def answered(connection: HTTPConnection, name: str) -> None:
    """The browser has the whole answer."""
    response: http.client.HTTPResponse = connection.getresponse()
    assert response.status == 302
    response.read()


MOMENTS: dict[str, Moment] = {
    "Half sent": half_sent,
    "Just sent": just_sent,
    "Sent 10 ms ago": at_work(0.01),
    "Sent 30 ms ago": at_work(0.03),
    "Saved": saved,
    "Answered": answered,
}


def test_a_form_sent_again_after_the_death_of_the_site_makes_one_project_one_posting_and_one_customer(
    open_house: House,
    client: Browser,
    cast: SimpleNamespace,
    start_process: StartProcess,
    add_client: Callable[..., Client],
) -> None:
    directory.ship(apps)
    add_client()
    client.force_login(cast.mia)
    site = Site(start_process, client.cookies[settings.SESSION_COOKIE_NAME].value)
    start_process("monitor")
    site.start()
    for name, moment in MOMENTS.items():
        form = site.form(name)
        site.send(form, moment)
        site.start()
        again = site.send_again(form)
        project = Project.objects.get(name=name)
        assert (again.status_code, again.headers["Location"]) == (302, f"/projects/{project.pk}/")
    under_way = Posting.objects.filter(state__in=[State.QUEUED, State.SENT, State.IN_DOUBT])
    wait_for(lambda: not under_way.exists(), seconds=60, what="nothing on its way to QuickBooks")
    check_once(open_house)


def check_once(house: House) -> None:
    """Each project and its client were posted once, and stand in the file once."""
    projects = {("project", project.pk): project.name for project in Project.objects.all()}
    clients = {("client", client.pk): client.name for client in Client.objects.all()}
    assert sorted(projects.values()) == sorted(MOMENTS) and list(clients.values()) == ["Northwind Traders"]
    postings = Posting.objects.values_list("subject_kind", "subject_id", "state")
    assert sorted(postings) == sorted((*subject, State.POSTED) for subject in {**clients, **projects})
    for (kind, number), name in {**clients, **projects}.items():
        (entry,) = house.found(name)
        assert Link.objects.get(subject_kind=kind, subject_id=number).list_id == entry.list_id
