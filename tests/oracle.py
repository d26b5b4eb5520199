"""The test oracle: Intuit's schemas, field table and samples, which are not ours to ship.

Set ``DAYBOOK_ORACLE`` to the folder that holds them. Without it conformance tests skip; under ``CI=true`` they fail.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import pytest
from lxml import etree


def oracle() -> Path:
    """The folder of the oracle; skips (under CI: fails) where there is none."""
    folder = os.environ.get("DAYBOOK_ORACLE", "")
    if folder and Path(folder).is_dir():
        return Path(folder)
    message = "DAYBOOK_ORACLE is not set to the folder with Intuit's schemas and samples"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@lru_cache(maxsize=4)
def schema(version: str) -> etree.XMLSchema:
    """Intuit's schema of ``13.0`` or ``16.0``."""
    path = oracle() / "qbxml" / f"v{version}" / f"qbxmlops{version.replace('.', '')}.xsd"
    return etree.XMLSchema(etree.parse(path))


def schema_errors(text: str, version: str) -> list[str]:
    """What the schema says against a document, one line each; empty if it is valid."""
    judge = schema(version)
    judge.validate(etree.fromstring(text.encode()))
    return [f"{entry.line}: {entry.message}" for entry in judge.error_log]
