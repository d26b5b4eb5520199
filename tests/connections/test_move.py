"""A connection is moved: looked at elsewhere, compared with what is linked, and only then taken or left."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from daybook.companyfile import CompanyFile as Sandbox
from daybook.companyfile import create
from daybook.connections import agents, operations, trials
from daybook.connections.models import Agent, CompanyFile, Lease, Trial
from daybook.history.queries import of_subject
from daybook.intake.models import ImportRun
from daybook.intake.moving import accept_move
from daybook.intake.operations import ask_import, confirm
from daybook.intake.queries import progress
from daybook.monitor.lease import LeaseLost
from daybook.outbox.models import Link, Posting
from daybook.people.errors import NotAllowed, Refused
from daybook.remote import visits
from tests.companyfile.conftest import path, sample_file
from tests.monitor.harness import START, House, State
from tests.web.conftest import cast
from tests.webconnector.pc import PC

__all__ = ["cast", "path", "sample_file"]

pytestmark = pytest.mark.django_db(transaction=True)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def house(cast: SimpleNamespace, path: Path) -> Iterator[House]:
    built = House(cast, path)
    Lease.objects.create(company_file=built.file, expires_at=START)
    yield built
    built.line.drop()


@pytest.fixture
def posted(house: House) -> list[Posting]:
    """Three linked records."""
    made = [house.ask(name) for name in ("Zenith", "Fabrikam", "Contoso")]
    house.run()
    assert [house.state(one) for one in made] == [State.POSTED] * 3
    return made


@pytest.fixture
def copy(house: House, posted: list[Posting], tmp_path: Path) -> Path:
    return Path(shutil.copy(house.path, tmp_path / "copy.qbsandbox"))


def begin(house: House, place: Path, way: str = "sandbox") -> Trial:
    return trials.begin(house.cast.ada, house.file, way=way, path=str(place), now=house.clock())


def turns(house: House) -> None:
    """The Monitor learns that it lost the lease, and then takes it anew."""
    with suppress(LeaseLost):
        house.run()
        return
    house.line.drop()
    house.run()


def found(house: House) -> trials.Verdict:
    trial = trials.of_file(house.file)
    assert trial is not None
    verdict = trials.verdict(trial)
    assert verdict is not None, (trial.compared, trial.total)
    return verdict


def test_a_copy_is_read_and_compared_and_nothing_is_posted(house: House, copy: Path) -> None:
    waits = house.ask("Waits")
    begin(house, copy)
    posts = len(house.posts())
    turns(house)
    verdict = found(house)
    assert (verdict.word, verdict.may_be_taken) == ("The same", True)
    assert "3 of 3 linked records are there" in verdict.sentence
    assert (house.state(waits), len(house.posts())) == (State.QUEUED, posts)
    file = CompanyFile.objects.get()
    assert (file.in_trial, file.path, file.state) == (True, str(copy), "active")


def test_going_back_posts_what_waited_to_the_file_before(house: House, copy: Path) -> None:
    begin(house, copy)
    turns(house)
    waits = house.ask("Waits")
    file = trials.go_back(house.cast.ada, house.file, house.clock())
    assert (file.path, file.in_trial, Trial.objects.count()) == (str(house.path), False, 0)
    turns(house)
    assert house.state(waits) == State.POSTED
    assert len(house.found("Waits")) == 1
    house.path = copy
    assert house.found("Waits") == []
    house.path = Path(file.path)


def test_a_yes_moves_the_connection_with_its_links_and_reads_everything_anew(house: House, copy: Path) -> None:
    CompanyFile.objects.update(last_sync_at=START)
    linked = set(Link.objects.filter(state="shared").values_list("pk", "list_id"))
    change = house.change(Posting.objects.order_by("id")[0], phone="503-555-0100")
    begin(house, copy)
    turns(house)
    run = accept_move(house.cast.ada, house.file, house.clock())
    assert run is not None and run.trigger == ImportRun.Trigger.RECONCILE
    file = CompanyFile.objects.get()
    assert (file.reread_needed, file.in_trial, file.path) == (True, False, str(copy))
    before = Path(house.path)
    house.path = copy
    turns(house)
    assert house.state(change) == State.POSTED
    assert linked <= set(Link.objects.filter(state="shared").values_list("pk", "list_id"))
    house.path = before
    summaries = [line.summary for line in of_subject("company_file", file.pk)]
    assert "Moved the connection: 3 of 3 linked records are there." in summaries


def test_the_books_of_another_firm_are_not_taken(house: House, posted: list[Posting], tmp_path: Path) -> None:
    other = tmp_path / "other.qbsandbox"
    create(other, customers=3, seed=7).close()
    with Sandbox.open(other) as books:
        books.set_company(CompanyName="Another Firm")
    begin(house, other)
    turns(house)
    verdict = found(house)
    assert (verdict.word, verdict.may_be_taken) == ("Another company", False)
    assert "Another Firm" in verdict.sentence and "0 of 3" in verdict.sentence
    with pytest.raises(Refused, match="wrong records"):
        trials.accept(house.cast.ada, house.file, house.clock())
    assert CompanyFile.objects.get().identity["company_name"] != "Another Firm"


def test_an_older_copy_differs_and_says_which_records_are_not_there(house: House, path: Path, tmp_path: Path) -> None:
    house.ask("Zenith")
    turns(house)
    older = Path(shutil.copy(path, tmp_path / "older.qbsandbox"))
    house.ask("Newer")
    turns(house)
    begin(house, older)
    turns(house)
    trial = Trial.objects.get()
    assert (trial.total, trial.there, trial.missing) == (2, 1, ["Newer"])
    assert (found(house).word, found(house).may_be_taken) == ("It differs", True)


def test_a_record_with_another_name_is_shown_with_both(house: House, copy: Path) -> None:
    Link.objects.filter(full_name="Zenith").update(name="Zenith Ltd", full_name="Zenith Ltd")
    begin(house, copy)
    turns(house)
    trial = Trial.objects.get()
    assert (trial.there, trial.same_name, trial.renamed) == (3, 2, [["Zenith Ltd", "Zenith"]])
    assert "3 of 3 linked records are there, 1 under another name" in found(house).sentence


def test_a_comparison_of_many_records_goes_on_where_a_session_ended(
    house: House, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daybook.monitor.comparing.AT_ONCE", 1)
    begin(house, copy)
    house.line.drop()
    house.line._hold()
    for _ in range(3):  # opens the file and asks which it is, then a record each
        house.line._step()
    assert Trial.objects.get().compared == 2
    house.line.drop()
    house.run()
    assert (Trial.objects.get().compared, found(house).word) == (3, "The same")


def test_a_session_that_was_open_before_writes_nothing_more(house: House, copy: Path) -> None:
    """Whoever still has the file open at the place before is refused before a byte leaves."""
    CompanyFile.objects.update(hold_seconds=600)
    house.ask("Opens")
    turns(house)
    assert house.line.ticket
    sent = len(house.sent)
    begin(house, copy)
    house.ask("Late")
    with pytest.raises(LeaseLost):
        house.line.turn()
    assert len(house.sent) == sent
    house.line.drop()
    turns(house)
    assert found(house).sentence.endswith("3 of 4 linked records are there.")


def test_one_place_at_a_time(house: House, copy: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="looked for already"):
        begin(house, house.path)
    begin(house, copy)
    with pytest.raises(Refused, match="elsewhere already"):
        begin(house, tmp_path / "third.qbsandbox")
    with pytest.raises(Refused, match="not compared yet"):
        trials.accept(house.cast.ada, house.file, house.clock())
    for act in (operations.delete_connection, operations.accept_identity):
        with pytest.raises(Refused, match="go back first"):
            act(house.cast.ada, house.file, house.clock())
    with pytest.raises(Refused, match="go back first"):
        operations.point_at(house.cast.ada, house.file, "/x", house.clock())


def test_a_place_of_another_connection_is_refused(house: House, copy: Path) -> None:
    operations.add_company_file(house.cast.ada, name="Copy", path=str(copy), now=house.clock())
    with pytest.raises(Refused, match="connected already, as Copy"):
        begin(house, copy)
    with pytest.raises(Refused, match="is no way"):
        begin(house, copy, way="carrier pigeon")


def test_what_cannot_be_imported_meanwhile_is_refused_to_people_and_waits_for_the_schedule(
    house: House, copy: Path
) -> None:
    begin(house, copy)
    house.file.refresh_from_db()
    with pytest.raises(Refused, match=r"is looked at elsewhere\. Say yes to that or go back first\."):
        ask_import(house.cast.ada, house.file, now=house.clock())
    staged = ImportRun.objects.create(company_file=house.file, state="staged", asked_at=house.clock())
    with pytest.raises(Refused, match="is looked at elsewhere"):
        confirm(house.cast.ada, staged, house.clock())
    staged.delete()
    run = ask_import(None, house.file, trigger=ImportRun.Trigger.NIGHTLY, now=house.clock())
    assert progress(run).sentence.startswith("Waits. The company file is looked at elsewhere, until")


def test_only_who_may_manage_the_connection_moves_it(house: House, copy: Path) -> None:
    mia, now = house.cast.mia, house.clock()
    with pytest.raises(NotAllowed):
        trials.begin(mia, house.file, way="sandbox", path=str(copy), now=now)
    begin(house, copy)
    turns(house)
    for act in (trials.go_back, trials.accept, accept_move):
        with pytest.raises(NotAllowed):
            act(mia, house.file, now)
    assert CompanyFile.objects.get().in_trial


def test_a_connection_moves_from_the_sandbox_to_the_web_connector_and_back(house: House, posted: list[Posting]) -> None:
    """The same file, through Intuit's door: the Web Connector compares, then posts; and the old way is shut."""
    waits = house.ask("Waits")
    begin(house, house.path, way="webconnector")
    house.file.refresh_from_db()
    pc = PC(house)
    turns(house)
    pc.update()
    assert found(house).word == "The same" and house.state(waits) == State.QUEUED
    accept_move(house.cast.ada, house.file, house.clock())
    pc.update()
    assert house.state(waits) == State.POSTED and len(house.found("Waits")) == 1
    begin(house, house.path)
    assert pc.authenticate()[1] == "nvu"
    house.line.drop()
    turns(house)
    assert found(house).word == "The same"


