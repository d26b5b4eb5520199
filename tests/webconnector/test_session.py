"""Whole sessions: what waits goes, what changed comes, and the Web Connector hears what it must know."""

from daybook.companyfile import create
from daybook.connections import operations as connections
from daybook.connections import webconnectors
from daybook.connections.models import CompanyFile, Lease, WebConnector
from daybook.intake.models import ImportRun
from daybook.intake.operations import ask_import
from daybook.monitor.service import Monitor
from daybook.notices.models import Notice
from daybook.outbox.models import Link
from tests.monitor.harness import START, CountedIds, House, State
from tests.webconnector.pc import PC, Session

HEALTH = CompanyFile.State


def test_what_waits_is_posted_in_one_update(house: House, pc: PC) -> None:
    postings = [house.ask(f"Client {number:02d}") for number in range(45)]
    update = pc.update()
    assert (update.ended, update.message) == ("done", "Done. What waits next goes by itself.")
    assert {house.state(one) for one in postings} == {State.POSTED}
    assert len(house.posts()) == 3  # sets of 20
    assert Lease.objects.get().holder == ""


def test_lists_are_imported_page_by_page_and_published(house: House, pc: PC) -> None:
    run = ask_import(house.cast.ada, house.file, None, now=house.clock())
    pc.update()
    run.refresh_from_db()
    assert run.state == ImportRun.State.PUBLISHED, run.problem
    with house.books() as books:
        assert Link.objects.filter(kind="customer").count() == len(books.entries("customer", show="all", limit=9999))


def test_the_file_is_not_opened_when_nothing_waits(house: House, pc: PC) -> None:
    update = pc.update()
    assert (update.ended, update.requests, house.sent) == ("none", 0, [])
    assert update.every_seconds == pc.connector.schedule_seconds


def test_progress_rises_and_ends_at_a_hundred_percent(house: House, pc: PC) -> None:
    for number in range(100):
        house.ask(f"Client {number:03d}")
    pc.update()
    told = [int(line.split()[1]) for line in pc.lines if line.startswith("receiveResponseXML")]
    assert told == sorted(told) and told[-1] == 100
    assert told[1:5] == [20, 40, 60, 80]  # the first request asks which file this is


def test_the_file_that_the_connection_names_is_opened(house: House, pc: PC) -> None:
    house.ask("Zenith")
    assert pc.authenticate()[1] == str(house.path)


def test_a_file_that_cannot_be_opened_is_told_and_tried_again_later(house: House, pc: PC) -> None:
    posting = house.ask("Zenith")
    with house.books() as books:
        books.open_dialog()
    update = pc.update()
    assert update.ended == "not opened" and "A dialog is open in QuickBooks" in update.message
    assert update.message.endswith(" Who can act: Whoever works in QuickBooks.")
    assert (house.health().state, house.health().state_code) == (HEALTH.WAITING, "0x80040414")
    assert pc.update().wait_seconds > 0  # it is of no use to ask before
    with house.books() as books:
        books.close_dialog()
    house.clock.pass_by(minutes=1)
    pc.update()
    assert house.state(posting) == State.POSTED


def test_a_dialog_that_opens_in_the_middle_ends_the_session_with_a_sentence(house: House, pc: PC) -> None:
    postings = [house.ask(f"Client {number:02d}") for number in range(30)]

    def open_dialog(text: str) -> None:
        if "CustomerAddRq" in text and house.path.exists():
            with house.books() as books:
                books.open_dialog()

    house.before.append(open_dialog)
    update = pc.update()
    assert update.ended == "stopped" and "A dialog is open" in update.message
    house.before.clear()
    with house.books() as books:
        books.close_dialog()
    house.clock.pass_by(minutes=1)
    pc.update()
    assert {house.state(one) for one in postings} == {State.POSTED}


def test_a_refused_record_does_not_end_the_session(house: House, pc: PC) -> None:
    bad, good = house.ask("A:B"), house.ask("Good")
    assert pc.update().ended == "done"
    assert (house.state(bad), house.state(good)) == (State.PARKED, State.POSTED)


def test_another_company_file_is_refused_before_anything_is_sent(house: House, pc: PC) -> None:
    house.ask("Zenith")
    pc.update()
    posting = house.ask("Apex")
    path = house.path.with_name("other.sandbox")
    create(path, seed=7).close()
    CompanyFile.objects.filter(pk=house.file.pk).update(path="", identity={"company_name": "Tidewater Engineers"})
    house.sent.clear()
    house.path = path
    update = pc.update()
    assert update.ended == "done" and "another company file" in update.message
    assert house.health().state == HEALTH.CANNOT_OPEN
    assert house.state(posting) == State.QUEUED
    assert not any("CustomerAddRq" in text for text in house.sent)


