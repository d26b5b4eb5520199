"""The first connection by each way: what to do on the PC, and each step ticked when it is seen to work."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from daybook import companyfile
from daybook.companyfile.webconnector import Connector, Service
from daybook.connections import agents, webconnectors
from daybook.connections.models import CompanyFile, WebConnector
from daybook.intake.models import ImportRun
from daybook.monitor.engine import Engine
from daybook.remote import visits
from daybook.webconnector.door import Door
from daybook.webconnector.service import Service as Served
from tests.monitor.harness import CountedIds
from tests.web.browser import SignIn, check_access, look, watch_console

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = re.compile(r"(?:[A-Z2-9]{4}-){6}[A-Z2-9]{4}")
CODE = re.compile(r"--code ((?:[A-Z2-9]{4}-){3}[A-Z2-9]{4})")
URL = "http://localhost/webconnector/"
ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "src" / "daybook" / "web" / "templates"


@pytest.fixture
def books(tmp_path: Path) -> Path:
    path = tmp_path / "rock.qbsandbox"
    companyfile.create(path).close()
    return path


@pytest.fixture
def soap() -> Iterator[httpx.Client]:
    """The real door of the Web Connector, without a network between."""
    door = Door(Served(Engine(timezone.now, CountedIds("W"))))
    with httpx.Client(transport=httpx.WSGITransport(app=door)) as client:
        yield client


class Pc:
    """The PC with QuickBooks: our stand-in for Intuit's program, with what the page showed typed into it."""

    def __init__(self, soap: httpx.Client, books: Path, user_name: str, password: str) -> None:
        self.service = Service(URL, soap)
        self.books, self.user_name, self.password = books, user_name, password

    def asks_who_we_are(self) -> None:
        self.service.call("serverVersion")

    def update(self) -> None:
        Connector(
            self.service, self.user_name, self.password, self.books, tell=lambda _: None, wait=lambda _: None
        ).update()


def connect(client: Client, way: str) -> CompanyFile:
    client.post(f"/connection/new/{way}/", {"name": "Rock Castle", "path": "", "time_zone": "UTC"})
    return CompanyFile.objects.get(name="Rock Castle")


def address(file: CompanyFile) -> str:
    return f"/connection/{file.pk}/test/"


def ticks(client: Client, file: CompanyFile) -> dict[str, str]:
    """Each step by its name, and how it is read aloud; as the page asks again and again."""
    page = client.get(address(file), headers={"Daybook-Background": "1"}).content.decode()
    steps = re.findall(r"<title>([^<]*)</title>.*?<strong>([^<]*)</strong>", page, re.DOTALL)
    if not steps:
        steps = re.findall(r'aria-label="([^"]*)".*?<strong>([^<]*)</strong>', page, re.DOTALL)
    return {label: word for word, label in steps}


def words(client: Client, where: str) -> str:
    return re.sub(r"(<[^>]+>|\s)+", " ", client.get(where, follow=True).content.decode())


def seen(client: Client, file: CompanyFile) -> int:
    """How many steps are ticked, and that they are the first ones."""
    found = [word == "Seen" for word in ticks(client, file).values()]
    assert found and found == sorted(found, reverse=True)
    return sum(found)


def test_the_first_question_is_the_way(cast_client: Client) -> None:
    page = cast_client.get("/connection/new/").content.decode()
    for way in ("sandbox", "webconnector", "agent"):
        assert f'href="/connection/new/{way}/"' in page
    assert cast_client.get("/connection/new/pigeon/").status_code == 404


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("web-connector", ["Choose the way", "Connect another file", "Use the Web Connector", "Make a new password",
                           "Make the file and a password", "ten minutes"]),
        ("agent", ["Choose the way", "Connect another file", "Use the agent", "Show a code", "Revoke",
                   "fifteen minutes"]),
        ("connect", ["Choose the way", "Connect another file", "Go on connecting", "Delete the connection"]),
    ],
)  # fmt: skip
def test_the_docs_call_things_as_the_pages_do(page: str, words: list[str]) -> None:
    docs = (ROOT / "docs" / "howto" / f"{page}.md").read_text(encoding="utf-8")
    pages = "".join(one.read_text(encoding="utf-8") for one in (TEMPLATES / "connection").iterdir())
    assert [word for word in words if word not in docs or word not in pages] == []
    assert all((ROOT / "docs" / "images" / name).exists() for name in re.findall(r"images/([\w-]+\.png)", docs))


