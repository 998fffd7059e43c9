"""Billit's zone-less local timestamps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

BRUSSELS: Final = ZoneInfo("Europe/Brussels")


def to_brussels(moment: datetime) -> datetime:
    """Return an aware moment as zone-less Belgian local time (billit.md §8.2)."""
    return moment.astimezone(BRUSSELS).replace(tzinfo=None)


def stamp(moment: datetime) -> str:
    """Format a zone-less time as Billit does: at most milliseconds, trailing zeros dropped."""
    text = moment.replace(tzinfo=None).isoformat(timespec="milliseconds")
    return text.rstrip("0").rstrip(".") if "." in text else text
