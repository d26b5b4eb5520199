"""`daybook connection`, `daybook post` and `daybook monitor --once`, as a script uses them."""

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from daybook.connections.models import CompanyFile, WebConnector
from daybook.directory.models import Client
from daybook.intake.models import ImportRun
from daybook.outbox.models import Posting
from tests.companyfile.conftest import path, sample_file
from tests.connections.test_connect import NOW

__all__ = ["path", "sample_file"]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.django_db(transaction=True)
def test_a_script_connects_a_file_posts_a_client_and_reads_the_outcome(run_daybook: Run, path: Path) -> None:
    added = run_daybook("connection", "add", "--sandbox", str(path), "--name", "Tidewater", "--json")
    assert (added.returncode, json.loads(added.stdout)["name"]) == (0, "Tidewater")
    Client.objects.create(name="Zenith", code="Z1", created_at=NOW, changed_at=NOW)
    asked = json.loads(run_daybook("post", "client", "Z1", "--json").stdout)
    assert asked["postings"][0]["state"] == "queued"
    assert run_daybook("monitor", "--once").returncode == 0
    posted = json.loads(run_daybook("post", "list", "--state", "posted", "--json").stdout)
    assert [one["title"] for one in posted] == ["Zenith"]
    listed = json.loads(run_daybook("connection", "list", "--json").stdout)
    assert (listed[0]["state"], listed[0]["connected"]) == ("active", True)


@pytest.mark.django_db(transaction=True)
def test_a_script_tells_the_code_of_a_problem_from_the_code_that_lets_an_agent_in(run_daybook: Run) -> None:
    added = json.loads(run_daybook("connection", "add", "--agent", "--name", "Tidewater", "--json").stdout)
    CompanyFile.objects.update(state="waiting", state_code="0x80040414")
    [listed] = json.loads(run_daybook("connection", "list", "--json").stdout)
    assert (listed["problem_code"], "code" in listed) == ("0x80040414", False)
    assert (added["problem_code"], len(added["code"])) == ("", 19)


@pytest.mark.django_db(transaction=True)
def test_refusals_have_a_sentence_on_standard_error_and_an_exit_code(run_daybook: Run, path: Path) -> None:
    missing = run_daybook("connection", "add", "--sandbox", str(path.with_name("missing.qbw")))
    assert (missing.returncode, missing.stdout) == (1, "") and "There is no file" in missing.stderr
    junk = path.with_name("junk.txt")
    junk.write_text("No company file.")
    no_file = run_daybook("connection", "add", "--sandbox", str(junk))
    assert (no_file.returncode, no_file.stdout) == (1, "") and "it is not a company data file" in no_file.stderr
    nothing = run_daybook("connection", "pause")
    assert nothing.returncode == 2 and "daybook connection list" in nothing.stderr
    nobody = run_daybook("post", "client", "Nobody")
    assert nobody.returncode == 2 and "no client" in nobody.stderr
    elsewhere = run_daybook("monitor", "--once", "--file", "Nobody")
    assert elsewhere.returncode == 2


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ("colour", "--choices is not JSON"),
        ("[1]", "Answers are given question by question"),
        ('{"colour": "blue"}', "There is no question colour. The questions are customers_without_jobs,"),
        ('{"sub_jobs": "sideways"}', "sideways is no answer here. Choose nested or flat."),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_what_answers_no_question_of_the_wizard_is_refused(
    run_daybook: Run, path: Path, choices: str, sentence: str
) -> None:
    added = run_daybook("connection", "add", "--sandbox", str(path), "--choices", choices)
    assert (added.returncode, added.stdout) == (1, "") and sentence in added.stderr
    assert not CompanyFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_script_pauses_moves_releases_and_deletes(run_daybook: Run, path: Path, tmp_path: Path) -> None:
    run_daybook("connection", "add", "--sandbox", str(path))
    for verb in (["pause", "--reason", "Year end."], ["resume"], ["release"], ["restored"]):
        assert run_daybook("connection", *verb).returncode == 0, verb
    moved = path.rename(tmp_path / "moved.qbw")
    assert run_daybook("connection", "point-at", str(moved)).returncode == 0
    assert CompanyFile.objects.get().path == str(moved)
    assert run_daybook("connection", "delete").returncode == 0
    assert json.loads(run_daybook("connection", "list", "--json").stdout) == []
    again = moved.rename(tmp_path / "again.qbw")
    assert run_daybook("connection", "point-at", str(again), path.stem).returncode == 0
    assert CompanyFile.objects.get().disconnected_at is None and CompanyFile.objects.get().path == str(again)


