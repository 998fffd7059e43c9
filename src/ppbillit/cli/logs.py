"""What the parts of ppbillit warn of goes to standard error, where a person or a cron mail shows it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ppbillit.cli.screen import Screen


class Warnings(logging.Handler):
    """Prints warnings and worse; what is only informative is not for the screen."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(logging.WARNING)
        self._screen = screen

    def emit(self, record: logging.LogRecord) -> None:
        """Print one; its words hold nothing private (DESIGN §7)."""
        self._screen.warn(record.getMessage())
