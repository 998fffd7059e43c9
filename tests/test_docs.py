"""The README says what is so: its tables are the code's, its output is what the commands print."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ppbillit.cli.main import app
from ppbillit.errors import ExitCode
from ppbillit.report import NEEDS_A_PERSON, Outcome

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SKIPPED = "[…]"


def table(heading: str) -> dict[str, str]:
    """Give the first two columns of the README's table with this heading."""
    _, _, rest = README.partition(f"| {heading} |")
    rows = rest.partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {first: second for first, second, *_ in cells}


def shape(line: str) -> str:
    """Give a line without what changes from day to day: its digits and its spacing."""
    return re.sub(r"\s+", " ", re.sub(r"\d+", "0", line)).strip()


def console_blocks() -> list[str]:
    return re.findall(r"```console\n(.*?)```", README, re.DOTALL)


def test_the_exit_table_is_the_enum() -> None:
    assert [int(code) for code in table("exit code")] == sorted(ExitCode)


def test_every_command_is_in_the_readme_and_nothing_else_is() -> None:
    commands = {command.name for command in app.registered_commands}
    assert {row.strip("`").removeprefix("ppbillit ") for row in table("command")} == commands


def test_every_outcome_is_explained() -> None:
    explained = {row.strip("`") for row in table("outcome")}
    assert {Outcome(name) for name in explained} >= NEEDS_A_PERSON
    for outcome in set(Outcome) - {Outcome.UNCHANGED}:
        assert f"`{outcome}`" in README


def test_every_command_in_the_readme_is_one_that_can_be_typed() -> None:
    typed = [
        line.removeprefix("$ ").split()
        for block in console_blocks()
        for line in block.splitlines()
        if line.startswith("$ ppbillit ")
    ]
    assert typed
    commands = {command.name for command in app.registered_commands}
    for _, command, *arguments in typed:
        assert command in commands
        helped = subprocess.run(
            [sys.executable, "-m", "ppbillit", command, "--help"], capture_output=True, text=True, check=True
        )
        for flag in arguments:
            assert not flag.startswith("--") or flag in helped.stdout


@pytest.mark.timeout(180)
def test_the_demo_prints_what_the_readme_shows_and_its_books_are_right() -> None:
    demo = subprocess.run(
        [sys.executable, "-m", "ppbillit", "demo"], capture_output=True, text=True, check=False
    )
    assert demo.stderr == ""
    assert demo.returncode == ExitCode.DONE
    printed = iter([shape(line) for line in demo.stdout.splitlines()])
    [shown] = [block for block in console_blocks() if block.startswith("$ make demo")]
    for line in shown.splitlines()[1:]:
        if line and line != SKIPPED:
            assert shape(line) in printed, line  # in this order, with others in between
