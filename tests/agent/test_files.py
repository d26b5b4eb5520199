"""What the agent keeps on its PC: whole or not at all, for its owner alone, and for one agent at a time."""

import json
import logging
from pathlib import Path

import pytest

from daybook_agent import main
from daybook_agent.folder import KEPT, LOG, SETTINGS, Folder, InUse
from daybook_agent.keys import FileStore, new_key, store_for
from daybook_agent.server import checked_url


def test_the_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    FileStore(Folder(tmp_path / "agent")).write([new_key()])
    assert ((tmp_path / "agent").stat().st_mode & 0o777) == 0o700
    assert ((tmp_path / "agent" / "agent.key").stat().st_mode & 0o777) == 0o600


def test_keys_are_long_and_each_is_new() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert min(map(len, keys)) >= 43


def test_a_file_that_was_being_written_when_the_power_went_is_still_the_old_one(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write(KEPT, {"letter": "1", "answer": "é"})
    (tmp_path / f"{KEPT}.new").write_text('{"letter": "2", "ans')
    assert folder.read(KEPT) == {"letter": "1", "answer": "é"}
    folder.remove(KEPT)
    assert folder.read(KEPT) is None


def test_two_agents_cannot_run_on_one_folder(tmp_path: Path) -> None:
    first, second = Folder(tmp_path), Folder(tmp_path)
    first.lock()
    with pytest.raises(InUse, match="runs on"):
        second.lock()


@pytest.mark.parametrize("url", ["ftp://x", "daybook.example.com", "http://daybook.example.com", "https://"])
def test_an_address_that_others_could_read_along_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        checked_url(url)


@pytest.mark.parametrize("url", ["https://daybook.example.com/", "http://127.0.0.1:8001"])
def test_an_address_over_tls_or_on_this_machine_is_taken(url: str) -> None:
    assert checked_url(url) == url.rstrip("/")


def test_the_log_is_a_file_that_does_not_grow_for_ever(tmp_path: Path) -> None:
    before = list(main.log.handlers)
    main.keep_log(Folder(tmp_path), on_screen=False)
    [handler] = [one for one in main.log.handlers if one not in before]
    try:
        main.log.info("A line.")
        assert "A line." in (tmp_path / LOG).read_text()
        assert isinstance(handler, logging.handlers.RotatingFileHandler)
        assert (handler.maxBytes, handler.backupCount) == (2_000_000, 5)
    finally:
        main.log.removeHandler(handler)
        handler.close()


def test_a_try_that_fails_leaves_what_was_enrolled_before_as_it_is(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    store_for(folder).write(["the key that works"])
    folder.write(SETTINGS, {"url": "https://daybook.example", "agent": 1, "company_file": "Books", "key_since": 1.0})
    with pytest.raises(main.Unreachable):
        main.enrol(folder, "http://127.0.0.1:9", "AAAA", "")
    assert main._enrolled(folder) == ("https://daybook.example", "the key that works")


def test_a_try_to_enrol_whose_answer_was_lost_uses_the_same_key_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    with pytest.raises(main.Unreachable):
        main.enrol(folder, "http://127.0.0.1:9", "AAAA", "")
    first = json.loads((tmp_path / "tried.key").read_text())
    with pytest.raises(main.Unreachable):
        main.enrol(folder, "http://127.0.0.1:9", "AAAA", "")
    assert json.loads((tmp_path / "tried.key").read_text()) == first
    with pytest.raises(main.Unreachable):
        main.enrol(folder, "http://127.0.0.1:9", "BBBB", "")
    assert json.loads((tmp_path / "tried.key").read_text()) != first