def test_a_move_to_the_agent_asks_for_the_door_of_the_agents(house: House, copy: Path) -> None:
    wanted = settings.HOME / agents.WANTED_FILE
    wanted.unlink(missing_ok=True)
    begin(house, copy)
    assert not wanted.exists()
    trials.go_back(house.cast.ada, house.file, house.clock())
    begin(house, copy, way="agent")
    assert wanted.exists()
    wanted.unlink()


def test_an_agent_of_a_connection_that_went_another_way_gets_no_work(house: House, copy: Path) -> None:
    CompanyFile.objects.update(way="agent")
    house.file.refresh_from_db()
    _, code = agents.make_code(house.cast.ada, house.file, house.clock())
    agent = agents.enrol(code, agents.hashed("key"), machine="OFFICE-PC", now=house.clock())
    begin(house, copy, way="sandbox")
    step = visits.look(visits.Caller(Agent.objects.get(pk=agent.pk), "one"), "")
    assert (step.instruction, step.state) == (None, visits.STANDBY)
    lost = visits.look(visits.Caller(Agent.objects.get(pk=agent.pk), "one"), "1.1").instruction
    assert lost is not None and "another one took over, or the connection was moved" in lost["why"]
    turns(house)
    assert found(house).word == "The same"


def test_a_script_moves_a_connection(run_daybook: Run, path: Path, tmp_path: Path) -> None:
    run_daybook("connection", "add", "--sandbox", str(path))
    assert run_daybook("monitor", "--once").returncode == 0
    copy = Path(shutil.copy(path, tmp_path / "copy.qbsandbox"))
    begun = run_daybook("connection", "move", "--sandbox", str(copy), "--json")
    assert begun.returncode == 0, begun.stderr
    assert json.loads(begun.stdout)["trial"]["path_before"] == str(path)
    early = run_daybook("connection", "move", "--yes")
    assert early.returncode == 1 and "not compared yet" in early.stderr
    assert run_daybook("monitor", "--once").returncode == 0
    shown = json.loads(run_daybook("connection", "move", "--json").stdout)["trial"]
    assert (shown["verdict"], shown["may_be_taken"]) == ("The same", True)
    moved = json.loads(run_daybook("connection", "move", "--yes", "--json").stdout)
    assert (moved["path"], moved["trial"]) == (str(copy), None)
    assert run_daybook("connection", "move", "--back").returncode == 1


@pytest.mark.parametrize(("way", "lets_in"), [("agent", "code"), ("webconnector", "password")])
def test_a_script_that_moves_to_another_program_is_told_what_lets_it_in(
    run_daybook: Run, house: House, way: str, lets_in: str
) -> None:
    told = run_daybook("connection", "move", f"--{way}").stdout
    assert "It was not opened there yet." in told and "of 0" not in told
    assert f"`daybook connection {lets_in} {house.file.pk}` lets " in told
    assert run_daybook("connection", lets_in, str(house.file.pk)).returncode == 0


def test_a_script_is_told_that_the_books_of_another_firm_are_not_taken(
    run_daybook: Run, house: House, posted: list[Posting], tmp_path: Path
) -> None:
    other = tmp_path / "other.qbsandbox"
    create(other, customers=3, seed=7).close()
    begin(house, other)
    assert "Nothing is posted meanwhile." in run_daybook("connection", "move").stdout
    turns(house)
    told = run_daybook("connection", "move").stdout
    assert "another company" in told and "cannot be moved there. `--back` leaves it." in told
    assert "--yes" not in told and run_daybook("connection", "move", "--yes").returncode == 1
