"""Backing up and restoring a company file."""

from __future__ import annotations

from pathlib import Path

import pytest

from daybook.companyfile import CompanyFile, FileInUse, HResult
from tests.companyfile.talk import Clock, Talk, customer


def test_a_restored_backup_brings_the_old_state_back_and_forgets_answers(
    path: Path, talk: Talk, books: CompanyFile, clock: Clock, tmp_path: Path
) -> None:
    identity = books.status()["file_id"]
    before = talk.get("Customer", "Juniper Legal")
    talk.end()
    books.backup(tmp_path / "monday.qbb")
    again = Talk(path, clock)
    again.ask_all(customer("1", "Foxglove"), new_set_id="DB-1")
    again.mod("Customer", before, Fax="1")
    again.end()
    books.delete("vendor", "Northgate Couriers")
    books.restore(tmp_path / "monday.qbb")
    after = Talk(path, clock)
    assert after.ask_all(new_set_id="DB-1", old_set_id="DB-1").set_status_code == 9002
    assert after.ask("CustomerQueryRq", {"FullName": ["Foxglove"]}).status_code == 500
    assert after.get("Customer", "Juniper Legal") == before
    assert after.ask("ListDeletedQueryRq", {"ListDelType": ["Vendor"]}).status_code == 1
    after.end()
    assert books.status()["file_id"] == identity


def test_an_application_that_has_the_file_is_in_the_way(
    talk: Talk, books: CompanyFile, clock: Clock, tmp_path: Path
) -> None:
    with pytest.raises(FileInUse, match="in use by Daybook Monitor"):
        books.backup(tmp_path / "monday.qbb")
    assert not (tmp_path / "monday.qbb").exists()
    talk.end()
    books.backup(tmp_path / "monday.qbb")
    waiting = Talk(books.path, clock)
    with pytest.raises(FileInUse):
        books.restore(tmp_path / "monday.qbb")
    waiting.end()


def test_only_a_company_file_can_be_restored(books: CompanyFile, tmp_path: Path) -> None:
    (tmp_path / "notes.qbb").write_text("no company file")
    with pytest.raises(HResult):
        books.restore(tmp_path / "notes.qbb")
    assert books.find("customer", "Juniper Legal")


def test_a_backup_does_not_overwrite(books: CompanyFile, tmp_path: Path) -> None:
    books.backup(tmp_path / "monday.qbb")
    with pytest.raises(FileExistsError):
        books.backup(tmp_path / "monday.qbb")
