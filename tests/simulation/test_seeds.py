"""The short form of `make simulate`, and the seeds that found a fault."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from simulation.named import NAMED
from tests.conftest import REPOSITORY

Simulate = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def simulate() -> Simulate:
    """Runs `python -m simulation …` in a process of its own, which has its own database."""
    not_ours = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "DAYBOOK_HOME"}
    env = {name: value for name, value in os.environ.items() if name not in not_ours}

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "simulation", *arguments]
        return subprocess.run(command, env=env, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    return run


def test_the_first_seeds_keep_every_promise(simulate: Simulate) -> None:
    done = simulate("--seeds", "12", "--workers", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 seeds" in done.stdout
    assert "0 broken" in done.stdout


def test_the_seeds_that_found_a_fault_keep_every_promise_now(simulate: Simulate) -> None:
    done = simulate("named", "--workers", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(NAMED)} seeds" in done.stdout
    assert "0 broken" in done.stdout


def test_a_seed_is_told_as_a_story_and_is_the_same_each_time(simulate: Simulate) -> None:
    first, second = simulate("--seed", "4"), simulate("--seed", "4")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "every promise was kept" in first.stdout
    assert first.stdout == second.stdout
