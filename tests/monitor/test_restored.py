"""A company file that was restored from a backup is noticed, told of and read anew."""

from pathlib import Path

import pytest

from daybook.intake.models import ImportRun
from daybook.intake.operations import ask_import
from daybook.notices.models import Notice
from daybook.outbox.models import Link
from tests.monitor.harness import House, State


def restore(house: House, backup: Path) -> None:
    with house.books() as books:
        books.restore(backup)


def copy(house: House, folder: Path) -> Path:
    with house.books() as books:
        return books.backup(folder / "copy.qbw")


def told(house: House) -> list[Notice]:
    return list(Notice.objects.filter(kind="connection.restored", user=house.cast.ada))


def test_a_restored_file_is_noticed_by_the_record_that_is_not_there_any_more(house: House, tmp_path: Path) -> None:
    ask_import(None, house.file, ["customer"], now=house.clock())
    house.settle()
    backup = copy(house, tmp_path)
    posting = house.ask("Zenith", number=9001)
    house.settle()
    restore(house, backup)
    house.clock.pass_by(hours=1)
    house.ask("Apex", number=9002)
    house.settle()
    (notice,) = told(house)
    assert notice.title == "Tidewater looks restored from a backup" and "Zenith is not there" in notice.text
    assert "Broken links" in notice.text
    run = ImportRun.objects.latest("id")
    assert (run.trigger, run.state) == ("reconcile", "published")
    assert Link.objects.get(list_id=house.fresh(posting).list_id).state == Link.State.BROKEN
    assert house.health().reread_needed is False
    house.settle()
    assert len(told(house)) == 1 and ImportRun.objects.latest("id") == run


def test_what_a_restored_file_has_lost_is_posted_again(house: House, tmp_path: Path) -> None:
    ask_import(None, house.file, ["customer"], now=house.clock())
    house.settle()
    backup = copy(house, tmp_path)
    lost = house.ask("Zenith", number=9001)
    house.settle()
    restore(house, backup)
    house.clock.pass_by(hours=1)
    house.ask("Apex", number=9002)
    house.settle()
    again = house.ask("Zenith", number=9001)
    house.settle()
    (found,) = house.found("Zenith")
    assert house.state(again) == State.POSTED
    link = Link.objects.get(subject_kind="client", subject_id=9001)
    assert (link.state, link.list_id) == (Link.State.SHARED, found.list_id) and lost.pk != again.pk


def test_a_restored_file_is_noticed_by_a_record_that_is_as_it_was_before(house: House, tmp_path: Path) -> None:
    posting = house.ask("Zenith")
    house.run()
    backup = copy(house, tmp_path)
    house.clock.pass_by(minutes=5)
    house.change(posting, phone="503-555-0100")
    house.settle()
    restore(house, backup)
    house.ask("Apex")
    house.settle()
    assert len(told(house)) == 1
    assert house.health().reread_needed  # until the lists are imported; none ever was
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("what", ["nothing", "changed", "deleted"])
def test_the_work_of_the_bookkeeper_is_not_taken_for_a_restored_file(house: House, what: str) -> None:
    house.ask("Zenith")
    house.run()
    house.clock.pass_by(hours=1)
    with house.books() as books:
        if what == "changed":
            books.rename("customer", "Zenith", "Zenith Renamed")
        elif what == "deleted":
            books.delete("customer", "Zenith")
    house.ask("Apex")
    house.settle()
    assert told(house) == [] and not house.health().reread_needed


def test_other_postings_go_on_in_a_restored_file(house: House, tmp_path: Path) -> None:
    backup = copy(house, tmp_path)
    house.ask("Zenith")
    house.run()
    restore(house, backup)
    posting = house.ask("Apex")
    house.settle()
    assert house.state(posting) == State.POSTED and len(house.found("Apex")) == 1
