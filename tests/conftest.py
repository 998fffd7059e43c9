"""Fixtures that several folders use, and the place of temporary files."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from support.notification_server import NotificationServer, notification_server
from support.shop_orders import three_documents
from support.world import SENDING, EndState, World, new_world

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each commit of a state file waits for the disk, which costs a quarter of the CPU time of a run and more time in
# waiting.  So temporary files go to a file system in memory, where there is one and TMPDIR names no other place.
MEMORY = Path("/dev/shm")  # noqa: S108  (pytest and tempfile make folders of their own in it)
LEAST_BYTES = 512 * 2**20

if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > LEAST_BYTES:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


# A busy machine is no counterexample.
settings.register_profile("ppbillit")
settings.load_profile("ppbillit")


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
