"""The emulator's clock: the real time plus an offset, so that a test can let hours pass at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """A running clock with an adjustable offset."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def __call__(self) -> datetime:
        """Return the current time in UTC."""
        return self.now()

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC) + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward, or back if the number is negative."""
        self._offset += timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Set the clock to an aware moment; it runs on from there."""
        if moment.tzinfo is None:
            raise ValueError("the clock is set to a moment with a time zone")
        self._offset = moment - datetime.now(UTC)

    def reset(self) -> None:
        """Return to the real time."""
        self._offset = timedelta(0)
