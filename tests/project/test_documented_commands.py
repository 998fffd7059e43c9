"""Every command in a console block of a page runs as it stands, or is listed here with the reason why not."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ppbillit.cli.commands.demo.world import furnish
from ppbillit_emulator.sample_shop import sample_orders
from support.notification_server import notification_server
from support.terminal import connect_environment
from support.world import COMMAND, World, today

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGES = [
    path.relative_to(ROOT).as_posix() for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
]

_AT_A_TERMINAL = "asks at a terminal; test_connect answers it"
_INSTALLS = "installs into the home of whoever runs it; `make test` installs the wheel elsewhere"
_DATED = "dated as in the page's example; test_existing_documents adopts, test_export_existing exports"
_AS_ROOT = "for root, and systemd; test_systemd_service_runs runs what it sets up"
NOT_RUN = {
    "make demo": "test_pages runs the demo and compares what it prints",
    "make test": "runs these tests",
    "ppbillit connect": _AT_A_TERMINAL,
    "ppbillit connect billit": _AT_A_TERMINAL,
    "ppbillit connect plugandpay": _AT_A_TERMINAL,
    "ppbillit connect billit --oauth": "asks at a terminal; test_oauth and test_connect answer it",
    "ppbillit export-existing --since 2026-12-25 --adopt --dry-run": _DATED,
    "python3 -m venv ~/.local/share/ppbillit": _INSTALLS,
    "~/.local/share/ppbillit/bin/pip install .": _INSTALLS,
    "mkdir -p ~/.local/bin": _INSTALLS,
    "ln -s ~/.local/share/ppbillit/bin/ppbillit ~/.local/bin/": _INSTALLS,
    "~/.local/bin/ppbillit --version": _INSTALLS,
    "python3 -m venv /opt/ppbillit": _AS_ROOT,
    "/opt/ppbillit/bin/pip install .": _AS_ROOT,
    "install -d -m 755 /etc/ppbillit": _AS_ROOT,
    "install -m 644 config.example.toml /etc/ppbillit/config.toml": _AS_ROOT,
    "install -m 600 /dev/null /etc/ppbillit/plugandpay.key": _AS_ROOT,
    "install -m 600 /dev/null /etc/ppbillit/billit.key": _AS_ROOT,
    "cp contrib/ppbillit.service contrib/ppbillit.timer /etc/systemd/system/": _AS_ROOT,
    "systemctl daemon-reload": _AS_ROOT,
    "systemctl start ppbillit.service": _AS_ROOT,
    "systemctl enable --now ppbillit.timer": _AS_ROOT,
    "journalctl -u ppbillit.service": _AS_ROOT,
}


def shown(page: str) -> Iterator[str]:
    """Return the commands of a page's console blocks, in their order; the rest of a block is output."""
    for block in re.findall(r"```console\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL):
        lines = [line.strip() for line in block.replace("\\\n", " ").splitlines()]
        yield from (" ".join(line[2:].split()) for line in lines if line.startswith(("$ ", "# ")))


def run_here(page: str) -> list[str]:
    return [command for command in shown(page) if command not in NOT_RUN]


@pytest.fixture
def stocked(world: World) -> World:
    """The shop of the demo, with old and new orders."""
    furnish(world.emulator)
    for order in sample_orders(today()):
        world.emulator.shop.add(order)
    (world.folder / ".local" / "state" / "ppbillit").mkdir(parents=True)  # where a first sync puts the state
    return world


@pytest.mark.parametrize("page", [page for page in PAGES if run_here(page)])
def test_what_a_page_shows_can_be_typed_and_works(stocked: World, page: str) -> None:
    """Otherwise: the first thing that a new user types is answered with an error."""
    with notification_server() as listener:
        stocked.configure(notify={"urls": [listener.url]})
        for command in run_here(page):
            program, *arguments = shlex.split(command)
            assert program == "ppbillit", command
            if arguments[0] == "connect":
                _connect(stocked, arguments)
                continue
            at_home = [each.replace("~", str(stocked.folder), 1) for each in arguments]
            result = stocked.run(*at_home)
            # 3: some of these orders are there to be parked.
            assert result.returncode in {0, 3}, (command, result.stderr)
            assert result.stderr == "" or "--json" in command, (command, result.stderr)


def _connect(world: World, arguments: list[str]) -> None:
    """Connect as on a machine that has no config yet."""
    folder = world.folder / "elsewhere"
    folder.mkdir()
    for name, key in (("shop", world.emulator.plugandpay_key), ("billit", world.emulator.billit_key)):
        (folder / f"{name}.key").write_text(key)
        (folder / f"{name}.key").chmod(0o600)
    done = subprocess.run(
        [str(COMMAND), *arguments],
        cwd=folder,
        env={**connect_environment(world), "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / ".config" / "ppbillit" / "config.toml").exists()


def test_the_commands_that_are_run_are_those_that_matter() -> None:
    """Otherwise: the test above holds because it finds nothing."""
    run = {command for page in PAGES for command in run_here(page)}
    assert run >= {
        "ppbillit sync",
        "ppbillit sync --dry-run",
        "ppbillit doctor",
        "ppbillit status",
        "ppbillit sync-payments",
        "ppbillit export-existing --since 2026-01-01",
        "ppbillit probe",
    }


def test_what_is_not_run_is_shown_somewhere() -> None:
    """Otherwise: the list keeps commands that no page shows any more, and hides the next of that name."""
    assert NOT_RUN.keys() - {command for page in PAGES for command in shown(page)} == set()
    assert all(NOT_RUN.values())
