"""Timestamps as Plug&Pay writes them (plugandpay.md §7), and the shop's own calendar day (§13.7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHOP_ZONE = ZoneInfo("Europe/Amsterdam")


def stamp(moment: datetime) -> str:
    """Write a moment as the API does: UTC, microseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_of(text: str) -> datetime:
    """Read a timestamp that `stamp` wrote."""
    return datetime.fromisoformat(text)


def local_day(text: str) -> date:
    """Return the shop's day of a timestamp: 22:30 UTC in summer is the next day (plugandpay.md §13.7)."""
    return moment_of(text).astimezone(SHOP_ZONE).date()


def utc_day(text: str) -> date:
    """Return the UTC day of a timestamp."""
    return moment_of(text).astimezone(UTC).date()


def midnight(day: date, *, local: bool) -> str:
    """Return the timestamp of a day's first moment, in the shop's zone or in UTC."""
    return stamp(datetime.combine(day, time.min, SHOP_ZONE if local else UTC))