def test_only_who_manages_the_connection_sees_the_ways(client: Client, cast: SimpleNamespace) -> None:
    for user in (cast.mia, cast.ben, cast.sam):
        client.force_login(user)
        for way in ("sandbox", "webconnector", "agent"):
            assert client.get(f"/connection/new/{way}/").status_code == 403
            assert client.post(f"/connection/new/{way}/", {"name": "x", "time_zone": "UTC"}).status_code == 403
    assert not CompanyFile.objects.exists()


def test_a_path_on_the_pc_may_be_left_out_but_not_be_half(cast_client: Client) -> None:
    given = {"name": "Rock Castle", "path": "books\\firm.qbw", "time_zone": "UTC"}
    assert cast_client.post("/connection/new/agent/", given).status_code == 422
    cast_client.post("/connection/new/agent/", given | {"path": "C:\\Books\\firm.qbw"})
    assert CompanyFile.objects.get().path == "C:\\Books\\firm.qbw"


def test_the_steps_of_the_web_connector_are_ticked_one_by_one(
    cast_client: Client, soap: httpx.Client, books: Path
) -> None:
    file = connect(cast_client, "webconnector")
    page = words(cast_client, address(file))
    for said in ("Sign in as the user Admin", "Single-user Mode", "Yes, always; allow access even if", "personal data"):
        assert said in page
    assert seen(cast_client, file) == 0
    shown = cast_client.post(address(file), {"let_in": "new"}).content.decode()
    (password,) = set(PASSWORD.findall(shown))
    assert not PASSWORD.search(cast_client.get(address(file)).content.decode())
    assert seen(cast_client, file) == 0
    again = words(cast_client, address(file))
    assert "Make the file and a password" not in again and "If the password is not shown any more" in again
    assert cast_client.get(f"/connection/{file.pk}/web-connector/file/").status_code == 200
    assert seen(cast_client, file) == 1
    pc = Pc(soap, books, WebConnector.objects.get().user_name, "WRONG-WORD")
    pc.asks_who_we_are()
    assert seen(cast_client, file) == 2
    pc.update()
    assert seen(cast_client, file) == 2
    assert "The last password that was tried is wrong" in words(cast_client, address(file))
    pc.password = password
    pc.update()
    assert seen(cast_client, file) == len(ticks(cast_client, file)) == 7
    after = words(cast_client, address(file))
    assert "Go on: read the lists" in after and "multi-user mode now" in after


def test_a_wrong_password_is_told_although_the_file_was_got_by_command(
    cast_client: Client, cast: SimpleNamespace, soap: httpx.Client, books: Path
) -> None:
    file = connect(cast_client, "webconnector")
    connector, _ = webconnectors.make(cast.ada, file, timezone.now())
    Pc(soap, books, connector.user_name, "WRONG-WORD").update()
    assert seen(cast_client, file) == 2
    assert "The last password that was tried is wrong" in words(cast_client, address(file))


def test_what_stays_open_says_who_can_act(
    cast_client: Client, cast: SimpleNamespace, soap: httpx.Client, books: Path
) -> None:
    """QuickBooks refuses the first access, as it does to everyone but its Admin."""
    file = connect(cast_client, "webconnector")
    connector, password = webconnectors.make(cast.ada, file, timezone.now())
    with companyfile.CompanyFile.open(books) as opened:
        opened.set_automatic_login(False)
    Pc(soap, books, connector.user_name, password).update()
    found = ticks(cast_client, file)
    assert (found["The password is right, and it asks"], found["The file opens"]) == ("Seen", "Not yet")
    page = words(cast_client, address(file))
    assert CompanyFile.objects.get().state_sentence in page
    assert "as the user Admin" in page


def test_the_lists_are_read_and_committed_through_the_web_connector(
    cast_client: Client, soap: httpx.Client, books: Path
) -> None:
    file = connect(cast_client, "webconnector")
    shown = cast_client.post(address(file), {"let_in": "new"}).content.decode()
    pc = Pc(soap, books, WebConnector.objects.get().user_name, PASSWORD.findall(shown)[0])
    pc.update()
    assert "The Web Connector reads customers and jobs" in words(cast_client, f"/connection/{file.pk}/read/")
    cast_client.post(f"/connection/{file.pk}/read/")
    run = ImportRun.objects.get()
    progress = f"/connection/{file.pk}/import/{run.pk}/progress/"
    waits = words(cast_client, f"/connection/{file.pk}/import/{run.pk}/")
    for said in (
        "The Web Connector reads the lists when it asks next.",
        "Waits. The Web Connector begins when it asks",
    ):
        assert said in waits and "Monitor" not in waits.partition("Steps")[2]
    assert "Press Update Selected" in words(cast_client, progress)
    ImportRun.objects.update(state="running")
    WebConnector.objects.update(step="carrying", last_seen_at=timezone.now())
    assert "Press Update Selected" not in words(cast_client, progress)
    ImportRun.objects.update(state="waiting")
    pc.update()
    run.refresh_from_db()
    assert run.state == "staged"
    assert "Press Update Selected" not in words(cast_client, progress)


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("webconnector", "The Web Connector opens the file when it asks next."),
        ("agent", "The agent opens the file as soon as it asks for work."),
    ],
)
def test_a_file_that_nobody_opened_yet_says_who_opens_it(cast_client: Client, way: str, said: str) -> None:
    file = connect(cast_client, way)
    CompanyFile.objects.update(state="never")
    for where in ("/connection/", f"/monitor/?file={file.pk}"):
        page = words(cast_client, where)
        assert said in page and "Monitor not seen" not in page
    tried = re.sub(r"(<[^>]+>|\s)+", " ", cast_client.post(address(file), follow=True).content.decode())
    assert said.replace("opens the file", "tries it") in tried


