"""The first start makes the database, also when several processes start at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from daybook.cli.setup import is_migrated
from tests.conftest import RunDaybook


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_known_to_be() -> None:
    assert is_migrated()


def test_three_commands_that_start_together_make_one_database(run_daybook: RunDaybook, tmp_path: Path) -> None:
    where = {"DAYBOOK_HOME": str(tmp_path / "new"), "DATABASE_URL": ""}
    with ThreadPoolExecutor(3) as pool:
        ran = list(pool.map(lambda _: run_daybook("status", "--json", **where), range(3)))
    assert [each.returncode for each in ran] == [0, 0, 0], [each.stderr for each in ran]
    assert json.loads(ran[0].stdout)["company_files"] == []
    assert (tmp_path / "new" / "daybook.sqlite3").exists()
