"""Print a constraints file with the lowest versions that pyproject.toml allows, for `make lowest`.

What ppbillit needs by name is at its lower bound; everything else is at the version of constraints.txt.  With the
word `build` behind it: what the build needs, at its lower bound.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]

# pydantic names the one version of it that it works with.
TIED = {"pydantic-core"}


def normal(name: str) -> str:
    """Return a package's name as an index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def lowest(requirements: list[str]) -> dict[str, str]:
    """Return the lower bound of each requirement, by name; one without a bound is left out."""
    found = (re.match(r"([\w.-]+)(?:\[\w+\])?>=([\w.]+)", requirement) for requirement in requirements)
    return {normal(match[1]): match[2] for match in found if match}


def constraints(pyproject: str, pins: str) -> list[str]:
    """Return the lines of the constraints file."""
    project = tomllib.loads(pyproject)["project"]
    optional = project["optional-dependencies"]
    wanted = [*project["dependencies"], *optional.get("notify", [])]
    direct = lowest(wanted)
    if len(direct) != len(wanted):
        raise SystemExit("a dependency in pyproject.toml has no lower bound")
    others = [
        line
        for line in pins.splitlines()
        if line and normal(line.partition("==")[0]) not in direct.keys() | TIED
    ]
    return [*(f"{name}=={version}" for name, version in direct.items()), *others]


def build(pyproject: str) -> list[str]:
    """Return what the build needs, at its lowest."""
    needed = tomllib.loads(pyproject)["build-system"]["requires"]
    return [f"{name}=={version}" for name, version in lowest(needed).items()]


if __name__ == "__main__":
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    print("\n".join(build(text) if "build" in sys.argv[1:] else constraints(text, pinned)))
