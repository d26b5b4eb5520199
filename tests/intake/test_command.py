"""`daybook import`, typed by a person or called by a script."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from daybook.companyfile import CompanyFile as Sandbox
from daybook.connections.models import CompanyFile, MonitorSeat
from daybook.directory.models import Client, Project
from daybook.intake.models import ImportRun
from tests.companyfile.conftest import path, sample_file
from tests.conftest import StartProcess
from tests.waiting import wait_for

__all__ = ["path", "sample_file"]

pytestmark = pytest.mark.django_db(transaction=True)

Daybook = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def connected(run_daybook: Daybook, path: Path) -> Daybook:
    """The command, with the sample firm's file connected."""
    done = run_daybook("connection", "add", "--sandbox", str(path), "--name", "Tidewater")
    assert done.returncode == 0, done.stderr
    return run_daybook


def test_without_a_monitor_the_command_imports_by_itself(connected: Daybook) -> None:
    done = connected("import", "customers", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["state"], done.stderr) == (0, "published", "")
    assert told["records"] >= 120 and told["seconds"] > 0 and told["counts"]["customer"]["new"] > 100
    assert Client.objects.exists()
    assert ImportRun.objects.get(pk=told["id"]).asked_by is not None


def test_a_preview_is_confirmed_or_dropped_by_command(connected: Daybook) -> None:
    preview = connected("import", "customers", "--preview")
    assert preview.returncode == 0
    assert "Nothing was written yet" in preview.stdout and "daybook import --confirm" in preview.stdout
    assert not Client.objects.exists()
    assert connected("import", "customers").returncode == 1
    assert connected("import", "--stop").returncode == 0
    assert connected("import", "customers", "--preview").returncode == 0
    confirmed = connected("import", "--confirm")
    assert (confirmed.returncode, Client.objects.exists()) == (0, True)
    assert connected("import", "--confirm").returncode == 1


def test_the_questions_of_the_first_import_are_answered_by_command(connected: Daybook) -> None:
    wrong = connected("import", "customers", "--choose", "sub_jobs=sideways")
    assert wrong.returncode == 1 and "sideways is no answer here. Choose nested or flat." in wrong.stderr
    unknown = connected("import", "customers", "--choose", "colour=blue")
    assert unknown.returncode == 1 and "There is no question colour." in unknown.stderr
    answers = ("--choose", "sub_jobs=flat", "--choose", "customers_without_jobs=client_and_project")
    assert connected("import", "customers", *answers).returncode == 0
    assert not Project.objects.exclude(parent=None).exists()
    assert Project.objects.filter(is_client_itself=True).exists()


def test_a_wish_that_cannot_be_met_says_why(connected: Daybook, path: Path) -> None:
    unknown = connected("import", "invoices")
    assert unknown.returncode == 1 and "invoices is not a list. Choose from: customers," in unknown.stderr
    elsewhere = connected("import", "--file", "Nowhere")
    assert elsewhere.returncode == 2 and "No company file Nowhere is connected" in elsewhere.stderr
    with Sandbox.open(path) as books:
        books.set_mode("single")
    busy = connected("import", "customers")
    assert busy.returncode == 4 and "single-user mode" in busy.stderr


def test_an_import_while_the_file_is_looked_at_elsewhere_is_refused_at_once(connected: Daybook) -> None:
    CompanyFile.objects.update(in_trial=True)
    refused = connected("import", "--json")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "Tidewater is looked at elsewhere. Say yes to that or go back first.\n"


def test_a_monitor_that_runs_does_it(connected: Daybook, start_process: StartProcess) -> None:
    start_process("monitor")
    wait_for(MonitorSeat.objects.exists)
    done = connected("import", "customers", "--json")
    assert (done.returncode, json.loads(done.stdout)["state"]) == (0, "published")


def test_an_import_that_cannot_begin_says_why_and_who_can_act(connected: Daybook, path: Path) -> None:
    with Sandbox.open(path) as books:
        books.open_dialog()
    waiting = connected("import", "customers", "--wait", "2")
    assert waiting.returncode != 0
    assert "A dialog is open in QuickBooks." in waiting.stderr and "Who can act: Whoever works" in waiting.stderr
