"""Calls that come twice, too late, out of order or under a wrong ticket: no write goes twice and none is lost."""

import uuid

from daybook.connections import webconnectors
from daybook.connections.models import CompanyFile, Lease
from daybook.intake.models import Arrival, ImportRun
from daybook.intake.operations import ask_import
from daybook.outbox.models import Link
from daybook.webconnector.service import OVER, PATIENCE
from tests.monitor.harness import START, House, State
from tests.webconnector.pc import PC, Session


def test_a_request_that_is_asked_for_twice_is_not_sent_twice(house: House, pc: PC) -> None:
    posting = house.ask("Zenith")
    session = Session(pc)
    text = session.up_to("CustomerAddRq")
    session.carry(text)
    again = session.send()  # the answer never came to us
    assert "CustomerAddRq" not in again and "newMessageSetID" in again
    session.receive(session.carry(again))
    session.close()
    assert house.state(posting) == State.POSTED
    assert len(house.found("Zenith")) == len(house.posts()) == 1


def test_an_answer_that_comes_twice_is_taken_once(house: House, pc: PC) -> None:
    postings = [house.ask(f"Client {number:02d}") for number in range(25)]
    session = Session(pc)
    answer = session.carry(session.up_to("CustomerAddRq"))
    first = session.receive(answer)
    assert session.receive(answer) == first
    assert session.receive("") == first
    next_set = session.send()
    session.receive(session.carry(next_set))
    session.close()
    assert {house.state(one) for one in postings} == {State.POSTED}
    assert len(house.posts()) == 2


def test_an_answer_that_comes_late_is_not_taken_for_the_next_set(house: House, pc: PC) -> None:
    postings = [house.ask(f"Client {number:02d}") for number in range(25)]
    session = Session(pc)
    answer = session.carry(session.up_to("CustomerAddRq"))
    session.receive(answer)
    second = session.send()
    assert session.receive(answer) < 100  # a proxy sent the first one again
    assert {house.state(one) for one in postings[20:]} == {State.SENT}
    session.receive(session.carry(second))
    session.close()
    assert {house.state(one) for one in postings} == {State.POSTED}
    assert len(house.posts()) == 2


def test_a_page_that_is_lost_while_the_session_goes_on_is_read_again_with_its_list(house: House, pc: PC) -> None:
    with house.books() as books:
        for number in range(1600):
            books.add("customer", f"Many {number:04d}")
    run = ask_import(house.cast.ada, house.file, ["customer"], now=house.clock())
    session = Session(pc)
    session.receive(session.carry(session.up_to("CustomerQueryRq")))
    session.carry(session.send())  # this page never comes to us
    while (text := session.send()) and session.receive(session.carry(text)) < 100:
        continue
    session.close()
    house.clock.pass_by(minutes=1)
    pc.update()
    run.refresh_from_db()
    assert run.state == ImportRun.State.PUBLISHED
    assert Link.objects.filter(kind="customer", name__startswith="Many").count() == 1600


def test_a_page_that_comes_late_is_not_taken_for_the_next_page(house: House, pc: PC) -> None:
    with house.books() as books:
        for number in range(1100):
            books.add("customer", f"Many {number:04d}")
    run = ask_import(house.cast.ada, house.file, ["customer"], now=house.clock())
    session = Session(pc)
    page = session.carry(session.up_to("CustomerQueryRq"))
    session.receive(page)
    second = session.send()
    assert session.receive(page) < 100  # a proxy sent the first one again
    session.receive(session.carry(second))
    while (text := session.send()) and session.receive(session.carry(text)) < 100:
        continue
    session.close()
    run.refresh_from_db()
    assert run.state == ImportRun.State.PUBLISHED
    assert Arrival.objects.filter(run=run, kind="customer").count() == 0  # cleared away
    assert Link.objects.filter(kind="customer", name__startswith="Many").count() == 1100


def test_a_ticket_that_nobody_has_opens_nothing(house: House, pc: PC) -> None:
    posting = house.ask("Zenith")
    for ticket in ("", "none", str(uuid.uuid4()), "{" + "0" * 36 + "}"):
        assert pc.one("sendRequestXML", ticket=ticket) == ""
        assert pc.one("receiveResponseXML", ticket=ticket, response="<QBXML/>") == "-1"
        assert pc.one("getLastError", ticket=ticket) == OVER
        assert pc.one("connectionError", ticket=ticket, hresult="0x80040408", message="") == "done"
        assert pc.one("closeConnection", ticket=ticket) == "Closed."
    assert house.state(posting) == State.QUEUED