def test_the_steps_of_the_agent_are_ticked_one_by_one(cast_client: Client, books: Path) -> None:
    """The door's own steps, by hand: the code is used, the agent asks, opens the file and carries what it is told."""
    file = connect(cast_client, "agent")
    page = words(cast_client, address(file))
    for said in ("py -m pip install", "Show a code", "daybook-agent doctor", "Yes, always; allow access even if"):
        assert said in page
    assert seen(cast_client, file) == 0
    shown = cast_client.post(address(file), {"let_in": "new"}).content.decode()
    (code,) = set(CODE.findall(shown))
    assert code not in cast_client.get(address(file)).content.decode()
    assert seen(cast_client, file) == 0
    agent = agents.enrol(code, agents.hashed("key"), machine="OFFICE-PC", now=timezone.now())
    assert seen(cast_client, file) == 1
    assert "The code was used on OFFICE-PC" in words(cast_client, address(file))
    agents.note_program(agent, {"version": "0.1.0"}, timezone.now())
    assert seen(cast_client, file) == 2
    caller = visits.Caller(agent, "run")
    step = visits.look(caller, "")
    assert step.instruction is not None and step.instruction["do"] == "open"
    quickbooks = companyfile.RequestProcessor()
    quickbooks.open_connection("", "agent")
    ticket = quickbooks.begin_session(str(books), "do_not_care")
    step = visits.opened(caller, step.instruction["epoch"])
    while step.instruction is not None and step.instruction["do"] == "carry":
        told = step.instruction
        visits.take(caller, told["visit"], told["letter"], quickbooks.process_request(ticket, told["text"]))
        step = visits.look(caller, told["visit"])
    quickbooks.close_connection()
    assert seen(cast_client, file) == len(ticks(cast_client, file)) == 6
    assert "Go on: read the lists" in words(cast_client, address(file))


@pytest.mark.browser
def test_the_steps_are_ticked_before_the_eyes_of_who_connects(
    page: Page, site: str, sign_in: SignIn, cast: SimpleNamespace, soap: httpx.Client, books: Path
) -> None:
    said = watch_console(page)
    sign_in(page, cast.ada)
    page.goto(f"{site}/connection/new/")
    page.get_by_role("link", name="Use the Web Connector").click()
    check_access(page)
    look(page, "ways-1-webconnector")
    page.get_by_label("Name").fill("Rock Castle")
    page.get_by_role("button", name="Go on: set it up").click()
    expect(page.get_by_role("heading", name="Step by step")).to_be_visible()
    check_access(page)
    look(page, "ways-2-steps")
    page.get_by_role("button", name="Make the file and a password").click()
    password = page.get_by_text(PASSWORD).inner_text()
    check_access(page)
    look(page, "ways-3-password")
    with page.expect_download():
        page.get_by_role("link", name="Save the file").click()
    expect(page.locator("#checks")).to_contain_text("It was saved.")
    pc = Pc(soap, books, WebConnector.objects.get().user_name, password)
    pc.asks_who_we_are()
    expect(page.locator("#checks")).to_contain_text("It asked Daybook who it is.")
    look(page, "ways-4-asked")
    pc.update()
    expect(page.locator("#checks")).to_contain_text("The connection works")
    check_access(page)
    look(page, "ways-5-works")
    page.goto(f"{site}/connection/new/agent/")
    page.get_by_role("button", name="Go on: set it up").click()
    page.get_by_role("button", name="Show a code").click()
    expect(page.get_by_text("The code is shown only now").first).to_be_visible()
    check_access(page)
    look(page, "ways-6-agent")
    assert said == []
