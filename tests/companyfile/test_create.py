"""Making a company file: the sample firm, and very many customers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from daybook.companyfile import CompanyFile, create
from daybook.qbxml.kinds import KINDS

DAY = date(2026, 11, 1)


def everything(file: CompanyFile) -> list[dict[str, object]]:
    return [entry.values for kind in KINDS for entry in file.entries(kind, show="all", limit=10_000)]


def test_the_sample_firm_is_believable(sample_file: Path) -> None:
    with CompanyFile.open(sample_file) as file:
        customers = file.entries("customer", show="all", limit=1000)
        assert sum(entry.sublevel == 0 for entry in customers) == 40
        assert {entry.sublevel for entry in customers} == {0, 1, 2, 3}
        assert any(not entry.is_active for entry in customers)
        assert file.count("employee", show="all") == 15
        types = {entry.values["AccountType"] for entry in file.entries("account")}
        assert {"Bank", "CreditCard", "AccountsReceivable", "AccountsPayable", "Income", "Expense"} <= types
        kept = {"item_inventory_assembly", "item_fixed_asset"}
        assert all(file.count(kind, show="all") for kind in KINDS.keys() - kept)


def test_the_same_seed_and_day_make_the_same_firm_and_every_file_its_own_identity(tmp_path: Path) -> None:
    made = [create(tmp_path / f"{name}.qbw", customers=300, seed=7, today=DAY) for name in ("one", "two")]
    other = create(tmp_path / "three.qbw", customers=300, seed=8, today=DAY)
    assert everything(made[0]) == everything(made[1]) != everything(other)
    assert len({file.status()["file_id"] for file in (*made, other)}) == 3
    for file in (*made, other):
        file.close()


def test_as_many_customers_as_asked_for(tmp_path: Path) -> None:
    with create(tmp_path / "big.qbw", customers=5000, today=DAY) as file:
        assert file.count("customer", show="all") == 5000
        assert file.add("customer", "One more").list_id not in {
            entry.list_id for entry in file.entries("customer", show="all", limit=5000) if entry.name != "One more"
        }


def test_an_empty_file_has_no_records(tmp_path: Path) -> None:
    with create(tmp_path / "empty.qbw", empty=True) as file:
        assert file.status()["records"] == {}
        assert file.add("customer", "The first").full_name == "The first"


def test_an_existing_file_is_not_overwritten(sample_file: Path) -> None:
    with pytest.raises(FileExistsError):
        create(sample_file)
    with CompanyFile.open(sample_file) as file:
        assert file.count("employee", show="all") == 15
