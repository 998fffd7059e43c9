"""The emulator's own time: the real one plus an offset, so that tests can let hours pass at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


class Clock:
    """A clock that can be moved but keeps running; call it or ask `now()`."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def __call__(self) -> datetime:
        """Give the present moment, aware, in UTC."""
        return self.now()

    def now(self) -> datetime:
        """Give the present moment, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def advance(self, seconds: float) -> None:
        """Let time pass at once (or go back, with a negative number)."""
        self._offset += timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Make it the given aware moment now; time runs on from there."""
        if moment.tzinfo is None:
            raise ValueError("the clock is set to an aware moment: say its time zone")
        self._offset = moment - datetime.now(UTC)

    def reset(self) -> None:
        """Go back to the real time."""
        self._offset = timedelta(0)


def to_brussels(moment: datetime) -> datetime:
    """Give an aware moment as zone-less Belgian local time (billit sheet §8.2)."""
    return moment.astimezone(BRUSSELS).replace(tzinfo=None)


def stamp(moment: datetime) -> str:
    """Write a zone-less time as Billit does: at most milliseconds, trailing zeros dropped."""
    text = moment.replace(tzinfo=None).isoformat(timespec="milliseconds")
    return text.rstrip("0").rstrip(".") if "." in text else text
