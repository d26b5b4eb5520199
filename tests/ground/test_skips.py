"""Where CI=true, a check that did not run has not passed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SKIPPED = """
import pytest
{level}
def test_nothing():
    {body}
"""


def outcome(tmp_path: Path, text: str, ci: str) -> str:
    (tmp_path / "test_skipped.py").write_text(text)
    (tmp_path / "conftest.py").write_text(
        "from tests.skips import pytest_make_collect_report, pytest_runtest_makereport"
    )
    env = os.environ | {"CI": ci, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:django", "-p", "no:xdist", "-c", os.devnull, "-q", str(tmp_path)],
        env=env, capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    "text",
    [
        SKIPPED.format(level="", body="pytest.skip('no browser')"),
        SKIPPED.format(level="@pytest.mark.skip(reason='no oracle')", body="pass"),
        SKIPPED.format(level="pytest.skip('no oracle', allow_module_level=True)", body="pass"),
    ],
)
def test_a_skipped_test_fails_where_ci_is_true_and_only_there(tmp_path: Path, text: str) -> None:
    assert "1 skipped" in outcome(tmp_path, text, "false")
    failed = outcome(tmp_path, text, "true")
    assert "1 failed" in failed or "1 error" in failed
