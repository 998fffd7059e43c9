"""A config file that has the four required keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.config_files import GOOD, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write(tmp_path / "config.toml", GOOD)
