"""An import that is stopped, cut off or killed in the middle leaves nothing half done."""

import pytest

from daybook.companyfile import HResult
from daybook.connections.models import Batch, Lease, Session
from daybook.connectors.qbd.errors import from_hresult
from daybook.directory.models import Client, Project
from daybook.intake import operations, steps, writing
from daybook.intake.models import Arrival, ImportRun, Watermark
from daybook.monitor import importing
from daybook.monitor.lease import LeaseLost
from daybook.notices.models import Notice
from daybook.outbox.models import Link
from daybook.people.errors import NotAllowed, Refused
from tests.intake.house import House, counted_rows

CUSTOMERS = ["customers"]


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many records as the sample firm has go in several pages and steps."""
    from daybook.connectors.qbd import queries
    from daybook.intake import deciding

    monkeypatch.setattr(queries.whole_list, "__kwdefaults__", {**(queries.whole_list.__kwdefaults__ or {}), "page": 25})
    monkeypatch.setattr(queries.next_page, "__kwdefaults__", {**(queries.next_page.__kwdefaults__ or {}), "page": 25})
    monkeypatch.setattr(writing, "WRITE_ROWS", 20)
    monkeypatch.setattr(deciding, "DECIDE_ROWS", 20)


def until(house: House, run: ImportRun, step: str) -> ImportRun:
    """Go on until the run is about to do this step."""
    for _ in range(500):
        run = house.again(run)
        if run.position.get("step") == step:
            return run
        house.line._step() if house.line.epoch is not None else house.line._hold()
    raise AssertionError(f"never came to {step}: {run.state} {run.problem}")


def test_a_stopped_import_leaves_nothing_behind(house: House, small_steps: None) -> None:
    before = counted_rows()
    run = house.ask_for(CUSTOMERS, trigger="first")
    run = until(house, run, "write")
    house.line._step()
    assert Client.everything.exists(), "rows are written by now, but nobody sees them"
    assert not Client.objects.exists()
    operations.stop_import(house.cast.ada, run, house.clock())
    house.run()
    run = house.again(run)
    assert (run.state, run.leftovers) == ("stopped", False)
    assert counted_rows() == before | {"history_change": 1}, "only that it was stopped is written down"
    assert not Arrival.objects.exists() and not Batch.objects.exists() and not Watermark.objects.exists()


def test_an_import_goes_on_where_the_monitor_died(house: House, small_steps: None) -> None:
    run = house.ask_for(CUSTOMERS, trigger="first")
    for step in ("decide", "write", "publish"):
        until(house, run, step)
        house.die()
        assert not Client.objects.exists()
    house.run()
    assert house.again(run).state == "published"
    with house.books() as books:
        active = books.entries("customer", limit=1000)
    assert Client.objects.count() == sum(entry.sublevel == 0 for entry in active)
    assert Project.objects.count() == sum(entry.sublevel > 0 for entry in active)


def test_a_list_is_read_from_its_start_after_a_lost_session(house: House, small_steps: None) -> None:
    run = house.ask_for(CUSTOMERS, trigger="first")
    for _ in range(100):
        house.line.turn() if house.line.epoch is None else house.line._step()
        run = house.again(run)
        if run.position.get("iterator") or run.state == "published":
            break
    assert run.state == "published" or run.position["iterator"]
    house.die()
    house.run()
    assert house.again(run).state == "published"
    with house.books() as books:
        assert Link.objects.filter(kind="customer").count() == books.count("customer", show="all")


def test_a_page_that_is_cut_off_is_asked_for_again(house: House) -> None:
    spoiled = []

    def cut(sent: str, answer: str) -> str:
        if "CustomerQueryRq" in sent and not spoiled:
            spoiled.append(True)
            return answer[: len(answer) // 2]
        return answer

    house.spoil.append(cut)
    assert house.bring(CUSTOMERS, trigger="first").state == "published"
    with house.books() as books:
        assert Link.objects.filter(kind="customer").count() == books.count("customer", show="all")


def test_an_answer_that_stays_broken_fails_the_import_and_people_are_told(house: House) -> None:
    house.spoil.append(lambda sent, answer: "<html>" if "CustomerQueryRq" in sent else answer)
    before = counted_rows()
    run = house.bring(CUSTOMERS, trigger="first")
    house.settle()
    run = house.again(run)
    assert run.state == "failed"
    assert "again and again" in run.problem
    assert counted_rows() == before
    assert not Arrival.objects.exists()
    assert Notice.objects.filter(kind="import.failed", user=house.cast.ada).count() == 1
    assert house.health().last_sync_ok is False


def test_an_iterator_that_quickbooks_forgot_starts_its_list_again(house: House, small_steps: None) -> None:
    spoiled = []

    def forget(sent: str, answer: str) -> str:
        if 'iterator="Continue"' in sent and not spoiled:
            spoiled.append(True)
            number = sent.partition('requestID="')[2].partition('"')[0]
            return (
                f'<?xml version="1.0" ?><QBXML><QBXMLMsgsRs><CustomerQueryRs requestID="{number}" statusCode="3391" '
                'statusSeverity="Error" statusMessage="The iteratorID is not valid." /></QBXMLMsgsRs></QBXML>'
            )
        return answer

    house.spoil.append(forget)
    run = house.bring(CUSTOMERS, trigger="first")
    assert (run.state, bool(spoiled)) == ("published", True)
    with house.books() as books:
        assert Link.objects.filter(kind="customer").count() == books.count("customer", show="all")
    assert run.progress["customer"]["done"] == run.progress["customer"]["total"]


def test_a_list_that_the_login_may_not_read_fails_the_import_with_the_reason(house: House) -> None:
    with house.books() as books:
        books.set_login_permission("employee", "all")
    run = house.bring(["employees"], trigger="first")
    assert run.state == "failed"
    assert "employee" in run.problem and "3260" in run.problem
    assert run.who_can_act


def test_a_file_that_cannot_be_opened_keeps_the_import_waiting(house: House) -> None:
    with house.books() as books:
        books.set_mode("single")
    run = house.bring(CUSTOMERS, trigger="first")
    assert run.state == "waiting"
    with house.books() as books:
        books.set_mode("multi")
    house.settle()
    assert house.again(run).state == "published"


def test_a_preview_writes_nothing_until_a_person_confirms_it(house: House) -> None:
    before = counted_rows()
    run = house.bring(CUSTOMERS, trigger="first", preview=True)
    assert (run.state, counted_rows()) == ("staged", before)
    assert run.counts["customer"]["new"] > 0
    with pytest.raises(NotAllowed):
        operations.confirm(house.cast.mia, run, house.clock())
    house.clock.pass_by(hours=3)
    operations.confirm(house.cast.ada, run, house.clock(), choices={"customers_without_jobs": "client_and_project"})
    house.run()
    assert house.again(run).state == "published"
    assert Project.objects.filter(is_client_itself=True).exists()


def test_a_preview_that_is_stopped_leaves_nothing(house: House) -> None:
    before = counted_rows()
    run = house.bring(CUSTOMERS, trigger="first", preview=True)
    operations.stop_import(house.cast.ada, run, house.clock())
    house.run()
    assert counted_rows() == before | {"history_change": 1}
    assert not Arrival.objects.exists()
    with pytest.raises(Refused):
        operations.confirm(house.cast.ada, run, house.clock())


def test_a_second_wish_joins_the_import_that_waits(house: House) -> None:
    first = house.ask_for(["customers"])
    second = house.ask_for(["employees"])
    assert first.pk == second.pk
    assert {"customer", "employee"} <= set(second.lists)


def test_only_who_has_the_right_may_import(house: House) -> None:
    for person in (house.cast.mia, house.cast.sam):
        with pytest.raises(NotAllowed):
            operations.ask_import(person, house.file, None, now=house.clock())


def test_progress_says_how_many_of_how_many(house: House, small_steps: None) -> None:
    from daybook.intake.queries import progress

    run = house.ask_for(CUSTOMERS, trigger="first")
    sentences = []
    for _ in range(300):
        house.line._step() if house.line.epoch is not None else house.line._hold()
        run = house.again(run)
        sentences.append(progress(run).sentence)
        if run.state == "published":
            break
    assert "Waits for the Monitor." in sentences
    assert any(sentence.startswith("Reading customers and jobs: 25 of ") for sentence in sentences)
    assert progress(run).percent == 100
    percents = [progress(run).percent]
    assert percents == sorted(percents)


def test_the_breather_lets_others_write_now_and_then() -> None:
    from django.db import connection

    clock = iter([0.0, 0.2, 0.2, 0.6, 0.6, 0.7])
    waits: list[float] = []
    breather = importing.Breather(lambda: next(clock), waits.append)
    for _ in range(3):
        with breather:
            pass
    assert waits == ([importing.REST] if connection.vendor == "sqlite" else [])


def test_every_step_has_a_place_to_go_on() -> None:
    assert set(steps._STEPS) == {
        "prepare", "match", "decide", "join", "count", "begin", "write", "change", "publish",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_login_that_is_withdrawn_in_the_middle_fails_the_import_and_people_are_told(house: House) -> None:
    def withdraw(sent: str) -> None:
        if "CustomerQueryRq" in sent:
            raise HResult(0x8004041A)

    house.before.append(withdraw)
    run = house.bring(CUSTOMERS, trigger="first")
    assert (run.state, "no permission" in run.problem, run.leftovers) == ("failed", True, False)
    assert house.health().state == "cannot_open"
    assert Notice.objects.filter(kind="import.failed", user=house.cast.ada).count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_lost_the_lease_writes_nothing_about_an_import(house: House, small_steps: None) -> None:
    run = house.ask_for(CUSTOMERS, trigger="first")
    for _ in range(100):
        if house.again(run).state == "running":
            break
        house.line._step() if house.line.epoch is not None else house.line._hold()
    session = Session.objects.get()
    session.number += 1
    Lease.objects.update(epoch=Lease.objects.get().epoch + 1)
    before = ImportRun.objects.values().get()
    error = from_hresult(0x8004041A, "")
    with pytest.raises(LeaseLost):
        importing.next_request(session, house.again(run), house.clock())
    with pytest.raises(LeaseLost):
        importing.interrupted(session, house.again(run), error, house.clock())
    assert ImportRun.objects.values().get() == before


def test_an_import_that_is_stopped_before_it_begins_is_not_begun(house: House) -> None:
    run = house.ask_for(CUSTOMERS)
    operations.stop_import(house.cast.ada, run, house.clock())
    session = Session(company_file=house.file, epoch=house.line.epoch or 0, number=1)
    Lease.objects.update_or_create(
        company_file=house.file, defaults={"epoch": session.epoch, "expires_at": house.clock()}
    )
    assert importing.next_request(session, run, house.clock()) is None
    assert house.again(run).state == "stopped"