def test_once_the_right_company_file_is_open_again_all_goes_on_by_itself(house: House, pc: PC) -> None:
    house.ask("Zenith")
    pc.update()
    posting, right = house.ask("Apex"), house.path
    CompanyFile.objects.filter(pk=house.file.pk).update(path="")
    house.path = right.with_name("other.sandbox")
    create(house.path, seed=7).close()
    told = [pc.update() for _ in range(2)]
    assert "another company file" in told[0].message
    assert told[1].wait_seconds and told[1].wait_seconds > 0, "it is asked to come back, not at once"
    assert Notice.objects.filter(kind="connection.broken", user=house.cast.ada).count() == 1
    house.path = right
    house.clock.pass_by(minutes=2)
    pc.update()
    assert house.state(posting) == State.POSTED
    assert house.health().state == HEALTH.ACTIVE


def test_an_old_quickbooks_and_another_country_are_told_apart_at_the_first_call(house: House, pc: PC) -> None:
    for more, words in (
        ({"qbXMLMajorVers": "12"}, "too old: it speaks qbXML 12.0"),
        ({"qbXMLCountry": "CA"}, "US edition only. An administrator can connect a company file of the US edition."),
    ):
        house.ask("Zenith")
        session = Session(pc)
        assert session.send(**more) == ""
        assert words in session.error()
        session.close()
        assert house.health().state == HEALTH.CANNOT_OPEN
        connections.try_connection(house.cast.ada, house.file, house.clock())


def test_several_company_files_are_served_at_once(house: House, pc: PC) -> None:
    second_path = house.path.with_name("second.sandbox")
    create(second_path, seed=3).close()
    second = CompanyFile.objects.create(name="Second", way="webconnector", path=str(second_path), made_at=START)
    connector, password = webconnectors.make(house.cast.ada, second, house.clock())
    one = house.ask("Zenith")
    house.file, first = second, house.file
    other = house.ask("Zenith", number=900)
    house.file = first
    session = Session(pc)
    text = session.up_to("CustomerAddRq")
    answer = pc.call("authenticate", strUserName=connector.user_name, strPassword=password)
    assert answer[1] == str(second_path)
    session.receive(session.carry(text))
    session.close()
    assert (house.state(one), house.state(other)) == (State.POSTED, State.QUEUED)
    assert WebConnector.objects.exclude(ticket_hash="").count() == 2


def test_a_paused_connection_gives_no_work(house: House, pc: PC) -> None:
    house.ask("Zenith")
    connections.pause(house.cast.ada, house.file, "Backup", house.clock())
    assert pc.update().ended == "none"


def test_the_file_is_let_go_when_somebody_asks_for_it(house: House, pc: PC) -> None:
    postings = [house.ask(f"Client {number:02d}") for number in range(45)]

    def release(text: str) -> None:
        if "CustomerAddRq" in text:
            connections.release_file(house.cast.ada, house.file, house.clock())

    house.before.append(release)
    pc.update()
    assert (house.state(postings[0]), house.state(postings[-1])) == (State.POSTED, State.QUEUED)
    assert house.health().state_code == "released"
    house.before.clear()
    house.clock.pass_by(minutes=3)
    pc.update()
    assert house.state(postings[-1]) == State.POSTED


def test_the_monitor_leaves_a_file_alone_that_the_web_connector_reaches(house: House, pc: PC) -> None:
    posting = house.ask("Zenith")
    Monitor({"sandbox": house.line.way}, now=house.clock, ids=CountedIds("M"), token="t").run_once()
    assert house.state(posting) == State.QUEUED


def test_the_version_is_told_and_a_very_old_connector_hears_of_a_newer_one(pc: PC) -> None:
    assert pc.one("serverVersion").startswith("Daybook ")
    assert pc.one("clientVersion", strVersion="2.3.0.215") == ""
    assert pc.one("clientVersion", strVersion="1.5.0.30") == "O:2.0"
    assert pc.one("clientVersion", strVersion="unheard of") == ""


# --- held open --------------------------------------------------------------------------------------------------------
def test_a_session_is_not_held_open_unless_the_connection_says_so(house: House, pc: PC) -> None:
    house.file.hold_seconds = 60
    house.file.save()
    house.ask("Zenith")
    pc.update()
    assert pc.waited == []


def test_a_session_that_is_held_open_carries_what_is_asked_meanwhile(house: House, pc: PC) -> None:
    house.file.hold_seconds = 60
    house.file.save()
    webconnectors.change(house.cast.ada, pc.connector, hold_open=True, schedule_seconds=60, now=house.clock())
    first, later = house.ask("Zenith"), []
    pc.during_wait = [lambda: None, lambda: later.append(house.ask("Apex"))]
    pc.update()
    assert (house.state(first), house.state(later[0])) == (State.POSTED, State.POSTED)
    assert set(pc.waited) == {5.0}
    assert 10 <= len(pc.waited) <= 16  # 60 seconds after the last work it lets go
    assert Lease.objects.get().holder == ""


def test_a_held_session_lets_go_when_the_connection_is_paused(house: House, pc: PC) -> None:
    house.file.hold_seconds = 600
    house.file.save()
    webconnectors.change(house.cast.ada, pc.connector, hold_open=True, schedule_seconds=60, now=house.clock())
    house.ask("Zenith")
    pc.during_wait = [lambda: connections.pause(house.cast.ada, house.file, "Backup", house.clock())]
    pc.update()
    assert len(pc.waited) == 1
