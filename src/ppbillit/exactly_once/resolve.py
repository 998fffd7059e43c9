"""TODO."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ppbillit.state import Attempt


def is_lost(attempt: Attempt) -> bool:
    """Tell whether an attempt was missed often enough to be made again."""
    return attempt.misses >= _MISSES


_MISSES = 2
