"""Fixtures that several folders use, which tests run the command, and the place of temporary files."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from support.notification_server import NotificationServer, notification_server
from support.shop_orders import three_documents
from support.world import SENDING, EndState, World, new_world

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

# Each commit of a state file waits for the disk, which costs a quarter of the CPU time of a run and more time in
# waiting.  So temporary files go to a file system in memory, where there is one and TMPDIR names no other place.
MEMORY = Path("/dev/shm")  # noqa: S108  (pytest and tempfile make folders of their own in it)
LEAST_BYTES = 512 * 2**20

if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > LEAST_BYTES:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


# A busy machine is no counterexample.
settings.register_profile("ppbillit", deadline=None)
settings.load_profile("ppbillit")


# --- which tests `make check` runs -------------------------------------------------------------


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what runs the command in a World; a test that starts a process in another way has the mark by hand."""
    assert isinstance(item, pytest.Function)
    emulator_alone = item.path.is_relative_to(
        Path(__file__).parent / "emulator"
    )  # its `world` is another one
    if hasattr(item.module, "new_world") or ("world" in item.fixturenames and not emulator_alone):
        item.add_marker("system")


class ProcessGuard:
    """Refuse to start a process in a test without the mark."""

    STARTS = frozenset(
        {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system"}
    )

    def __init__(self) -> None:
        self.refuses = False
        sys.addaudithook(self._audit)

    def _audit(self, event: str, _: object) -> None:
        if self.refuses and event in self.STARTS:
            raise AssertionError("A test that starts a process is marked `system`.")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.refuses = item.get_closest_marker("system") is None
        try:
            return (yield)
        finally:
            self.refuses = False


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(ProcessGuard())


# --- fixtures ------------------------------------------------------------------------------------


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A shop without orders and a Billit without documents."""
    with new_world(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def undisturbed_end(tmp_path_factory: pytest.TempPathFactory) -> EndState:
    """The end state of three documents where nothing goes wrong."""
    with new_world(tmp_path_factory.mktemp("peace"), sending=SENDING) as world:
        three_documents(world)
        assert world.run_in_process("sync").returncode == 0
        return world.end_state()


@pytest.fixture
def listener() -> Iterator[NotificationServer]:
    with notification_server() as opened:
        yield opened
