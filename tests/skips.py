"""Where CI=true, a check that did not run has not passed: two hooks of pytest, which tests/conftest.py takes over."""

import os
from collections.abc import Generator

import pytest

# Tests that may be skipped where CI=true. Everything else that is skipped there has failed.
MAY_BE_SKIPPED_IN_CI: frozenset[str] = frozenset()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI=true, count a skipped test as a failed one: a check that did not run has not passed."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and item.nodeid not in MAY_BE_SKIPPED_IN_CI:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where CI=true: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that skips itself."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped where CI=true: {report.longrepr}"
    return report
