"""The agent is a program of its own: it installs without Django and without anything of Daybook."""

import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from importlib import metadata
from pathlib import Path

import pytest

from daybook.connections import shipped_agent
from daybook_agent import __version__
from tests.agent.test_com import HRESULTS_OF_QUICKBOOKS

AGENT = Path(__file__).resolve().parents[2] / "agent"


def needed(name: str, found: set[str]) -> set[str]:
    """A distribution and what it needs, as installed here."""
    key = name.lower().replace("_", "-")
    if key not in found:
        found.add(key)
        for line in metadata.requires(name) or []:
            if "extra ==" not in line and "python_version <" not in line:
                needed(re.split(r"[ ;<>=!~\[]", line)[0], found)
    return found


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh Python with the shipped wheel and what httpx needs, and nothing else."""
    folder = tmp_path_factory.mktemp("alone")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    wheel = folder / shipped_agent.file_name()
    wheel.write_bytes(shipped_agent.wheel())
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, str(wheel)], check=True)
    [packages] = (folder / "venv" / "lib").glob("python*/site-packages")
    here = Path(sysconfig.get_paths()["purelib"])
    for name in needed("httpx", set()):
        for top in {path.parts[0] for path in metadata.files(name) or [] if path.parts[0] != ".."}:
            source = here / top
            (shutil.copytree if source.is_dir() else shutil.copy)(source, packages / top)
    return python


def asked(python: Path, *typed: str) -> "subprocess.CompletedProcess[str]":
    env = {"PATH": "", "HOME": str(python.parent)}
    return subprocess.run([str(python), *typed], env=env, capture_output=True, text=True, check=False, timeout=60)


def test_it_runs_where_neither_django_nor_daybook_is(alone: Path, tmp_path: Path) -> None:
    program = alone.with_name("daybook-agent")
    assert asked(program, "--version").stdout.strip() == __version__
    every = "import daybook_agent.main, daybook_agent.carrier, daybook_agent.doctor, sys; print(*sys.modules)"
    loaded = asked(alone, "-c", every).stdout.split()
    assert "daybook_agent.carrier" in loaded
    assert not [name for name in loaded if name.split(".")[0] in ("django", "daybook", "lxml", "sqlite3")]
    for name in ("django", "daybook"):
        assert asked(alone, "-c", f"import {name}").returncode == 1
    doctor = asked(program, "--folder", str(tmp_path / "new"), "doctor")
    assert (doctor.returncode, "Not yet" in doctor.stdout) == (1, True)


def test_what_daybook_ships_is_what_the_agents_own_project_says() -> None:
    project = tomllib.loads((AGENT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert tuple(project["dependencies"]) == shipped_agent.REQUIRES
    assert project["requires-python"] == shipped_agent.PYTHON
    assert project["name"].replace("-", "_") == shipped_agent.NAME
    assert shipped_agent.version() == __version__


def test_the_wheel_holds_every_module_of_the_agent() -> None:
    modules = {path.name for path in (AGENT / "src" / "daybook_agent").glob("*.py")}
    assert {"carrier.py", "com.py", "service.py"} <= modules
    assert len(HRESULTS_OF_QUICKBOOKS) > 15
