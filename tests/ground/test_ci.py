"""What is asked of a change before it is taken."""

import os
import subprocess
from pathlib import Path

RUN = Path(__file__).resolve().parents[2] / ".ci" / "run"


def test_a_missing_oracle_ends_the_run_at_once_with_a_plain_sentence(tmp_path: Path) -> None:
    env = os.environ | {"DAYBOOK_ORACLE": str(tmp_path / "missing")}
    done = subprocess.run(["bash", str(RUN)], env=env, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert "oracle is not at" in done.stderr and "set DAYBOOK_ORACLE" in done.stderr