@pytest.mark.django_db(transaction=True)
def test_without_a_monitor_the_test_of_a_connection_says_so(run_daybook: Run, path: Path) -> None:
    run_daybook("connection", "add", "--sandbox", str(path))
    tried = run_daybook("connection", "test", "--seconds", "0.2")
    assert tried.returncode == 4 and "No Monitor runs" in tried.stderr


@pytest.mark.django_db(transaction=True)
def test_the_test_of_a_connection_says_when_the_web_connector_opens_the_file(run_daybook: Run) -> None:
    run_daybook("connection", "add", "--webconnector", "--name", "Tidewater")
    unseen = run_daybook("connection", "test", "--seconds", "0.2")
    assert unseen.returncode == 4 and "The file is opened when the Web Connector asks. It was not" in unseen.stderr
    seen = timezone.now() + timedelta(seconds=1)  # after the password was made
    WebConnector.objects.update(last_seen_at=seen)
    asks = run_daybook("connection", "test", "--seconds", "0.2")
    assert "The Web Connector opens the file when it asks next. It is expected at" in asks.stderr


@pytest.mark.django_db(transaction=True)
def test_a_posting_is_withdrawn_by_command(run_daybook: Run, path: Path) -> None:
    run_daybook("connection", "add", "--sandbox", str(path))
    Client.objects.create(name="Zenith", created_at=NOW, changed_at=NOW)
    (asked,) = json.loads(run_daybook("post", "all-waiting", "--json").stdout)["postings"]
    taken = run_daybook("post", "withdraw", str(asked["id"]), "--reason", "A mistake.", "--json")
    assert json.loads(taken.stdout)["state"] == "withdrawn"
    again = run_daybook("post", "resend", str(asked["id"]))
    assert again.returncode == 1 and "withdrawn by now" in again.stderr
    assert Posting.objects.get().withdrawn_reason == "A mistake."


@pytest.mark.django_db(transaction=True)
def test_a_file_said_to_be_restored_is_imported_in_full(run_daybook: Run, path: Path) -> None:
    run_daybook("connection", "add", "--sandbox", str(path))
    assert "first import" in run_daybook("connection", "restored").stdout and not ImportRun.objects.exists()
    CompanyFile.objects.update(last_sync_at=NOW)
    assert "A full import is asked for." in run_daybook("connection", "restored").stdout
    assert ImportRun.objects.get().trigger == ImportRun.Trigger.RECONCILE
    assert CompanyFile.objects.get().reread_needed


@pytest.mark.django_db(transaction=True)
def test_a_file_that_no_monitor_opens_is_not_called_active(run_daybook: Run, path: Path) -> None:
    run_daybook("connection", "add", "--sandbox", str(path))
    CompanyFile.objects.update(state="active", state_sentence="")
    wide = {"COLUMNS": "300"}
    for command in (("status",), ("connection", "list")):
        told = run_daybook(*command, **wide).stdout
        assert "No Monitor runs." in told and "daybook serve --with-monitor" in told, command
        assert "Active" not in told, command
    [described] = json.loads(run_daybook("status", "--json").stdout)["company_files"]
    assert (described["state"], described["word"], described["monitor_alive"]) == ("active", "Monitor not seen", False)
    run_daybook("connection", "point-at", str(path.with_name("moved.qbw")))
    assert "now" not in CompanyFile.objects.get().state_sentence


@pytest.mark.django_db(transaction=True)
def test_a_file_that_another_program_opens_needs_no_monitor_to_be_active(run_daybook: Run) -> None:
    run_daybook("connection", "add", "--webconnector", "--name", "Tidewater")
    CompanyFile.objects.update(state="active", state_sentence="")
    for command in (("status",), ("connection", "list")):
        told = run_daybook(*command, COLUMNS="300").stdout
        assert "Active" in told and "No Monitor runs" not in told, command
    assert "Web Connector" in run_daybook("connection", "list", COLUMNS="300").stdout
    CompanyFile.objects.update(in_trial=True)
    for command in (("status",), ("connection", "list")):
        assert "On trial" in run_daybook(*command, COLUMNS="300").stdout, command


@pytest.mark.django_db(transaction=True)
def test_the_status_counts_what_waits_in_the_words_of_the_pages(run_daybook: Run, path: Path) -> None:
    run_daybook("connection", "add", "--sandbox", str(path))
    Client.objects.create(name="Zenith", created_at=NOW, changed_at=NOW)
    run_daybook("post", "all-waiting")
    Posting.objects.update(state="parked")
    assert "Needs you: 1" in run_daybook("status").stdout
