"""The installed command does what the forked one does, by which most tests run the commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ppbillit.cli.main import app
from support.shop_orders import day, three_documents

if TYPE_CHECKING:
    from support.world import World

# For each command arguments with which it changes nothing, so that a second run says the same.
ARGUMENTS: dict[str, list[str]] = {
    "connect": [],  # off a terminal it names what it wants to know
    "debtors": [],
    "demo": ["--no-such-flag"],  # test_pages runs it
    "doctor": [],
    "emulator": ["--no-such-flag"],  # test_emulator starts it
    "explain": ["810001"],
    "export-existing": ["--since", day(60), "--dry-run"],
    "history": [],
    "notify-test": [],
    "prices": [],
    "probe": ["--dry-run"],
    "rebuild-state": [],  # there is a state file
    "retry": ["--all", "--dry-run"],
    "skip": ["810001", "--reason", "made by hand"],  # it is not stuck
    "status": [],
    "sync": ["--dry-run"],
    "sync-payments": ["--dry-run"],
}


@pytest.mark.parametrize("command", ARGUMENTS)
def test_the_installed_command_does_what_the_forked_one_does(world: World, command: str) -> None:
    """Otherwise: what the other tests show of forked processes does not hold for what cron starts."""
    three_documents(world)
    world.run_in_process("sync")
    forked, installed = (run(command, *ARGUMENTS[command]) for run in (world.run, world.run_installed))
    assert installed.returncode == forked.returncode
    assert without_digits(installed.stdout) == without_digits(forked.stdout)
    assert without_digits(installed.stderr) == without_digits(forked.stderr)


def without_digits(text: str) -> str:
    """Leave out what differs between two equal runs: their times and ids."""
    return re.sub(r"\d{8}T\d{6}Z-\w+|\d", "", text)


def test_every_command_is_run_as_it_is_installed() -> None:
    assert ARGUMENTS.keys() == {command.name for command in app.registered_commands}
