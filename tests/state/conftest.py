"""A new state file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ppbillit.state import StateStore, create_state
from support.order_stages import SHOP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(name="state")
def _state(tmp_path: Path) -> Iterator[StateStore]:
    with create_state(tmp_path / "state.sqlite3", SHOP) as state:
        yield state
