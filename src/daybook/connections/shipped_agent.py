"""The agent that this Daybook ships, as a wheel that pip installs from the address of the agents.

It is made here from the agent's own sources, which travel inside the distribution; no package index is needed.
"""

import base64
import hashlib
import io
import re
import zipfile
from functools import cache
from pathlib import Path

NAME = "daybook_agent"
_INSIDE = Path(__file__).parent / "shipped" / NAME
_BESIDE = Path(__file__).parents[3] / "agent" / "src" / NAME
REQUIRES = ("httpx>=0.28", "keyring>=25; sys_platform == 'win32'", "pywin32>=308; sys_platform == 'win32'")
PYTHON = ">=3.11"
SAME_EACH_TIME = (2026, 1, 1, 0, 0, 0)


def source() -> Path:
    """The folder of the agent's package."""
    return _INSIDE if _INSIDE.exists() else _BESIDE


@cache
def version() -> str:
    """The version of the agent that is shipped."""
    found = re.search(r'__version__ = "([^"]+)"', (source() / "__init__.py").read_text(encoding="utf-8"))
    if found is None:
        raise RuntimeError("The agent's sources do not name their version.")
    return found[1]


def file_name() -> str:
    """The name of the wheel."""
    return f"{NAME}-{version()}-py3-none-any.whl"


@cache
def wheel() -> bytes:
    """The wheel."""
    about = f"{NAME}-{version()}.dist-info"
    files = {f"{NAME}/{path.name}": path.read_bytes() for path in sorted(source().glob("*.py"))}
    files[f"{about}/METADATA"] = _metadata().encode()
    files[f"{about}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: daybook\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{about}/entry_points.txt"] = f"[console_scripts]\ndaybook-agent = {NAME}.main:run\n".encode()
    record = [f"{name},sha256={_digest(body)},{len(body)}" for name, body in files.items()]
    files[f"{about}/RECORD"] = ("\n".join([*record, f"{about}/RECORD,,"]) + "\n").encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name, SAME_EACH_TIME), body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _metadata() -> str:
    requires = "".join(f"Requires-Dist: {one}\n" for one in REQUIRES)
    head = f"Metadata-Version: 2.1\nName: daybook-agent\nVersion: {version()}\nRequires-Python: {PYTHON}\n"
    return head + "License: Apache-2.0\n" + requires


def _digest(body: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
