"""A connection that is deleted and made again, or pointed at a moved file, keeps its links; another file is refused."""

import shutil
from datetime import date

from daybook.companyfile import create
from daybook.connections.operations import connect_again, delete_connection, point_at, resume
from daybook.directory.models import Client
from daybook.outbox.models import Link
from tests.intake.house import House, counted_rows

CUSTOMERS = ["customers"]


def test_a_connection_made_again_finds_its_links(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    before = counted_rows()
    delete_connection(house.cast.ada, house.file, house.clock())
    house.run()
    with house.bookkeeper() as books:
        books.add("customer", "Zenith")
    connect_again(house.cast.ada, house.file, house.clock())
    run = house.bring(CUSTOMERS, trigger="first")
    assert run.state == "published", run.problem
    assert (run.counts["customer"]["new"], run.counts["customer"]["same"]) == (1, before["outbox_link"])
    assert Client.objects.count() == before["directory_client"] + 1


def test_a_moved_file_keeps_its_links(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    before = counted_rows()
    moved = house.path.with_name("moved.qbw")
    house.line._let_file_go() if house.line.ticket else None
    shutil.move(house.path, moved)
    house.path = moved
    point_at(house.cast.ada, house.file, str(moved), house.clock())
    run = house.bring(CUSTOMERS, trigger="reconcile")
    house.settle()
    assert house.again(run).state == "published"
    assert counted_rows() == before | {"history_change": before["history_change"] + 1}
    assert not Link.objects.filter(state="broken").exists()


def test_another_file_in_its_place_is_refused_and_nothing_is_read(house: House) -> None:
    house.bring(CUSTOMERS, trigger="first")
    before = counted_rows()
    house.line._let_file_go() if house.line.ticket else None
    house.path.unlink()
    create(house.path, seed=7, today=date(2026, 11, 1)).close()
    run = house.bring(CUSTOMERS, trigger="reconcile")
    house.settle()
    assert house.health().state == "cannot_open"
    assert house.again(run).state in ("waiting", "failed")
    assert counted_rows() == before
    resume(house.cast.ada, house.file, house.clock())
    house.settle()
    assert counted_rows()["outbox_link"] == before["outbox_link"]
