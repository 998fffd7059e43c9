"""The version and the other package metadata stand in one place each."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import ppbillit

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_version_stands_in_one_place() -> None:
    """Otherwise: a release says two different things about what it is."""
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "src/ppbillit/__init__.py"
    assert version("ppbillit") == ppbillit.__version__
    written = f'"{ppbillit.__version__}"'
    places = [
        path
        for path in (*(ROOT / "src").rglob("*.py"), *(ROOT / "docs").glob("*.md"))
        if written in path.read_text(encoding="utf-8")
    ]
    assert places == [ROOT / "src" / "ppbillit" / "__init__.py"]


def test_the_changelog_speaks_of_this_version_first() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == ppbillit.__version__


def test_every_dependency_has_a_lower_bound_that_can_be_tested() -> None:
    """Otherwise: `make lowest` leaves one out, and its lower bound is a guess."""
    optional = PROJECT["project"]["optional-dependencies"]
    for requirement in (*PROJECT["project"]["dependencies"], *optional.get("notify", [])):
        assert re.match(r"[\w.-]+>=[\d.]+", requirement), requirement


def test_the_licence_is_declared_and_there() -> None:
    assert (PROJECT["project"]["license"], PROJECT["project"]["license-files"]) == ("MIT", ["LICENSE"])
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
