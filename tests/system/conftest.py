from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from system.world import World, new_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A shop without orders and books without documents; a test fills them."""
    with new_world(tmp_path) as opened:
        yield opened