def test_the_ticket_of_another_company_file_opens_only_that_one(house: House, pc: PC) -> None:
    second = CompanyFile.objects.create(name="Second", way="webconnector", made_at=START)
    connector, password = webconnectors.make(house.cast.ada, second, house.clock())
    mine = house.ask("Zenith")
    first, house.file = house.file, second
    theirs = house.ask("Zenith", number=900)
    house.file = first
    ticket = pc.call("authenticate", strUserName=connector.user_name, strPassword=password)[0]
    Session(pc)
    pc.one("sendRequestXML", ticket=ticket)
    assert "CustomerAddRq" not in pc.one("sendRequestXML", ticket=ticket)
    assert (house.state(mine), house.state(theirs)) == (State.QUEUED, State.QUEUED)


def test_answers_before_the_first_request_change_nothing(house: House, pc: PC) -> None:
    posting = house.ask("Zenith")
    session = Session(pc)
    assert session.receive("<QBXML/>") == -1
    assert session.receive(hresult="0x80040414", message="a dialog") == -1
    text = session.up_to("CustomerAddRq")
    session.receive(session.carry(text))
    session.close()
    assert house.state(posting) == State.POSTED


def test_a_connection_error_in_the_middle_of_a_session_changes_nothing(house: House, pc: PC) -> None:
    posting = house.ask("Zenith")
    session = Session(pc)
    text = session.up_to("CustomerAddRq")
    assert pc.one("connectionError", ticket=session.ticket, hresult="0x80040408", message="") == "done"
    assert session.receive(session.carry(text)) == 99  # what QuickBooks may forget is said last
    assert house.state(posting) == State.POSTED
    session.close()


def test_a_session_that_is_closed_in_the_middle_leaves_nothing_open(house: House, pc: PC) -> None:
    posting = house.ask("Zenith")
    session = Session(pc)
    session.carry(session.up_to("CustomerAddRq"))
    session.close()
    assert Lease.objects.get().holder == ""
    pc.update()
    assert house.state(posting) == State.POSTED and len(house.found("Zenith")) == 1


def test_a_closed_session_is_over(house: House, pc: PC) -> None:
    house.ask("Zenith")
    session = Session(pc)
    session.up_to("CustomerAddRq")
    session.close()
    assert session.send() == "" and session.receive("<QBXML/>") == -1
    assert session.close()


def test_a_ticket_that_nobody_used_for_half_an_hour_opens_nothing(house: House, pc: PC) -> None:
    posting = house.ask("Zenith")
    session = Session(pc)
    session.carry(session.up_to("CustomerAddRq"))
    house.clock.pass_by(minutes=31)
    assert session.send() == "" and session.receive("<QBXML/>") == -1 and session.error() == OVER
    session.let_go()
    pc.update()
    assert house.state(posting) == State.POSTED and len(house.found("Zenith")) == 1


def test_the_same_pc_that_begins_anew_between_two_requests_goes_on_at_once(house: House, pc: PC) -> None:
    house.ask("Zenith")
    first = Session(pc)
    first.receive(first.carry(first.send()))
    first.let_go()
    assert pc.update().ended == "done"
    assert first.send() == ""


def test_nobody_takes_over_while_a_write_may_still_be_going_on(house: House, pc: PC) -> None:
    posting = house.ask("Zenith")
    first = Session(pc)
    text = first.up_to("CustomerAddRq")
    first.let_go()
    assert pc.update().ended == "busy"
    house.clock.pass_by(seconds=PATIENCE.total_seconds() + 1)
    assert pc.update().ended == "done"
    assert house.state(posting) == State.POSTED
    assert text.count("CustomerAddRq") and len(house.found("Zenith")) == 1


def test_another_pc_is_told_busy_while_the_first_is_at_work(house: House, pc: PC) -> None:
    house.ask("Zenith")
    first = Session(pc)
    first.receive(first.carry(first.send()))
    second = PC(house, "Q", address="::1")
    second.password = pc.password
    assert second.authenticate()[1] == "busy"
    first.up_to("CustomerAddRq")
    first.close()


def test_an_answer_that_is_no_qbxml_is_looked_up(house: House, pc: PC) -> None:
    posting = house.ask("Zenith")
    session = Session(pc)
    session.carry(session.up_to("CustomerAddRq"))
    session.receive("<QBXML><QBXMLMsgsRs><CustomerAddRs requestID=")  # cut off
    assert house.state(posting) == State.IN_DOUBT
    session.close()
    pc.update()
    assert house.state(posting) == State.POSTED and len(house.found("Zenith")) == 1


def test_an_answer_with_an_error_number_in_any_spelling_is_understood(house: House, pc: PC) -> None:
    for spelled in ("0x80040414", "0X80040414", str(0x80040414 - 2**32)):
        posting = house.ask(f"Client {spelled}")
        session = Session(pc)
        session.up_to("CustomerAddRq")
        assert session.receive(hresult=spelled, message="A dialog") == -1
        assert "A dialog is open in QuickBooks" in session.error()
        session.close()
        assert house.state(posting) == State.QUEUED
        house.clock.pass_by(minutes=5)
