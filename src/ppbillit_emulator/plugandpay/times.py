"""Plug&Pay's timestamps in UTC (plugandpay.md §7), and the day in the shop's time zone (§13.7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHOP_ZONE = ZoneInfo("Europe/Amsterdam")


def stamp(moment: datetime) -> str:
    """Format a moment as the API does: UTC, microseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_of(text: str) -> datetime:
    """Parse a timestamp of the API."""
    return datetime.fromisoformat(text)


def local_day(text: str) -> date:
    """Return the day of a timestamp in the shop's zone: 22:30 UTC in summer is the next day (§13.7)."""
    return moment_of(text).astimezone(SHOP_ZONE).date()


def utc_day(text: str) -> date:
    """Return the UTC day of a timestamp."""
    return moment_of(text).astimezone(UTC).date()


def midnight(day: date, *, local: bool) -> str:
    """Return the timestamp of midnight, in the shop's zone or in UTC."""
    return stamp(datetime.combine(day, time.min, SHOP_ZONE if local else UTC))
