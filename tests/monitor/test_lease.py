"""One connection a company file, whoever runs."""

import os
from pathlib import Path

import pytest

from daybook.connections.models import Lease
from daybook.connections.queries import monitors
from daybook.monitor import lease, policy, service
from daybook.monitor.lease import LeaseLost
from daybook.outbox.models import Posting
from tests.monitor.harness import House, State


def test_a_second_monitor_stands_by(house: House) -> None:
    house.run()
    second = house.another_line("U")
    assert second.turn() is False and second.epoch is None


def test_a_monitor_that_stands_by_takes_over_when_the_lease_is_over(house: House) -> None:
    posting = house.ask("Zenith")
    house.run()
    second = house.another_line("U")
    house.clock.pass_by(seconds=policy.LEASE.total_seconds() + 1)
    later = house.ask("Apex")
    assert second.turn() is True
    assert second.epoch == 2
    assert (house.state(posting), house.state(later)) == (State.POSTED, State.POSTED)
    second.drop()


def test_the_old_holder_stops_at_its_next_write(house: House) -> None:
    house.file.hold_seconds = 60
    house.file.save()
    house.ask("Zenith")
    house.run()
    Lease.objects.update(epoch=9, holder="another")
    posting = house.ask("Apex")
    with pytest.raises(LeaseLost):
        house.run()
    assert house.state(posting) == State.QUEUED and len(house.posts()) == 1


def test_an_answer_that_comes_after_the_lease_was_lost_is_not_written(house: House) -> None:
    posting = house.ask("Zenith")
    line = house.line
    line._hold()
    line._open(house.file)
    line._carry(line.engine.next_request(house.file.pk, line._epoch) or pytest.fail("no question"))
    ask = line.engine.next_request(house.file.pk, line._epoch)
    assert ask is not None
    answer = line._send(ask.text)
    Lease.objects.update(epoch=9, holder="another")
    with pytest.raises(LeaseLost):
        line.engine.take_answer(house.file.pk, line._epoch, ask, answer)
    assert house.state(posting) == State.SENT
    line.drop()
    house.clock.pass_by(minutes=1)
    second = house.another_line("U")
    second.turn()  # the new holder asks what became of it
    second.drop()
    assert house.state(posting) == State.POSTED and len(house.found("Zenith")) == 1


def test_a_taker_that_finds_the_file_busy_backs_off(house: House) -> None:
    house.file.hold_seconds = 60
    house.file.save()
    house.ask("Zenith")
    house.run()  # the first keeps the file open
    house.clock.pass_by(seconds=policy.LEASE.total_seconds() + 1)
    posting = house.ask("Apex")
    second = house.another_line("U")
    second.turn()
    assert house.state(posting) == State.QUEUED
    assert house.health().state == "waiting" and "holds the company file" in house.health().state_sentence


def test_the_holder_asks_nothing_that_its_lease_may_not_outlast(house: House) -> None:
    house.ask("Zenith")
    line = house.line
    line._hold()
    line._open(house.file)
    line.engine.next_request(house.file.pk, line._epoch)
    assert Lease.objects.get().expires_at > house.clock.at + policy.LEASE * 0.9


def test_the_holder_of_a_process_that_died_is_known_as_dead() -> None:
    mine = service.name_of_holder("now")
    machine, space, _, _ = mine.split("/")
    gone = next(pid for pid in range(4_000_000, 3_000_000, -1) if not Path(f"/proc/{pid}").exists())
    assert service.is_dead(f"{machine}/{space}/{gone}/x")
    assert not service.is_dead(f"{machine}/{space}/{os.getppid()}/x")
    assert not service.is_dead(f"another-machine/{space}/{gone}/x")


def test_a_lease_is_given_back_and_taken_at_once(house: House) -> None:
    epoch = lease.take(house.file.pk, "one", "machine", house.clock())
    assert epoch is not None and lease.take(house.file.pk, "two", "machine", house.clock()) is None
    lease.let_go(house.file.pk, epoch, house.clock())
    assert lease.take(house.file.pk, "two", "machine", house.clock()) == epoch + 1
    assert not lease.renew(house.file.pk, epoch, house.clock())


def test_the_page_shows_who_is_active_and_who_stands_by(house: House) -> None:
    from daybook.connections.models import MonitorSeat

    now = house.clock()
    for holder in ("one", "two"):
        MonitorSeat.objects.create(holder=holder, machine=holder, started_at=now, heartbeat_at=now)
    lease.take(house.file.pk, "two", "two", now)
    assert [(one.machine, one.state) for one in monitors(now)] == [("two", "Active"), ("one", "Standby")]


def test_what_waits_for_a_refused_posting_is_not_parked_by_a_monitor_that_lost_the_lease(house: House) -> None:
    client = house.ask("Zenith")
    job = house.job("Harbour", client, after=client)
    house.line._hold()
    Posting.objects.filter(pk=client.pk).update(state=State.WITHDRAWN)
    epoch = house.line._epoch
    Lease.objects.update(epoch=9, holder="another")
    with pytest.raises(LeaseLost):
        house.line.engine.has_work(house.health(), epoch)
    assert house.state(job) == State.QUEUED
