"""Look at ppbillit as it was installed from its wheel, with nothing beside it: run by `make wheel`.

Otherwise: what only the working copy has, or only developers have installed, is missing on the owner's machine.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import metadata
from pathlib import Path

import ppbillit

COMMAND = Path(sys.executable).with_name("ppbillit")
SHARED = Path(sys.prefix) / "share" / "ppbillit"


def run(*command: str | Path) -> str:
    """Run a command, show how it ended, and give what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (our own)
    print(f"{' '.join(map(str, command[1:]))}: exit code {done.returncode}")
    if done.returncode or done.stderr:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def must(holds: object, what: str) -> None:
    """End with these words where something does not hold."""
    if not holds:
        raise SystemExit(f"{what}: not so")


def main(dist: Path) -> None:
    """Look at everything."""
    about = metadata("ppbillit")
    must(Path(sys.prefix) in Path(ppbillit.__file__).parents, "the package is the installed one")
    must(not importlib.util.find_spec("pytest"), "nothing is installed that only developers have")
    must(about["Version"] == ppbillit.__version__, "the package has the version that the code has")
    must(about["License-Expression"] == "MIT", "the licence is declared")

    must("Usage: ppbillit" in run(COMMAND, "--help"), "--help shows how it is used")
    must(run(COMMAND, "--version") == f"ppbillit {ppbillit.__version__}\n", "--version is the version")
    must("The books are right." in run(COMMAND, "demo"), "the demo comes to its end")

    example = run(sys.executable, "-m", "ppbillit.config.example")
    must(example == (SHARED / "config.example.toml").read_text(encoding="utf-8"), "the example is installed")
    for name in (
        "docs/config.md",
        "docs/reasons.md",
        "docs/running.md",
        "contrib/crontab",
        "contrib/ppbillit.service",
    ):
        must((SHARED / name).is_file(), f"share/ppbillit/{name} is installed")

    [wheel], [sdist] = dist.glob("*.whl"), dist.glob("*.tar.gz")
    names = zipfile.ZipFile(wheel).namelist()
    for package in ("ppbillit", "ppbillit_emulator"):
        must(f"{package}/py.typed" in names, f"the wheel has {package}, and says that it is typed")
    must(any(name.endswith("/licenses/LICENSE") for name in names), "the wheel has the licence")
    must(not any(name.startswith("tests") for name in names), "the wheel has no tests")
    with tarfile.open(sdist) as archive:
        must(any(name.endswith("/LICENSE") for name in archive.getnames()), "the archive has the licence")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
