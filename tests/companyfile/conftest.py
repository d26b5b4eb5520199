"""A fresh copy of the sample firm's company file for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from daybook.companyfile import CompanyFile, create
from tests.companyfile.talk import Clock, Talk


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample firm's file, not to be changed."""
    path = tmp_path_factory.mktemp("sample") / "tidewater.qbw"
    create(path, today=date(2026, 11, 1)).close()
    return path


@pytest.fixture
def path(sample_file: Path, tmp_path: Path) -> Path:
    """A company file of this test's own."""
    copy = tmp_path / "tidewater.qbw"
    shutil.copy(sample_file, copy)
    return copy


@pytest.fixture
def clock() -> Clock:
    """Monday 23 November 2026, 10:00 in Portland."""
    return Clock()


@pytest.fixture
def talk(path: Path, clock: Clock) -> Iterator[Talk]:
    """An application with a session on the file."""
    opened = Talk(path, clock)
    yield opened
    opened.processor.close_connection()


@pytest.fixture
def books(path: Path, clock: Clock) -> Iterator[CompanyFile]:
    """The bookkeeper at the same file."""
    with CompanyFile.open(path, clock=clock) as opened:
        yield opened
