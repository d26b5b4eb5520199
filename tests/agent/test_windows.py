"""What Windows refuses is told in a sentence; a fault of the agent itself is not hidden."""

import sys
from pathlib import Path

import pytest

from daybook_agent import main
from daybook_agent.windows import MEANINGS, refusal


class WindowsError(Exception):
    """pywintypes.error, and that of the credential store: number, function, words."""

    def __init__(self, number: int, words: str) -> None:
        super().__init__(number, "OpenSCManager", words)
        self.winerror, self.strerror = number, words


def typed(monkeypatch: pytest.MonkeyPatch, folder: Path, error: Exception) -> None:
    """`daybook-agent install-service`, at which this happens."""

    def fails(*_: object) -> int:
        raise error

    monkeypatch.setattr(sys, "argv", ["daybook-agent", "--folder", str(folder), "install-service"])
    monkeypatch.setattr(main, "_do", fails)
    main.run()


def test_who_is_no_administrator_of_windows_reads_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        typed(monkeypatch, tmp_path, WindowsError(5, "Access is denied."))
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "Run as administrator" in said and "Traceback" not in said


def test_a_fault_of_the_agent_is_not_taken_for_a_refusal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        typed(monkeypatch, tmp_path, ZeroDivisionError())


def test_an_unknown_number_is_told_with_the_words_of_windows() -> None:
    assert refusal(WindowsError(1312, "A specified logon session does not exist.")) == (
        "Windows refused it: A specified logon session does not exist. (1312)"
    )
    assert all(sentence.endswith(".") for sentence in MEANINGS.values())
