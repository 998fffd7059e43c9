"""This machine's clock against that of a service, by the Date of its last answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ppbillit.cli.checkup.checks import Check, good, note, unchecked, wrong

if TYPE_CHECKING:
    from ppbillit.transport import Transport

_NOTED = timedelta(minutes=1)
_WRONG = timedelta(minutes=30)  # around midnight an order falls on another day


def clock(name: str, transport: Transport) -> Check:
    """Compare; a header says whole seconds, and travels."""
    ahead = transport.clock_ahead
    if ahead is None:
        return unchecked(name, "its answers carry no date")
    seconds = round(abs(ahead.total_seconds()))
    if abs(ahead) < _NOTED:
        return good(name, f"within {max(1, seconds)} s")
    words = f"this machine is {_shown(seconds)} {'behind' if ahead > timedelta() else 'ahead'}"
    fix = "set the clock, and switch on time synchronisation (`timedatectl set-ntp true` on most Linux machines)"
    return wrong(name, words, fix) if abs(ahead) >= _WRONG else note(name, words, fix)


def _shown(seconds: int) -> str:
    return f"{seconds} s" if seconds < 600 else f"{seconds // 60} min"  # noqa: PLR2004  (ten minutes)
