"""The home folder and its key."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from daybook import home


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_HOME", str(tmp_path / "new"))
    first = home.keys()
    assert home.keys() == first
    assert stat.S_IMODE(home.key_file().stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_HOME", str(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: tuple(home.keys()), range(32)))
    assert len(set(found)) == 1


def test_an_older_key_still_signs_what_it_signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_HOME", str(tmp_path))
    (old,) = home.keys()
    home.key_file().write_text(f"new-key\n{old}\n")
    assert home.keys() == ["new-key", old]
    assert home.signing_secret(old) != home.signing_secret("new-key")


def test_an_empty_key_file_is_told_and_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_HOME", str(tmp_path))
    (tmp_path / home.KEY_FILE).write_text("")
    with pytest.raises(RuntimeError, match="Put the saved copy"):
        home.keys()
    assert home.key_file().read_text() == ""
